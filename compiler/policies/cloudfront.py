"""What several rules read of a CloudFront distribution."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from compiler.policies.shape import Root
from compiler.policies.terraform import Path, bodies, settled_body

DISTRIBUTION = "aws_cloudfront_distribution"
_BEHAVIOURS = ("default_cache_behavior", "ordered_cache_behavior")


def behaviours(body: dict[Any, Any]) -> Iterator[tuple[Path, dict[Any, Any]]]:
    """The behaviours of a settled distribution and their paths: the default one and the others."""
    for name in _BEHAVIOURS:
        yield from bodies(body.get(name), (name,))


def aliases(body: dict[Any, Any]) -> list[Any]:
    """The hosts of a settled distribution; one that is not known if not even the list is."""
    listed = body.get("aliases")
    if listed is None:
        return []
    return listed if isinstance(listed, list) else [listed]


@lru_cache(maxsize=8)
def origin_names(root: Root) -> frozenset[str]:
    """The names of all origins of a root that are known."""
    return frozenset(
        host(origin.get("domain_name"))
        for block in root.blocks("resource", DISTRIBUTION)
        for _, origin in bodies(settled_body(block).get("origin"))
        if isinstance(origin.get("domain_name"), str)
    )


@lru_cache(maxsize=8)
def owners(root: Root) -> dict[str, list[str]]:
    """Host -> the addresses of the distributions that have it as an alias, once for each time."""
    owned: dict[str, list[str]] = {}
    for block in root.blocks("resource", DISTRIBUTION):
        for alias in aliases(settled_body(block)):
            if isinstance(alias, str):
                owned.setdefault(host(alias), []).append(block.address)
    return owned


def host(name: Any) -> str:
    """A host as DNS compares it: in lower case, without a final dot."""
    return str(name).lower().removesuffix(".")


def lies_in(name: str, domains: tuple[str, ...]) -> bool:
    """Whether a host is one of these domains, or below one."""
    return any(
        host(name) == host(domain) or host(name).endswith(f".{host(domain)}") for domain in domains
    )
