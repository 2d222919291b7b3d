"""What an app may connect to."""

from pydantic import Field

from compiler.spec.model import Model, becomes
from compiler.spec.types import Cidr, Port


class Egress(Model):
    """One destination outside the cluster that the app may open connections to."""

    cidr: Cidr = Field(
        description="The address range: `10.20.0.0/16`.",
        examples=["10.20.0.0/16", "203.0.113.7/32"],
        json_schema_extra=becomes("Becomes an `ipBlock` of the app's NetworkPolicy."),
    )
    port: Port = Field(
        description="The TCP port.",
        examples=[5432],
        json_schema_extra=becomes("Becomes the port of that rule."),
    )
