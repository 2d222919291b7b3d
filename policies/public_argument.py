"""PT335: nothing is made public by one of its arguments."""

from collections.abc import Iterator
from typing import Any

from compiler.policies.shape import Block, Context, Finding
from compiler.policies.terraform import Path, bodies, settled_body, shown

ID = "PT335"
TITLE = "resource that an argument makes public"
SEVERITY = "error"
RATIONALE = (
    "A bucket with a web site or an open access list, or a database with a public address, is an "
    "entrance by one word, in a resource that is harmless otherwise."
)
WHAT = (
    "Refuses buckets with a public access list or a web site, the removal of S3's own protection "
    "against both, and databases that are publicly accessible."
)
FIX = "Remove the argument: what is not written is private."
BLOCKS = (
    "resource.aws_db_instance",
    "resource.aws_rds_cluster_instance",
    "resource.aws_s3_account_public_access_block",
    "resource.aws_s3_bucket",
    "resource.aws_s3_bucket_acl",
    "resource.aws_s3_bucket_object",
    "resource.aws_s3_bucket_public_access_block",
    "resource.aws_s3_object",
)
ONE_DOOR = True

FAILING = """\
{
  "resource": {
    "aws_s3_bucket_acl": {
      "pictures": {
        "bucket": "${aws_s3_bucket.pictures.id}",
        "acl": "public-read"
      }
    }
  }
}
"""
PASSING = """\
{
  "resource": {
    "aws_s3_bucket_acl": {
      "pictures": {
        "bucket": "${aws_s3_bucket.pictures.id}",
        "acl": "private"
      }
    }
  }
}
"""

_PRIVATE_ACLS = frozenset(
    (
        *("private", "aws-exec-read", "bucket-owner-full-control", "bucket-owner-read"),
        "log-delivery-write",
    )
)
_GROUPS = "http://acs.amazonaws.com/groups/global/"
_SHUT = (
    *("block_public_acls", "block_public_policy", "ignore_public_acls"),
    "restrict_public_buckets",
)


def findings(block: Block, context: Context) -> Iterator[Finding]:
    """Judge the arguments of one resource that could make it public."""
    body = settled_body(block)
    if body.get("publicly_accessible") not in (None, False):
        yield _finding(block, ("publicly_accessible",), body["publicly_accessible"])
    acl = body.get("acl")
    if acl is not None and (not isinstance(acl, str) or acl not in _PRIVATE_ACLS):
        yield _finding(block, ("acl",), acl)
    if body.get("website"):
        yield Finding(
            ("website",),
            f"{block.address} has a web site of its own",
            "remove it, and expose the app through the shared entrance",
        )
    if block.type.endswith("_public_access_block"):
        for name in _SHUT:
            # What is not written is false here.
            if body.get(name, False) is not True:
                yield _finding(block, (name,), body.get(name, False))
    for path, grant in _grants(body):
        if str(grant.get("uri", "")).startswith(_GROUPS):
            yield _finding(block, (*path, "uri"), grant["uri"])


def _grants(body: dict[Any, Any]) -> Iterator[tuple[Path, dict[Any, Any]]]:
    """To whom the access list of a bucket gives something, in its two forms."""
    yield from bodies(body.get("grant"), ("grant",))
    name = "access_control_policy"
    for path, policy in bodies(body.get(name), (name,)):
        for inner, grant in bodies(policy.get("grant"), (*path, "grant")):
            yield from bodies(grant.get("grantee"), (*inner, "grantee"))


def _finding(block: Block, path: Path, value: Any) -> Finding:
    return Finding(
        path,
        f"{block.address} is made public: {path[-1]} is {shown(value)}",
        "remove it, or write what keeps it private",
    )
