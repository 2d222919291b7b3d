"""Text and expressions in Terraform JSON.

Terraform evaluates every string in a block body as a template, object keys too: `${file(...)}` in
a tag reads a file of whoever runs the plan. So plain `str` means text and is escaped when a file is
finished; only an `Expression` is evaluated, and only builders make one, of fixed text and of names
whose alphabet has no meaning to Terraform (hosts, distributions).
"""

from typing import Any

Block = dict[str, Any]


class Expression(str):
    """A Terraform expression, without `${` and `}`. Never made of free text."""

    __slots__ = ()


def ref(address: str) -> Expression:
    """A reference to an attribute: `aws_wafv2_web_acl.edge.arn`."""
    return Expression(address)


def finish(value: Any) -> Any:
    """The value as Terraform must read it: expressions wrapped, everything else taken literally."""
    if isinstance(value, Expression):
        return "${" + value + "}"
    if isinstance(value, str):
        return escape(value)
    if isinstance(value, dict):
        return {escape(key): finish(item) for key, item in value.items()}
    if isinstance(value, list):
        return [finish(item) for item in value]
    return value


def escape(text: str) -> str:
    """A text that Terraform's template reader gives back unchanged."""
    return text.replace("${", "$${").replace("%{", "%%{")


def address_part(name: str) -> str:
    """A host or domain as part of a resource name: `shop.example.com` is `shop_example_com`.

    Host names have no underscore, so two hosts never share a result.
    """
    return name.replace(".", "_")
