"""What a command line gives, held against the language's own kinds of text."""

from typing import Any

from pydantic_core import PydanticCustomError

from compiler.author.refused import Refused
from compiler.spec.kinds import bare
from compiler.spec.parse import did_you_mean


def problem(kind: Any, text: str) -> str:
    """What is wrong with a text of this kind and what to write instead; empty if nothing is.

    `kind` is one of `spec.types`: `Image`, `AppName`.
    """
    form = bare(kind).form
    assert form is not None
    try:
        form.check(text)
    except PydanticCustomError as error:
        context = error.context or {}
        return f"{context['message']}: {context['help']}"
    return ""


def one_of(what: str, word: str, known: tuple[str, ...]) -> str:
    """The word, which is one of those known. Raises Refused."""
    if word not in known:
        hint = did_you_mean(word, list(known))
        raise Refused(f'there is no {what} "{word}"' + (f": {hint}" if hint else ""))
    return word


def listed(names: list[str]) -> str:
    """`dev, test and prod`."""
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last
