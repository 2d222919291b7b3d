"""How far a long piece of work is, for a person who waits at a terminal."""

import os
import sys

_WIDTH = 30


class Bar:
    """A bar on standard error, on a terminal only: for work that takes longer than a second."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._shown = False
        self._wanted = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        # Terminals of CI keep every state of a line.
        self._wanted = self._wanted and not os.environ.get("CI")

    def show(self, done: int, total: int) -> None:
        """Draw it over what was drawn before; at the end, remove it."""
        if not self._wanted:
            return
        if done == total:
            self.clear()
        else:
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
