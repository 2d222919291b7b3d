"""PT321: nothing in Terraform that hides what is made, or runs programs."""

from collections.abc import Iterator
from typing import Any

from compiler.policies.shape import Block, Context, Finding
from compiler.policies.terraform import bodies

ID = "PT321"
TITLE = "Terraform construct that hides what is made"
SEVERITY = "error"
RATIONALE = (
    "A module makes resources that stand in another repository, a provisioner runs any program, an "
    "import takes over what exists, and a dynamic block has content that only Terraform knows. "
    "What does not stand in the file cannot be reviewed in it."
)
WHAT = (
    "Refuses modules, provisioners and connections, imports, `removed` blocks, actions and other "
    "blocks that are not known, data sources in checks, and dynamic blocks in resources whose "
    "blocks other rules judge."
)
FIX = "Write the resources themselves, and every block of them as it is."
BLOCKS = ("*",)
ONE_DOOR = True

FAILING = """\
{
  "module": {
    "news": {
      "source": "git::https://github.com/example/news.git"
    }
  }
}
"""
PASSING = """\
{
  "resource": {
    "aws_sns_topic": {
      "news": {
        "name": "news"
      }
    }
  }
}
"""

_KNOWN = frozenset(
    (
        *("resource", "data", "provider", "variable", "output", "local", "terraform", "moved"),
        # PT320 says more of these.
        *("ephemeral", "list", "action"),
    )
)
_HIDING = {
    "module": "makes resources that do not stand here",
    "import": "takes over a resource that exists, whatever it is",
    "removed": "lets go of a resource, which then nobody owns",
}
_JUDGED = (
    *("aws_cloudfront_", "aws_wafv2_", "aws_security_group", "aws_default_security_group"),
    *("aws_route53_", "aws_iam_", "aws_s3_bucket", "aws_ec2_managed_prefix_list"),
)


def findings(block: Block, context: Context) -> Iterator[Finding]:
    """Judge what one block is written with."""
    if block.kind == "check":
        if block.body.get("data"):
            yield Finding(
                ("data",),
                f"{block.address} has a data source of its own, which is read at every plan",
                "remove it from the check",
            )
    elif block.kind not in _KNOWN:
        what = _HIDING.get(block.kind, "is a construct that is not known here")
        yield Finding((), f"`{block.address}` {what}", "write the resources themselves")
    if block.kind in ("resource", "data"):
        for name in ("provisioner", "connection"):
            if block.body.get(name) is not None:
                yield Finding(
                    (name,),
                    f"{block.address} has a {name}: it runs programs, here or on another machine",
                    f"remove the {name}",
                )
        if block.type.startswith(_JUDGED):
            yield from _dynamic(block, block.body, ())


def _dynamic(block: Block, value: Any, path: tuple[str | int, ...]) -> Iterator[Finding]:
    """The dynamic blocks at any depth."""
    for inner, body in bodies(value, path):
        for key, item in body.items():
            if key == "dynamic":
                yield Finding(
                    (*inner, key),
                    f"{block.address} has a dynamic block, whose content only Terraform knows",
                    "write each of the blocks as it is",
                )
            elif isinstance(item, dict | list):
                yield from _dynamic(block, item, (*inner, key))
