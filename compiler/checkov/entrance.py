"""What a file that Checkov reads is held against: the same as by `portico scan`."""

import argparse
import os
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import NoReturn

from compiler.check.contexts import Contexts
from compiler.cli import scan
from compiler.policies.shape import Context
from compiler.source.repository import NotARepository

STATED = {
    "PORTICO_SHARED": "--shared",
    "PORTICO_INGRESS_CLASS": "--ingress-class",
    "PORTICO_DOMAIN": "--domain",
    "PORTICO_ORIGIN": "--origin",
    "PORTICO_ACCOUNT": "--account",
    "PORTICO_KIND": "--kind",
}
"""Environment variable -> the option of `portico scan` that it stands for. Several values are
separated by commas."""


class UnknownEntrance(Exception):
    """What is allowed cannot be known, so nothing can be judged; the message says why."""


class Entrance:
    """The context of each file, looked for when the first one is judged."""

    def __init__(self, near: str, variables: Mapping[str, str]) -> None:
        """`near` is where a repository is looked for, after the current folder."""
        self._near = near
        self._variables = variables

    def context_of(self, file: str) -> tuple[str, Context]:
        """The context of a file, and the `rendered/<env>` that it is below; empty if it is below
        none. Raises UnknownEntrance."""
        real = os.path.realpath(file)
        for folder, context in self._contexts.below.items():
            if real.startswith(folder + os.sep):
                return folder, context
        return "", self._contexts.everywhere

    @cached_property
    def _contexts(self) -> Contexts:
        parser = _Parser(prog="checkov", allow_abbrev=False)
        scan.configure(parser)
        options = parser.parse_args([*self._arguments(), self._near])
        try:
            return scan.held_against(options).contexts
        except NotARepository as reason:
            raise UnknownEntrance(str(reason)) from reason

    def _arguments(self) -> Iterator[str]:
        for name, option in STATED.items():
            for value in self._variables.get(name, "").split(","):
                if value.strip():
                    yield f"{option}={value.strip()}"


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UnknownEntrance(f"the environment variables PORTICO_... are wrong: {message}")
