"""The kinds of text and number that specs are made of, each with its own check.

A check says what it found and what to write instead. It never converts: what a person wrote is
what is rendered. Everything here ends up in Kubernetes, nginx or Terraform, so each alphabet is
an allow-list that has no meaning to any of them.
"""

import re
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from compiler.spec.cron import cron_problem
from compiler.spec.model import invalid
from compiler.spec.quantity import bytes_of, millicores_of

_NAME = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?")
_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
_PATH = re.compile(r"/[A-Za-z0-9._~/-]*")
_ENV_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SECRET_NAME = re.compile(r"[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?")
_SECRET_KEY = re.compile(r"[-._a-zA-Z0-9]{1,253}")
_REPOSITORY = (
    r"(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?(?::[0-9]{1,5})?/)?"
    r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*"
)
_IMAGE = re.compile(
    rf"(?P<repository>{_REPOSITORY})"
    r"(?::(?P<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?"
    r"(?:@(?P<digest>sha256:[0-9a-f]{64}))?"
)

# A CronJob's name may have 52 characters, because Kubernetes appends 11 to name its Jobs; the
# rest is room for the suffixes of objects that are derived from an app.
MAX_NAME = 40

# The network policy that guards each namespace.
DEFAULT_DENY = "default-deny"


def is_name(value: str) -> bool:
    """Whether Kubernetes objects, and so an app, a team or an environment, may be named so."""
    return len(value) <= MAX_NAME and _NAME.fullmatch(value) is not None


def _name(value: str) -> str:
    if not _NAME.fullmatch(value):
        suggestion = re.sub(r"[^a-z0-9]+", "-", value.lower()).strip("-0123456789")
        raise invalid(
            f"{_quoted(value)} is not a usable name",
            "a name has lowercase letters, digits and single hyphens, and begins with a letter"
            + (f', for example "{suggestion[:MAX_NAME]}"' if suggestion else ""),
        )
    if len(value) > MAX_NAME:
        raise invalid(
            f"{_quoted(value)} has {len(value)} characters",
            f"a name has at most {MAX_NAME}, because Kubernetes objects are named after it",
        )
    return value


def _app_name(value: str) -> str:
    _name(value)
    if value in ("default", DEFAULT_DENY):
        raise invalid(
            f"{_quoted(value)} is the name of an object that every namespace has already",
            "name the app after what it does",
        )
    return value


def _team(value: str) -> str:
    _name(value)
    if value in ("default", "flux-system") or value.startswith("kube-"):
        raise invalid(
            f"{_quoted(value)} is a namespace of the cluster itself, and a team has its own",
            "name the team that answers for this app",
        )
    return value


def _image(value: str) -> str:
    match = _IMAGE.fullmatch(value)
    if match is None:
        raise invalid(
            f"{_quoted(value)} is not an image reference",
            "write registry/repository:tag, for example ghcr.io/acme/shop:1.4.2",
        )
    if match["digest"] is None and match["tag"] is None:
        raise invalid(
            f"{_quoted(value)} names no version, so what runs could change without a commit",
            f"add a tag or a digest, for example {value}:1.4.2",
        )
    if match["tag"] == "latest":
        raise invalid(
            f"{_quoted(value)} can mean another image tomorrow",
            "name the version instead of latest, or pin the digest with @sha256:...",
        )
    return value


def _host(value: str) -> str:
    if value == "@":
        return value
    if not value.isascii() or "xn--" in value:
        raise invalid(
            f"{_quoted(value)} has letters that look like others",
            "hosts are written in a-z, 0-9 and hyphens; internationalised names are not accepted",
        )
    if value != value.lower() or value.endswith("."):
        raise invalid(
            f"{_quoted(value)} is not written as it is looked up",
            f'write it in lowercase without a final dot: "{value.lower().rstrip(".")}"',
        )
    if "*" in value:
        raise invalid(
            f"{_quoted(value)} would answer for hosts that no app owns",
            "name each host; wildcards are not accepted",
        )
    if len(value) > 253 or not all(_LABEL.fullmatch(label) for label in value.split(".")):
        raise invalid(
            f"{_quoted(value)} is not a host name",
            "write one label (shop), the full name (shop.example.com), or @ for the domain itself",
        )
    return value


def _path(value: str) -> str:
    if not _PATH.fullmatch(value):
        raise invalid(
            f"{_quoted(value)} is not a usable path",
            "a path begins with / and has letters, digits and . _ ~ - / only",
        )
    if "//" in value or any(part in (".", "..") for part in value.split("/")):
        raise invalid(f"{_quoted(value)} is not a plain path", "leave out //, . and .. segments")
    if value != "/" and value.endswith("/"):
        raise invalid(
            f"{_quoted(value)} ends with a slash",
            f'write "{value.rstrip("/")}": it covers the path itself and everything below it',
        )
    return value


def _text(value: str) -> str:
    # Flux's post-build substitution reads ${...} in every manifest, Terraform in every string.
    if "${" in value:
        raise invalid(
            f"{_quoted(value)} has ${{...}}, which Flux and Terraform would replace",
            "write $NAME in a shell command and $(NAME) for a variable of the container",
        )
    return value


def _env_name(value: str) -> str:
    if not _ENV_NAME.fullmatch(value):
        raise invalid(
            f"{_quoted(value)} is not a name of an environment variable",
            "use letters, digits and underscores, and do not begin with a digit",
        )
    return value


def _secret_reference(value: str) -> str:
    name, slash, key = value.partition("/")
    if not slash or not _SECRET_NAME.fullmatch(name) or not _SECRET_KEY.fullmatch(key):
        raise invalid(
            f"{_quoted(value)} does not name a key of a Secret",
            "write the Secret's name, a slash and the key: payment-gateway/api-key",
        )
    return value


def _cpu(value: str) -> str:
    if millicores_of(value) is None:
        raise invalid(
            f"{_quoted(value)} is not an amount of CPU",
            'write cores or thousandths of a core: "2", "0.5" or 250m',
        )
    return value


def _memory(value: str) -> str:
    if bytes_of(value) is None:
        raise invalid(
            f"{_quoted(value)} is not an amount of memory",
            "write a whole number and Ki, Mi or Gi: 256Mi",
        )
    return value


def _schedule(value: str) -> str:
    problem = cron_problem(value)
    if problem:
        raise invalid(
            f"{_quoted(value)} is not a schedule: {problem}",
            'write minute, hour, day of month, month, day of week, in UTC: "30 2 * * *"',
        )
    return value


def _cidr(value: str) -> str:
    import ipaddress

    try:
        network = ipaddress.ip_network(value, strict=False)
    except ValueError:
        raise invalid(
            f"{_quoted(value)} is not an address range",
            "write it in CIDR form: 203.0.113.0/24, or 203.0.113.7/32 for one address",
        ) from None
    if "/" not in value or str(network) != value:
        raise invalid(f"{_quoted(value)} is not the range's own name", f'write "{network}"')
    return value


def _public_cidr(value: str) -> str:
    import ipaddress

    _cidr(value)
    network = ipaddress.ip_network(value)
    if network.prefixlen == 0:
        raise invalid(
            f"{_quoted(value)} is the whole internet",
            "name the ranges that are meant",
        )
    return value


def _quoted(value: Any) -> str:
    """The value as a person sees it in an error: one line, at most 60 characters."""
    text = str(value).encode("unicode_escape").decode("ascii") if "\n" in value else str(value)
    return f'"{text}"' if len(text) <= 60 else f'"{text[:57]}..."'


Name = Annotated[str, AfterValidator(_name)]
AppName = Annotated[str, AfterValidator(_app_name)]
TeamName = Annotated[str, AfterValidator(_team)]
Text = Annotated[str, AfterValidator(_text)]
Image = Annotated[str, AfterValidator(_image)]
Host = Annotated[str, AfterValidator(_host)]
UrlPath = Annotated[str, AfterValidator(_path)]
Port = Annotated[int, Field(ge=1, le=65535)]
EnvName = Annotated[str, AfterValidator(_env_name)]
SecretReference = Annotated[str, AfterValidator(_secret_reference)]
Cpu = Annotated[str, AfterValidator(_cpu)]
Memory = Annotated[str, AfterValidator(_memory)]
Schedule = Annotated[str, AfterValidator(_schedule)]
Cidr = Annotated[str, AfterValidator(_cidr)]
PublicCidr = Annotated[str, AfterValidator(_public_cidr)]
UserId = Annotated[int, Field(ge=1, le=2**31 - 1)]


def image_tag(image: str) -> str | None:
    """The tag of a valid image reference, or None when only a digest names the version."""
    match = _IMAGE.fullmatch(image)
    return match["tag"] if match else None
