"""PT225: Flux reads one repository, this one."""

from collections.abc import Iterator

from compiler.policies.kinds import FLUX
from compiler.policies.reading import described, group_of, mapping
from compiler.policies.shape import Context, Finding, Object

ID = "PT225"
TITLE = "source that nobody reviews here"
SEVERITY = "error"
RATIONALE = (
    "What Flux fetches from another repository, registry or bucket is applied to the cluster "
    "without ever standing in a pull request here."
)
WHAT = (
    "Refuses GitRepositories other than the one that bootstrap made for this repository, "
    "OCIRepositories, Buckets and what makes further sources of them, and a GitRepository that "
    "includes another one."
)
FIX = "Bring the manifests into this repository, where they are reviewed."
KINDS = ("ArtifactGenerator", "Bucket", "ExternalArtifact", "GitRepository", "OCIRepository")
ONE_DOOR = True

FAILING = """\
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata:
  name: side
  namespace: flux-system
spec:
  interval: 1m
  url: https://git.example.com/side
"""
PASSING = """\
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata:
  name: flux-system
  namespace: flux-system
spec:
  interval: 1m
  url: https://git.example.com/estate
"""


def findings(obj: Object, context: Context) -> Iterator[Finding]:
    """Judge one source."""
    if group_of(obj) != f"source.{FLUX}":
        return
    metadata = mapping(obj, "metadata")
    is_own = (
        obj.get("kind") == "GitRepository"
        and metadata.get("name") in context.sources
        and metadata.get("namespace") == "flux-system"
    )
    if not is_own:
        yield Finding(
            ("metadata", "name"),
            f"{described(obj)} has Flux fetch what is not reviewed here",
            "remove it, and bring the manifests into this repository",
        )
    elif mapping(obj, "spec").get("include"):
        yield Finding(
            ("spec", "include"),
            f"{described(obj)} takes in files of other repositories",
            "remove include, and bring the files into this repository",
        )
