"""A spec as it lies on disk: its bytes, what the reader makes of them, and where values stand."""

import os
from typing import NamedTuple

from compiler.author.refused import Refused
from compiler.credentials.exposed import refused_of
from compiler.diagnostics.model import Rejected, Span
from compiler.source.repository import NotARepository, content_of
from compiler.source.yaml import Document, examine, read

Path = tuple[str, ...]


class Spec(NamedTuple):
    """A file that a person writes in. `text` has the line ends of the file."""

    path: str
    text: str
    document: Document

    @property
    def content(self) -> bytes:
        return self.text.encode()

    def piece(self, span: Span) -> slice:
        """Where a span of the document stands in the text."""
        starts = self._line_starts()
        return slice(
            starts[span.line - 1] + span.column - 1, starts[span.end_line - 1] + span.end_column - 1
        )

    def end_of_line(self, at: int) -> int:
        """Where the line ends that holds this character, before its line end."""
        end = self.text.find("\n", at)
        if end < 0:
            return len(self.text)
        return end - 1 if end > at and self.text[end - 1] == "\r" else end

    def line_end(self, at: int) -> str:
        """How the line ends that holds this character; a last line as the one before it."""
        end = self.text.find("\n", at)
        if end < 0:
            end = self.text.find("\n")
        return "\r\n" if end > 0 and self.text[end - 1] == "\r" else "\n"

    def _line_starts(self) -> list[int]:
        starts, at = [0], self.text.find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = self.text.find("\n", at + 1)
        return starts


def spec_of(root: str, path: str) -> Spec:
    """Read one file of the repository to edit it. Raises Rejected for what the reader refuses."""
    content = content_of(root, path)
    reading = examine(path, content)
    if reading.document is None or reading.problems:
        raise Rejected(refused_of(root, path, content, reading))
    return Spec(path, content.decode(), reading.document)


def parsed(path: str, content: bytes) -> Spec:
    """The same of content at hand."""
    document = read(path, content)
    return Spec(path, content.decode(), document)


def spec_of_app(root: str, app: str, known: tuple[str, ...]) -> Spec:
    """The spec of an app. Raises Refused if there is none of this name, and Rejected."""
    from compiler.spec.parse import did_you_mean

    if app not in known:
        hint = did_you_mean(app, list(known)) or "`portico list apps` names them"
        raise Refused(f'there is no app "{app}": {hint}')
    return spec_of(root, f"apps/{app}.yaml")


def spec_paths(root: str) -> list[str]:
    """The files in apps/ and environments/ that are specs by their names. Raises NotARepository."""
    paths: list[str] = []
    for folder in ("apps", "environments"):
        try:
            names = sorted(os.listdir(os.path.join(root, folder)))
        except (FileNotFoundError, NotADirectoryError):
            raise NotARepository(
                f"there is no {folder}/ here: run portico where apps/ and environments/ are, "
                "or name that folder with --root"
            ) from None
        paths += [f"{folder}/{name}" for name in names if is_spec_name(name)]
    return paths


def is_spec_name(name: str) -> bool:
    """Whether a file of this name in apps/ or environments/ is read as a spec."""
    return name.endswith(".yaml") and not name.startswith(".")
