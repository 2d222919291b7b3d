"""The sources of a repository as what is made depends on them: where they are, what they amount to.

`digests` are those of all sources, by path.
"""

from collections.abc import Mapping

from compiler.cache.digest import Digest, digest_of

WAIVERS = "policies/waivers.yaml"
_PLACEMENT = ".placement.yaml"


def environment_path(name: str) -> str:
    return f"environments/{name}.yaml"


def app_path(name: str) -> str:
    """Where the spec of an app is."""
    return f"apps/{name}.yaml"


def placement_path(environment: str) -> str:
    """Where it is written down which distribution serves which host."""
    return f"environments/{environment}{_PLACEMENT}"


def environments_key(digests: Mapping[str, Digest]) -> Digest:
    """Of all environments: what an app is resolved in."""
    files = (item for item in digests.items() if item[0].startswith("environments/"))
    return digest_of(sorted(item for item in files if not item[0].endswith(_PLACEMENT)))


def resolution_key(digests: Mapping[str, Digest]) -> Digest:
    """Of all that an app comes to what it does besides its spec: environments, and waivers."""
    return digest_of(environments_key(digests), digests.get(WAIVERS, b""))


def policies_key(digests: Mapping[str, Digest]) -> Digest:
    """Of the repository's own rules and its waivers."""
    return digest_of(sorted(item for item in digests.items() if item[0].startswith("policies/")))


def has_own_rules(digests: Mapping[str, Digest]) -> bool:
    """Whether there may be rules that only this repository has."""
    return any(path.startswith("policies/") and path.endswith(".py") for path in digests)
