"""PT322: expressions that compute with what stands in the file, and with nothing else."""

from collections.abc import Iterator
from typing import Any

from compiler.hcl.expression import parse_template
from compiler.hcl.tokens import NotUnderstood
from compiler.policies.shape import Block, Context, Finding

ID = "PT322"
TITLE = "Terraform expression that reaches outside"
SEVERITY = "error"
RATIONALE = (
    "Terraform evaluates every text, also one that came from an app's spec: `${file(...)}` in a "
    "tag reads a file of whoever runs the plan, and what depends on the machine, the time or the "
    "workspace is not what was reviewed."
)
WHAT = (
    "Refuses in any text or key functions other than Terraform's own that only compute, "
    "directives (`%{ if }`, `%{ for }`), and references to `terraform` and `path`."
)
FIX = "Write the value itself. A text that should hold `${` or `%{` is written with `$${` or `%%{`."
BLOCKS = ("*",)
ONE_DOOR = True

FAILING = """\
{
  "resource": {
    "aws_sns_topic": {
      "news": {
        "name": "news",
        "tags": {"owner": "${file(\\"/etc/hostname\\")}"}
      }
    }
  }
}
"""
PASSING = """\
{
  "resource": {
    "aws_sns_topic": {
      "news": {
        "name": "news",
        "tags": {"owner": "$${file(\\"/etc/hostname\\")}"}
      }
    }
  }
}
"""

# Terraform 1.11's functions, without those that read files, know the time or the machine, make
# something up, decrypt, undo `sensitive`, or evaluate a text that stands elsewhere.
_FUNCTIONS = frozenset(
    (
        *("abs", "alltrue", "anytrue", "base64decode", "base64encode", "base64gzip"),
        *("base64sha256", "base64sha512", "basename", "can", "ceil", "chomp", "chunklist"),
        *("cidrhost", "cidrnetmask", "cidrsubnet", "cidrsubnets", "coalesce", "coalescelist"),
        *("compact", "concat", "contains", "csvdecode", "dirname", "distinct", "element"),
        *("endswith", "ephemeralasnull", "flatten", "floor", "format", "formatdate"),
        *("formatlist", "indent", "index", "issensitive", "join", "jsondecode", "jsonencode"),
        *("keys", "length", "log", "lookup", "lower", "matchkeys", "max", "md5", "merge", "min"),
        *("one", "parseint", "pow", "range", "regex", "regexall", "replace", "reverse"),
        *("sensitive", "setintersection", "setproduct", "setsubtract", "setunion", "sha1"),
        *("sha256", "sha512", "signum", "slice", "sort", "split", "startswith", "strcontains"),
        *("strrev", "substr", "sum", "textdecodebase64", "textencodebase64", "timeadd"),
        *("timecmp", "title", "tobool", "tolist", "tomap", "tonumber", "toset", "tostring"),
        *("transpose", "trim", "trimprefix", "trimspace", "trimsuffix", "try", "upper"),
        *("urlencode", "uuidv5", "values", "yamldecode", "yamlencode", "zipmap"),
    )
)


def findings(block: Block, context: Context) -> Iterator[Finding]:
    """Judge every text of a block that Terraform evaluates."""
    if block.kind == "terraform":
        return
    if block.kind == "variable":
        # The rest of a variable is read before anything is evaluated.
        yield from _walk({"validation": block.body.get("validation")}, ())
        return
    yield from _walk(block.body, ())


def _walk(value: Any, path: tuple[str | int, ...]) -> Iterator[Finding]:
    """The texts of a mapping or a list, at any depth."""
    keyed = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in keyed:
        if isinstance(key, str) and "{" in key:
            yield from _judged(key, (*path, key))
        if isinstance(item, str):
            if "{" in item:
                yield from _judged(item, (*path, key))
        elif isinstance(item, dict | list):
            yield from _walk(item, (*path, key))


def _judged(text: str, path: tuple[str | int, ...]) -> Iterator[Finding]:
    try:
        uses = parse_template(text).uses
    except NotUnderstood as reason:
        yield Finding(
            path,
            f"this text is no template that Terraform would read: {reason.message}",
            "write `$${` and `%%{` where the text itself has `${` and `%{`",
        )
        return
    for name in dict.fromkeys(uses.functions):
        if name.removeprefix("core::") not in _FUNCTIONS:
            yield Finding(
                path,
                f"the function `{name}` does more than compute with what stands here",
                "write the value itself; a text that should hold `${` is written with `$${`",
            )
    for reference in dict.fromkeys(uses.references):
        if reference[0] in ("terraform", "path"):
            yield Finding(
                path,
                f"`{'.'.join(reference)}` depends on where and how Terraform is run",
                "write the value itself",
            )
    if uses.directives:
        yield Finding(
            path,
            "a directive (`%{ }`) in this text is evaluated by Terraform",
            "write the text itself; where it should hold `%{`, write `%%{`",
        )
