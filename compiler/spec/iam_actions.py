"""The actions that AWS is known to have, to tell one that is misspelt.

`iam_actions.txt` has them by service; `tests/spec/test_iam_actions.py` says where they come from
and how they are brought up to date. IAM takes any name, and never says that nothing has it.
"""

from functools import cache
from pathlib import Path

from compiler.spec.fix import meant

_FILE = Path(__file__).with_name("iam_actions.txt")


def meant_action(action: str) -> str | None:
    """The action of which this is a misspelling; None if it is one, or may be one of a new name."""
    service, _, name = action.partition(":")
    if service not in _services():
        near = meant(service, _services())
        return None if near is None or not _is_known(near, name) else f"{near}:{name}"
    if _is_known(service, name):
        return None
    slip = meant(name, _actions(service))
    return None if slip is None else f"{service}:{slip}"


def source() -> str:
    """Where the list is from, with its version: an action may be newer."""
    return _lines()[0].removeprefix("# ")


def _is_known(service: str, name: str) -> bool:
    # To IAM the case of letters is nothing.
    return name.lower() in {action.lower() for action in _actions(service)}


@cache
def _actions(service: str) -> list[str]:
    return _services()[service].split()


@cache
def _services() -> dict[str, str]:
    """Service -> its actions, with spaces between them."""
    named = (line.partition(": ") for line in _lines()[1:])
    return {service: actions for service, _, actions in named}


@cache
def _lines() -> list[str]:
    return _FILE.read_text(encoding="ascii").splitlines()
