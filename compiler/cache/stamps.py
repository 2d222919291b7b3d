"""Stamps: what the file system says of a file or folder, as long as nobody touches it.

The inode, the size and the times of the last changes; the last of these times cannot be set by a
program. Git's index works like this; see "Racy Git" in its documentation.
"""

import os
from struct import Struct

Stamp = bytes
"""Inode, size, and the times of the last change of the content and of the file, in nanoseconds."""

_LAYOUT = Struct("=QQqq")

UNSETTLED: Stamp = bytes(_LAYOUT.size)
"""Instead of a stamp that a change may leave as it is; no file has it."""

# Until the clock of the file system has ticked, a second change leaves the stamp of the first.
# Linux ticks every 1 to 10 ms. Some file systems count in seconds, and FAT in two: their times have
# no fraction of a second.
_TICK = 100_000_000
_COARSE_TICK = 2_000_000_000
_SECOND = 1_000_000_000


def stamp_of(status: os.stat_result) -> Stamp:
    return _LAYOUT.pack(status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


def settled(status: os.stat_result, now: int) -> Stamp:
    """The stamp, if one that is taken from now on tells every later change; otherwise UNSETTLED.

    `now` is in nanoseconds, as the times of stamps, and no later than `status` was asked for.
    """
    tick = _TICK if status.st_ctime_ns % _SECOND else _COARSE_TICK
    return stamp_of(status) if status.st_ctime_ns < now - tick else UNSETTLED
