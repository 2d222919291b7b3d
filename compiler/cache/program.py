"""Which program this is: what one version learned says nothing to another."""

import os
import sys
import time
from collections.abc import Iterator

import compiler
from compiler.cache.stamps import Stamp, settled, stamp_of

Program = tuple[tuple[str, ...], dict[str, Stamp]]
"""Its versions and folders, and the stamps of all that it consists of."""


def this_program() -> Program:
    from compiler.policies.builtin import folder_of_builtin

    now = time.time_ns()
    rules = os.path.realpath(folder_of_builtin())
    paths = [*_below(_own_folder()), *_below(rules), *_libraries()]
    return _identity(), {path: settled(os.stat(path), now) for path in paths}


def is_this_program(program: Program) -> bool:
    identity, stamps = program
    # Another one may be as untouched where it is: in a second checkout or environment of Python.
    if identity != _identity():
        return False
    try:
        return all(stamp_of(os.stat(path)) == stamp for path, stamp in stamps.items())
    except OSError:
        return False


def _identity() -> tuple[str, ...]:
    """The versions of Portico and of Python, and where they and their libraries are."""
    return compiler.__version__, sys.version, _own_folder(), *_libraries()


def _own_folder() -> str:
    return os.path.dirname(os.path.abspath(compiler.__file__))


def _below(folder: str) -> Iterator[str]:
    """A folder and everything in it but what Python keeps there."""
    for current, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name != "__pycache__"]
        yield current
        for name in files:
            yield os.path.join(current, name)


def _libraries() -> list[str]:
    """Folders of installed packages: one that is installed, updated or removed changes them."""
    return [path for path in sys.path if path.endswith(("site-packages", "dist-packages"))]
