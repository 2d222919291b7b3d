"""Tokens -> the value of an expression as far as it is known without evaluating anything.

Source: the HCL native syntax specification, "Expressions"; what it leaves open was tried with
Terraform 1.11.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, NamedTuple

from compiler.hcl.tokens import MAX_DEPTH, NotUnderstood, Token, template_tokens


class Unknown(NamedTuple):
    """A value that Terraform has to work out."""

    text: str
    """The expression as a string of Terraform JSON has it: `${var.name}`, `a-${var.name}`."""
    reference: tuple[str, ...] = ()
    """Its parts, if it is a reference and nothing else: `aws_lb`, `shop`, `arn`; a known index in
    brackets is a part as well."""
    encoded: Any = None
    """What it encodes, if it is a call of `jsonencode`."""


class Uses(NamedTuple):
    """What an expression makes use of."""

    functions: tuple[str, ...]
    """Names of functions as they are called: `file`, `provider::aws::arn_parse`."""
    references: tuple[tuple[str, ...], ...]
    """What it refers to, as far as it is written out: `("path", "module")`."""
    directives: bool
    """Whether a template of it has `%{ }`."""


class Parsed(NamedTuple):
    """An expression, read."""

    value: Any
    """A text, number, truth value, None, list or mapping; Unknown where it is not known."""
    uses: Uses


@lru_cache(maxsize=4096)
def parse_template(text: str) -> Parsed:
    """Read a string of Terraform JSON. Raises NotUnderstood."""
    if "${" not in text and "%{" not in text:
        return Parsed(text, Uses((), (), False))
    made = template_tokens(text)
    reader = Reader(text, made)
    value = reader.template_parts("end", 0)
    return Parsed(value, reader.uses())


def escaped(text: str) -> str:
    """A text as a string of Terraform JSON that means it."""
    return text.replace("${", "$${").replace("%{", "%%{")


def written(value: Any) -> Any:
    """A value as Terraform JSON has it."""
    if isinstance(value, Unknown):
        return value.text
    if isinstance(value, str):
        return escaped(value)
    if isinstance(value, list):
        return [written(item) for item in value]
    if isinstance(value, dict):
        return {
            key.text if isinstance(key, Unknown) else escaped(key): written(item)
            for key, item in value.items()
        }
    return value


# How tightly operators bind, loosest first.
_BINARY = (
    ("||",),
    ("&&",),
    ("==", "!="),
    (">", ">=", "<", "<="),
    ("+", "-"),
    ("*", "/", "%"),
)
_STRENGTH = {symbol: level for level, symbols in enumerate(_BINARY) for symbol in symbols}
_WORDS = {"true": True, "false": False, "null": None}


class Reader:
    """Reads expressions from a list of tokens, and remembers what they use and where it stands.

    Where brackets are open, line breaks mean nothing: then `newlines` is False.
    """

    def __init__(self, text: str, tokens: list[Token]) -> None:
        self.text = text
        self.tokens = tokens
        self.at = 0
        self.newlines = True
        self.depth = 0
        self._functions: list[str] = []
        self._references: list[tuple[str, ...]] = []
        self._directives = False
        self._own: list[str] = []

    def uses(self) -> Uses:
        """What all that was read makes use of."""
        return Uses(tuple(self._functions), tuple(self._references), self._directives)

    def peek(self) -> Token:
        """The next token, which stays."""
        if not self.newlines:
            while self.tokens[self.at].kind == "newline":
                self.at += 1
        return self.tokens[self.at]

    def take(self, kind: str = "") -> Token:
        """The next token, which must be of this kind if one is given."""
        token = self.peek()
        if kind and token.kind != kind:
            raise self.unexpected(kind)
        if token.kind != "end":
            self.at += 1
        return token

    def unexpected(self, expected: str) -> NotUnderstood:
        """The next token is not what it should be."""
        token = self.peek()
        found = {"newline": "the end of the line", "end": "the end"}.get(
            token.kind, f"`{token.text}`"
        )
        expected = {"newline": "the end of the line", "name": "a name"}.get(
            expected, expected if " " in expected else f"`{expected}`"
        )
        return NotUnderstood(f"{found} stands where {expected} is expected", token.start)

    @contextmanager
    def deeper(self) -> Iterator[None]:
        """One level down."""
        if self.depth >= MAX_DEPTH:
            raise NotUnderstood(
                f"this is nested deeper than {MAX_DEPTH} levels", self.tokens[self.at].start
            )
        self.depth += 1
        yield
        self.depth -= 1

    @contextmanager
    def lines(self, *, matter: bool) -> Iterator[None]:
        """Between brackets, where line breaks mean something or do not."""
        before = self.newlines
        self.newlines = matter
        yield
        self.newlines = before

    def expression(self) -> Any:
        """Any expression; `a ? b : c` binds loosest."""
        start = self.peek().start
        with self.deeper():
            value = self._binary(0)
            if self.peek().kind == "?":
                self.take()
                self.expression()
                self.take(":")
                self.expression()
                value = self._from(start)
        return value

    def template_parts(self, closing: str, whole: int) -> Any:
        """The parts of a template up to its end; `whole` is where all of it begins."""
        parts: list[str | tuple[Any, str]] = []
        # Strip markers and directives change the texts beside them.
        exact = True
        with self.lines(matter=False):
            while (token := self.tokens[self.at]).kind != closing:
                if token.kind == "text":
                    self.at += 1
                    if parts and isinstance(parts[-1], str):
                        parts[-1] += token.text
                    else:
                        parts.append(token.text)
                elif token.kind == "%{":
                    self._directive()
                    exact = False
                elif token.kind == "${":
                    self.at += 1
                    value = self.expression()
                    end = self.take("}}")
                    exact = exact and token.text == "${" and end.text == "}"
                    parts.append((value, self.text[token.start : end.end]))
                else:
                    raise self.unexpected("the end of a template")
        if closing != "end":
            self.at += 1
        if exact and len(parts) == 1 and isinstance(parts[0], tuple):
            # `"${x}"` is x itself, of whatever type.
            return parts[0][0]
        known = [_as_text(part) for part in parts]
        if exact and None not in known:
            return "".join(text for text in known if text is not None)
        if closing == "end":
            return Unknown(self.text)
        made = _template_of(parts) if exact else None
        return self._from(whole) if made is None else Unknown(made)

    def _directive(self) -> None:
        """`%{ if x }`, `%{ for x in y }` and what ends them. Their order is not looked at."""
        self._directives = True
        self.take("%{")
        word = self.take("name").text
        if word == "if":
            self.expression()
        elif word == "for":
            self._loop_names()
            self.expression()
        elif word not in ("else", "endif", "endfor"):
            raise NotUnderstood(f"there is no directive `{word}`", self.peek().start)
        self.take("}}")

    def _binary(self, level: int) -> Any:
        start = self.peek().start
        value = self._term()
        if _STRENGTH.get(self.peek().kind, -1) < level:
            return value
        while _STRENGTH.get(self.peek().kind, -1) >= level:
            symbol = self.take().kind
            with self.deeper():
                self._binary(_STRENGTH[symbol] + 1)
        return self._from(start)

    def _term(self) -> Any:
        token = self.peek()
        if token.kind in ("-", "!"):
            self.take()
            with self.deeper():
                value = self._term()
            if token.kind == "-" and isinstance(value, int | float) and value is not True:
                return -value
            return self._from(token.start)
        value = self._simple()
        return self._steps(value, token.start)

    def _simple(self) -> Any:
        token = self.peek()
        kind = token.kind
        if kind == "number":
            self.take()
            return _number(token)
        if kind == "open quote":
            self.take()
            return self.template_parts("close", token.start)
        if kind == "open heredoc":
            self.take()
            return self._heredoc(token)
        if kind == "(":
            self.take()
            with self.lines(matter=False):
                value = self.expression()
                self.take(")")
            return value
        if kind == "[":
            return self._list()
        if kind == "{":
            return self._mapping()
        if kind == "name":
            return self._named()
        raise self.unexpected("an expression")

    def _named(self) -> Any:
        token = self.take("name")
        name = token.text
        while self.peek().kind == "::":
            self.take()
            name += f"::{self.take('name').text}"
        if self.peek().kind == "(":
            self._functions.append(name)
            self.take()
            given: list[Any] = []
            with self.lines(matter=False):
                while self.peek().kind != ")":
                    given.append(self.expression())
                    if self.peek().kind == "...":
                        self.take()
                        break
                    if self.peek().kind != ")":
                        self.take(",")
                self.take(")")
            made = self._from(token.start)
            if name == "jsonencode" and len(given) == 1:
                return made._replace(encoded=given[0])
            return made
        if "::" in name:
            raise self.unexpected("(")
        if name in _WORDS:
            return _WORDS[name]
        return Unknown(self._wrapped(token.start), (name,))

    def _steps(self, value: Any, start: int) -> Any:
        """The `.name`, `[index]` and `[*]` that follow a value."""
        parts = list(value.reference) if isinstance(value, Unknown) else []
        # Whether it is a reference so far, and nothing else: then its parts go on.
        goes_on = bool(parts)
        first = True
        while self.peek().kind in (".", "["):
            first = False
            part = ""
            if self.take().kind == ".":
                token = self.take()
                if token.kind == "number":
                    # `.0.1` is two steps, and reads like a number.
                    part = token.text if token.text.isdigit() else ""
                elif token.kind == "name":
                    part = token.text
                elif token.kind != "*":
                    self.at -= 1
                    raise self.unexpected("a name")
            else:
                with self.lines(matter=False):
                    if self.peek().kind == "*":
                        self.take()
                    else:
                        index = self.expression()
                        if isinstance(index, str | int) and not isinstance(index, bool):
                            part = str(index)
                    self.take("]")
            goes_on = goes_on and bool(part)
            if goes_on:
                parts.append(part)
        if parts and parts[0] not in self._own:
            self._references.append(tuple(parts))
        if first:
            return value
        return Unknown(self._wrapped(start), tuple(parts) if goes_on else ())

    def _list(self) -> Any:
        start = self.take("[").start
        made: list[Any] = []
        with self.lines(matter=False):
            if self._is_loop():
                self._loop(mapping=False)
                self.take("]")
                return self._from(start)
            while self.peek().kind != "]":
                made.append(self.expression())
                if self.peek().kind != "]":
                    self.take(",")
            self.take("]")
        return made

    def _mapping(self) -> Any:
        start = self.take("{").start
        with self.lines(matter=False):
            if self._is_loop():
                self._loop(mapping=True)
                self.take("}")
                return self._from(start)
        made: dict[Any, Any] = {}
        with self.lines(matter=True):
            while True:
                while self.peek().kind == "newline":
                    self.take()
                if self.peek().kind == "}":
                    break
                at = self.peek().start
                key = self._key()
                if self.peek().kind not in ("=", ":"):
                    raise self.unexpected("=")
                self.take()
                value = self.expression()
                if key in made:
                    raise NotUnderstood("a key stands twice in the same mapping", at)
                made[key] = value
                if self.peek().kind not in ("newline", "}"):
                    self.take(",")
            self.take("}")
        return made

    def _key(self) -> Any:
        """A key: a name means itself."""
        token = self.peek()
        following = self.tokens[self.at + 1].kind if token.kind == "name" else ""
        if following in ("=", ":"):
            self.take()
            return token.text
        key = self.expression()
        if isinstance(key, bool):
            return str(key).lower()
        if isinstance(key, Unknown):
            # A key is looked up: what it encodes may be a list or a mapping, which cannot be.
            return key._replace(encoded=None)
        if isinstance(key, str):
            return key
        if isinstance(key, int):
            return str(key)
        raise NotUnderstood("a key is neither a text nor a number", token.start)

    def _is_loop(self) -> bool:
        """Whether what is in the brackets begins with `for`, which no name of a key may be."""
        token = self.peek()
        return token.kind == "name" and token.text == "for"

    def _loop(self, *, mapping: bool) -> None:
        """`for x in y : z`, up to its closing bracket."""
        self.take("name")
        before = len(self._own)
        names = self._loop_names()
        self.expression()
        self._own += names
        self.take(":")
        self.expression()
        if mapping:
            self.take("=>")
            self.expression()
            if self.peek().kind == "...":
                self.take()
        token = self.peek()
        if token.kind == "name" and token.text == "if":
            self.take()
            self.expression()
        del self._own[before:]

    def _loop_names(self) -> list[str]:
        """`x in` or `k, v in`."""
        names = [self.take("name").text]
        if self.peek().kind == ",":
            self.take()
            names.append(self.take("name").text)
        if self.take("name").text != "in":
            self.at -= 1
            raise self.unexpected("in")
        return names

    def _heredoc(self, token: Token) -> Any:
        """The text of a heredoc; `<<-` takes away the indentation that all its lines have."""
        if token.text.startswith("-"):
            self._unindent()
        return self.template_parts("close", token.start)

    def _unindent(self) -> None:
        indented: list[int] = []
        common: list[int] = []
        at = self.at
        depth = 0
        line_begins = True
        while depth or self.tokens[at].kind != "close":
            kind, text, _, _ = self.tokens[at]
            if kind in ("${", "%{", "open quote", "open heredoc"):
                if line_begins:
                    common.append(0)
                depth += 1
            elif kind in ("}}", "close"):
                depth -= 1
            elif (
                kind == "text" and depth == 0 and line_begins and (text.strip() or "\n" not in text)
            ):
                # A line of nothing but spaces stays as it is.
                indented.append(at)
                common.append(len(text) - len(text.lstrip(" \t")))
            line_begins = kind == "text" and depth == 0 and text.endswith("\n")
            at += 1
        width = min(common, default=0)
        for index in indented:
            token = self.tokens[index]
            self.tokens[index] = token._replace(text=token.text[width:])

    def _from(self, start: int) -> Unknown:
        return Unknown(self._wrapped(start))

    def _wrapped(self, start: int) -> str:
        """What was read since `start`, as a template of nothing else."""
        last = self.tokens[self.at - 1]
        # The last line of a heredoc says its marker and nothing else.
        line_end = "\n" if last.kind == "close" and last.text != '"' else ""
        return f"${{{self.text[start : last.end]}{line_end}}}"


def _number(token: Token) -> int | float | Unknown:
    if token.text.isdigit() and len(token.text) < 400:
        return int(token.text)
    # Beyond what a float holds exactly, Terraform knows better.
    if len(token.text) > 15 or "e" in token.text.lower():
        return Unknown(f"${{{token.text}}}")
    return float(token.text)


def _as_text(part: str | tuple[Any, str]) -> str | None:
    """A part of a template as text, if it is known."""
    value = part if isinstance(part, str) else part[0]
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, str | int) else None


def _template_of(parts: list[str | tuple[Any, str]]) -> str | None:
    """The parts as a string of Terraform JSON; None if it could mean something else there."""
    made = ""
    for part in parts:
        if isinstance(part, str):
            made += escaped(part)
        elif made.endswith(("$", "%")):
            return None
        else:
            made += part[1]
    return made
