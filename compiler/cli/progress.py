"""How far a long piece of work is, for a person who waits at a terminal."""

import os
import sys
import time
from collections.abc import Collection, Iterator

from compiler.watch import T, Watch, unwatched

_WIDTH = 30

# In seconds: what is over sooner needs no bar, and nobody sees one change more often.
_PATIENCE = 1.0
_INTERVAL = 0.1


class Progress:
    """Bars on standard error, on a terminal only: for what takes longer than a second."""

    def __init__(self) -> None:
        self._next = time.monotonic() + _PATIENCE
        self._shown = False
        self._is_seen = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        # Terminals of CI keep every state of a line.
        self._is_seen = self._is_seen and not os.environ.get("CI")

    @property
    def watch(self) -> Watch:
        """Draws a bar for each piece of work that it is told of."""
        return self._watched if self._is_seen else unwatched

    def _watched(self, what: str, items: Collection[T], /) -> Iterator[T]:
        try:
            for done, item in enumerate(items):
                self.show(what, done, len(items))
                yield item
        finally:
            self.clear()

    def show(self, what: str, done: int, total: int) -> None:
        """Draw over what was drawn before, if it is time to."""
        now = time.monotonic()
        if not self._is_seen or now < self._next:
            return
        self._next = now + _INTERVAL
        filled = _WIDTH * done // total
        bar = "#" * filled + "." * (_WIDTH - filled)
        sys.stderr.write(f"\r{what} [{bar}] {done}/{total}\x1b[K")
        sys.stderr.flush()
        self._shown = True

    def clear(self) -> None:
        """Remove what was drawn."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
            self._shown = False
