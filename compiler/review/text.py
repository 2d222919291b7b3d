"""A comparison as text for a terminal."""

from collections.abc import Iterable, Iterator

from compiler.diagnostics import text
from compiler.diagnostics.model import Diagnostic
from compiler.diagnostics.visible import visible
from compiler.review.fold import SURFACES, Group, Line
from compiler.review.specs import Spec
from compiler.review.words import SIGNS, TITLES, Words, of_group, of_line, summary

_COLOURS = {"+": "\x1b[32m", "-": "\x1b[31m", "~": "\x1b[33m", "title": "\x1b[1m"}
_RESET = "\x1b[0m"


def render(
    title: str, groups: list[Group], risks: list[Diagnostic], root: str, *, colour: bool
) -> str:
    """What changes, most public first, and then what is dangerous about it.

    `root` is where the files lie that the risks point at.
    """
    lines = [f"{visible(title)}: {summary(groups)}", *_changes(groups, colour)]
    said = "\n".join(lines) + "\n"
    if not risks:
        return said
    head = _painted("Risks", "title", colour)
    return f"{said}\n{head}\n\n{text.render(risks, root, colour=colour)}"


def rejected(
    why: str, errors: list[Diagnostic], specs: Iterable[Spec], root: str, *, colour: bool
) -> str:
    """Why nothing could be compared, and what can be said nevertheless."""
    lines = [f"portico: {visible(why)}"]
    if specs:
        lines += ["", _painted("Files that differ", "title", colour)]
    for path, kind in specs:
        sign = SIGNS[kind]
        lines.append("  " + _painted(f"{sign} {visible(path)}", sign, colour))
    said = "\n".join(lines) + "\n"
    if not errors:
        return said
    return f"{said}\n{text.render(errors, root, colour=colour)}"


def _changes(groups: list[Group], colour: bool) -> Iterator[str]:
    for surface in SURFACES:
        here = [group for group in groups if group.surface == surface]
        if here:
            yield ""
            yield _painted(TITLES[surface], "title", colour)
        for group in here:
            yield f"  {_plain(of_group(group))}"
            yield from (f"    {_line(line, colour)}" for line in group.lines)


def _line(line: Line, colour: bool) -> str:
    sign = SIGNS[line.kind]
    return _painted(f"{sign} {_plain(of_line(line, '->'))}", sign, colour)


def _plain(words: Words) -> str:
    return "".join(word if isinstance(word, str) else word.text for word in words)


def _painted(text: str, style: str, colour: bool) -> str:
    return f"{_COLOURS[style]}{text}{_RESET}" if colour else text
