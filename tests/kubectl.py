"""Runs the real kubectl, and reads what it prints as Kubernetes' own Go code would."""

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import yaml

from tests import programs

KUSTOMIZE_SECONDS = 300.0


class KubectlFailed(AssertionError):
    """kubectl refused; the message is all that it said."""


def kustomize(directory: Path, *options: str) -> list[dict[str, Any]]:
    """The objects of a kustomization, in the order in which `kubectl kustomize` prints them."""
    kubectl = programs.require(programs.kubectl())
    line = [str(kubectl.path), "kustomize", str(directory), *options]
    done = subprocess.run(
        line, capture_output=True, text=True, timeout=KUSTOMIZE_SECONDS, stdin=subprocess.DEVNULL
    )
    if done.returncode:
        raise KubectlFailed(f"{' '.join(line)}\nexit code {done.returncode}\n{done.stderr}")
    return [document for document in yaml.load_all(done.stdout, _GoScalars) if document]


def patched(obj: dict[str, Any], patch: Any, sort: str) -> dict[str, Any]:
    """What `kubectl patch` makes of an object, as the API server would; there is no cluster.

    `sort` is strategic, merge or json.
    """
    kubectl = programs.require(programs.kubectl())
    line = [str(kubectl.path), "patch", "--local", "-f", "-", "-o", "json"]
    done = subprocess.run(
        [*line, "--type", sort, "--patch", json.dumps(patch)],
        capture_output=True,
        text=True,
        input=json.dumps(obj),
        timeout=KUSTOMIZE_SECONDS,
        env={"KUBECONFIG": os.devnull},
    )
    if done.returncode:
        raise KubectlFailed(done.stderr)
    made: dict[str, Any] = json.loads(done.stdout)
    return made


class _GoScalars(yaml.CSafeLoader):
    """Reads plain scalars as YAML 1.2 does, which is how the text that Go writes is to be read.

    sigs.k8s.io/yaml quotes each string that a reader of YAML 1.1 or 1.2 could take for a number,
    a truth value, null or a time; whatever it leaves plain means the same under YAML 1.2. PyYAML's
    own rules are those of YAML 1.1 and go wrong on that text: `1e+21`, which Go writes for a large
    number, would be a string, a plain `=` an error and a plain `<<` a merge.
    """


# Not in the class: this is shared with, and would be added to, PyYAML's own loader.
_GoScalars.yaml_implicit_resolvers = {}


def _integer(loader: yaml.CSafeLoader, node: yaml.ScalarNode) -> int:
    return int(node.value, {"0x": 16, "0o": 8}.get(node.value[:2], 10))


def _float(loader: yaml.CSafeLoader, node: yaml.ScalarNode) -> float:
    # Python writes the infinite and what is no number without YAML's point.
    return float(re.sub(r"\.(?=[in])", "", node.value.lower()))


for _tag, _pattern, _first in (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", list("-+0123456789")),
    (
        "float",
        r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
        list("-+.0123456789"),
    ),
):
    _GoScalars.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(rf"^(?:{_pattern})$"), _first
    )
_GoScalars.add_constructor("tag:yaml.org,2002:int", _integer)
_GoScalars.add_constructor("tag:yaml.org,2002:float", _float)
