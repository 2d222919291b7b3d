"""rendered/ against what compiling gives: every difference is named."""

from collections.abc import Iterable

from compiler.diagnostics.model import Diagnostic, Place, Rule, Span
from compiler.emit.tree import RENDERED, Difference

MISSING = Rule(
    "PT401",
    "compiled file is missing",
    "Flux and Terraform read rendered/, not the specs: what is not there does not exist.",
    what="Refuses a repository in which a file that the specs compile to is not there, because a "
    "spec was added and not compiled, or because somebody removed the file.",
    fix="Run `portico compile` and commit what it writes.",
    failing="""\
-- rendered/dev/apps/shop/kustomization.yaml --
""",
    passing="""\
-- rendered/dev/apps/shop/kustomization.yaml --
# Compiled by portico from apps/shop.yaml; do not edit, change the spec and run `portico compile`.
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
- manifests.yaml
""",
)
DIFFERING = Rule(
    "PT402",
    "compiled file differs from its spec",
    "What is reviewed in apps/ must be what runs; an edit in rendered/ would be lost, or hidden.",
    what="Refuses a file below rendered/ that is not, byte for byte, what the specs compile to: a "
    "spec was changed and not compiled, or the file was edited by hand.",
    fix="Run `portico compile` and commit what it writes. A change that was made by hand is lost "
    "then: make it in the spec.",
    failing="""\
-- rendered/dev/apps/shop/kustomization.yaml --
# Compiled by portico from apps/shop.yaml; do not edit, change the spec and run `portico compile`.
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
- manifests.yaml
- by-hand.yaml
""",
    passing="""\
-- rendered/dev/apps/shop/kustomization.yaml --
# Compiled by portico from apps/shop.yaml; do not edit, change the spec and run `portico compile`.
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
- manifests.yaml
""",
)
FOREIGN = Rule(
    "PT403",
    "file that portico did not write",
    "Flux applies every manifest that it finds below its path, reviewed or not.",
    what="Refuses a file below rendered/ that Portico did not write. What Flux keeps in "
    "flux/flux-system/ and Terraform in .terraform/ and .terraform.lock.hcl is left alone.",
    fix="Move the file out of rendered/. Portico neither changes nor removes it. What it is for "
    "belongs in a spec or an environment.",
    failing="""\
-- rendered/dev/apps/shop/by-hand.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: colours, namespace: sales}
data: {theme: dark}
""",
    passing="""\
-- by-hand/colours.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: colours, namespace: sales}
data: {theme: dark}
""",
)
STALE = Rule(
    "PT404",
    "compiled file of something that is gone",
    "Flux and Terraform would keep running what no spec asks for any more.",
    what="Refuses a file below rendered/ that Portico once wrote and would not write today, "
    "because its app or environment is gone.",
    fix="Run `portico compile`, which removes the file, and commit that; or bring the spec back.",
    failing="""\
-- rendered/dev/apps/cart/kustomization.yaml --
# Compiled by portico from apps/cart.yaml
""",
    passing="""\
-- apps/cart.yaml --
name: cart
team: sales
image: ghcr.io/acme/cart:2.0.1
environments:
  dev:
""",
)
LEFTOVER = Rule(
    "PT405",
    "temporary file of a run that was killed",
    "It is not part of what was compiled, and may hold half of a file.",
    what="Refuses a file below rendered/ into which a run of Portico was writing when it was "
    "killed.",
    fix="Run `portico compile`, which removes the file and completes what the killed run began.",
    failing="""\
-- rendered/dev/apps/shop/.portico-9999999-manifests.yaml.tmp --
half a fi
""",
    passing="""\
-- rendered/dev/apps/shop/.portico-9999999-manifests.yaml.tmp --
""",
)
STALE_PLACEMENT = Rule(
    "PT406",
    "placement is not up to date",
    "A host without a committed place could be given another one by the next change.",
    what="Refuses a repository in which `environments/<env>.placement.yaml`, which says which "
    "CloudFront distribution serves which host, lacks a host or names one that is gone.",
    fix="Run `portico compile` and commit what it writes.",
    failing="""\
-- environments/dev.placement.yaml --
hosts: {}
""",
    passing="""\
-- environments/dev.placement.yaml --
hosts:
  shop.dev.acme.example: standard-1
""",
)

_COMPILE = "run `portico compile` and commit what it writes"
_BY_HAND = "move it out of rendered/; what it is for belongs in a spec or an environment"


def drift(
    difference: Difference, compiled: Iterable[str], placements: dict[str, str]
) -> list[Diagnostic]:
    """One diagnostic for each file that is not what compiling gives, `compiled` being all files;
    of an environment that was never compiled, one for them all."""
    never = _without_any(difference.missing, compiled)
    missing = [path for path in difference.missing if _folder(path) not in never]
    # Who never compiled it has no placement of its hosts either.
    stale_placements = [path for path in sorted(placements) if _rendered(path) not in never]
    found: list[Diagnostic] = []
    for rule, paths, what, help in (
        (MISSING, sorted(never), "is missing: nothing was compiled for this environment", _COMPILE),
        (MISSING, missing, "is missing", _COMPILE),
        (DIFFERING, difference.differing, "is not what its spec compiles to", _COMPILE),
        (STALE, difference.stale, "is compiled from nothing any more", _COMPILE),
        (LEFTOVER, difference.leftover, "was left by a run that was killed", _COMPILE),
        (FOREIGN, difference.foreign, "was not written by portico", _BY_HAND),
        (STALE_PLACEMENT, stale_placements, "does not name the hosts that there are", _COMPILE),
    ):
        found += [
            Diagnostic(rule, f"{path} {what}", Place(Span(path)), help=help) for path in paths
        ]
    return found


def _without_any(missing: list[str], compiled: Iterable[str]) -> set[str]:
    """The folders of environments of which every file is missing."""
    return {_folder(path) for path in missing} - {
        _folder(path) for path in set(compiled) - set(missing)
    }


def _folder(path: str) -> str:
    """`rendered/dev` of `rendered/dev/apps/shop/manifests.yaml`."""
    return "/".join(path.split("/")[:2])


def _rendered(placement: str) -> str:
    """`rendered/dev` of `environments/dev.placement.yaml`."""
    return f"{RENDERED}/{placement.split('/')[1].split('.')[0]}"
