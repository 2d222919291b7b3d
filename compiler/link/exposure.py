"""What each field of an entrance alone allows, and the whole or the environment does not."""

from collections.abc import Iterator

from compiler.diagnostics.model import Diagnostic, Rule
from compiler.link.conflicts import CONFLICT
from compiler.link.unit import Unit
from compiler.spec.expose import Expose
from compiler.spec.parse import Path

WAITS_TOO_LONG = Rule(
    "PT124",
    "timeout longer than the environment waits",
    "CloudFront, the load balancer and the router each give up on a request. The shortest of them "
    "decides, and a longer timeout of an app would have no effect.",
    what="Refuses a `timeout` of an entrance that is longer than the environment's "
    "`edge.originReadTimeout`. Load balancer and router are set by it, and so is how long they and "
    "the app finish open requests before they stop, with `edge: direct` as well.",
    fix="Write a shorter timeout, and let long work go on after the answer. Or have the platform "
    "team raise `edge.originReadTimeout` in `environments/<env>.yaml`, for all apps of it.",
    failing="""\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
port: 8080
expose: {host: shop, timeout: 90}     # dev waits 60 seconds
environments:
  dev:
""",
    passing="""\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
port: 8080
expose: {host: shop, timeout: 45}
environments:
  dev:
""",
)


def exposure(unit: Unit) -> Iterator[Diagnostic]:
    """Every contradiction in the entrances of an app, and with what its environment can do."""
    for index, entrance in enumerate(unit.app.expose or ()):
        at: Path = ("expose", index)
        yield from _hosts(unit, entrance, at)
        yield from _paths(unit, entrance, at)
        longest = unit.environment.edge.origin_read_timeout
        if entrance.timeout is not None and entrance.timeout > longest:
            name = unit.environment.name
            yield Diagnostic(
                WAITS_TOO_LONG,
                f"the app may take {entrance.timeout} s to answer, and {name} waits {longest} s",
                unit.place(*at, "timeout"),
                help=f"write at most {longest}; the limit is `edge.originReadTimeout` in "
                f"environments/{name}.yaml, which the platform team can raise to 180",
            )
        if entrance.sticky and entrance.cache == "origin":
            yield Diagnostic(
                CONFLICT,
                "CloudFront would keep an answer with the cookie that makes visitors sticky, and "
                "send all of them to one pod",
                unit.place(*at, "sticky"),
                (unit.place(*at, "cache"),),
                help="remove one of the two, or expose what may be cached under a host of its own",
            )


def _hosts(unit: Unit, entrance: Expose, at: Path) -> Iterator[Diagnostic]:
    if entrance.host is not None and entrance.hosts is not None:
        yield Diagnostic(
            CONFLICT,
            "an entrance has one host or several, and this one says both",
            unit.place(*at, "hosts"),
            (unit.place(*at, "host"),),
            help="name all of them in `hosts`, and remove `host`; below an environment "
            "`host: null` removes it",
        )


def _paths(unit: Unit, entrance: Expose, at: Path) -> Iterator[Diagnostic]:
    if entrance.paths is None:
        return
    if "path" in entrance.model_fields_set:
        yield Diagnostic(
            CONFLICT,
            "an entrance has one path or several, and this one says both",
            unit.place(*at, "paths"),
            (unit.place(*at, "path"),),
            help="name all of them in `paths`, and remove `path`; below an environment "
            "`path: null` removes it",
        )
    first: dict[str, int] = {}
    for index, path in enumerate(entrance.paths):
        if first.setdefault(path.path, index) != index:
            both = ": it is one path, exact or not"
            yield Diagnostic(
                CONFLICT,
                f'"{path.path}" is listed twice',
                unit.place(*at, "paths", index),
                (unit.place(*at, "paths", first[path.path]),),
                help="remove one of the two"
                + (both if entrance.paths[first[path.path]].exact != path.exact else ""),
            )
