"""Finds the rules: the files of `policies/` that Portico brings along."""

import importlib.util
import os
from types import ModuleType
from typing import NamedTuple


class Shared(NamedTuple):
    """The one Service that may be a load balancer, as rules need to know it."""

    namespace: str
    name: str
    load_balancer_class: str | None
    """Its `spec.loadBalancerClass`; None when it must have none."""


_HERE = os.path.dirname(os.path.abspath(__file__))
# In an installed wheel the rules lie inside the package; in a checkout, beside it.
_FOLDERS = (os.path.join(_HERE, "_builtin_policies"), os.path.join(_HERE, "..", "policies"))


def builtin() -> list[ModuleType]:
    """The built-in rules as modules, sorted by file name. See `policies/` for their shape."""
    folder = next(folder for folder in _FOLDERS if os.path.isdir(folder))
    return [
        _load(os.path.join(folder, name))
        for name in sorted(os.listdir(folder))
        if name.endswith(".py") and not name.startswith("_")
    ]


def _load(path: str) -> ModuleType:
    name = "portico_policy_" + os.path.basename(path).removesuffix(".py")
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
