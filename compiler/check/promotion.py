"""Promotion: an image comes to an environment only after it was in the one before."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from compiler.cache.inputs import WAIVERS
from compiler.check.waivers import Waivers
from compiler.diagnostics.model import Diagnostic, Rule
from compiler.emit.tree import RENDERED
from compiler.link.estate import Estate
from compiler.link.promotion import Ahead, ahead

if TYPE_CHECKING:
    from compiler.check.history import Seen

SKIPPED = Rule(
    "PT118",
    "image that skipped an environment",
    "What runs in an environment was tried in the one before it, or nobody knows what it does "
    "there.",
    what="Refuses an image in an environment with `promotesFrom` if the environment that it names "
    "does not give the app this image, and never did in the history of this repository.",
    fix="Let the environment before it have the image first, then `portico promote`. If it cannot "
    "wait, waive PT118 in `policies/waivers.yaml`: the image is the object. A shallow clone shows "
    "no history; fetch all of it.",
    failing="""\
-- environments/test.yaml --
# ... as in environments/dev.yaml
name: test
promotesFrom: dev
cluster: {name: acme-test, kubernetes: "1.34", vpcCidrs: [10.1.0.0/16]}
domains: [{name: test.acme.example, hostedZoneId: Z0000000TEST}]
loadBalancer:
  dnsName: lb-test.acme-edge.example
  hostedZone: {name: acme-edge.example, hostedZoneId: Z0000000EDGE}
  access: {cloudfrontSecurityGroups: [sg-0123456789abcdef0]}
-- apps/shop.yaml --
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
environments:
  dev:
  test:
    image: ghcr.io/acme/shop:1.5.0
""",
    passing="""\
-- environments/test.yaml --
# ... as in environments/dev.yaml
name: test
promotesFrom: dev
cluster: {name: acme-test, kubernetes: "1.34", vpcCidrs: [10.1.0.0/16]}
domains: [{name: test.acme.example, hostedZoneId: Z0000000TEST}]
loadBalancer:
  dnsName: lb-test.acme-edge.example
  hostedZone: {name: acme-edge.example, hostedZoneId: Z0000000EDGE}
  access: {cloudfrontSecurityGroups: [sg-0123456789abcdef0]}
-- apps/shop.yaml --
name: shop
team: sales
image: ghcr.io/acme/shop:1.5.0
environments:
  dev:
  test:
""",
)

_REMEDIES = {
    "this clone is shallow": "fetch the rest of the history, `git fetch --unshallow`, in GitHub "
    "Actions with `fetch-depth: 0`, in GitLab CI with `GIT_DEPTH: 0`",
    "this clone lacks files of earlier commits": "clone without a filter",
    "there is no commit yet": "commit first",
}


def skipped(root: str, estates: Iterable[Estate], waivers: Waivers) -> list[Diagnostic]:
    """The images that came past the environment before theirs, and no waiver lets pass.

    Git is asked only about apps whose images differ.
    """
    differing = [one for estate in estates for one in ahead(estate)]
    if not differing:
        return []
    from compiler.check.history import seen

    history = seen(root, differing)
    found: list[Diagnostic] = []
    for one in differing:
        folder = f"{RENDERED}/{one.environment}/apps/{one.app}"
        if one in history.found or waivers.cover(SKIPPED.id, one.image, folder):
            continue
        found.append(_diagnostic(one, history))
    return found


def _diagnostic(one: Ahead, history: "Seen") -> Diagnostic:
    message = f'"{one.app}" has {one.image} in {one.environment}, '
    if history.unseen:
        message += f"which {one.source} does not have, and whether it had cannot be seen: "
        message += history.unseen
    else:
        message += f"which {one.source} does not have and never had"
    remedies = [_REMEDIES[history.unseen]] if history.unseen in _REMEDIES else []
    if one.image_in_source is None:
        remedies.append(f"add `{one.source}:` to the environments of {one.spec}")
    else:
        remedies.append(
            f"`portico promote {one.app} --from {one.source} --to {one.environment}` takes what "
            f"{one.source} has, {one.image_in_source}"
        )
    remedies.append(f"let {one.source} have this image first")
    return Diagnostic(
        SKIPPED,
        message,
        one.place,
        (one.reason,),
        help=f"{'; '.join(remedies)}; or say in {WAIVERS} why it cannot wait",
    )
