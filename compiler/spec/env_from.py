"""Environment variables of a container that Secrets and ConfigMaps name."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from compiler.spec.env import Optional
from compiler.spec.model import Model, OneOf, becomes, invalid, quoted
from compiler.spec.types import EnvName, ObjectName


class EnvFrom(Model):
    """All keys of one Secret or ConfigMap, each as a variable."""

    secret: ObjectName | None = Field(
        None,
        description="The name of a Secret in the team's namespace.",
        examples=["shop-credentials"],
        json_schema_extra=becomes("Becomes `secretRef`; excludes `config`."),
    )
    config: ObjectName | None = Field(
        None,
        description="The name of a ConfigMap in the team's namespace.",
        examples=["shop-settings"],
        json_schema_extra=becomes("Becomes `configMapRef`; excludes `secret`."),
    )
    prefix: EnvName | None = Field(
        None,
        description="What each variable's name begins with.",
        examples=["DB_"],
        json_schema_extra=becomes("Becomes `prefix`: the key `host` is then `DB_host`."),
    )
    optional: Optional = None


_ONE_OBJECT = OneOf(
    ("secret", "config"),
    ("prefix", "optional"),
    "an item of envFrom names one Secret or one ConfigMap",
    "write {secret: name} or {config: name}",
)


def env_from(value: Any) -> Any:
    """For `BeforeValidator`: says of a name alone what to write."""
    if isinstance(value, str):
        raise invalid(
            f"{quoted(value)} may be the name of a Secret or of a ConfigMap",
            f"write {{secret: {value}}} or {{config: {value}}}",
        )
    return value


EnvFroms = Annotated[
    Annotated[
        list[Annotated[EnvFrom, _ONE_OBJECT, BeforeValidator(env_from)]],
        Field(max_length=50),
    ],
    Field(
        description="Secrets and ConfigMaps of which every key is a variable: `{secret: name}`, "
        "`{config: name}`.",
        examples=[[{"secret": "shop-credentials"}, {"config": "shop-settings", "prefix": "SHOP_"}]],
        json_schema_extra=becomes(
            "Becomes the container's `envFrom`. A variable of `env` goes before them."
        ),
    ),
]
