"""What Flux leaves out of the repository that it fetches: `.sourceignore`, in git's language.

https://fluxcd.io/flux/components/source/gitrepositories/#excluding-files. As in go-git, which Flux
uses, the last pattern counts that matches a path or a folder above it.
"""

import os
import re
from typing import NamedTuple

from compiler.foreign import files
from compiler.foreign.files import File

NAME = ".sourceignore"


class Pattern(NamedTuple):
    """A line of the file: what it matches, of paths below its folder, and whether it lets in."""

    matches: re.Pattern[str]
    lets_in: bool


def patterns(text: str) -> list[Pattern]:
    """The patterns of a `.sourceignore`."""
    made: list[Pattern] = []
    for line in text.splitlines():
        pattern = line.rstrip()
        lets_in = pattern.startswith("!")
        pattern = pattern.removeprefix("!").removeprefix("\\")
        if not pattern.strip("/") or line.startswith("#"):
            continue
        anchored = "/" in pattern.rstrip("/")
        body = "/".join(map(_component, pattern.strip("/").split("/")))
        body = body.replace("**/", "(?:[^/]+/)*").replace("/**", "/.*").replace("**", ".*")
        # A pattern with a final slash is a folder: something must stand below it.
        end = "/" if pattern.endswith("/") else "(?:/|$)"
        begin = "" if anchored else "(?:.*/)?"
        try:
            made.append(Pattern(re.compile(begin + body + end, re.DOTALL), lets_in))
        except re.error:
            # Go finds no file for such a pattern.
            continue
    return made


def leaving_out(real: str, tree: tuple[str, ...]) -> str | None:
    """The `.sourceignore` by which Flux does not fetch a file, if one in the tree says so."""
    folder = os.path.dirname(real)
    while files.inside(folder, tree):
        named = os.path.join(folder, NAME)
        content = files.content_of(File(named, named)) if os.path.lexists(named) else b""
        if isinstance(content, bytes):
            path = real[len(folder) :].lstrip(os.sep).replace(os.sep, "/")
            made = patterns(content.decode(errors="replace"))
            last = next((p for p in reversed(made) if p.matches.match(path)), None)
            if last is not None:
                return None if last.lets_in else files.shown(named)
        if folder == os.path.dirname(folder):
            break
        folder = os.path.dirname(folder)
    return None


def _component(text: str) -> str:
    """A part of a pattern between two slashes, as a regular expression; `**` stays as it is."""
    if text == "**":
        return text
    made = ""
    for piece in re.split(r"(\*+|\?|\[[^\]/]+\])", text):
        if piece.startswith("*"):
            made += "[^/]*"
        elif piece == "?":
            made += "[^/]"
        elif piece.startswith("[") and piece.endswith("]") and len(piece) > 2:
            inner = piece[1:-1].replace("\\", "\\\\").replace("[", "\\[")
            made += f"[^{inner[1:]}]" if inner[0] in "!^" else f"[{inner}]"
        else:
            made += re.escape(piece)
    return made
