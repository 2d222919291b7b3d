"""Stamps: what the file system says of a file or folder, as long as nobody touches it.

The inode, the size and the times of the last changes; the last of these times cannot be set by a
program. Git's index works like this; see "Racy Git" in its documentation.
"""

import os
import time
from struct import Struct

Stamp = bytes
"""Inode, size, and the times of the last change of the content and of the file, in nanoseconds."""

_LAYOUT = Struct("=QQqq")

UNSETTLED: Stamp = bytes(_LAYOUT.size)
"""Instead of a stamp that a change may leave as it is; no file has it."""

# Until the clock of the file system has ticked, a second change leaves the stamp of the first:
# 2 s with FAT, 1 s with some network file systems, 10 ms with the others.
_TICK = 2_000_000_000


def stamp_of(status: os.stat_result) -> Stamp:
    return _LAYOUT.pack(status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


def settled_time() -> int:
    """A stamp that is taken from now on tells every later change if its last time is before this.

    In nanoseconds, as the times of stamps.
    """
    return time.time_ns() - _TICK


def settled(status: os.stat_result, before: int) -> Stamp:
    """The stamp, or UNSETTLED."""
    return stamp_of(status) if status.st_ctime_ns < before else UNSETTLED
