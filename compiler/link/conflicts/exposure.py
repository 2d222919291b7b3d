"""What each field of an entrance alone allows, and the whole or the environment does not."""

from collections.abc import Iterator

from compiler.diagnostics.model import Diagnostic, Rule
from compiler.link.conflicts.network import speaks_http
from compiler.link.conflicts.rule import CONFLICT
from compiler.link.ports import HTTP
from compiler.link.unit import Unit
from compiler.spec.expose import Expose
from compiler.spec.parse import Path, did_you_mean

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
    """Every contradiction in entrances that say more than most do, and with their environment."""
    for index, entrance in enumerate(unit.app.expose or ()):
        at: Path = ("expose", index)
        yield from _port(unit, entrance, at)
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


def _port(unit: Unit, entrance: Expose, at: Path) -> Iterator[Diagnostic]:
    """Whether the port is one of the app's, and speaks what the router does."""
    app = unit.app
    if entrance.port is None or entrance.port == HTTP:
        return
    found = app.ports.get(entrance.port)
    if found is None:
        known = [HTTP] * (app.port is not None) + [*app.ports]
        yield Diagnostic(
            CONFLICT,
            f'the app has no port "{entrance.port}"',
            unit.place(*at, "port"),
            help=did_you_mean(entrance.port, known) or "name it in `ports`",
        )
    elif not speaks_http(found):
        spoken = found.app_protocol or found.protocol
        field = "protocol" if found.protocol != "TCP" else "appProtocol"
        yield Diagnostic(
            CONFLICT,
            f'an entrance speaks HTTP, and the port "{entrance.port}" speaks {spoken}',
            unit.place(*at, "port"),
            (unit.place("ports", entrance.port, field),),
            help="expose a port for HTTP; other apps reach this one without the entrance",
        )


def _paths(unit: Unit, entrance: Expose, at: Path) -> Iterator[Diagnostic]:
    first: dict[str, int] = {}
    for index, path in enumerate(entrance.paths or ()):
        twin = first.setdefault(path.path, index)
        if twin != index:
            assert entrance.paths is not None
            differ = entrance.paths[twin].exact != path.exact
            yield Diagnostic(
                CONFLICT,
                f'"{path.path}" is listed twice',
                unit.place(*at, "paths", index),
                (unit.place(*at, "paths", twin),),
                help="remove one of the two" + (": it is one path, exact or not" if differ else ""),
            )
