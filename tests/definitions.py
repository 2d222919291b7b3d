"""Operators' own definitions of their custom resources, as strict as the API server can be.

They are data of their projects and no part of this repository: they are found in the folder that
PORTICO_CRDS names, or in `shared/crds` beside the repository. A test that needs one is skipped
where it is not there.
"""

import os
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

ROOT = Path(__file__).parent.parent
CRDS = Path(os.environ.get("PORTICO_CRDS", ROOT.parent / "shared" / "crds"))


@cache
def validator(file: str, version: str) -> Any:
    """What judges objects of one version of the custom resource that is defined in a file."""
    path = CRDS / file
    if not path.exists():
        pytest.skip(f"{file} is not on this machine; set PORTICO_CRDS to a folder that has it")
    definition = yaml.load(path.read_text(), yaml.CSafeLoader)
    [served] = [v for v in definition["spec"]["versions"] if v["name"] == version]
    assert served["served"], f"{file}: {version} is not served any more"
    schema = _strict(served["schema"]["openAPIV3Schema"])
    # The frame of every object, which the definition leaves open.
    schema["properties"]["metadata"] = {"type": "object"}
    return jsonschema_rs.Draft202012Validator(schema)


def _strict(schema: Any) -> Any:
    """The schema with unknown fields refused, as the API server does with strict validation."""
    if isinstance(schema, dict):
        closed = {key: _strict(value) for key, value in schema.items()}
        if "properties" in closed and "x-kubernetes-preserve-unknown-fields" not in closed:
            closed.setdefault("additionalProperties", False)
        return closed
    return [_strict(item) for item in schema] if isinstance(schema, list) else schema
