"""The kinds of text and number that specs are made of, each with its own check.

A check says what it found and what to write instead. It never converts: what a person wrote is
what is rendered. Everything here ends up in Kubernetes, nginx or Terraform, so each alphabet is
an allow-list that has no meaning to any of them.
"""

import re
from typing import Annotated

from pydantic import Field
from pydantic_core import PydanticCustomError

from compiler.spec.cron import SCHEDULE, cron_problem
from compiler.spec.model import Form, invalid, quoted
from compiler.spec.quantity import BYTES, CPU, bytes_of

# A CronJob's name may have 52 characters, because Kubernetes appends 11 to name its Jobs; the
# rest is room for the suffixes of objects that are derived from an app.
MAX_NAME = 40

# The network policy that guards each namespace.
DEFAULT_DENY = "default-deny"

_NAME = "[a-z](?:[-a-z0-9]*[a-z0-9])?"
_NAME_HINT = f"lowercase letters, digits and hyphens, a letter first, at most {MAX_NAME}"
_LABEL = "[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?"
_SEGMENT = r"(?!\.{1,2}(?:/|$))[A-Za-z0-9._~-]+"
_SECRET_NAME = "[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?"
_SECRET_KEY = "[-._a-zA-Z0-9]{1,253}"
_REPOSITORY = (
    "(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?(?::[0-9]{1,5})?/)?"
    r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*"
)
_TAG = "[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}"
_DIGEST = "sha256:[0-9a-f]{64}"
# Either may be missing here, so that an error can say so.
_REFERENCE = f"{_REPOSITORY}(?::({_TAG}))?(?:@({_DIGEST}))?"
# Anything but a dollar sign and what no process can be given: control characters.
_TEXT = r"[^$\x00-\x08\x0b-\x1f\x7f]"
_OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_IPV4 = rf"{_OCTET}(?:\.{_OCTET}){{3}}"
# As far as a pattern can tell: how groups may be left out is counted in `_why_cidr`.
_IPV6 = "[0-9a-f]*:[0-9a-f:.]*"


def _why_name(value: str) -> PydanticCustomError:
    if not re.fullmatch(_NAME, value):
        suggestion = re.sub(r"[^a-z0-9]+", "-", value.lower()).strip("-0123456789")
        return invalid(
            f"{quoted(value)} is not a usable name",
            "a name has lowercase letters, digits and hyphens, and begins with a letter"
            + (f', for example "{suggestion[:MAX_NAME]}"' if suggestion else ""),
        )
    return invalid(
        f"{quoted(value)} has {len(value)} characters",
        f"a name has at most {MAX_NAME}, because Kubernetes objects are named after it",
    )


def _why_app_name(value: str) -> PydanticCustomError:
    if not is_name(value):
        return _why_name(value)
    return invalid(
        f"{quoted(value)} is the name of an object that every namespace has already",
        "name the app after what it does",
    )


def _why_team(value: str) -> PydanticCustomError:
    if not is_name(value):
        return _why_name(value)
    if value == "kustomization":
        return invalid(
            f"{quoted(value)} is the name of a file that Flux reads in every folder",
            "use another name: each namespace has a file of its own name",
        )
    return invalid(
        f"{quoted(value)} is a namespace of the cluster itself, and cannot be used here",
        "name the team that answers for this app, or a namespace of the platform's own",
    )


def _why_image(value: str) -> PydanticCustomError:
    match = re.fullmatch(_REFERENCE, value)
    if match is None:
        return invalid(
            f"{quoted(value)} is not an image reference",
            "write registry/repository:tag, for example ghcr.io/acme/shop:1.4.2",
        )
    tag, digest = match.groups()
    if digest is None and tag is None:
        return invalid(
            f"{quoted(value)} names no version, so what runs could change without a commit",
            f"add a tag or a digest, for example {value}:1.4.2",
        )
    return invalid(
        f"{quoted(value)} can mean another image tomorrow",
        "name the version instead of latest, or pin the digest with @sha256:...",
    )


def _why_host(value: str) -> PydanticCustomError:
    if not value.isascii() or "xn--" in value:
        return invalid(
            f"{quoted(value)} has letters that look like others",
            "hosts are written in a-z, 0-9 and hyphens; internationalised names are not accepted",
        )
    if value != value.lower() or value.endswith("."):
        return invalid(
            f"{quoted(value)} is not written as it is looked up",
            f'write it in lowercase without a final dot: "{value.lower().rstrip(".")}"',
        )
    if "*" in value:
        return invalid(
            f"{quoted(value)} would answer for hosts that no app owns",
            "name each host; wildcards are not accepted",
        )
    return invalid(
        f"{quoted(value)} is not a host name",
        "write one label (shop), the full name (shop.example.com), or @ for the domain itself",
    )


def _why_path(value: str) -> PydanticCustomError:
    if not re.fullmatch("/[A-Za-z0-9._~/-]*", value):
        return invalid(
            f"{quoted(value)} is not a usable path",
            "a path begins with / and has letters, digits and . _ ~ - / only",
        )
    if "//" in value or any(part in (".", "..") for part in value.split("/")):
        return invalid(f"{quoted(value)} is not a plain path", "leave out //, . and .. segments")
    return invalid(
        f"{quoted(value)} ends with a slash",
        f'write "{value.rstrip("/")}": it covers the path itself and everything below it',
    )


def _why_text(value: str) -> PydanticCustomError:
    if "${" not in value:
        return invalid(
            f"{quoted(value)} has a control character, with which no container starts",
            "remove it; tabs and line breaks are fine",
        )
    # Flux's post-build substitution reads ${...} in every manifest, Terraform in every string.
    return invalid(
        f"{quoted(value)} has ${{...}}, which Flux and Terraform would replace",
        "write $NAME in a shell command and $(NAME) for a variable of the container",
    )


def _why_env_name(value: str) -> PydanticCustomError:
    return invalid(
        f"{quoted(value)} is not a name of an environment variable",
        "use letters, digits and underscores, and do not begin with a digit",
    )


def _why_secret_reference(value: str) -> PydanticCustomError:
    return invalid(
        f"{quoted(value)} does not name a key of a Secret",
        "write the Secret's name, a slash and the key: payment-gateway/api-key",
    )


def _why_cpu(value: str) -> PydanticCustomError:
    return invalid(
        f"{quoted(value)} is not an amount of CPU",
        'write cores or thousandths of a core: "2", "0.5" or 250m',
    )


def _why_memory(value: str) -> PydanticCustomError:
    return invalid(
        f"{quoted(value)} is not an amount of memory",
        "write a whole number and Ki, Mi or Gi: 256Mi",
    )


def _why_body_size(value: str) -> PydanticCustomError:
    if bytes_of(value) is None:
        return invalid(
            f"{quoted(value)} is not a size", "write a whole number and Ki, Mi or Gi: 20Mi"
        )
    return invalid(
        f"{quoted(value)} is no size of a body that the router can keep",
        "write a number of Ki or Mi, or 1Gi, which is the most; larger files can go to S3 by a "
        "presigned URL",
    )


def _why_schedule(value: str) -> PydanticCustomError | None:
    problem = cron_problem(value)
    if problem is None:
        return None
    return invalid(
        f"{quoted(value)} is not a schedule: {problem}",
        'write minute, hour, day of month, month, day of week, in UTC: "30 2 * * *"',
    )


def _why_cidr(value: str) -> PydanticCustomError | None:
    import ipaddress

    try:
        network = ipaddress.ip_network(value, strict=False)
    except ValueError:
        return invalid(
            f"{quoted(value)} is not an address range",
            "write it in CIDR form: 203.0.113.0/24, or 203.0.113.7/32 for one address",
        )
    if "/" not in value or str(network) != value:
        return invalid(f"{quoted(value)} is not the range's own name", f'write "{network}"')
    return None


def _why_public_cidr(value: str) -> PydanticCustomError | None:
    problem = _why_cidr(value)
    if problem is not None:
        return problem
    prefix = int(value.rpartition("/")[2])
    if prefix >= (16 if ":" in value else 8):
        return None
    return invalid(
        f"{quoted(value)} is {'a large part of ' if prefix else ''}the whole internet",
        "name the ranges that are meant, none larger than a /8 (IPv6: a /16)",
    )


_ANY_NAME = Form("name", _NAME, _NAME_HINT, _why_name, MAX_NAME)

Name = Annotated[str, _ANY_NAME]
AppName = Annotated[
    str,
    Form(
        "app name",
        f"(?!(?:default|{DEFAULT_DENY})$){_NAME}",
        f"{_NAME_HINT}; not default or {DEFAULT_DENY}",
        _why_app_name,
        MAX_NAME,
    ),
]
TeamName = Annotated[
    str,
    Form(
        "team name",
        f"(?!(?:default|flux-system|kustomization)$|kube-){_NAME}",
        f"{_NAME_HINT}; not a namespace of the cluster itself (default, flux-system, kube-...)",
        _why_team,
        MAX_NAME,
    ),
]
Text = Annotated[
    str,
    Form(
        "text",
        rf"{_TEXT}*(?:\$(?!\{{){_TEXT}*)*",
        "no ${...}, which Flux and Terraform would replace, and no control character",
        _why_text,
    ),
]
Image = Annotated[
    str,
    Form(
        "image",
        f"{_REPOSITORY}(?::(?!latest(?:@|$)){_TAG}(?:@{_DIGEST})?|@{_DIGEST})",
        "registry/repository:tag or registry/repository@sha256:..., and never the tag latest",
        _why_image,
    ),
]
Host = Annotated[
    str,
    Form(
        "host",
        rf"@|(?!.*xn--){_LABEL}(?:\.{_LABEL})*",
        "one label (shop), the full name (shop.example.com), or @ for the domain itself",
        _why_host,
        253,
    ),
]
UrlPath = Annotated[
    str,
    Form(
        "path",
        f"/|(?:/{_SEGMENT})+",
        "begins with / and has letters, digits and . _ ~ - / only; no //, no . or .. segments, no "
        "slash at the end",
        _why_path,
    ),
]
Port = Annotated[int, Field(ge=1, le=65535)]
EnvName = Annotated[
    str,
    Form(
        "variable name",
        "[A-Za-z_][A-Za-z0-9_]*",
        "letters, digits and underscores, and no digit first",
        _why_env_name,
    ),
]
SecretReference = Annotated[
    str,
    Form(
        "key of a Secret",
        f"{_SECRET_NAME}/{_SECRET_KEY}",
        "the Secret's name, a slash and the key: payment-gateway/api-key",
        _why_secret_reference,
    ),
]
Cpu = Annotated[
    str,
    Form(
        "amount of CPU",
        CPU,
        'cores or thousandths of a core, more than 0: "2", "0.5" or 250m',
        _why_cpu,
    ),
]
Memory = Annotated[
    str,
    Form(
        "amount of bytes",
        BYTES,
        "a whole number, more than 0, and Ki, Mi or Gi: 256Mi",
        _why_memory,
    ),
]
BodySize = Annotated[
    str,
    Form(
        "size of a body",
        "[1-9][0-9]{0,5}Ki|(?:[1-9][0-9]{0,2}|10[01][0-9]|102[0-4])Mi|1Gi",
        "a whole number, more than 0, and Ki or Mi, at most 1Gi: 20Mi",
        _why_body_size,
    ),
]
Schedule = Annotated[
    str,
    Form(
        "cron schedule",
        SCHEDULE,
        'minute, hour, day of month, month, day of week, in UTC: "30 2 * * *"',
        _why_schedule,
        suffices=False,
    ),
]
Cidr = Annotated[
    str,
    Form(
        "address range",
        f"{_IPV4}/(?:3[0-2]|[12]?[0-9])|{_IPV6}/(?:12[0-8]|1[01][0-9]|[1-9]?[0-9])",
        "an address range in CIDR form: 203.0.113.0/24, or 203.0.113.7/32 for one address",
        _why_cidr,
        suffices=False,
    ),
]
PublicCidr = Annotated[
    str,
    Form(
        "public address range",
        f"{_IPV4}/(?:3[0-2]|[12][0-9]|[89])|{_IPV6}/(?:12[0-8]|1[01][0-9]|[2-9][0-9]|1[6-9])",
        "an address range in CIDR form, a /8 or smaller (IPv6: a /16): 203.0.113.0/24, or "
        "203.0.113.7/32 for one address",
        _why_public_cidr,
        suffices=False,
    ),
]
UserId = Annotated[int, Field(ge=1, le=2**31 - 1)]


def is_name(value: str) -> bool:
    """Whether Kubernetes objects, and so an app, a team or an environment, may be named so."""
    return _ANY_NAME.matches(value)


def image_tag(image: str) -> str | None:
    """The tag of a valid image reference, or None when only a digest names the version."""
    match = re.fullmatch(_REFERENCE, image)
    return match[1] if match else None
