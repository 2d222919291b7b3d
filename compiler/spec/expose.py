"""The public entrances of an app."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticKnownError

from compiler.spec.model import Model, OneOf, OneOrSeveral, ShortForm, becomes, invalid
from compiler.spec.types import BodySize, Host, PortName, UrlPath

# What stands for the host of an entrance that names none.
_NOWHERE = object()


def _somewhere(host: Any) -> Any:
    if host is _NOWHERE:
        # Pydantic's own error for a field that is missing.
        raise PydanticKnownError("missing")
    return host


def _named(port: Any) -> Any:
    if type(port) is int:
        raise invalid(
            f"an entrance names one of the app's ports, and {port} is a number",
            "name it in `ports` and write that name here; leave it out for `port` itself",
        )
    return port


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


_PLAIN = frozenset(("host", "hosts", "path", "cache", "edge"))


class Expose(Model):
    """A public entrance of the app: one or several hosts, or some paths of them."""

    model_config = ConfigDict(json_schema_extra={"either": ["host", "hosts"]})

    @property
    def is_plain(self) -> bool:
        """Whether it says no more than most do, so that there is nothing to contradict."""
        return self.model_fields_set <= _PLAIN

    @model_validator(mode="before")
    @classmethod
    def _needs_a_host(cls, data: Any) -> Any:
        if isinstance(data, dict) and data.get("host") is None and data.get("hosts") is None:
            return {**data, "host": _NOWHERE}
        return data

    host: Annotated[Host, BeforeValidator(_somewhere)] | None = Field(
        None,
        description="One label (`shop`, below the environment's first domain), a full name in one "
        "of its domains, or `@` for the first domain itself.",
        examples=["shop", "shop.example.com", "@"],
        json_schema_extra=becomes(
            "Becomes the host of an Ingress, a name in Route 53, and a name on the certificate and "
            "on a CloudFront distribution."
        ),
    )
    hosts: Annotated[list[Host], Field(min_length=1, max_length=100)] | None = Field(
        None,
        description="Several hosts that answer alike, instead of `host`.",
        examples=[["shop", "@", "shop.example.com"]],
        json_schema_extra=becomes(
            "Each becomes what `host` does. The first one's Ingress is named after the app, the "
            "others after their host as well."
        ),
    )
    path: UrlPath = Field(
        "/",
        description="This path and everything below it.",
        examples=["/api"],
        json_schema_extra=becomes(
            "Becomes the path of the Ingress; the app sees it unchanged, and apps of one team may "
            "share a host by path."
        ),
    )
    paths: (
        Annotated[
            list[Annotated[ExposedPath, ShortForm("path", str)]],
            Field(min_length=1, max_length=100),
        ]
        | None
    ) = Field(
        None,
        description="Several paths, instead of `path`: each a text, or `{path, exact}`.",
        examples=[["/api", {"path": "/login", "exact": True}]],
        json_schema_extra=becomes(
            "Become the paths of the Ingress, in this order. The router prefers an exact path to "
            "others, and a longer one to a shorter one."
        ),
    )
    port: Annotated[PortName, BeforeValidator(_named)] | None = Field(
        None,
        description="Which of the app's `ports` answers here, by its name; `port` by default.",
        examples=["console"],
        json_schema_extra=becomes(
            "Becomes the Service's port of the Ingress, and a port that the NetworkPolicy admits "
            "the router to."
        ),
    )
    body_size: BodySize | None = Field(
        None,
        description="The largest request body.",
        examples=["20Mi"],
        json_schema_extra=becomes(
            "Becomes an annotation of the Ingress; without it the router takes 10Mi. It keeps a "
            "body on its disk until it has all of it, so 1Gi is the most. A larger one is answered "
            "with 413."
        ),
    )
    timeout: Annotated[int, Field(ge=1, le=180)] | None = Field(
        None,
        description="Seconds that the app may be silent before the router gives up: until it "
        "begins to answer, between two parts of an answer, and on a WebSocket.",
        examples=[30],
        json_schema_extra=becomes(
            "Becomes annotations of the Ingress. At most the environment's "
            "`edge.originReadTimeout`, which is the default: CloudFront waits no longer than that, "
            "and load balancer and router are set by it."
        ),
    )
    websocket: bool = Field(
        False,
        description="`true`: the app speaks WebSocket here, as well as HTTP.",
        examples=[True],
        json_schema_extra=becomes(
            "Becomes an annotation of the Ingress where the router needs one; CloudFront passes "
            "WebSockets on anyway. A connection on which nothing is sent for `timeout` seconds is "
            "closed, and so is any when the router is updated: let clients connect anew."
        ),
    )
    sticky: bool = Field(
        False,
        description="`true`: a visitor's requests go to the same pod while it is there.",
        examples=[True],
        json_schema_extra=becomes(
            "Becomes annotations of the Ingress, by which the router sets a cookie named "
            "`portico-<app>` that ends with the browser's session. Not with `cache: origin`, where "
            "CloudFront would give the cookie of one visitor to others."
        ),
    )
    redirects: Annotated[list[Host], Field(min_length=1, max_length=100)] | None = Field(
        None,
        description="Hosts that only lead to the first host of this entrance.",
        examples=[["www", "old.example.com"]],
        json_schema_extra=becomes(
            "Each becomes a name on the certificate and on a CloudFront distribution, where a "
            "function answers 308 with path and query kept; no request of theirs reaches the "
            "cluster. Not with `edge: direct`."
        ),
    )
    cache: Literal["none", "origin"] = Field(
        "none",
        description="`none`, or `origin`: CloudFront keeps what the app's Cache-Control allows, "
        "separately for each host, query string and cookie; an answer that depends on who is "
        "signed in must say `Cache-Control: private`.",
        examples=["origin"],
        json_schema_extra=becomes("Decides which CloudFront distribution serves the host."),
    )
    edge: Literal["cloudfront", "direct"] = Field(
        "cloudfront",
        description="`cloudfront`, or `direct`: a CNAME to the load balancer, with its certificate "
        "if it has one, no cache and no WAF.",
        examples=["direct"],
        json_schema_extra=becomes(
            "Decides what the host's name in Route 53 points to: a distribution, or the shared "
            "load balancer."
        ),
    )


_ONE_HOST = OneOf(
    ("host", "hosts"),
    (),
    "an entrance has one host or several, and this one says both",
    "name all of them in `hosts`, and remove `host`",
    required=False,
)
_ONE_PATH = OneOf(
    ("path", "paths"),
    (),
    "an entrance has one path or several, and this one says both",
    "name all of them in `paths`, and remove `path`",
    required=False,
)
Exposes = Annotated[
    list[Annotated[Expose, _ONE_HOST, _ONE_PATH]],
    Field(min_length=1, max_length=20),
    OneOrSeveral(Expose),
    _ONE_HOST,
    _ONE_PATH,
]
