"""Where credentials stand in a document, and what to write instead."""

from collections.abc import Iterator
from itertools import chain

from compiler.credentials.exposed import CREDENTIAL, Exposed
from compiler.credentials.judge import Judged, judged, judged_by_shape
from compiler.credentials.pieces import Path, Piece, pieces
from compiler.diagnostics.model import Diagnostic, Place, Span
from compiler.source.spans import dotted
from compiler.source.yaml import Document

_NOT_SHOWN = "(not shown)"


def credentials(document: Document) -> list[Exposed]:
    """Whatever in a document looks like a credential: of each value and line one."""
    return _of_each_place(chain(_in_data(document), _in_comments(document)))


def in_lines(path: str, text: str) -> list[Exposed]:
    """The same of a file of which something was not understood: of each line one."""
    lines = text.split("\n")
    longer = ((found.line, found) for found in judged_by_shape(text))
    each = (
        (number, found)
        for number, line in enumerate(lines)
        for found in chain(judged_by_shape(line), judged(_in_line(line)))
    )
    return _of_each_place(
        _exposed("this line", _lines(path, lines, number, found.lines), found)
        for number, found in chain(longer, each)
    )


def _of_each_place(found: Iterator[Exposed]) -> list[Exposed]:
    first: dict[tuple[str, int, int], Exposed] = {}
    for one in found:
        first.setdefault(one.diagnostic.primary.span[:3], one)
    return list(first.values())


def _in_data(document: Document) -> Iterator[Exposed]:
    for piece in pieces(document.data):
        for found in judged(piece):
            about = _about(piece)
            value = document.span(piece.path, key=piece.is_key)
            span = _span(document, piece, value, found)
            yield _exposed(about, span, found, value=value, path=piece.path)


def _in_comments(document: Document) -> Iterator[Exposed]:
    for number, line in enumerate(document.text.split("\n"), 1):
        start = 0 if line.startswith("#") else line.find(" #") + 1
        for found in judged_by_shape(line[start:]) if line[start : start + 1] == "#" else ():
            span = Span(document.path, number, start + 1, number, len(line) + 1)
            yield _exposed("a comment", span, found)


def _in_line(line: str) -> Piece:
    """A line of YAML as far as it can be understood alone."""
    name, _, value = line.strip().lstrip("-#").partition(":")
    return Piece((), value.partition(" #")[0].strip(" \"'"), name.strip(" \"'"))


def _exposed(
    about: str, span: Span, found: Judged, value: Span | None = None, path: Path = ()
) -> Exposed:
    what = f'"{about}"' if path else about
    diagnostic = Diagnostic(
        CREDENTIAL,
        f"{what} holds what looks like {found.kind}",
        Place(span),
        help=f"{_instead(path)}; replace one that was committed; if it is none, see "
        f"`portico explain {CREDENTIAL.id}`",
    )
    return Exposed(about, diagnostic, value or span)


def _instead(path: Path) -> str:
    variable = path[path.index("env") + 1 :][:1] if "env" in path else ()
    if variable and not _is_credential(variable[0]):
        return f"write `{variable[0]}: {{secret: name/key}}` and keep it in that Secret"
    if "args" in path or "command" in path:
        return "write $(NAME), and in `env` what it stands for: `NAME: {secret: name/key}`"
    return "keep it in a Secret, which `{secret: name/key}` in `env` gives to the app"


def _about(piece: Piece) -> str:
    """The path as a person would name it. It may have a credential in it."""
    shown = (_NOT_SHOWN if _is_credential(part) else part for part in piece.path)
    return dotted(tuple(shown))


def _is_credential(part: str | int) -> bool:
    return type(part) is str and next(judged_by_shape(part), None) is not None


def _span(document: Document, piece: Piece, value: Span, found: Judged) -> Span:
    """The value or, where it has several lines, those of them that are meant."""
    if value.line == value.end_line:
        return value
    lines = document.text.split("\n")
    wanted = piece.text.split("\n")[found.line].strip()
    # In a block, the first line of the text is below the sign that begins it.
    usual = value.line + 1 + found.line
    numbers = (usual, *range(value.line, value.end_line + 1))
    here = [number for number in numbers if number <= value.end_line]
    same = [number for number in here if lines[number - 1].strip() == wanted]
    # In quotation marks, the first and the last line have one more character.
    near = [number for number in here if wanted in lines[number - 1]]
    if not near:
        return value
    first = (same or near)[0]
    return _lines(document.path, lines[: value.end_line], first - 1, found.lines)


def _lines(path: str, lines: list[str], first: int, count: int) -> Span:
    """So many lines, from this one on, without what the first is indented by."""
    line, last = lines[first], lines[first : first + count][-1]
    indent = len(line) - len(line.lstrip())
    end = min(first + count, len(lines))
    return Span(path, first + 1, indent + 1, end, len(last) + 1)
