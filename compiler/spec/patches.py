"""Changes of an app's rendered objects for which the language has no field."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field

from compiler.spec.model import Model, ShortForm, becomes, invalid
from compiler.spec.types import JsonPointer, Kind, ObjectName

# What else each operation takes. RFC 6902 passes over fields that mean nothing; nobody means that.
_TAKES = {
    **dict.fromkeys(("add", "replace", "test"), "value"),
    **dict.fromkeys(("move", "copy"), "from"),
    "remove": None,
}


class Target(Model):
    """The object that a patch changes."""

    kind: Kind = Field(
        description="Its kind.",
        examples=["Deployment", "NetworkPolicy"],
        json_schema_extra=becomes("`portico diff` and `rendered/` show which an app has."),
    )
    name: ObjectName | None = Field(
        None,
        description="Its name, where the app has several of the kind.",
        examples=["shop"],
        json_schema_extra=becomes("Most objects are named after their app."),
    )


class Operation(Model):
    """One operation of a JSON patch (RFC 6902)."""

    model_config = ConfigDict(
        json_schema_extra={
            "allOf": [
                {
                    "if": {"properties": {"op": {"const": op}}},
                    "then": {
                        "required": [takes] if takes else [],
                        "properties": {
                            "value": {} if takes == "value" else {"type": "null"},
                            "from": {"type": "string" if takes == "from" else "null"},
                        },
                    },
                }
                for op, takes in _TAKES.items()
            ]
        }
    )

    op: Literal["add", "remove", "replace", "move", "copy", "test"] = Field(
        description="What is done.",
        examples=["replace", "add"],
        json_schema_extra=becomes(
            "In a list, `add` inserts. What `remove` and `replace` name must be there; a `test` "
            "that fails is an error."
        ),
    )
    path: JsonPointer = Field(
        description="Where, as a JSON pointer.",
        examples=["/spec/sessionAffinity", "/spec/template/spec/containers/0/args/-"],
        json_schema_extra=becomes(
            "Items of a list are numbered from 0, and `-` is the place after the last; `~1` stands "
            "for a slash in a name, `~0` for a `~`."
        ),
    )
    source: JsonPointer | None = Field(
        None,
        alias="from",
        description="What `move` and `copy` take, as a JSON pointer.",
        examples=["/spec/template/spec/containers/0/env/0"],
        json_schema_extra=becomes("No other operation has it."),
    )
    value: Any = Field(
        None,
        description="What `add`, `replace` and `test` take: anything that an object may hold.",
        examples=["ClientIP", {"name": "cache", "emptyDir": {}}],
        json_schema_extra=becomes("No other operation has it."),
    )


def operation(value: Any) -> Any:
    """For `BeforeValidator`: says of an operation what it lacks, or has and does not take."""
    op = value.get("op") if isinstance(value, dict) else None
    if not isinstance(op, str) or op not in _TAKES:
        return value
    takes = _TAKES[op]
    if takes is not None and (takes not in value or (takes == "from" and value[takes] is None)):
        raise invalid(f"`{op}` without `{takes}`", f"add `{takes}:` to this operation")
    other = next((k for k in ("value", "from") if value.get(k) is not None and k != takes), None)
    if other is not None:
        raise invalid(
            f"`{op}` takes no `{other}`",
            f"remove it; `{op}` takes `path`" + (f" and `{takes}`" if takes else " alone"),
        )
    return value


class Patch(Model):
    """A change of one of the app's own objects, made after everything else."""

    model_config = ConfigDict(
        json_schema_extra={
            "if": {"properties": {"merge": {"type": "object"}}, "required": ["merge"]},
            "then": {"properties": {"json": {"type": "null"}}},
            "else": {"properties": {"json": {"type": "array"}}, "required": ["json"]},
        }
    )

    target: Annotated[Target, ShortForm("kind", str)] = Field(
        description="The object: its kind, or `{kind, name}`.",
        examples=["Deployment", {"kind": "Deployment", "name": "shop"}],
        json_schema_extra=becomes(
            "It must be one that the app's other fields make, in every environment where the patch "
            "applies."
        ),
    )
    merge: dict[str, Any] | None = Field(
        None,
        description="A strategic merge patch: a part of the object, as it should be.",
        examples=[{"spec": {"template": {"spec": {"priorityClassName": "high"}}}}],
        json_schema_extra=becomes(
            "Merged into the object as `kubectl patch` does it: mappings merge, `null` removes and "
            "lists replace, but for those that Kubernetes merges by a key of their items: "
            "containers, variables and volumes by name, mounts by path, ports by number. "
            "`$patch: delete`, `$patch: replace` and `$retainKeys` are understood."
        ),
    )
    operations: (
        Annotated[
            list[Annotated[Operation, BeforeValidator(operation)]],
            Field(min_length=1, max_length=100),
        ]
        | None
    ) = Field(
        None,
        alias="json",
        description="A JSON patch (RFC 6902): operations, one after the other.",
        examples=[[{"op": "replace", "path": "/spec/sessionAffinity", "value": "ClientIP"}]],
        json_schema_extra=becomes("Each is carried out on the object as the one before leaves it."),
    )


def patch(value: Any) -> Any:
    """For `BeforeValidator`: a patch is of one sort."""
    if not isinstance(value, dict) or "target" not in value:
        return value
    sorts = [sort for sort in ("merge", "json") if value.get(sort) is not None]
    if len(sorts) != 1:
        raise invalid(
            "a patch has both `merge` and `json`" if sorts else "a patch without `merge` or `json`",
            "write `merge:` with the part of the object that changes, or `json:` with operations; "
            "two patches may have the same target",
        )
    return value


Patches = Annotated[
    list[Annotated[Patch, BeforeValidator(patch)]],
    Field(max_length=100),
]
