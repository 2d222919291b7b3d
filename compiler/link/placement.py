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
from compiler.spec.parse import shown

BAD_PLACEMENT = Rule(
    "PT112",
    "unusable placement",
    "The placement says where live hosts are served; a line that cannot be followed is no guess.",
)

# Alternate domain names for a distribution; adjustable. AWS, CloudFront quotas.
MAX_HOSTS = 100

HEADER = (
    "Which CloudFront distribution serves which host. Portico adds and removes hosts here and\n"
    "never moves one; commit this file."
)
_NAME = re.compile(r"(?P<profile>standard|caching)-[1-9][0-9]{0,3}")


class Distribution(NamedTuple):
    """A CloudFront distribution: `standard-1` passes everything on, `caching-1` caches."""

    name: str
    profile: str
    hosts: tuple[Host, ...]


def profile_of(host: Host) -> str:
    """Hosts of one profile may share a distribution, because its behaviour is the same for all."""
    return "standard" if host.expose.cache == "none" else "caching"


def place(
    hosts: tuple[Host, ...], committed: Document | None
) -> tuple[tuple[Distribution, ...], dict[str, str], list[Diagnostic]]:
    """The distributions, sorted by name, the placement to commit (host -> distribution), errors.

    A host keeps its committed place while its profile allows; a new one goes to the first
    distribution of its profile that has room.
    """
    kept, diagnostics = _committed(committed)
    behind_cloudfront = [host for host in hosts if host.expose.edge == "cloudfront"]
    placement: dict[str, str] = {}
    members: dict[str, int] = {}
    for host in behind_cloudfront:
        name = kept.get(host.name)
        if name is not None and name.rsplit("-", 1)[0] == profile_of(host):
            placement[host.name] = name
            members[name] = members.get(name, 0) + 1
    for name, count in members.items():
        if count > MAX_HOSTS and committed is not None:
            diagnostics.append(
                Diagnostic(
                    BAD_PLACEMENT,
                    f"{name} has {count} hosts, and a distribution takes {MAX_HOSTS}",
                    Place(committed.span(("hosts",))),
                    help=f"move {count - MAX_HOSTS} of them to another distribution",
                )
            )
    for host in behind_cloudfront:
        if host.name not in placement:
            number = 1
            while members.get(f"{profile_of(host)}-{number}", 0) >= MAX_HOSTS:
                number += 1
            name = f"{profile_of(host)}-{number}"
            placement[host.name] = name
            members[name] = members.get(name, 0) + 1

    by_name: dict[str, list[Host]] = {}
    for host in behind_cloudfront:
        by_name.setdefault(placement[host.name], []).append(host)
    distributions = tuple(
        Distribution(name, name.rsplit("-", 1)[0], tuple(members_of))
        for name, members_of in sorted(by_name.items(), key=lambda item: _order(item[0]))
    )
    return distributions, dict(sorted(placement.items())), diagnostics


def _order(name: str) -> tuple[str, int]:
    profile, number = name.rsplit("-", 1)
    return profile, int(number)


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
        if isinstance(name, str) and _NAME.fullmatch(name):
            kept[host] = name
        else:
            diagnostics.append(
                Diagnostic(
                    BAD_PLACEMENT,
                    f"a host is placed in a distribution, and {shown(name)} is not the name of one",
                    Place(document.span(("hosts", host))),
                    help="write standard-1, standard-2, ... or caching-1, caching-2, ...",
                )
            )
    return kept, diagnostics
