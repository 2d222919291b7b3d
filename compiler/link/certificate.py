"""Which names the certificate of an environment's public hosts has."""

from compiler.diagnostics.model import Diagnostic, Place, Rule
from compiler.link.hosts import Host
from compiler.source.yaml import Document
from compiler.spec.environment import Environment

MANY_NAMES = Rule(
    "PT306",
    "certificate with more names than an account may have by default",
    "AWS Certificate Manager takes 10 names in a certificate until its quota is raised.",
    "warning",
    what="Warns when the certificate of an environment's hosts needs more than 10 names. It has "
    "two for each domain, the domain and its wildcard, and one more for each deeper level of hosts "
    "in use.",
    fix='Have the quota "Domain names per ACM certificate" of the account raised before '
    "Terraform applies the change, use hosts directly below a domain, or fewer domains.",
    failing="""\
-- environments/dev.yaml --
# ...
domains:
- {name: dev.acme.example, hostedZoneId: Z0000001}
- {name: dev.acme-art.example, hostedZoneId: Z0000002}
- {name: dev.acme-maps.example, hostedZoneId: Z0000003}
- {name: dev.acme-music.example, hostedZoneId: Z0000004}
- {name: dev.acme-toys.example, hostedZoneId: Z0000005}
- {name: dev.acme-tea.example, hostedZoneId: Z0000006}
""",
    passing="""\
-- environments/dev.yaml --
# ...
domains:
- {name: dev.acme.example, hostedZoneId: Z0000001}
- {name: dev.acme-art.example, hostedZoneId: Z0000002}
- {name: dev.acme-maps.example, hostedZoneId: Z0000003}
- {name: dev.acme-music.example, hostedZoneId: Z0000004}
- {name: dev.acme-toys.example, hostedZoneId: Z0000005}
""",
)
TOO_MANY_NAMES = Rule(
    "PT307",
    "certificate with too many names",
    "AWS Certificate Manager takes at most 100 names in a certificate, whatever the quota.",
    what="Refuses an environment whose hosts need a certificate with more than 100 names. It has "
    "two for each domain, the domain and its wildcard, and one more for each deeper level of hosts "
    "in use.",
    fix="Use hosts directly below a domain, whose wildcard covers all of them, or fewer domains; "
    "or divide the environment.",
    failing="-- environments/dev.yaml --\n# ...\ndomains:\n"
    + "".join(f"- {{name: shop-{n}.example, hostedZoneId: Z{n:07}}}\n" for n in range(1, 52)),
    passing="""\
-- environments/dev.yaml --
# ...
domains:
- {name: shop-1.example, hostedZoneId: Z0000001}
- {name: shop-2.example, hostedZoneId: Z0000002}
""",
)

# AWS Certificate Manager, quotas: "Number of domain names per ACM certificate".
DEFAULT_QUOTA, HIGHEST_QUOTA = 10, 100


def certificate_names(
    environment: Environment, document: Document, hosts: tuple[Host, ...]
) -> tuple[tuple[str, ...], list[Diagnostic]]:
    """The names that cover every host behind CloudFront, and whether there are too many.

    Each domain and its wildcard, so that a new host of the usual depth changes no certificate, and
    a wildcard more for each deeper level in use. A name precedes its wildcard: the same DNS record
    validates both. None at all where an existing certificate is used.
    """
    if environment.edge.certificate is not None:
        return (), []
    names: list[str] = []
    for domain in environment.domains:
        parents = {
            host.name.split(".", 1)[1]
            for host in hosts
            if host.domain == domain
            and host.name != domain.name
            and host.expose.edge == "cloudfront"
        }
        names += [domain.name, f"*.{domain.name}"]
        names += [f"*.{parent}" for parent in sorted(parents - {domain.name})]
    unique = tuple(dict.fromkeys(names))
    return unique, _judged(len(unique), environment, document)


def _judged(count: int, environment: Environment, document: Document) -> list[Diagnostic]:
    if count <= DEFAULT_QUOTA:
        return []
    place = Place(document.span(("domains",)))
    message = f"the certificate has {count} names"
    help = (
        "use fewer domains in one environment: each takes two names"
        if 2 * len(environment.domains) > DEFAULT_QUOTA
        else "use hosts directly below a domain: its wildcard covers all of them"
    )
    if count > HIGHEST_QUOTA:
        return [Diagnostic(TOO_MANY_NAMES, message, place, help=help)]
    return [
        Diagnostic(
            MANY_NAMES, message, place, help=f"have the quota raised before the apply, or {help}"
        )
    ]
