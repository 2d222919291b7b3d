"""Several paths of a public host."""

from typing import Annotated

from pydantic import Field

from compiler.spec.model import Model, ShortForm, becomes
from compiler.spec.types import UrlPath


class ExposedPath(Model):
    """A path of a public host: a text, or `{path, exact}`."""

    path: UrlPath = Field(
        description="The path.",
        examples=["/api"],
        json_schema_extra=becomes("Becomes a path of the Ingress; the app sees it unchanged."),
    )
    exact: bool = Field(
        False,
        description="Only this path, and nothing below it.",
        examples=[True],
        json_schema_extra=becomes("Becomes `pathType: Exact` instead of `Prefix`."),
    )


ExposedPaths = Annotated[
    Annotated[
        list[Annotated[ExposedPath, ShortForm("path", str)]], Field(min_length=1, max_length=100)
    ]
    | None,
    Field(
        description="Several paths, instead of `path`: each a text, or `{path, exact}`.",
        examples=[["/api", {"path": "/login", "exact": True}]],
        json_schema_extra=becomes(
            "Become the paths of the Ingress, in this order. The router prefers an exact path to "
            "others, and a longer one to a shorter one."
        ),
    ),
]
