"""Loads rules, and finds those that Portico brings along: the files of its `policies/`."""

import importlib.util
import os
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


def load(path: str) -> Policy:
    """The rule in a file. Raises whatever the file does."""
    name = "portico_policy_" + os.path.basename(path).removesuffix(".py")
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return cast(Policy, module)
