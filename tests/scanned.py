"""Small trees of foreign files, and `portico scan` run on them as a user would."""

import contextlib
import re
from pathlib import Path
from typing import NamedTuple

from tests.repository import Result, portico

ENTRANCE = (
    *("--shared", "edge/service-public-loadbalancer"),
    *("--ingress-class", "edge", "--domain", "example.com"),
)

SETTINGS = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: shop}
"""
"""An object that no rule has anything against."""

ROGUE = """\
apiVersion: v1
kind: Service
metadata: {name: rogue, namespace: shop}
spec:
  type: LoadBalancer
  ports: [{port: 80}]
"""
"""A second load balancer."""

HARMLESS = ROGUE.replace("LoadBalancer", "ClusterIP")

SHARED = """\
apiVersion: v1
kind: Service
metadata: {name: service-public-loadbalancer, namespace: edge}
spec:
  type: LoadBalancer
  loadBalancerSourceRanges: [203.0.113.0/24]
  selector: {app.kubernetes.io/name: edge-router}
  ports: [{name: https, port: 443, targetPort: https}]
"""
"""The shared Service, as far as only its name is known."""


def lay(root: Path, files: dict[str, str | bytes]) -> Path:
    """Write these files below a folder."""
    root.mkdir(parents=True, exist_ok=True)
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def scan(root: Path, *arguments: str) -> Result:
    """Run `portico scan` in a folder: on all of it, if no path is given."""
    paths = [] if any(not a.startswith("-") for a in arguments[:1]) else ["."]
    with contextlib.chdir(root):
        return portico(root, "scan", *ENTRANCE, *paths, *arguments)


class Finding(NamedTuple):
    """What a person sees first of a finding."""

    rule: str
    message: str
    place: str


def findings(root: Path, files: dict[str, str | bytes], *arguments: str) -> list[Finding]:
    """What a scan of these files finds; the exit code must agree with it."""
    result = scan(lay(root, files), *arguments)
    found = [
        Finding(*match)
        for match in re.findall(r"^\w+\[(\w+)\]: (.*)\n *--> (.*)$", result.err, re.MULTILINE)
    ]
    assert result.code == (1 if found else 0), result
    return found


def rules(root: Path, files: dict[str, str | bytes], *arguments: str) -> list[str]:
    """The ids of the rules of what a scan finds."""
    return [finding.rule for finding in findings(root, files, *arguments)]
