"""Records that prove to ACM who owns a name: what they hold is what ACM says, and nothing else."""

import re
from typing import Any

from compiler.policies.shape import Block, Root

_OPTIONS = r"aws_acm_certificate\.[\w-]+(?:\[[^\[\]]*\])?\.domain_validation_options"
# The form that provider aws documents at `aws_acm_certificate_validation`, and one that keeps what
# ACM says as it is.
_LOOP = (
    rf"\$\{{\s*\{{\s*for\s+(?P<option>\w+)\s+in\s+{_OPTIONS}\s*:\s*[^=]+=>\s*"
    r"(?:(?P=option)(?:\.\.\.)?|\{(?P<fields>[^{}]*)\})\s*\}\s*\}"
)
_FIELD = r"\s*(?P<name>\w+)\s*[=:]\s*(?P<option>\w+)\.(?P<value>resource_record_\w+)\s*"
_AS_IT_IS = {f"resource_record_{part}": part for part in ("name", "type", "value")}
_DIRECTLY = (
    rf"\$\{{\s*(?:(?:tolist|one)\({_OPTIONS}\)|element\({_OPTIONS},\s*\d+\)|{_OPTIONS})"
    r"(?:\[\d+\]|\.\d+)?\.(?P<field>\w+)\s*\}"
)
_OF_LOCAL = r"\$\{local\.(?P<local>[\w-]+)(?:\[[^\[\]]+\])+\.(?P<field>\w+)\}"
_OF_EACH = r"\$\{\s*each\.value\.(?P<field>\w+)\s*\}"


def validates(record: Block) -> bool:
    """Whether name, type and content of a record are what ACM asks for."""
    name, type, records = (record.body.get(key) for key in ("name", "type", "records"))
    if not isinstance(records, list) or not records:
        return False
    return (
        _part(name, record) == "name"
        and (type == "CNAME" or _part(type, record) == "type")
        and all(_part(item, record) == "value" for item in records)
    )


def _part(value: Any, record: Block) -> str:
    """Which part of what ACM says a value is: `name`, `type` or `value`; nothing if none."""
    if not isinstance(value, str) or not value.startswith("${"):
        return ""
    if match := re.fullmatch(_DIRECTLY, value):
        return _AS_IT_IS.get(match["field"], "")
    if match := re.fullmatch(_OF_LOCAL, value):
        return _looped(_local(match["local"], record.root)).get(match["field"], "")
    if match := re.fullmatch(_OF_EACH, value):
        return _looped(record.body.get("for_each")).get(match["field"], "")
    return ""


def _local(name: str, root: Root) -> Any:
    named = [block for block in root.blocks("local") if block.name == name]
    return named[0].body.get("value") if len(named) == 1 else None


def _looped(value: Any) -> dict[str, str]:
    """The fields of what a loop over ACM's options makes of each, and which part each is."""
    match = re.fullmatch(_LOOP, value) if isinstance(value, str) else None
    if match is None:
        return {}
    if match["fields"] is None:
        return _AS_IT_IS
    fields = [re.fullmatch(_FIELD, field) for field in re.split(r"[,\n]", match["fields"].strip())]
    return {
        field["name"]: _AS_IT_IS.get(field["value"], "")
        for field in fields
        if field is not None and field["option"] == match["option"]
    }
