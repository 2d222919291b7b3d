"""PT323: Terraform changes the account of the environment, with the provider that is known."""

from collections.abc import Iterator
from typing import Any

from compiler.policies.shape import Block, Context, Finding
from compiler.policies.terraform import Unknown, bodies, settled_body, shown

ID = "PT323"
TITLE = "Terraform with another provider, account or state"
SEVERITY = "error"
RATIONALE = (
    "With another provider, role or endpoint the same resources are made somewhere else, by a "
    "program that nobody knows; with another state, what is deployed is forgotten and made anew."
)
WHAT = (
    "Refuses providers other than HashiCorp's aws, random, time and tls, a provider aws that "
    "signs in otherwise than the run does or talks to other endpoints, that may change another "
    "account than the environment's, and states that are not kept in S3."
)
FIX = (
    "Write `allowed_account_ids` into every provider aws, and leave credentials, roles and "
    "endpoints to the environment in which Terraform is run."
)
BLOCKS = ("provider", "terraform")
ONE_DOOR = True

FAILING = """\
{
  "provider": {
    "aws": {
      "region": "eu-west-1",
      "assume_role": {"role_arn": "arn:aws:iam::999999999999:role/admin"}
    }
  }
}
"""
PASSING = """\
{
  "provider": {
    "aws": {
      "region": "eu-west-1",
      "allowed_account_ids": ["111122223333"]
    }
  }
}
"""

_PROVIDERS = ("aws", "random", "time", "tls")
_OF_AWS = frozenset(
    (
        *("alias", "allowed_account_ids", "default_tags", "forbidden_account_ids", "ignore_tags"),
        *("max_retries", "region", "retry_mode", "token_bucket_rate_limiter_capacity"),
        *("use_dualstack_endpoint", "use_fips_endpoint", "version"),
    )
)
_OF_TERRAFORM = frozenset(("required_version", "required_providers", "backend"))
_OF_S3 = frozenset(
    (
        *("bucket", "key", "region", "encrypt", "kms_key_id", "use_lockfile", "acl"),
        *("dynamodb_table", "workspace_key_prefix", "allowed_account_ids", "max_retries"),
        *("forbidden_account_ids", "use_dualstack_endpoint", "use_fips_endpoint", "retry_mode"),
    )
)


def findings(block: Block, context: Context) -> Iterator[Finding]:
    """Judge a provider, or the settings of the root."""
    if block.kind == "provider":
        yield from _provider(block, context)
    else:
        yield from _settings(block, context)


def _provider(block: Block, context: Context) -> Iterator[Finding]:
    if block.type not in _PROVIDERS:
        yield Finding(
            (),
            f'the provider "{block.type}" is not one of {", ".join(_PROVIDERS)}',
            "remove it, and what it makes",
        )
        return
    if block.type != "aws":
        return
    body = settled_body(block)
    # Where no account is known there is nothing to hold it against.
    if context.accounts:
        yield from _accounts(body, "the provider aws", context)
    for argument in body:
        if argument not in _OF_AWS:
            yield Finding(
                (argument,) if isinstance(argument, str) else (),
                f"`{shown(argument).strip(chr(34))}` of the provider aws decides who signs in, or "
                "who is talked to",
                "remove it: the environment in which Terraform runs decides that",
            )
    others = block.root.blocks("provider", "aws")
    plain = [other.body for other in others if "alias" not in other.body]
    if any(other is block.body for other in plain[1:]):
        yield Finding(
            (),
            "a second provider aws has no alias, so that it is not clear which one counts",
            "give it an alias, or remove it",
        )


def _accounts(body: dict[Any, Any], whose: str, context: Context) -> Iterator[Finding]:
    accounts = body.get("allowed_account_ids")
    if not isinstance(accounts, list) or not accounts:
        yield Finding(
            ("allowed_account_ids",),
            f"{whose} may change any account: allowed_account_ids is "
            f"{'empty or not there' if not isinstance(accounts, Unknown) else shown(accounts)}",
            "name the account of the environment in allowed_account_ids",
        )
        return
    for index, account in enumerate(accounts):
        if isinstance(account, Unknown) or not isinstance(account, str | int):
            yield Finding(
                ("allowed_account_ids", index),
                f"which account {shown(account)} is cannot be known here",
                "write the number of the account",
            )
        elif str(account) not in context.accounts:
            yield Finding(
                ("allowed_account_ids", index),
                f"{whose} may change the account {account}, which is not the environment's: "
                f"{', '.join(context.accounts)}",
                "name the account of the environment",
            )


def _settings(block: Block, context: Context) -> Iterator[Finding]:
    # Nothing in this block is evaluated.
    for argument, value in block.body.items():
        if argument not in _OF_TERRAFORM:
            yield Finding(
                (argument,),
                f"`{argument}` decides where or how Terraform runs",
                "remove it; the state is kept in S3",
            )
        elif argument == "required_providers":
            yield from _required(value)
        elif argument == "backend":
            yield from _backends(block, value, context)


def _required(value: Any) -> Iterator[Finding]:
    for path, body in bodies(value, ("required_providers",)):
        for name, wanted in body.items():
            source = wanted.get("source") if isinstance(wanted, dict) else None
            source = f"hashicorp/{name}" if source is None else source
            parts = str(source).lower().split("/")
            if len(parts) == 3 and parts[0] in ("registry.terraform.io", "registry.opentofu.org"):
                parts = parts[1:]
            if parts != ["hashicorp", name] or name not in _PROVIDERS:
                yield Finding(
                    (*path, name),
                    f'the provider {name} comes from "{source}", which is not one of HashiCorp\'s '
                    f"own: {', '.join(_PROVIDERS)}",
                    "use hashicorp/aws under its own name, or remove it",
                )


def _backends(block: Block, value: Any, context: Context) -> Iterator[Finding]:
    for path, body in bodies(value, ("backend",)):
        for kind, inner in body.items():
            if kind != "s3":
                yield Finding(
                    (*path, kind),
                    f'the state is kept in "{kind}", not in S3',
                    "use the backend s3 of the environment",
                )
                continue
            for place, settings in bodies(inner, (*path, kind)):
                for name in settings:
                    if name not in _OF_S3:
                        yield Finding(
                            (*place, name),
                            f"`{name}` of the backend decides who signs in, or who is talked to",
                            "remove it: the environment in which Terraform runs decides that",
                        )
                if context.accounts:
                    for found in _accounts(settings, "the backend", context):
                        yield found._replace(path=(*place, *found.path))
    everywhere = [other for other in block.root.blocks("terraform") if "backend" in other.body]
    if len(everywhere) > 1 and everywhere[0].body is not block.body:
        yield Finding(
            ("backend",),
            "a second backend stands in this root",
            "keep one of them",
        )
