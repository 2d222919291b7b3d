"""Loads rules, and finds those that Portico brings along: the files of its `policies/`."""

import importlib.util
import os
from importlib.machinery import SourceFileLoader
from types import CodeType
from typing import cast

from compiler.policies.shape import Policy

_HERE = os.path.dirname(os.path.abspath(__file__))
# In an installed wheel the rules lie inside the package; in a checkout, beside it.
_FOLDERS = (
    os.path.join(_HERE, "..", "_builtin_policies"),
    os.path.join(_HERE, "..", "..", "policies"),
)


def folder_of_builtin() -> str:
    """Where the built-in rules are."""
    return next(folder for folder in _FOLDERS if os.path.isdir(folder))


def builtin() -> list[Policy]:
    """The built-in rules, sorted by file name."""
    folder = folder_of_builtin()
    return [
        load(os.path.join(folder, name))
        for name in sorted(os.listdir(folder))
        if name.endswith(".py") and not name.startswith("_")
    ]


def load(path: str, *, anew: bool = False) -> Policy:
    """The rule in a file. Raises whatever the file does.

    `anew` does without what Python compiled of the file before.
    """
    name = "portico_policy_" + os.path.basename(path).removesuffix(".py")
    loader = _Anew(name, path) if anew else None
    spec = importlib.util.spec_from_file_location(name, path, loader=loader)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return cast(Policy, module)


class _Anew(SourceFileLoader):
    """Runs what is written. `__pycache__` is told by size and time, or was committed."""

    def get_code(self, fullname: str) -> CodeType:
        return self.source_to_code(self.get_data(self.path), self.path)
