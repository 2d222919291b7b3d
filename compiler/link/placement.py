"""Which CloudFront distribution serves which host.

A distribution takes 100 names, and moving a name between two is not one step for CloudFront: an
alias cannot stand in both. So the placement is state, committed like a lock file. It is appended
to, and nothing that has a place moves because another host comes or goes.
"""

import re
from collections.abc import Iterator
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
    "if it names a distribution that cannot be, or if it puts more into one than it takes: 100 "
    "hosts, and redirects of 9000 characters.",
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

# A CloudFront function has at most 10 KB of code: what is left of them for the redirects of one
# distribution. AWS, CloudFront quotas.
MOST_REDIRECTING = 9000

HEADER = (
    "Which CloudFront distribution serves which host, or direct. Portico adds and removes hosts\n"
    "here and never moves one; commit this file."
)
WOULD_MOVE = Rule(
    "PT115",
    "live host that would move",
    "An alias cannot stand in two distributions, nor a CNAME beside other records: Terraform would "
    "make the new before, or while, it removes the old, and fail half way.",
    what="Refuses a change of `cache`, `edge` or `redirects` that would move a host from the "
    "distribution that serves it to another one, or past CloudFront or back, in a single step.",
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

    @property
    def redirects(self) -> dict[str, str]:
        """The hosts that it leads elsewhere, each with the host that it leads to."""
        return {h.name: h.redirect.target for h in self.hosts if h.redirect is not None}


def profile_of(host: Host) -> str:
    """Hosts of one profile may share a distribution, because its behaviour is the same for all.

    One that only redirects may stand in any distribution, since no behaviour is asked; it has the
    profile of its entrance.
    """
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
    taken: dict[str, _Taken] = {}
    for host in hosts:
        name = kept.get(host.name)
        if name is not None:
            placement[host.name] = name
            taken[name] = taken.get(name, _EMPTY).by(host)
            if committed is not None and not _may_stay(host, name):
                diagnostics.append(_moved(host, name, committed))
    for name, by in taken.items():
        if name != "direct" and committed is not None:
            diagnostics += _too_much(name, by, committed)
    for host in hosts:
        if host.name not in placement:
            name = _first_with_room(host, taken)
            placement[host.name] = name
            taken[name] = taken.get(name, _EMPTY).by(host)

    by_name: dict[str, list[Host]] = {}
    for host in hosts:
        by_name.setdefault(placement[host.name], []).append(host)
    distributions = tuple(
        Distribution(name, _profile(name), tuple(by_name[name]))
        for name in sorted(by_name, key=_order)
        if name != "direct"
    )
    return distributions, dict(sorted(placement.items())), diagnostics


def _may_stay(host: Host, name: str) -> bool:
    """Whether the distribution in which a host stands can still do what it asks for."""
    if host.redirect is not None:
        return name != "direct"
    return _profile(name) == profile_of(host)


class _Taken(NamedTuple):
    """How much of a distribution is taken."""

    hosts: int
    redirecting: int
    """Characters that the function needs which answers for some of them."""

    def by(self, host: Host) -> "_Taken":
        """The same with one more host."""
        more = 0
        if host.redirect is not None:
            # Each is a line `  "old": "new",`.
            more = len(host.name) + len(host.redirect.target) + len('  "": "",\n')
        return _Taken(self.hosts + 1, self.redirecting + more)

    @property
    def fits(self) -> bool:
        return self.hosts <= MAX_HOSTS and self.redirecting <= MOST_REDIRECTING


_EMPTY = _Taken(0, 0)


def _too_much(name: str, taken: _Taken, committed: Document) -> Iterator[Diagnostic]:
    """What was put into a distribution by hand or by two branches, and does not fit."""
    place = Place(committed.span(("hosts",)))
    if taken.hosts > MAX_HOSTS:
        yield Diagnostic(
            BAD_PLACEMENT,
            f"{name} has {taken.hosts} hosts, and a distribution takes {MAX_HOSTS}",
            place,
            help=f"take out the lines of {taken.hosts - MAX_HOSTS} of them that Terraform has "
            "not applied yet, and run `portico compile`: there is room elsewhere",
        )
    if taken.redirecting > MOST_REDIRECTING:
        yield Diagnostic(
            BAD_PLACEMENT,
            f"the redirects of {name} have {taken.redirecting} characters, and CloudFront takes "
            f"{MOST_REDIRECTING} of one distribution",
            place,
            help="take out the lines of some hosts that redirect and that Terraform has not "
            "applied yet, and run `portico compile`: there is room elsewhere",
        )


def _first_with_room(host: Host, taken: dict[str, _Taken]) -> str:
    profile = profile_of(host)
    if profile == "direct":
        return profile
    number = 1
    while not taken.get(f"{profile}-{number}", _EMPTY).by(host).fits:
        number += 1
    return f"{profile}-{number}"


def _profile(name: str) -> str:
    return name.rsplit("-", 1)[0]


def _moved(host: Host, name: str, committed: Document) -> Diagnostic:
    field = "edge" if "direct" in (name, profile_of(host)) else "cache"
    if host.redirect is not None:
        return Diagnostic(
            WOULD_MOVE,
            f'"{host.name}" is served by the load balancer, and as a redirect it would move to '
            "CloudFront while it is live",
            host.said(),
            (Place(committed.span(("hosts", host.name)), "where it is now"),),
            help="take two steps: remove it from the spec, compile and apply; then redirect it",
        )
    return Diagnostic(
        WOULD_MOVE,
        f'"{host.name}" is served by {name}, and `{field}: {getattr(host.expose, field)}` would '
        "move it while it is live",
        host.place(field),
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
