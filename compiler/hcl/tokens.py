"""Text -> tokens, as Terraform 1.11 makes them.

Source: the HCL native syntax specification, "Lexical Elements" and "Template Expressions"; what it
leaves open was tried with Terraform itself.
"""

import re
from typing import NamedTuple

MAX_DEPTH = 64
"""How deep blocks, brackets and templates may be nested; real files have ten levels."""

# Terraform takes letters of every alphabet for a name; a look-alike is not worth the doubt.
_CODE = re.compile(
    r"""(?P<space>[ \t]+|(?:\#|//)[^\n]*|/\*.*?\*/)
    |(?P<endless>/\*)
    |(?P<newline>\r?\n)
    |(?P<name>[A-Za-z_][A-Za-z0-9_-]*)
    |(?P<number>[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)
    |<<(?P<heredoc>-?[A-Za-z_][A-Za-z0-9_-]*)\r?\n
    |(?P<quote>")
    |(?P<symbol>~\}|\.\.\.|::|=>|==|!=|<=|>=|&&|\|\||[-+*/%<>!=?:.,()\[\]{}])
    """,
    re.VERBOSE | re.DOTALL,
)
_TEMPLATE = {
    "quote": re.compile(
        r"""(?P<end>")
        |(?P<open>[$%]\{~?)
        |(?P<doubled>\$\$\{|%%\{)
        |\\(?P<escape>[nrt"\\]|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})
        |(?P<text>[^"\\$%\n]+|[$%])
        """,
        re.VERBOSE,
    ),
    # Neither a heredoc nor a string of Terraform JSON, which JSON has unescaped, knows a backslash.
    "heredoc": re.compile(
        r"(?P<open>[$%]\{~?)|(?P<doubled>\$\$\{|%%\{)|(?P<text>[^$%\n]*\n|[^$%\n]+|[$%])"
    ),
    "template": re.compile(r"(?P<open>[$%]\{~?)|(?P<doubled>\$\$\{|%%\{)|(?P<text>[^$%]+|[$%])"),
}
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


class NotUnderstood(Exception):
    """The text is not HCL, or not with certainty; the message says what and where."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


class Token(NamedTuple):
    """A piece of the text.

    `kind` is `name`, `number`, `newline`, `end` or a symbol (`{`, `&&`). In templates it is
    `open quote`, `open heredoc`, `text` (as it is meant, escapes undone), `${`, `%{`, `}}` (the end
    of those two), `close`.
    """

    kind: str
    text: str
    start: int
    end: int


class _Frame(NamedTuple):
    kind: str
    """`code`, or a kind of template."""
    marker: str = ""
    """Of a heredoc: what its last line says."""


def tokens(text: str) -> list[Token]:
    """The tokens of a file or an expression. Raises NotUnderstood."""
    return _tokens(text, _Frame("code"))


def template_tokens(text: str) -> list[Token]:
    """The tokens of a string of Terraform JSON. Raises NotUnderstood."""
    return _tokens(text, _Frame("template"))


def _tokens(text: str, first: _Frame) -> list[Token]:
    made: list[Token] = []
    frames = [first]
    # Of each frame of code, how many braces are open in it.
    braces = [0]
    at = 0
    while at < len(text):
        frame = frames[-1]
        if len(frames) > MAX_DEPTH:
            raise NotUnderstood(f"this is nested deeper than {MAX_DEPTH} levels", at)
        if frame.kind == "code":
            match = _CODE.match(text, at)
            kind = match.lastgroup if match else None
            if match is None or kind is None:
                raise NotUnderstood(f"{text[at]!r} has no meaning in HCL here", at)
            if kind == "endless":
                raise NotUnderstood("a comment has no end", at)
            at = match.end()
            if kind == "space":
                continue
            if kind == "heredoc":
                made.append(Token("open heredoc", match["heredoc"], match.start(), at))
                frames.append(_Frame("heredoc", match["heredoc"].removeprefix("-")))
                braces.append(0)
                at = _heredoc_end(text, at, frames, braces, made)
                continue
            if kind == "quote":
                made.append(Token("open quote", '"', match.start(), at))
                frames.append(_Frame("quote"))
                braces.append(0)
                continue
            if kind == "symbol":
                kind = match[0]
                if kind == "{":
                    braces[-1] += 1
                elif kind in ("}", "~}"):
                    if braces[-1] == 0 and len(frames) > 1:
                        made.append(Token("}}", match[0], match.start(), at))
                        frames.pop()
                        braces.pop()
                        if frames[-1].kind == "heredoc":
                            at = _heredoc_end(text, at, frames, braces, made, midline=True)
                        continue
                    braces[-1] -= 1
            made.append(Token(kind, match[0], match.start(), at))
            continue

        match = _TEMPLATE[frame.kind].match(text, at)
        kind = match.lastgroup if match else None
        if match is None or kind is None:
            what = "an escape that HCL does not know" if text[at] == "\\" else "a line break"
            raise NotUnderstood(f"{what} stands in a quoted text", at)
        at = match.end()
        if kind == "end":
            made.append(Token("close", match[0], match.start(), at))
            frames.pop()
            braces.pop()
        elif kind == "open":
            made.append(Token(match[0][:2], match[0], match.start(), at))
            frames.append(_Frame("code"))
            braces.append(0)
        else:
            meant = match[0]
            if kind == "doubled":
                meant = meant[1:]
            elif kind == "escape":
                meant = _escaped(match["escape"], match.start())
            made.append(Token("text", meant, match.start(), at))
            if frame.kind == "heredoc":
                midline = not match[0].endswith("\n")
                at = _heredoc_end(text, at, frames, braces, made, midline=midline)
    if len(frames) > 1:
        what = "a heredoc" if frames[-1].kind == "heredoc" else "a quoted text or a template"
        raise NotUnderstood(f"{what} has no end", len(text))
    made.append(Token("end", "", len(text), len(text)))
    return made


def _heredoc_end(
    text: str,
    at: int,
    frames: list[_Frame],
    braces: list[int],
    made: list[Token],
    *,
    midline: bool = False,
) -> int:
    """Close the heredoc if the line that begins at `at` is its marker; the line break stays."""
    if midline:
        return at
    end = text.find("\n", at)
    if end < 0 or text[at:end].strip(" \t\r") != frames[-1].marker:
        return at
    end -= text[at:end].endswith("\r")
    made.append(Token("close", text[at:end], at, end))
    frames.pop()
    braces.pop()
    return end


def _escaped(escape: str, offset: int) -> str:
    if escape in _ESCAPES:
        return _ESCAPES[escape]
    code = int(escape[1:], 16)
    if code > 0x10FFFF or 0xD800 <= code < 0xE000:
        raise NotUnderstood("an escape stands for no character", offset)
    return chr(code)
