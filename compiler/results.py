"""What came of a command's work, before it is put into words."""

from typing import NamedTuple

from compiler.diagnostics.model import Diagnostic


class Compiled(NamedTuple):
    """What a compile did to the disk. Paths are below the repository."""

    warnings: list[Diagnostic]
    apps: int
    environments: int
    written: list[str]
    removed: list[str]
    unchanged: int
    foreign: list[str]
    """What Portico did not write and left as it is."""


class Checked(NamedTuple):
    """What a check found, and how much it looked at."""

    diagnostics: list[Diagnostic]
    environments: int
    files: int
    objects: int
