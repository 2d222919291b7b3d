"""A second process for large inputs: it reads some of the files, keeps them, and judges them."""

import os
import signal
from collections.abc import Sequence
from types import TracebackType
from typing import Any

from compiler.cache import aside
from compiler.check.part import Claims, Part, Report
from compiler.diagnostics.model import Diagnostic
from compiler.foreign.files import File

# A fork and its pipe take 15 ms; a manifest file of an app takes 0.4 ms.
_WORTH_IT = 200


def shares(manifests: Sequence[File]) -> tuple[Sequence[File], Sequence[File]]:
    """What this process reads, and what another one does meanwhile."""
    if len(manifests) < _WORTH_IT or not hasattr(os, "fork") or aside.processors() < 2:
        return manifests, ()
    # This one has the kustomizations and Terraform to read as well.
    own = [file for index, file in enumerate(manifests) if index % 9 in (0, 2, 4, 6)]
    others = [file for index, file in enumerate(manifests) if index % 9 not in (0, 2, 4, 6)]
    return own, others


class Second:
    """The other process, while its share is read and judged; without a share there is none."""

    def __init__(self, part: Part, share: Sequence[File]) -> None:
        self._part = part
        self._share = share
        self._process: Any = None
        self._pipe: Any = None

    def __enter__(self) -> "Second":
        if self._share:
            import multiprocessing

            # A fork has the rules, the graph and the contexts already.
            context = multiprocessing.get_context("fork")
            self._pipe, theirs = context.Pipe()
            self._process = context.Process(
                target=_serve, args=(theirs, self._part, self._share), daemon=True
            )
            # Ctrl-C reaches both processes: the other one must not see it before it is prepared.
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
            try:
                self._process.start()
            finally:
                signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
            theirs.close()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._process is not None:
            self._pipe.close()
            if error is not None:
                self._process.terminate()
            self._process.join()

    def report(self) -> list[Report]:
        """What it read; nothing if there is no other process."""
        if self._process is None:
            return []
        report: Report = self._received()
        return [report]

    def ask(self, claims: Claims) -> None:
        """Let it judge what it read."""
        if self._process is not None:
            self._pipe.send(claims)

    def answer(self) -> list[Diagnostic]:
        """What schemas and rules refuse of it."""
        if self._process is None:
            return []
        found: list[Diagnostic]
        found, used = self._received()
        self._part.rules.waivers.used.update(used)
        return found

    def _received(self) -> Any:
        try:
            return self._pipe.recv()
        except EOFError:
            raise ChildProcessError(
                "a process of this scan was ended from outside, perhaps for want of memory"
            ) from None


def _serve(pipe: Any, part: Part, share: Sequence[File]) -> None:
    # This one has nothing to say about it.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    pipe.send(part.read(share))
    try:
        claims = pipe.recv()
    except EOFError:
        return
    pipe.send((part.judge(claims), part.rules.waivers.used))
