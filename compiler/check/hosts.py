"""Who claims which host: the Ingresses of all that is judged together."""

from collections.abc import Iterable, Mapping

from compiler.policies.reading import items, mapping
from compiler.policies.shape import Claim, Object


def claims_of(obj: Object, place: str) -> list[tuple[str, Claim]]:
    """The hosts that an object serves something under, in lower case and without a final dot.

    `place` says for people where it stands.

    A rule without `http` serves nothing: it only asks for a name or a certificate.
    """
    if obj.get("kind") != "Ingress":
        return []
    metadata = mapping(obj, "metadata")
    claim = Claim(str(metadata.get("namespace") or ""), str(metadata.get("name") or ""), place)
    return [
        (rule["host"].lower().removesuffix("."), claim)
        for _, rule in items(mapping(obj, "spec").get("rules"))
        if isinstance(rule.get("host"), str) and mapping(rule, "http").get("paths")
    ]


def claimed(claims: Iterable[tuple[str, Claim]]) -> dict[str, tuple[Claim, ...]]:
    """Host -> who claims it, each once, in the order in which they were met."""
    hosts: dict[str, dict[Claim, None]] = {}
    for host, claim in claims:
        hosts.setdefault(host, {})[claim] = None
    return {host: tuple(claims) for host, claims in hosts.items()}


def together(
    one: Mapping[str, tuple[Claim, ...]], other: Mapping[str, tuple[Claim, ...]]
) -> dict[str, tuple[Claim, ...]]:
    """All claims of two indexes."""
    return claimed(
        (host, claim) for index in (one, other) for host in index for claim in index[host]
    )
