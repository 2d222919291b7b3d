"""Which files are formatted, and what becomes of each."""

import os
from typing import NamedTuple

from compiler.author.canonical import canonical
from compiler.author.refused import Refused
from compiler.author.spec import spec_paths
from compiler.credentials.exposed import refused_of
from compiler.diagnostics.model import Diagnostic, Rejected
from compiler.source.repository import PLACEMENT_SUFFIX, content_of
from compiler.source.yaml import examine
from compiler.watch import Watch, unwatched


class Formatted(NamedTuple):
    """A file, as it is and in the canonical layout."""

    path: str
    before: bytes
    after: bytes


def formatted(root: str, paths: list[str], watch: Watch = unwatched) -> list[Formatted]:
    """Each of these files. Raises Rejected with all that the reader refuses and with credentials,
    which a difference would show, and Refused."""
    files: list[Formatted] = []
    found: list[Diagnostic] = []
    for path in watch("formatting", paths):
        try:
            content = content_of(root, path)
        except Rejected as rejected:
            found += rejected.diagnostics
            continue
        reading = examine(path, content)
        problems = refused_of(root, path, content, reading)
        found += problems
        if reading.document is not None and not problems:
            files.append(Formatted(path, content, canonical(reading.document).encode()))
    if found:
        raise Rejected(found)
    return files


def meant(root: str, given: list[str]) -> list[str]:
    """The files that are meant, as paths from the root: all of them if none is given.

    A folder stands for what is in it. Placements are the compiler's. Raises NotARepository, and
    Refused for what is no spec.
    """
    known = [path for path in spec_paths(root) if not path.endswith(PLACEMENT_SUFFIX)]
    paths = [] if given else known
    for name in given:
        path = _from_root(root, name)
        below = known if path == "." else [p for p in known if p.startswith(f"{path}/")]
        if path in known:
            paths.append(path)
        elif below:
            paths += below
        elif not os.path.lexists(name):
            raise Refused(f"there is no {name}")
        elif not (path.endswith(PLACEMENT_SUFFIX) or path in ("apps", "environments")):
            raise Refused(
                f"{name} is no spec: that is a file apps/<name>.yaml or environments/<name>.yaml "
                "of the repository (--root)"
            )
    return list(dict.fromkeys(paths))


def _from_root(root: str, name: str) -> str:
    """The path of a file or folder; a link is itself, and not what it points at."""
    folder, base = os.path.split(os.path.abspath(name))
    path = os.path.relpath(os.path.join(os.path.realpath(folder), base), os.path.realpath(root))
    return path.replace(os.sep, "/")
