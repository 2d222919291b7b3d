"""Switches by which operators and charts are told to expose what they make."""

import re
from collections.abc import Iterator
from typing import Any

_MAX_DEPTH = 64

# Types of Services that lead past the shared one, in any spelling that a template may pass on.
_TYPES = ("loadbalancer", "nodeport", "externalname")
# Keys whose value names such a type: type, serviceType, service_type, svcType, exposeType, ...
_TYPE_KEY = r".*(?:type|kind|expose|exposure|access|mode)"
# Keys that expose something when they are on.
_SWITCH_KEY = (
    r"expose(?:d|services?|externally|public|topublic)?|public(?:ly)?(?:accessible|access)?"
    r"|externalaccess|externallyaccessible|loadbalancer(?:enabled)?|enableloadbalancer|nodeport"
    r"|hostnetwork|usehostport|hostport|createloadbalancer|publicload[a-z]*|internetfacing"
    r"|associatepublicip(?:address)?|assignpublicip|exposeservices"
)
# Keys that only an exposed Service has.
_MARK_KEY = (
    r"loadbalancer(?:class|ip|ips|sourceranges|annotations)|externalips|externalname"
    r"|nodeports|loadbalancerconfig"
)
# Annotations, wherever they are passed on to a Service or an Ingress.
_ANNOTATION = (
    r"(?i)(?:[^/]*external-?dns[^/]*|dns[.]alpha[.]kubernetes[.]io|service[.]beta[.]kubernetes[.]io"
    r"|service[.]kubernetes[.]io|alb[.]ingress[.]kubernetes[.]io|tailscale[.]com)/"
)
_SCHEMES = ("internet-facing", "internetfacing", "public")


def exposures(
    value: Any, path: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Whatever below `value`, which stands at `path`, exposes something: where, and what."""
    if len(path) > _MAX_DEPTH:
        return
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from exposures(item, (*path, index))
    if not isinstance(value, dict):
        return
    for key, item in value.items():
        name = re.sub("[^a-z]", "", str(key).lower())
        here = (*path, key)
        text = (
            re.sub(r"[\s\u200b-\u200f\u2060\ufeff]", "", item).lower()
            if isinstance(item, str)
            else ""
        )
        if text in _TYPES and re.fullmatch(_TYPE_KEY, name):
            yield here, f"{key} is {item}"
        elif re.fullmatch(_SWITCH_KEY, name) and _is_on(item):
            yield here, f"{key} is on"
        elif re.fullmatch(_MARK_KEY, name) and _holds(item):
            yield here, f"{key} is set"
        elif re.match(_ANNOTATION, str(key)) and _holds(item):
            yield here, f"the annotation {key}"
        elif name.endswith("scheme") and text in _SCHEMES:
            yield here, f"{key} is {item}"
        elif "$" in text and "{" in text and re.fullmatch(_TYPE_KEY, name) and "type" in name:
            yield here, f"{key} is {item}, which is filled in later"
        else:
            yield from exposures(item, here)


def _holds(value: Any) -> bool:
    """Whether there is anything in a value, however deep."""
    if isinstance(value, dict | list):
        parts = value.values() if isinstance(value, dict) else value
        return any(_holds(part) for part in parts)
    return value not in (None, "", False)


def _is_on(value: Any) -> bool:
    """Whether a switch is on: true, a text or number that means it, or one of several parts."""
    if isinstance(value, dict):
        if value.get("enabled") in (False, "false"):
            return False
        return any(_is_on(item) for item in value.values() if isinstance(item, bool | dict))
    if isinstance(value, str):
        return value.strip().lower() in ("true", "yes", "on", *_TYPES)
    return value is True or (isinstance(value, int) and value != 0)
