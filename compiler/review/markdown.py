"""A comparison as Markdown, for a comment on a pull request."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from compiler.diagnostics.model import Diagnostic
from compiler.review.fold import SURFACES, Group, Line
from compiler.review.specs import Spec
from compiler.review.words import SIGNS, TITLES, Code, Words, of_group, of_line, summary

# GitHub takes a comment of 65,536 characters; bytes of UTF-8 are never fewer than these.
MOST_BYTES = 65_536

MARK = "<!-- portico diff -->"
"""The first line, by which a program finds the comment that it wrote before."""

_RISKS_WITHOUT_HELP = 20


def render(title: str, groups: list[Group], risks: list[Diagnostic], command: str) -> str:
    """One comment. What does not fit is summed up, in as few steps as it takes, and `command`
    named, by which a reader sees all of it. Nothing is cut."""
    head = f"{MARK}\n### {_escaped(title)}: {summary(groups)}\n"
    pointer = f"\nThis is shortened: {_code(command)} shows everything.\n"
    steps: tuple[tuple[Callable[[], str], Callable[[], str]], ...] = (
        (lambda: _risks(risks), lambda: _sections(groups, ())),
        (lambda: _risks(risks), lambda: _sections(groups, ("platform",))),
        (lambda: _risks(risks), lambda: _sections(groups, ("platform", "workload"))),
        (lambda: _risks(risks), lambda: _sections(groups, SURFACES)),
        (lambda: _short_risks(risks), lambda: _sections(groups, SURFACES)),
        (lambda: _short_risks(risks), lambda: _counts(groups)),
    )
    for number, (dangers, changes) in enumerate(steps):
        text = head + dangers() + changes() + (pointer if number else "")
        if len(text.encode(errors="replace")) <= MOST_BYTES:
            return text
    return f"{head}{_counted_risks(risks)}{_counts(groups)}{pointer}"


def rejected(why: str, errors: list[Diagnostic], specs: Iterable[Spec], command: str) -> str:
    """The comment where nothing can be compared, because one side cannot be compiled."""
    head = f"{MARK}\n### {_escaped(why)}\n"
    files = "".join(f"- {_code(SIGNS[kind])} {_code(path)}\n" for path, kind in specs)
    pointer = f"\nThis is shortened: {_code(command)} shows everything.\n"
    for number, dangers in enumerate((_risks, _short_risks, _counted_risks)):
        told = dangers(errors).replace("#### Risks", "#### Errors", 1)
        text = head + told + ("" if number == 2 else _titled("Files that differ", files))
        text += pointer if number else ""
        if len(text.encode(errors="replace")) <= MOST_BYTES:
            break
    return text


def _risks(risks: list[Diagnostic]) -> str:
    return _titled("Risks", "".join(_risk(risk, with_help=True) for risk in risks))


def _short_risks(risks: list[Diagnostic]) -> str:
    """The first risks without help, and the number of the others."""
    first = "".join(_risk(risk, with_help=False) for risk in risks[:_RISKS_WITHOUT_HELP])
    more = len(risks) - _RISKS_WITHOUT_HELP
    return _titled("Risks", first + (f"- and {more} more\n" if more > 0 else ""))


def _counted_risks(risks: list[Diagnostic]) -> str:
    counts = Counter((risk.severity, risk.rule.id, risk.rule.title) for risk in risks)
    return _titled(
        "Risks",
        "".join(
            f"- **{severity}** {id}, {title}: {number}\n"
            for (severity, id, title), number in counts.items()
        ),
    )


def _risk(risk: Diagnostic, *, with_help: bool) -> str:
    span = risk.primary.span
    where = f"{span.path}:{span.line}" if span.line else span.path
    help = f"  \n  {_prose(risk.help)}" if risk.help and with_help else ""
    said = f"**{risk.severity}** {risk.rule.id}: {_prose(risk.message)}"
    return f"- {said} ({_code(where)}){help}\n"


def _sections(groups: list[Group], summed_up: tuple[str, ...]) -> str:
    text = ""
    for surface in SURFACES:
        here = [group for group in groups if group.surface == surface]
        if surface in summed_up:
            body = "".join(f"- {_marked(of_group(g))}: {_kinds(g)}\n" for g in _alike(here))
        else:
            body = "".join(line for group in here for line in _group(group))
        text += _titled(TITLES[surface], body)
    return text


def _alike(groups: list[Group]) -> list[Group]:
    """The groups, with those that are summed up in the same words as one."""
    found: dict[tuple[bool, tuple[str, ...], str], Group] = {}
    for group in groups:
        key = (group.apps == ("",), group.environments, _kinds(group))
        known = found.get(key)
        found[key] = known._replace(apps=known.apps + group.apps) if known else group
    return list(found.values())


def _group(group: Group) -> Iterator[str]:
    yield f"- {_marked(of_group(group))}\n"
    yield from (f"  - {_line(line)}\n" for line in group.lines)


def _counts(groups: list[Group]) -> str:
    rows = ""
    for surface in SURFACES:
        lines = [line for group in groups if group.surface == surface for line in group.lines]
        counts = Counter(line.kind for line in lines)
        if lines:
            told = ", ".join(f"{number} {_verb(kind, number)}" for kind, number in counts.items())
            rows += f"- {TITLES[surface]}: {told}\n"
    return _titled("Changes", rows)


def _kinds(group: Group) -> str:
    """The subjects of a group, each with how often it changes."""
    counts = Counter((SIGNS[line.kind], line.subject.kind) for line in group.lines)
    return ", ".join(
        f"{_code(sign)} {kind}" + (f" × {number}" if number > 1 else "")
        for (sign, kind), number in counts.items()
    )


def _verb(kind: str, number: int) -> str:
    return kind if number == 1 else {"changes": "change"}.get(kind, kind.removesuffix("s"))


def _titled(title: str, body: str) -> str:
    return f"\n#### {title}\n\n{body}" if body else ""


def _line(line: Line) -> str:
    return f"{_code(SIGNS[line.kind])} {_marked(of_line(line, '→'))}"


def _marked(words: Words) -> str:
    return "".join(_code(word.text) if isinstance(word, Code) else word for word in words)


def _code(text: str) -> str:
    """A code span, in which nothing is Markdown, a mention or a link."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    space = " " if longest or not text.strip() else ""
    return f"{fence}{space}{text or ' '}{space}{fence}"


def _prose(text: str) -> str:
    """Our own words with names of others in quotes, and with code spans of ours kept."""
    parts = re.split("(`[^`]*`)", text)
    return "".join(part if part.startswith("`") else _escaped(part) for part in parts)


def _escaped(text: str) -> str:
    """Text in which nothing is Markdown, HTML or a mention."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace("@", "@&#8203;")
    return re.sub(r"([\\`*_\[\]#|~>])", r"\\\1", " ".join(text.split()))
