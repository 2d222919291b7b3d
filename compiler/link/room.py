"""How much a pod's empty folders may hold, and the local disk that its containers need for it."""

from compiler.link.workloads import TMP, has_plain_tmp
from compiler.spec.quantity import bytes_of
from compiler.spec.resources import LIMITS
from compiler.spec.volumes import Volume

# What an empty folder holds of which nothing is said; in memory, as much as Docker gives to shared
# memory.
_ON_DISK, _IN_MEMORY = "1Gi", "64Mi"

_MEBIBYTE = 1024**2


def size_of(volume: Volume) -> str:
    """The most that an empty folder may hold."""
    return volume.size or (_IN_MEMORY if volume.medium == "Memory" else _ON_DISK)


def held(volumes: dict[str, Volume], *, in_memory: bool) -> int:
    """Bytes that the empty folders may hold together, /tmp among them."""
    empty = [volume for volume in volumes.values() if volume.is_empty]
    sizes = [size_of(volume) for volume in empty if (volume.medium == "Memory") is in_memory]
    if not in_memory and has_plain_tmp(volumes):
        sizes.append(TMP)
    return sum(bytes_of(size) or 0 for size in sizes)


def disk(volumes: dict[str, Volume]) -> str:
    """The limit of local disk of the container that fills the folders, if it says none.

    The usual one is for its logs, /tmp, and what it writes to its image's folders.
    """
    further = held(volumes, in_memory=False) - (bytes_of(TMP) or 0)
    return quantity((bytes_of(LIMITS["ephemeral-storage"]) or 0) + max(further, 0))


def quantity(count: int) -> str:
    """So many bytes, rounded up to mebibytes, as a person would write them."""
    mebibytes = -(-count // _MEBIBYTE)
    return f"{mebibytes // 1024}Gi" if mebibytes % 1024 == 0 else f"{mebibytes}Mi"
