"""The spec of one app of a generated estate, as a team would have written it."""

import random
from collections.abc import Sequence
from typing import Literal, NamedTuple

Shape = Literal["web", "api", "service", "worker", "job"]

# One team's ten apps, by what each is called: no word stands twice, so no two of a team are alike.
_SLOTS: tuple[tuple[Shape, tuple[str, ...]], ...] = (
    ("web", ("web", "site", "portal")),
    ("service", ("service", "core", "engine")),
    ("api", ("api", "gateway", "graphql")),
    ("service", ("store", "ledger", "registry")),
    ("worker", ("worker", "mailer", "publisher")),
    ("service", ("search", "pricing", "rules")),
    ("job", ("report", "cleanup", "reconciler")),
    ("web", ("console", "backoffice", "admin")),
    ("service", ("cache", "profile", "feed")),
    ("worker", ("importer", "indexer", "archiver")),
)
TEAM_SIZE = len(_SLOTS)

_AREAS = (
    *("catalog", "checkout", "basket", "orders", "payments", "invoices", "refunds", "shipping"),
    *("returns", "stock", "warehouse", "suppliers", "pricing", "promotions", "vouchers", "loyalty"),
    *("accounts", "identity", "consent", "profiles", "reviews", "ratings", "wishlist", "search"),
    *("recommend", "content", "media", "press", "newsletter", "campaigns", "analytics", "events"),
    *("fraud", "risk", "tax", "ledger", "payroll", "hiring", "facilities", "travel"),
    *(
        "support",
        "tickets",
        "chat",
        "telephony",
        "partners",
        "affiliates",
        "marketplace",
        "auctions",
    ),
    *("rentals", "library", "authors", "rights", "print", "audio", "reader", "devices"),
    *("maps", "stores", "tills", "kiosk"),
)
_BRANDS = ("", "eu", "us", "apac", "b2b", "labs", "outlet", "kids", "studio", "academy")


class Sketch(NamedTuple):
    """What the other apps of an estate must know of one: its place in it, not its text."""

    name: str
    team: str
    shape: Shape
    environments: tuple[str, ...]
    host: str
    """The public host of its team, which the team's apps share by path."""
    everywhere: bool

    @property
    def callable(self) -> bool:
        return self.everywhere and self.shape in ("api", "service")


def sketch(index: int, environments: Sequence[str], seed: int) -> Sketch:
    """The app at this place of an estate; the same in an estate of any other size."""
    draw = random.Random(f"{seed}/{index}/sketch").random
    team = _team(index // TEAM_SIZE)
    shape, words = _SLOTS[index % TEAM_SIZE]
    where = tuple(environments)
    # Most apps are everywhere; some are new, some old, some an experiment.
    chance = draw()
    if chance > 0.98:
        where = where[:1]
    elif chance > 0.94:
        where = where[-2:]
    elif chance > 0.88:
        where = where[1:] or where
    word = words[int(draw() * len(words))]
    return Sketch(
        f"{team}-{word}", team, shape, where, team, everywhere=len(where) == len(environments)
    )


def spec(own: Sketch, callees: Sequence[Sketch], seed: int) -> str:
    """The text of `apps/<name>.yaml`."""
    draw = random.Random(f"{seed}/{own.name}/spec").random
    version = f"{int(draw() * 9)}.{int(draw() * 40)}.{int(draw() * 20)}"
    image = f"ghcr.io/meridian/{own.team}/{own.name}"
    port = (8080, 3000, 9000, 8000)[int(draw() * 4)]
    served = own.shape in ("web", "api", "service")
    lines = ["# yaml-language-server: $schema=../docs/schema/app.schema.json"]
    if draw() < 0.3:
        lines += [f"# {_ABOUT[own.shape]}; asked about most: #team-{own.team}"]
    lines += [f"name: {own.name}", f"team: {own.team}"]
    if draw() < 0.6:
        lines += [f"description: {_ABOUT[own.shape]}"]
    lines += [f"image: {image}:{version}"]
    lines += _process(own, draw())
    if served:
        lines += [f"port: {port}"]
        if draw() < 0.8:
            health = "/healthz" if draw() < 0.7 else f"{{path: /health/ready, port: {port + 1}}}"
            lines += [f"health: {health}"]
    lines += _env(own, callees, draw())
    if draw() < 0.5:
        size = int(draw() * 4)
        cpu, memory = (100, 250, 500, 750)[size], (128, 256, 512, 1024)[size]
        lines += ["resources:", f"  requests: {{cpu: {cpu}m, memory: {memory}Mi}}"]
        if draw() < 0.5:
            lines += [f"  limits: {{memory: {2 * memory}Mi}}"]
    lines += _expose(own)
    if callees:
        lines += [f"calls: [{', '.join(callee.name for callee in callees)}]"]
    if draw() < 0.5:
        lines += ["egress:", "- {cidr: 10.0.0.0/8, port: 5432}   # the databases' subnets"]
        if own.shape == "worker":
            lines += ["- {cidr: 0.0.0.0/0, port: 443}      # the queue"]
    lines += ["environments:"]
    for environment in own.environments:
        lines += [f"  {environment}:"]
        lines += _override(environment, own, f"{image}:{version}", draw())
    return "\n".join(lines) + "\n"


_ABOUT: dict[Shape, str] = {
    "web": "What customers see of it",
    "api": "What the web front ends and partners call",
    "service": "Inside only, reached by the apps that list it",
    "worker": "Takes messages off the queue",
    "job": "Runs at night",
}
_TUNING = ("FEATURE_FLAGS", "CACHE_SECONDS", "PAGE_SIZE", "TIMEOUT_MS", "LOCALE", "TRACING_RATIO")
_VALUES = ("new-basket,fast-search", '"300"', '"50"', '"2500"', "en-GB", '"0.05"')


def _team(number: int) -> str:
    area = _AREAS[number % len(_AREAS)]
    turn = number // len(_AREAS)
    brand = _BRANDS[turn] if turn < len(_BRANDS) else str(turn)
    return f"{area}-{brand}" if brand else area


def _process(own: Sketch, chance: float) -> list[str]:
    match own.shape:
        case "job":
            minute, hour = int(chance * 60), int(chance * 6)
            return [
                f"command: [python, -m, {own.name.replace('-', '_')}]",
                "args: [--period, yesterday]",
                f'schedule: "{minute} {hour} * * *"',
            ]
        case "worker":
            return [f"args: [--queue={own.team}, --batch={10 + int(chance * 40)}]"]
        case _:
            return [] if chance < 0.9 else ["runAsUser: 101"]


def _env(own: Sketch, callees: Sequence[Sketch], chance: float) -> list[str]:
    lines = ["env:", "  LOG_LEVEL: info"]
    if own.shape != "web" and chance < 0.8:
        lines += [
            f"  DATABASE_HOST: {own.team}.cluster-c1xq.eu-west-1.rds.amazonaws.com",
            f"  DATABASE_PASSWORD: {{secret: {own.team}-database/password}}",
        ]
    elif own.shape == "web":
        lines += [f"  SESSION_SECRET: {{secret: {own.name}-session/key}}"]
    first = int(chance * len(_TUNING))
    for place in range(first, min(first + 3, len(_TUNING))):
        lines += [f"  {_TUNING[place]}: {_VALUES[place]}"]
    for callee in callees[:2]:
        variable = callee.name.upper().replace("-", "_")
        lines += [f"  {variable}_URL: http://{callee.name}.{callee.team}"]
    return lines


def _expose(own: Sketch) -> list[str]:
    if own.shape == "api":
        return ["expose:", f"  host: {own.host}", "  path: /api"]
    if own.shape != "web":
        return []
    if own.name.endswith("-site"):
        # A host has one edge profile, so it is not the team's, whose API must not be cached.
        return ["expose:", f"  host: www-{own.team}", "  cache: origin"]
    if own.name.endswith(("-console", "-backoffice", "-admin")):
        return ["expose:", f"  host: {own.name}"]
    return ["expose:", f"  host: {own.host}"]


def _override(environment: str, own: Sketch, image: str, chance: float) -> list[str]:
    runs = own.shape != "job"
    if environment == "dev" and chance < 0.4:
        return [f"    image: {image}-rc.1", "    env: {LOG_LEVEL: debug}"]
    if environment == "test" and chance < 0.2:
        return ["    env: {LOG_LEVEL: debug}"]
    if environment.startswith("prod") and chance < 0.7:
        lines = []
        if runs and chance < 0.5:
            lowest = 2 + int(chance * 6)
            lines += [f"    replicas: {{min: {lowest}, max: {4 * lowest}}}"]
        if chance > 0.3:
            lines += [
                "    resources:",
                "      requests: {cpu: 500m, memory: 512Mi}",
                "      limits: {memory: 1Gi}",
            ]
        return lines
    return []
