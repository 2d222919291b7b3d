"""Text that is not YAML, said to somebody who does not know how YAML is parsed.

Most of it libyaml stumbles over, and its words are traced back to the mistake that usually causes
them. The rest it would let pass or misunderstand: merge conflicts, tabs, templates, stray items.
"""

import re
from bisect import bisect
from collections.abc import Callable
from itertools import islice
from typing import Any, NamedTuple

from compiler.diagnostics.model import Diagnostic, Place, Rule
from compiler.source import spans
from compiler.source.limits import MAX_DIAGNOSTICS
from compiler.source.quoting import quoted, rest_of_line, shown

SYNTAX = Rule(
    "PT003",
    "text that is not YAML",
    "Nothing after the first syntax error can be trusted to mean what its author meant.",
    what="Refuses text that is not YAML, such as a quote or a bracket that is never closed or "
    "lines indented with tabs, and what YAML would misunderstand: templates and merge conflicts.",
    fix="Look at the marked place, and at the line above it. A text that holds a colon and a "
    "space, or begins with a character that YAML uses itself, belongs in quotes. Indent with "
    "spaces, two for each level.",
    failing="""\
name: shop
team: sales
description: The shop: catalogue, cart and orders
image: ghcr.io/acme/shop:1.4.2
environments:
  dev:
""",
    passing="""\
name: shop
team: sales
description: "The shop: catalogue, cart and orders"
image: ghcr.io/acme/shop:1.4.2
environments:
  dev:
""",
)


def merge_conflicts(path: str, text: str) -> list[Diagnostic]:
    """Lines with which git says that it could not merge: the first of each conflict, and strays."""
    found: list[Diagnostic] = []
    inside = False
    for mark in re.compile(r"^(<{7}|\|{7}|={7}|>{7})(?: .*)?$", re.MULTILINE).finditer(text):
        if mark[1] == "<<<<<<<":
            message = "here is a merge conflict that git left to you"
            help = (
                "keep what is right of the two sides and remove the lines <<<<<<<, ======= and "
                ">>>>>>>"
            )
        else:
            message = "this line is left of a merge conflict"
            help = "remove it, and look whether what is above and below it is right"
        if mark[1] == "<<<<<<<" or not inside:
            place = Place(spans.of_text(path, text, *mark.span()))
            found.append(Diagnostic(SYNTAX, message, place, help=help))
        if mark[1] in ("<<<<<<<", ">>>>>>>"):
            inside = mark[1] == "<<<<<<<"
        if len(found) == MAX_DIAGNOSTICS:
            break
    return found


def tabs(path: str, text: str, block_scalars: list[tuple[int, int]]) -> list[Diagnostic]:
    """Lines that begin with a tab, outside of the texts after `|`, where a tab is just text."""
    starts = [start for start, _ in block_scalars]

    def indents(tab: re.Match[str]) -> bool:
        last = bisect(starts, tab.start()) - 1
        return last < 0 or block_scalars[last][1] <= tab.start()

    found = re.compile(r"^ *(\t+)", re.MULTILINE).finditer(text)
    return [
        _tab(path, text, tab.start(1), tab.end(1))
        for tab in islice(filter(indents, found), MAX_DIAGNOSTICS)
    ]


def _tab(path: str, text: str, start: int, end: int) -> Diagnostic:
    indents = not text[text.rfind("\n", 0, start) + 1 : start].strip()
    return Diagnostic(
        SYNTAX,
        "this line is indented with a tab" if indents else "a tab stands where only spaces can",
        Place(spans.of_text(path, text, start, end)),
        help="indent with two spaces for each level; most editors can be told to",
    )


def template(place: Place) -> Diagnostic:
    """Braces as in Jinja, Helm or Liquid."""
    return Diagnostic(
        SYNTAX,
        "this looks like a template, and specs have none",
        place,
        help="write the value itself; what differs between environments belongs under "
        "`environments`; a text that begins with a brace belongs in quotes",
    )


def swallowed_item(path: str, event: Any) -> Diagnostic | None:
    """A plain scalar that holds ` - `: over several lines, a list item that went astray."""
    if event.start_mark.line == event.end_mark.line:
        return None
    return Diagnostic(
        SYNTAX,
        "a list item that is indented differently from the one above is read as its next line",
        Place(spans.of_event(path, event)),
        help='put every "-" of a list below the first one; a text of several lines belongs in '
        "quotes or after `|`",
    )


def swallowed_lines(path: str, text: str, event: Any) -> Diagnostic | None:
    """A text in quotes that goes on over what looks like the keys beside its own.

    YAML 1.2 has the lines of such a text indented deeper than its key; libyaml does not mind.
    """
    begin, end = event.start_mark.index, event.end_mark.index
    line = text.rfind("\n", 0, begin) + 1
    indentation = len(text[line:begin]) - len(text[line:begin].lstrip(" "))
    keys = re.compile(rf"\n {{0,{indentation}}}[A-Za-z][\w.-]*:(?:[ \n]|\Z)")
    return _closed_late(path, text, begin, end) if keys.search(text, begin, end) else None


class _Stumble(NamedTuple):
    """Where libyaml gave up, as indexes into the text, and why, in its own words."""

    path: str
    text: str
    problem: str
    context: str
    at: int
    begun: int
    """Where the thing begins that it was reading."""
    line: int
    """Where the line of `at` begins."""
    first: int
    """Where that line has its first character that is no space or tab."""

    def report(self, message: str, help: str, start: int = -1, end: int = -1) -> Diagnostic:
        """A diagnostic at `start`, by default `at`, up to `end`, by default that of the line."""
        start = start if start >= 0 else self.at
        if end < 0:
            end = start + max(1, len(rest_of_line(self.text, start)))
        span = spans.of_text(self.path, self.text, start, min(end, len(self.text)))
        return Diagnostic(SYNTAX, message, Place(span), help=help)

    def needs_quotes(self, beginning: str, start: int) -> Diagnostic:
        return self.report(
            f'a value cannot begin with "{beginning}" unless it is in quotes',
            f"write {quoted(rest_of_line(self.text, start))}",
            start,
        )


def syntax_error(path: str, text: str, error: Any) -> Diagnostic:
    """What libyaml stumbled over, said to somebody who does not know how YAML is parsed."""
    mark = getattr(error, "problem_mark", None)
    begun = getattr(error, "context_mark", None) or mark
    at = min(mark.index, len(text)) if mark is not None else 0
    line = text.rfind("\n", 0, at) + 1
    first = line
    while text[first : first + 1] in (" ", "\t"):
        first += 1
    stumble = _Stumble(
        path=path,
        text=text,
        problem=getattr(error, "problem", None) or str(error),
        context=getattr(error, "context", None) or "",
        at=at,
        begun=min(begun.index, len(text)) if begun is not None else at,
        line=line,
        first=first,
    )
    tab = text.find("\t", line, first)
    if tab >= 0:
        return _tab(path, text, tab, first)
    braces = _template_braces(stumble)
    if braces is not None:
        return template(Place(spans.of_text(path, text, *braces)))
    begin, end = _ended_before(stumble)
    if re.compile(r"\n[ ]*(?:- +)*[\w.-]+:(?:[ \n]|\Z)").search(text, begin, end):
        return _closed_late(path, text, begin, end)
    for beginning, explain in _EXPLANATIONS:
        if stumble.context.startswith(beginning) or stumble.problem.startswith(beginning):
            return explain(stumble)
    return stumble.report(
        f"this is not YAML: {stumble.problem}", "look for a missing quote, colon or bracket"
    )


def _template_braces(stumble: _Stumble) -> tuple[int, int] | None:
    """The first braces of a template in the lines that libyaml was reading."""
    for start in (stumble.begun, stumble.at):
        begin = stumble.text.rfind("\n", 0, start) + 1
        braces = re.compile(r"(?:[ \t]*|.*?[ \t:-])(\{\{|\{%|<%)").match(stumble.text, begin)
        if braces:
            return braces.span(1)
    return None


def _closed_late(path: str, text: str, begin: int, end: int) -> Diagnostic:
    """A quote or bracket that swallowed lines and was closed by one that was meant to open, or to
    close another."""
    opening, closing = text[begin], text[end - 1]
    what = "quote" if opening == closing else f"`{opening}`"
    return Diagnostic(
        SYNTAX,
        f"this {what} is not closed where it should be, but only in line "
        f"{text.count(chr(10), 0, end) + 1}",
        Place(spans.of_text(path, text, begin, begin + 1)),
        (Place(spans.of_text(path, text, end - 1, end), "it ends here"),),
        help=f"close it with {closing} at the end of the value",
    )


def _ended_before(stumble: _Stumble) -> tuple[int, int]:
    """The last text in quotes, or collection in brackets, that ends before the place where libyaml
    stumbled, in the same line, or an empty range."""
    from yaml import YAMLError
    from yaml._yaml import CParser
    from yaml.events import StreamEndEvent

    text, at = stumble.text, stumble.at
    lines = [(text.rfind("\n", 0, place) + 1, place) for place in (at, stumble.begun)]
    found = (at, at)
    opened: list[int] = []
    try:
        next_event: Any = CParser(stumble.text).get_event
        while type(event := next_event()) is not StreamEndEvent:
            start, end = event.start_mark.index, event.end_mark.index
            kind = type(event).__name__
            if kind.endswith("StartEvent"):
                opened.append(start)
                continue
            if kind.endswith("EndEvent"):
                start = opened.pop()
            elif getattr(event, "style", None) not in ("'", '"'):
                continue
            # The end of lines below a key is not written.
            is_written = end > event.start_mark.index
            if is_written and any(line <= end <= place for line, place in lines):
                found = start, end
    except YAMLError:
        pass
    return found


def _odd_beginning(stumble: _Stumble) -> Diagnostic:
    text, at = stumble.text, stumble.at
    if text[at] == "\t":
        return _tab(stumble.path, text, at, at + 1)
    return stumble.needs_quotes(text[at], at)


def _odd_reference(stumble: _Stumble) -> Diagnostic:
    return stumble.needs_quotes(stumble.text[stumble.begun], stumble.begun)


def _odd_directive(stumble: _Stumble) -> Diagnostic:
    beginning = rest_of_line(stumble.text, stumble.line).partition(":")[0]
    return stumble.report(
        'a line cannot begin with "%" unless it is in quotes',
        f"write {quoted(beginning)}",
        stumble.line,
    )


def _in_quotes(stumble: _Stumble) -> Diagnostic:
    text, at, begun = stumble.text, stumble.at, stumble.begun
    quote = text[begun]
    if "document indicator" in stumble.problem:
        return stumble.report(
            f"a line of a text in quotes cannot begin with `{text[at : at + 3]}`",
            r"indent the line, or write the text on one line with \n for each line break",
        )
    if "end of stream" in stumble.problem:
        return stumble.report(
            f"this quote is never closed: there is no second {quote}",
            f"close it with {quote} at the end of the value",
            begun,
            begun + 1,
        )
    start = text.rfind("\\", begun, at + 1)
    escape = re.compile(r"\\(?:x.{0,2}|u.{0,4}|U.{0,8}|.?)").match(text, max(start, begun))
    sequence = escape[0].rstrip('"') if escape else "\\"
    return stumble.report(
        f"`{sequence}` is not an escape that YAML knows",
        r"between double quotes a backslash begins an escape: for the backslash itself write two, "
        r"\\, or put the text in single quotes",
        start,
        start + len(sequence),
    )


def _in_block_scalar(stumble: _Stumble) -> Diagnostic:
    text, begun = stumble.text, stumble.begun
    if "tab character" in stumble.problem:
        return _tab(stumble.path, text, stumble.at, stumble.at + 1)
    return stumble.report(
        f"after `{text[begun]}` the text begins on the next line",
        f"move it there, indented; a short text that holds `{text[begun]}` belongs in quotes: "
        f"{quoted(rest_of_line(text, begun))}",
        begun,
    )


def _in_brackets(stumble: _Stumble) -> Diagnostic:
    text, begun = stumble.text, stumble.begun
    closing = "]" if text[begun] == "[" else "}"
    if "\n" in text[begun : stumble.at] or stumble.at >= len(text):
        return stumble.report(
            f"this `{text[begun]}` is not closed where it should be",
            f"close it with `{closing}`, and put a comma between the entries",
            begun,
            begun + 1,
        )
    return stumble.report(
        f"a comma or `{closing}` is missing here",
        'put a comma between the entries; a text that holds ": " or one of , [ ] { } belongs in '
        "quotes",
    )


def _no_value(stumble: _Stumble) -> Diagnostic:
    at = stumble.at
    found = stumble.text[at : at + 1]
    if found == ":":
        return stumble.report("there is no key before this colon", "write `key: value`", at, at + 1)
    return stumble.report(
        f"there is no value before `{found}`" if found.strip() else "a value is missing here",
        "write the value; a text that begins with one of , [ ] { } belongs in quotes",
        at,
        at + 1,
    )


def _colon_in_flow(stumble: _Stumble) -> Diagnostic:
    return stumble.report(
        'a value in brackets ends with ":"',
        'put it in quotes, or write the value that belongs after the ":"',
    )


def _list_beside_key(stumble: _Stumble) -> Diagnostic:
    return stumble.report(
        "a list cannot begin on the line of its key",
        "begin it on the next line, or write [a, b]; if text is meant, write it in quotes: "
        f"{quoted(rest_of_line(stumble.text, stumble.at))}",
    )


def _question_mark(stumble: _Stumble) -> Diagnostic:
    return stumble.needs_quotes("? ", stumble.at)


def _no_colon(stumble: _Stumble) -> Diagnostic:
    begun = stumble.begun
    line = rest_of_line(stumble.text, begun)
    piece = shown(line)
    if re.match("-[^ -]", line):
        return stumble.report(
            f"a space is missing after the dash of `{piece}`",
            f"write `- {shown(line[1:])}` for a list item",
            begun,
        )
    if words := _TWO_WORDS.fullmatch(line):
        return _colon_missing(stumble, words, begun)
    key, colon, value = line.partition(":")
    if colon and value:
        return stumble.report(
            f"a space is missing after the colon of `{piece}`",
            f"write `{shown(f'{key}: {value}')}`",
            begun,
        )
    return stumble.report(
        f"`{piece}` is neither `key: value` nor part of the value above",
        f"write `{piece}: ...` for a key, or `- {piece}` for a list item; a text of several lines "
        "belongs in quotes or after `|`",
        begun,
    )


def _odd_colon(stumble: _Stumble) -> Diagnostic:
    """A colon where no key can be: the commonest mistake, and it has several causes."""
    text, at, first = stumble.text, stumble.at, stumble.first
    if at - first > 1000:
        return stumble.report("this key is longer than 1,000 characters", "shorten it", first)

    value = re.compile(r"(?:- +)*(?:\"[^\"\n]*\"|'[^'\n]*'|[^\s'\"][^\n]*?):[ \t]+(?=\S)").match(
        text, first, at
    )
    if value:
        rest = rest_of_line(text, value.end())
        help = f"write `{shown(text[first : value.end()])} {quoted(rest)}`"
        if rest.startswith(("'", '"')):
            help = "put the whole value between one pair of quotes"
        return stumble.report('a value that holds ": " must be in quotes', help, value.end())

    above = _line_above(stumble)
    if above is None:
        help = 'put a text that holds ": " in quotes'
        return stumble.report("a colon stands where no key can be", help, first)
    line = text[slice(*above)]
    if _has_value(line):
        return _below_a_value(stumble, above)
    if words := _TWO_WORDS.fullmatch(line):
        return _colon_missing(stumble, words, above[0])
    return stumble.report(
        f"`{shown(line)}` is not `key: value`",
        f"write `{shown(line)}: ...` for a key, or `- {shown(line)}` for a list item; a text of "
        "several lines belongs in quotes or after `|`",
        above[0],
    )


# `port 8080`; more words are rather a sentence.
_TWO_WORDS = re.compile(r"([A-Za-z][\w-]*)[ \t]+([^\s:=]+)")


def _colon_missing(stumble: _Stumble, words: re.Match[str], start: int) -> Diagnostic:
    return stumble.report(
        f"a colon is missing after `{shown(words[1])}`",
        f"write `{shown(words[1])}: {shown(words[2])}`",
        start,
    )


def _line_above(stumble: _Stumble) -> tuple[int, int] | None:
    """Where the last line before this one stands that is neither empty nor a comment."""
    end = stumble.line
    while end > 0:
        start = stumble.text.rfind("\n", 0, end - 1) + 1
        line = rest_of_line(stumble.text, start)
        if line.strip():
            return start + len(line) - len(line.lstrip()), start + len(line)
        end = start
    return None


def _has_value(line: str) -> bool:
    return line.startswith("- ") or re.search(r":[ \t]+\S", line) is not None


def _below_a_value(stumble: _Stumble, above: tuple[int, int]) -> Diagnostic:
    place = Place(spans.of_text(stumble.path, stumble.text, *above), "the line above")
    return stumble.report(
        "this line is indented below a line that already has a value",
        "indent both alike, or remove the value above and keep only its key",
        stumble.first,
    )._replace(secondary=(place,))


def _no_dash(stumble: _Stumble) -> Diagnostic:
    return stumble.report(
        "this line is not an item of the list above",
        'begin it with "- ", or indent it as far as the item that it belongs to',
    )


def _no_key(stumble: _Stumble) -> Diagnostic:
    """Something that is no key stands where one should; mostly the indentation is wrong."""
    text, at = stumble.text, stumble.at
    rest = rest_of_line(text, at)
    before = text[stumble.first : at].strip()
    if "<document start>" in stumble.problem:
        if directive := re.compile(r"^%[^\n]*", re.MULTILINE).search(text, 0, at):
            return _odd_directive(stumble._replace(line=directive.start()))
        if ended := re.compile(r"^\.\.\.(?=\s)", re.MULTILINE).search(text, 0, at):
            return stumble.report(
                "`...` ends the file, and more follows", "remove this line", *ended.span()
            )
    if before not in ("", "-"):
        if before[-1] in "'\"":
            return stumble.report(
                "this text stands after the closing quote",
                "put the whole value between one pair of quotes; an apostrophe between single "
                "quotes is written twice",
            )
        return stumble.report(
            f"`{shown(rest)}` stands after the end of the value",
            "remove it, or put the whole value in quotes",
        )
    if rest.startswith("- "):
        return stumble.report(
            "this list item stands where a key should",
            "write `key: value`; the dashes of one list stand below each other",
        )
    if rest.startswith(("]", "}")):
        message = f"nothing is open that this `{rest[0]}` could close"
        return stumble.report(message, "remove it", at, at + 1)
    if rest.startswith(":"):
        return stumble.report("there is no key before this colon", "write `key: value`")
    above = _line_above(stumble)
    if above is not None and _has_value(text[slice(*above)]):
        indentation = above[0] - text.rfind("\n", 0, above[0]) - 1
        if indentation < at - stumble.line:
            return _below_a_value(stumble, above)
    return stumble.report(
        f"this line begins in column {at - stumble.line + 1}, below none of the keys that it could "
        "belong to",
        "indent it as far as the keys beside it",
    )


# By the beginning of libyaml's context or problem; the first that fits explains.
_EXPLANATIONS: tuple[tuple[str, Callable[[_Stumble], Diagnostic]], ...] = (
    ("found character that cannot start any token", _odd_beginning),
    ("while scanning an alias", _odd_reference),
    ("while scanning an anchor", _odd_reference),
    ("while scanning a tag", _odd_reference),
    ("while parsing a tag", _odd_reference),
    ("while parsing a node", _odd_reference),
    ("while scanning a directive", _odd_directive),
    ("while scanning a quoted scalar", _in_quotes),
    ("while parsing a quoted scalar", _in_quotes),
    ("while scanning a block scalar", _in_block_scalar),
    ("did not find expected ',' or", _in_brackets),
    ("did not find expected node content", _no_value),
    ("found unexpected ':'", _colon_in_flow),
    ("block sequence entries are not allowed", _list_beside_key),
    ("mapping keys are not allowed", _question_mark),
    ("could not find expected ':'", _no_colon),
    ("mapping values are not allowed", _odd_colon),
    ("did not find expected '-' indicator", _no_dash),
    ("did not find expected key", _no_key),
    ("did not find expected <document start>", _no_key),
)
