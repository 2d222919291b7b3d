"""The public entrance of an app."""

from typing import Literal

from pydantic import Field

from compiler.spec.model import Model, becomes
from compiler.spec.types import Host, UrlPath


class Expose(Model):
    """The app's public entrance: one host, or one path of it."""

    host: Host = Field(
        description="One label (`shop`, below the environment's first domain), a full name in one "
        "of its domains, or `@` for the first domain itself.",
        examples=["shop", "shop.example.com", "@"],
        json_schema_extra=becomes(
            "Becomes the host of an Ingress, a name in Route 53, and a name on the certificate and "
            "on a CloudFront distribution."
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
