"""What an app may connect to."""

import re
from typing import Annotated, Literal

from pydantic import Field
from pydantic_core import PydanticCustomError

from compiler.spec.model import Form, Model, OneOf, becomes, invalid, quoted
from compiler.spec.types import Cidr, Port

_LABEL = "[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?"
_LAST_LABEL = "[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?"
_OF_THE_CLUSTER = r"(?:.*\.svc|.*\.cluster\.local|localhost)$"


def _why_dns_name(value: str) -> PydanticCustomError:
    if re.match("[a-z]+://", value):
        host = re.sub("[:/].*", "", value.partition("://")[2])
        return invalid(f"{quoted(value)} is an address of the web", f'write its host: "{host}"')
    if re.fullmatch(r"[0-9.]+(?:/[0-9]+)?|[0-9a-f:]*:[0-9a-f:./]*", value):
        return invalid(
            f"{quoted(value)} is an address, not a name", "write it as `cidr`: 203.0.113.7/32"
        )
    if re.fullmatch(_OF_THE_CLUSTER, value):
        return invalid(
            f"{quoted(value)} is a name in the cluster",
            "an app that it sends requests to belongs in `calls`",
        )
    if value != value.lower() or value.endswith("."):
        return invalid(
            f"{quoted(value)} is not written as it is looked up",
            f'write it in lowercase without a final dot: "{value.lower().rstrip(".")}"',
        )
    if "*" in value:
        return invalid(
            f"{quoted(value)} matches more than the names of one domain",
            "a star stands for the first label alone, above a domain: *.example.com",
        )
    return invalid(
        f"{quoted(value)} is not a name in DNS",
        "write it in full, as it is looked up: api.stripe.com",
    )


DnsName = Annotated[
    str,
    Form(
        "DNS name",
        rf"(?!{_OF_THE_CLUSTER})(?:\*\.)?(?:{_LABEL}\.)+{_LAST_LABEL}",
        "a full name in lowercase, or *. and a domain: api.stripe.com, *.example.com",
        _why_dns_name,
        253,
    ),
]


class Egress(Model):
    """One destination outside the cluster that the app may open connections to."""

    cidr: Cidr | None = Field(
        None,
        description="The address range: `10.20.0.0/16`.",
        examples=["10.20.0.0/16", "203.0.113.7/32"],
        json_schema_extra=becomes("Becomes an `ipBlock` of the app's NetworkPolicy."),
    )
    except_: Annotated[list[Cidr], Field(min_length=1, max_length=50)] | None = Field(
        None,
        alias="except",
        description="Parts of that range that are left out.",
        examples=[["169.254.169.254/32"]],
        json_schema_extra=becomes("Becomes `except` of the `ipBlock`."),
    )
    dns: DnsName | None = Field(
        None,
        description="The destination's name instead of its addresses: `api.stripe.com`, or "
        "`*.example.com` for any one label before the domain.",
        examples=["api.stripe.com", "*.s3.eu-west-1.amazonaws.com"],
        json_schema_extra=becomes(
            "Becomes `toFQDNs` of a CiliumNetworkPolicy; the environment must say "
            "`cluster.networkPolicies: cilium`, because Kubernetes' own policies know no names."
        ),
    )
    port: Port | None = Field(
        None,
        description="The port.",
        examples=[5432],
        json_schema_extra=becomes("Becomes the port of that rule."),
    )
    ports: Annotated[list[Port], Field(min_length=1, max_length=40)] | None = Field(
        None,
        description="Several ports instead of one.",
        examples=[[443, 8443]],
        json_schema_extra=becomes("Becomes the ports of that rule."),
    )
    protocol: Literal["TCP", "UDP"] = Field(
        "TCP",
        description="`TCP` or `UDP`.",
        examples=["UDP"],
        json_schema_extra=becomes("Becomes the protocol of those ports."),
    )


_ONE_DESTINATION = OneOf(
    ("cidr", "dns"),
    ("except", "port", "ports", "protocol"),
    "a destination is one address range or one DNS name",
    "write {cidr: 10.20.0.0/16, port: 5432} or {dns: api.stripe.com, port: 443}",
)
_PORT_OR_PORTS = OneOf(
    ("port", "ports"),
    ("cidr", "dns", "except", "protocol"),
    "a destination has one port, or several",
    "write {cidr: 10.20.0.0/16, port: 5432} or {cidr: 10.20.0.0/16, ports: [443, 8443]}",
)
Egresses = Annotated[
    list[Annotated[Egress, _ONE_DESTINATION, _PORT_OR_PORTS]],
    Field(
        max_length=100,
        description="Destinations outside the cluster that it needs: `{cidr, port}`, or `{dns, "
        "port}` where policies know names.",
        examples=[[{"cidr": "10.20.0.0/16", "port": 5432}]],
        json_schema_extra=becomes(
            "Becomes rules of the app's NetworkPolicy: all other traffic is refused."
        ),
    ),
]


def ports_of(egress: Egress) -> tuple[int, ...]:
    """All ports of a destination."""
    return tuple(egress.ports) if egress.ports is not None else (egress.port or 0,)
