"""What a repository would be with files written anew: linked in memory before anything is."""

from collections.abc import Mapping

from compiler.author.spec import spec_paths
from compiler.diagnostics.model import Diagnostic, Rejected
from compiler.pipeline.linking import link_in_memory, ordered
from compiler.source.repository import NotARepository, Sources, content_of, load
from compiler.source.yaml import Reader
from compiler.watch import Watch, unwatched


class Spoiled(Rejected):
    """The repository would not compile. Carries the files that its diagnostics point into."""

    def __init__(self, diagnostics: list[Diagnostic], files: dict[str, bytes]) -> None:
        super().__init__(diagnostics)
        self.files = files


def sources_of(root: str, reader: Reader) -> Sources:
    """What can be read of a repository, also of one that has no app yet. Raises NotARepository."""
    try:
        return load(root, reader)
    except NotARepository:
        files = _specs(root)
        if any(path.startswith("apps/") for path in files):
            raise
        placeholder = {"apps/placeholder.yaml": b"name: placeholder\n"}
        return load(root, reader, files | placeholder)._replace(apps={}, app_names=())


def tried(
    root: str, edits: Mapping[str, bytes], reader: Reader, watch: Watch = unwatched, *, alone: bool
) -> None:
    """Raises Spoiled if the repository would not compile with these files, path -> content.

    With `alone`, only for what is wrong with them. Raises NotARepository.
    """
    files = {**_specs(root), **edits}
    try:
        # What is no spec, and what cannot be read, is not among them.
        found = [d for d in load(root, reader).diagnostics if d.primary.span.path not in files]
    except NotARepository:
        found = []  # one without any app may get its first
    try:
        link_in_memory(root, reader=reader, files=files, watch=watch)
    except Rejected as rejected:
        found += rejected.diagnostics
    if alone:
        found = [d for d in found if any(p.span.path in edits for p in (d.primary, *d.secondary))]
    if any(diagnostic.severity == "error" for diagnostic in found):
        raise Spoiled(ordered(found), files)


def _specs(root: str) -> dict[str, bytes]:
    """The specs and environment files that can be read. Raises NotARepository."""
    files: dict[str, bytes] = {}
    for path in spec_paths(root):
        try:
            files[path] = content_of(root, path)
        except Rejected:
            continue
    return files
