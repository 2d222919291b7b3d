"""Which CloudFront distribution serves which host.

A distribution takes 100 names, and moving a name between two is not one step for CloudFront: an
alias cannot stand in both. So the placement is state, committed like a lock file. It is appended
to, and nothing that has a place moves because another host comes or goes.
"""

import re
from typing import NamedTuple

from compiler.diagnostics.model import Diagnostic, Place, Rule
from compiler.link.hosts import Host
from compiler.source.yaml import Document
from compiler.spec.model import shown

BAD_PLACEMENT = Rule(
    "PT112",
    "unusable placement",
    "The placement says where live hosts are served; a line that cannot be followed is no guess.",
    what="Refuses `environments/<env>.placement.yaml` if it is no map of hosts to distributions, "
    "if it names a distribution that cannot be, or if it puts more than 100 hosts into one.",
    fix="Restore the file from Git, or take over what `portico compile` last wrote. By hand, write "
    "standard-1, standard-2, caching-1 and so on, or direct. Where two branches together placed "
    "more than 100 hosts, take out the new lines of one, and compile.",
    failing="""\
-- environments/dev.placement.yaml --
hosts:
  shop.dev.acme.example: fast
""",
    passing="""\
-- environments/dev.placement.yaml --
hosts:
  shop.dev.acme.example: standard-1
""",
)

# Alternate domain names for a distribution; adjustable. AWS, CloudFront quotas.
MAX_HOSTS = 100

HEADER = (
    "Which CloudFront distribution serves which host, or direct. Portico adds and removes hosts\n"
    "here and never moves one; commit this file."
)
WOULD_MOVE = Rule(
    "PT115",
    "live host that would move",
    "An alias cannot stand in two distributions, nor a CNAME beside other records: Terraform would "
    "make the new before, or while, it removes the old, and fail half way.",
    what="Refuses a change of `cache` or `edge` that would move a host from the distribution that "
    "serves it to another one, or past CloudFront, in a single step.",
    fix="Take two steps: remove `expose`, compile, and let Terraform apply it; then add `expose` "
    "again with the new value. The host is not reachable in between.",
    failing="""\
-- environments/dev.placement.yaml --
hosts:
  shop.dev.acme.example: standard-1
-- apps/shop.yaml --
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
port: 8080
expose: {host: shop, cache: origin}
environments:
  dev:
""",
    passing="""\
-- environments/dev.placement.yaml --
hosts:
  shop.dev.acme.example: standard-1
-- apps/shop.yaml --
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
port: 8080
expose: {host: shop, cache: none}
environments:
  dev:
""",
)

_NAME = re.compile(r"(standard|caching)-[1-9][0-9]{0,3}|direct")
_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")


class Distribution(NamedTuple):
    """A CloudFront distribution: `standard-1` passes everything on, `caching-1` caches."""

    name: str
    profile: str
    hosts: tuple[Host, ...]


def profile_of(host: Host) -> str:
    """Hosts of one profile may share a distribution, because its behaviour is the same for all."""
    if host.expose.edge == "direct":
        return "direct"
    return "standard" if host.expose.cache == "none" else "caching"


def place(
    hosts: tuple[Host, ...], committed: Document | None
) -> tuple[tuple[Distribution, ...], dict[str, str], list[Diagnostic]]:
    """The distributions, sorted by name, the placement to commit (host -> distribution), errors.

    A host keeps its committed place; a new one goes to the first distribution of its profile that
    has room. A host whose profile is no longer that of its place is an error.
    """
    kept, diagnostics = _committed(committed)
    placement: dict[str, str] = {}
    members: dict[str, int] = {}
    for host in hosts:
        name = kept.get(host.name)
        if name is not None:
            placement[host.name] = name
            members[name] = members.get(name, 0) + 1
            if _profile(name) != profile_of(host) and committed is not None:
                diagnostics.append(_moved(host, name, committed))
    for name, count in members.items():
        if count > MAX_HOSTS and name != "direct" and committed is not None:
            diagnostics.append(
                Diagnostic(
                    BAD_PLACEMENT,
                    f"{name} has {count} hosts, and a distribution takes {MAX_HOSTS}",
                    Place(committed.span(("hosts",))),
                    help=f"take out the lines of {count - MAX_HOSTS} of them that Terraform has "
                    "not applied yet, and run `portico compile`: there is room elsewhere",
                )
            )
    for host in hosts:
        if host.name not in placement:
            name = _first_with_room(profile_of(host), members)
            placement[host.name] = name
            members[name] = members.get(name, 0) + 1

    by_name: dict[str, list[Host]] = {}
    for host in hosts:
        by_name.setdefault(placement[host.name], []).append(host)
    distributions = tuple(
        Distribution(name, _profile(name), tuple(by_name[name]))
        for name in sorted(by_name, key=_order)
        if name != "direct"
    )
    return distributions, dict(sorted(placement.items())), diagnostics


def _first_with_room(profile: str, members: dict[str, int]) -> str:
    if profile == "direct":
        return profile
    number = 1
    while members.get(f"{profile}-{number}", 0) >= MAX_HOSTS:
        number += 1
    return f"{profile}-{number}"


def _profile(name: str) -> str:
    return name.rsplit("-", 1)[0]


def _moved(host: Host, name: str, committed: Document) -> Diagnostic:
    unit = host.routes[0].unit
    field = "edge" if "direct" in (name, profile_of(host)) else "cache"
    return Diagnostic(
        WOULD_MOVE,
        f'"{host.name}" is served by {name}, and `{field}: {getattr(host.expose, field)}` would '
        "move it while it is live",
        unit.place("expose", field),
        (Place(committed.span(("hosts", host.name)), "where it is now"),),
        help="take two steps: remove `expose`, compile and apply; then expose it anew. Or keep "
        f"`{field}` as it was",
    )


def _order(name: str) -> tuple[str, int]:
    profile, _, number = name.rpartition("-")
    return profile, int(number) if number.isdigit() else 0


def _committed(document: Document | None) -> tuple[dict[str, str], list[Diagnostic]]:
    if document is None:
        return {}, []
    data = document.data
    hosts = data.get("hosts") if isinstance(data, dict) else None
    if not isinstance(data, dict) or set(data) != {"hosts"} or not isinstance(hosts, dict):
        return {}, [
            Diagnostic(
                BAD_PLACEMENT,
                f"{document.path} must have one field, hosts, with a distribution for each host",
                Place(document.span(())),
                help="restore the file from Git; a new one would move live hosts",
            )
        ]
    kept: dict[str, str] = {}
    diagnostics: list[Diagnostic] = []
    for host, name in hosts.items():
        if not _HOST.fullmatch(host):
            diagnostics.append(
                Diagnostic(
                    BAD_PLACEMENT,
                    f'"{host}" is not a host name as hosts are written',
                    Place(document.span(("hosts", host), key=True)),
                    help="write the full name in lowercase, without a final dot",
                )
            )
        elif isinstance(name, str) and _NAME.fullmatch(name):
            kept[host] = name
        else:
            diagnostics.append(
                Diagnostic(
                    BAD_PLACEMENT,
                    f"a host is placed in a distribution, and {shown(name)} is not the name of one",
                    Place(document.span(("hosts", host))),
                    help="write standard-1, standard-2, ..., caching-1, caching-2, ... or direct",
                )
            )
    return kept, diagnostics
