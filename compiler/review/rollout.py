"""Production that is changed in one step with an environment where changes are tried first."""

from collections.abc import Iterator

from compiler.diagnostics.model import Diagnostic, Place, Rule, Span
from compiler.review.change import Change
from compiler.review.risk import in_order, is_production, listed

TOGETHER = Rule(
    "PT163",
    "production that changes together with other environments",
    "Flux applies both within minutes of the merge: what is wrong is found in production, and not "
    "where it would have hurt nobody.",
    "warning",
    what="Warns when one pull request makes the same change to an app, or to the platform, in "
    "production and in an environment that is not production.",
    fix="Make two pull requests: first the other environments, and production when they run. "
    "Until then, an override (`environments: {prod: {image: ...}}`) keeps production as it is.",
    failing="""\
-- environments/prod.yaml --
# ...
name: prod
-- environments/test.yaml --
# ...
name: test
cluster: {name: acme-test, kubernetes: "1.34", vpcCidrs: [10.1.0.0/16]}
domains: [{name: test.acme.example, hostedZoneId: Z0000000TEST}]
loadBalancer:
  dnsName: lb-test.acme-edge.example
  hostedZone: {name: acme-edge.example, hostedZoneId: Z0000000EDGE}
  access: {cloudfrontSecurityGroups: [sg-0123456789abcdef0]}
-- before/apps/shop.yaml --
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
environments:
  test:
  prod:
-- after/apps/shop.yaml --
name: shop
team: sales
image: ghcr.io/acme/shop:1.5.0
environments:
  test:
  prod:
""",
    passing="""\
-- environments/prod.yaml --
# ...
name: prod
-- environments/test.yaml --
# ...
name: test
cluster: {name: acme-test, kubernetes: "1.34", vpcCidrs: [10.1.0.0/16]}
domains: [{name: test.acme.example, hostedZoneId: Z0000000TEST}]
loadBalancer:
  dnsName: lb-test.acme-edge.example
  hostedZone: {name: acme-edge.example, hostedZoneId: Z0000000EDGE}
  access: {cloudfrontSecurityGroups: [sg-0123456789abcdef0]}
-- before/apps/shop.yaml --
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
environments:
  test:
  prod:
-- after/apps/shop.yaml --
name: shop
team: sales
image: ghcr.io/acme/shop:1.5.0
environments:
  test:
  prod: {image: ghcr.io/acme/shop:1.4.2}
""",
)

_MOST_NAMED = 5


def together(changes: list[Change], lasting: set[str]) -> Iterator[Diagnostic]:
    """One warning for each pair of production and other environments, whatever the apps.

    `lasting` are the environments that were there before and still are.
    """
    where: dict[tuple[str, ...], set[str]] = {}
    for environment, subject, path, kind, _, _ in changes:
        if environment in lasting:
            # A host has another name in each environment.
            name = "" if subject.kind == "host" else subject.name
            same = (subject.app, subject.kind, name, path, kind)
            where.setdefault(same, set()).add(environment)
    apps: dict[str, set[str]] = {}
    for (app, *_), environments in where.items():
        if len({is_production(name) for name in environments}) == 2:
            apps.setdefault(app, set()).update(environments)
    alike: dict[tuple[str, ...], list[str]] = {}
    for app, environments in sorted(apps.items()):
        alike.setdefault(tuple(in_order(environments)), []).append(app)
    for names, concerned in alike.items():
        yield _warning(concerned, names)


def _warning(apps: list[str], environments: tuple[str, ...]) -> Diagnostic:
    production = [name for name in environments if is_production(name)]
    others = [name for name in environments if not is_production(name)]
    named = [f'"{app}"' if app else "the platform" for app in apps]
    change = "change" if len(apps) > 1 else "changes"
    first = next((app for app in apps if app), "")
    path = f"apps/{first}.yaml" if first else f"environments/{production[0]}.yaml"
    return Diagnostic(
        TOGETHER,
        f"{_some(named)} {change} in {listed(production)} together with {listed(others)}",
        Place(Span(path)),
        help="first change the other environments, and production when they run",
    )


def _some(names: list[str]) -> str:
    if len(names) > _MOST_NAMED:
        return f"{', '.join(names[:_MOST_NAMED])} and {len(names) - _MOST_NAMED} more"
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last
