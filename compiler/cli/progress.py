"""How far a long piece of work is, for a person who waits at a terminal."""

import os
import sys
import time

_SILENT_SECONDS = 1.0
_WIDTH = 30


class Bar:
    """A bar on standard error, on a terminal only, and only after a second."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._shown = False
        self._begun = time.monotonic()
        self._wanted = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        # Terminals of CI keep every state of a line.
        self._wanted = self._wanted and not os.environ.get("CI")

    def show(self, done: int, total: int) -> None:
        """Draw it over what was drawn before; at the end, remove it."""
        if not self._wanted:
            return
        if done == total:
            self.clear()
        elif time.monotonic() - self._begun > _SILENT_SECONDS:
            filled = _WIDTH * done // total
            bar = "#" * filled + "." * (_WIDTH - filled)
            sys.stderr.write(f"\r{self._what} [{bar}] {done}/{total}\x1b[K")
            sys.stderr.flush()
            self._shown = True

    def clear(self) -> None:
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
            self._shown = False
