"""`.portico/`: the JSON Schemas by which editors complete specs and environment files."""

from compiler.scaffold.new_repository import NewRepository
from compiler.spec import json_schema

SCHEMAS = ".portico"


def schemas(new: NewRepository) -> dict[str, str]:
    """The schemas of this Portico; they are the same for every repository."""
    return {
        f"{SCHEMAS}/app.schema.json": json_schema.text("app"),
        f"{SCHEMAS}/environment.schema.json": json_schema.text("environment"),
    }
