"""Work that another process does meanwhile, if there is a processor for it."""

import contextlib
import marshal
import os
from collections.abc import Callable
from functools import cache
from typing import Any


def aside(work: Callable[[], Any]) -> Callable[[], Any]:
    """Begin the work, which gives plain data; what is returned waits for it, once.

    What the work raises is raised then. Where no other process can do it, it is done then.
    """
    if not hasattr(os, "fork") or processors() < 2:
        return cache(work)
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        _serve(work, writing)
    os.close(writing)

    @cache
    def result() -> Any:
        with open(reading, "rb") as pipe:
            content = pipe.read()
        _, ended = os.waitpid(process, 0)
        # Ended from outside, it may have said a part; what it raised is raised here.
        return marshal.loads(content) if ended == 0 else work()

    return result


def processors() -> int:
    """How many this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _serve(work: Callable[[], Any], writing: int) -> None:
    """The other process: it says nothing, cleans nothing up, and ends here."""
    with contextlib.suppress(BaseException):
        with open(writing, "wb") as pipe:
            pipe.write(marshal.dumps(work()))
        os._exit(0)
    os._exit(1)
