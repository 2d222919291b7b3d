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
from compiler.spec.model import Form, NumberOr, form_of, invalid, quoted
from compiler.spec.quantity import BYTES, CPU, bytes_of

# A CronJob's name may have 52 characters, because Kubernetes appends 11 to name its Jobs; the
# rest is room for the suffixes of objects that are derived from an app.
MAX_NAME = 40

# The network policy that guards each namespace.
DEFAULT_DENY = "default-deny"

_NAME = "[a-z](?:[-a-z0-9]*[a-z0-9])?"
_NAME_HINT = f"lowercase letters, digits and hyphens, a letter first, at most {MAX_NAME}"
_LABEL = "[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?"
# A label's value, and its key after the slash.
_QUALIFIED = "[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?"
_SEGMENT = r"(?!\.{1,2}(?:/|$))[A-Za-z0-9._~-]+"
# A key of a Secret or ConfigMap becomes the name of a file where that is mounted.
_KEY = r"(?!\.$|\.\.)[-._a-zA-Z0-9]{1,253}"
# A key of a ConfigMap is made of it.
_MOUNT_SEGMENT = r"(?!\.(?:/|$)|\.\.)[A-Za-z0-9._@+~-]+"
# Every container has these from Linux itself, and only shared memory may be another one's.
_NOT_OF_LINUX = "(?!/(?:proc|sys|dev(?!/shm(?:/|$)))(?:/|$))"
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
# A file's text may have dollars: its ConfigMap is kept out of Flux's substitution.
_FILE_TEXT = r"[^\x00-\x08\x0b-\x1f\x7f]*"
_QUALIFIED = "[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?"
# As Kubernetes takes it: only the whole has a longest length. Source: IsDNS1123Subdomain.
_SUBDOMAIN = r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*"
_KEY_OF_AN_OBJECT = f"(?![^/]{{254}}){_SUBDOMAIN}/{_KEY}"
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
        "write it without braces: $NAME in a shell command, $(NAME) for a variable of the "
        "container",
    )


def _why_env_name(value: str) -> PydanticCustomError:
    return invalid(
        f"{quoted(value)} is not a name of an environment variable",
        "use letters, digits, underscores and dots, and begin with a letter or an underscore",
    )


def _why_secret_reference(value: str) -> PydanticCustomError:
    return invalid(
        f"{quoted(value)} does not name a key of a Secret",
        "write the Secret's name, a slash and the key: payment-gateway/api-key",
    )


def _why_kind(value: str) -> PydanticCustomError:
    return invalid(
        f"{quoted(value)} is not a kind of objects",
        "write it as Kubernetes does, with a capital: Deployment, NetworkPolicy",
    )


def _why_pointer(value: str) -> PydanticCustomError:
    return invalid(
        f"{quoted(value)} is not a JSON pointer",
        "name every step from the object down, each after a slash: "
        "/spec/template/spec/containers/0; a slash in a name is ~1 and a ~ is ~0",
    )


def _why_secret_key(value: str) -> PydanticCustomError:
    return invalid(
        f"{quoted(value)} is not a key that a Secret can have",
        "a key has letters, digits, hyphens, underscores and dots, and no two dots first: password",
    )


def _why_duration(value: str) -> PydanticCustomError:
    return invalid(
        f"{quoted(value)} is not a length of time",
        "write a whole number and s, m or h: 30s, 5m or 1h",
    )


def _why_config_reference(value: str) -> PydanticCustomError:
    return invalid(
        f"{quoted(value)} does not name a key of a ConfigMap",
        "write the ConfigMap's name, a slash and the key: shop-settings/theme",
    )


def _why_object_name(value: str) -> PydanticCustomError:
    name, _, key = value.partition("/")
    if key and re.fullmatch(_SUBDOMAIN, name):
        help = f"write the object's name alone, without a key: {name}"
    else:
        help = "write lowercase letters, digits, hyphens and dots, a letter or digit first and last"
    return invalid(f"{quoted(value)} is not the name of a Kubernetes object", help)


def _why_field_path(value: str) -> PydanticCustomError:
    return invalid(
        f"{quoted(value)} is no field of a pod that a variable can have",
        "write metadata.name, metadata.namespace, metadata.labels['key'], spec.nodeName, "
        "status.podIP, status.hostIP, limits.memory, requests.cpu or one like them",
    )


def _why_file_text(value: str) -> PydanticCustomError:
    return invalid(
        f"{quoted(value)} has a control character, which a file in a spec cannot hold",
        "remove it; tabs and line breaks are fine",
    )


def _why_mount_path(value: str) -> PydanticCustomError:
    if value == "/" or not value.startswith("/"):
        return invalid(
            f"{quoted(value)} is no place in a container's file system",
            "write an absolute path below /, for example /var/cache/shop",
        )
    if len(value) > 253:
        return invalid(f"{quoted(value)} has {len(value)} characters", "at most 253 are taken")
    if not re.match(_NOT_OF_LINUX, value):
        return invalid(
            f"{quoted(value)} is a part of Linux that every container has already",
            "use a path outside /proc, /sys and /dev; of these only /dev/shm can be a volume",
        )
    return invalid(
        f"{quoted(value)} is not a usable path in a container",
        "a path has letters, digits and . _ - @ + ~ in its segments; leave out //, . and .. "
        "segments, and a slash at the end",
    )


def _why_volume_name(value: str) -> PydanticCustomError:
    if value == "files":
        return invalid(
            f"{quoted(value)} is the name of the volume that holds the app's `files`",
            "name it after what it holds",
        )
    name = re.sub("[^a-z0-9]+", "-", value.lower()).strip("-")
    if value.startswith("/") and re.fullmatch(_NAME, name):
        return invalid(
            f"{quoted(value)} is a path, and a volume has a name",
            f"write `{name}: {{mountPath: {value}}}`",
        )
    return invalid(
        f"{quoted(value)} is not a name of a volume",
        "write lowercase letters, digits and hyphens, at most 40",
    )


def _why_sub_path(value: str) -> PydanticCustomError:
    return invalid(
        f"{quoted(value)} is not a folder in a volume",
        "write it without a slash at either end, and without . and .. segments: uploads/2026",
    )


def _why_app_reference(value: str) -> PydanticCustomError:
    return invalid(
        f"{quoted(value)} does not name an app, or a port of one",
        "write the app's name as in `calls`, and for one of its `ports` a slash and the port's "
        "name: catalog-api/grpc",
    )


def _why_port_name(value: str) -> PydanticCustomError:
    if re.fullmatch("[0-9]{1,5}", value):
        return invalid(
            f"{quoted(value)} in quotes is a text, and no name of a port",
            f"write the number without quotes: {int(value)}, or a name such as grpc",
        )
    return invalid(
        f"{quoted(value)} is not a name of a port",
        "write lowercase letters, digits and single hyphens, at least one letter, at most 15 "
        "characters: grpc",
    )


def _why_probe_path(value: str) -> PydanticCustomError:
    url = re.fullmatch(r"https?://[^/]*(/[\w./?&=~-]*)", value, re.ASCII)
    if url is not None:
        return invalid(
            f"{quoted(value)} is a web address, and Kubernetes asks the pod itself",
            f"write the path alone: {url[1]}",
        )
    return invalid(
        f"{quoted(value)} is not a path that a probe can ask for",
        "begin with /, and leave out spaces, quotes and #, for example /healthz?full=1",
    )


def _why_header_name(value: str) -> PydanticCustomError:
    return invalid(
        f"{quoted(value)} is not a name of an HTTP header",
        "write letters, digits and hyphens: X-Probe",
    )


def _why_header_value(value: str) -> PydanticCustomError:
    return invalid(
        f"{quoted(value)} is not a value of an HTTP header",
        "write one line of letters, digits and signs, without ${...}",
    )


def _why_label_key(value: str) -> PydanticCustomError:
    return invalid(
        f"{quoted(value)} is not a key of a label or annotation",
        "write at most 63 letters, digits, - _ and ., with a domain and a slash before it if it "
        "has one: cost-center, acme.example/cost-center",
    )


def _why_label_value(value: str) -> PydanticCustomError:
    return invalid(
        f"{quoted(value)} is not a value of a label",
        "write at most 63 letters, digits, - _ and ., a letter or digit first and last; longer "
        "text belongs in `annotations`",
    )


def _why_url(value: str) -> PydanticCustomError:
    return invalid(
        f"{quoted(value)} is not a web address",
        "write it whole, without spaces: https://wiki.acme.example/shop",
    )


def _why_percent(value: str) -> PydanticCustomError:
    return invalid(
        f"{quoted(value)} is not a share of the pods", 'write a number of pods, or a share: "25%"'
    )


def _why_time_zone(value: str) -> PydanticCustomError | None:
    from compiler.spec.time_zone import time_zone_problem

    return time_zone_problem(value)


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


def _why_metric(value: str) -> PydanticCustomError:
    return invalid(
        f"{quoted(value)} is not a name of a metric",
        "write it as the metrics API has it, for example http_requests_per_second",
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


def _why_size(value: str) -> PydanticCustomError:
    amount = "memory" if re.fullmatch(BYTES, value) else "cpu" if re.fullmatch(CPU, value) else ""
    if amount:
        return invalid(
            f"{quoted(value)} is an amount, and not the name of a size",
            f"write what it is an amount of: {{{amount}: {value}}}",
        )
    return _why_name(value)


def _why_schedule(value: str) -> PydanticCustomError | None:
    problem = cron_problem(value)
    if problem is None:
        return None
    return invalid(
        f"{quoted(value)} is not a schedule: {problem}",
        'write minute, hour, day of month, month, day of week: "30 2 * * *"',
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


def _why_destination(value: str) -> PydanticCustomError | None:
    if re.fullmatch(rf"(?:\*\.)?(?:{_LABEL}\.)+[a-z]{_QUALIFIED}", value):
        return invalid(
            f"{quoted(value)} is a name, and no address range",
            "write its range in CIDR form, 203.0.113.0/24; or `dns` in place of `cidr`, where the "
            "environment's network policies know names",
        )
    return _why_cidr(value)


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
        # Kubernetes takes hyphens too, with which no shell and few programs read one.
        "[A-Za-z_][A-Za-z0-9_.]*",
        "letters, digits, underscores and dots, a letter or an underscore first",
        _why_env_name,
    ),
]
SecretReference = Annotated[
    str,
    Form(
        "key of a Secret",
        _KEY_OF_AN_OBJECT,
        "the Secret's name, a slash and the key: payment-gateway/api-key",
        _why_secret_reference,
    ),
]
SecretKey = Annotated[
    str,
    Form(
        "Secret key",
        _KEY,
        "letters, digits, hyphens, underscores and dots, no two dots first, at most 253",
        _why_secret_key,
    ),
]
# Understood alike by Go's and by Prometheus' reader.
Duration = Annotated[
    str,
    Form(
        "length of time",
        "[1-9][0-9]{0,4}[smh]",
        "a whole number, more than 0, and s, m or h: 30s, 5m or 1h",
        _why_duration,
    ),
]
ConfigReference = Annotated[
    str,
    Form(
        "key of a ConfigMap",
        _KEY_OF_AN_OBJECT,
        "the ConfigMap's name, a slash and the key: shop-settings/theme",
        _why_config_reference,
    ),
]
ObjectName = Annotated[
    str,
    Form(
        "object name",
        _SUBDOMAIN,
        "lowercase letters, digits, hyphens and dots, a letter or digit first and last",
        _why_object_name,
        253,
    ),
]
Kind = Annotated[
    str,
    Form("kind", "[A-Z][A-Za-z0-9]*", "a kind of Kubernetes objects: Deployment", _why_kind, 63),
]
JsonPointer = Annotated[
    str,
    Form(
        "JSON pointer",
        r"(?:/(?:[^~/$\x00-\x1f\x7f]|\$(?!\{)|~[01])*){1,64}",
        "every step from the object down, each after a slash: /spec/template/spec/containers/0",
        _why_pointer,
    ),
]
# What a variable, unlike a file, may be given. Source: Kubernetes 1.34, validateObjectFieldSelector
# and validateContainerResourceFieldSelector.
FieldPath = Annotated[
    str,
    Form(
        "field of a pod",
        r"metadata\.(?:name|namespace|uid)"
        rf"|metadata\.(?:labels|annotations)\x5b'(?:{_SUBDOMAIN}/)?{_QUALIFIED}'\x5d"
        r"|spec\.(?:nodeName|serviceAccountName)|status\.(?:hostIP|hostIPs|podIP|podIPs)"
        r"|(?:limits|requests)\.(?:cpu|memory|ephemeral-storage)",
        "metadata.name, metadata.namespace, metadata.labels['key'], spec.nodeName, status.podIP, "
        "limits.memory or one like them",
        _why_field_path,
    ),
]
FileText = Annotated[
    str,
    Form("text of a file", _FILE_TEXT, "no control characters", _why_file_text),
]
MountPath = Annotated[
    str,
    Form(
        "path in a container",
        f"{_NOT_OF_LINUX}(?:/{_MOUNT_SEGMENT})+",
        "begins with /; no //, no . or .. segments, no slash at the end; not /proc, /sys and /dev",
        _why_mount_path,
        253,
    ),
]
SubPath = Annotated[
    str,
    Form(
        "folder in a volume",
        f"{_SEGMENT}(?:/{_SEGMENT})*",
        "a relative path: no slash at either end, no . or .. segments",
        _why_sub_path,
        253,
    ),
]
VolumeName = Annotated[
    str,
    Form(
        "volume name",
        f"(?!files$){_NAME}",
        f"{_NAME_HINT}; not files",
        _why_volume_name,
        MAX_NAME,
    ),
]
PortName = Annotated[
    str,
    Form(
        "port name",
        "(?!.*--)(?![-0-9]*$)[a-z0-9](?:[-a-z0-9]{0,13}[a-z0-9])?",
        "lowercase letters, digits and single hyphens, at least one letter, at most 15 characters",
        _why_port_name,
    ),
]
AppReference = Annotated[
    str,
    Form(
        "address of an app",
        f"{_NAME}(?:/[a-z0-9](?:[-a-z0-9]{{0,13}}[a-z0-9])?)?",
        "the app's name, or its name, a slash and the name of a port: catalog-api/grpc",
        _why_app_reference,
        MAX_NAME + 16,
    ),
]
PortReference = Annotated[int | str, NumberOr(1, 65535, form_of(PortName))]
ProbePath = Annotated[
    str,
    Form(
        "path of a probe",
        r"/(?!.*\$\{)[\x21\x24-\x26\x28-\x5b\x5d\x5f\x61-\x7a\x7e]*",
        "begins with /; no spaces and quotes",
        _why_probe_path,
        1000,
    ),
]
LabelKey = Annotated[
    str,
    Form(
        "label key",
        f"(?!.{{254,}}/)(?:{_SUBDOMAIN}/)?{_QUALIFIED}",
        "letters, digits, - _ and ., at most 63; a domain and a slash may stand before it",
        _why_label_key,
    ),
]
LabelValue = Annotated[
    str,
    Form(
        "label value",
        f"(?:{_QUALIFIED})?",
        "letters, digits, - _ and ., at most 63, a letter or digit first and last",
        _why_label_value,
    ),
]
Url = Annotated[
    str,
    Form(
        "web address",
        r"https?://(?!.*\$\{)[A-Za-z0-9.-]+(?::[0-9]{1,5})?(?:[/?#][\x21\x23-\x3b\x3d\x3f-\x5b\x5d"
        r"\x5f\x61-\x7a\x7e]*)?",
        "a whole address: https://wiki.acme.example/shop",
        _why_url,
        2000,
    ),
]
Share = Form("share", "(?:100|[1-9]?[0-9])%", 'a share of the pods: "25%"', _why_percent)
TimeZone = Annotated[
    str,
    Form(
        "time zone",
        "[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+)*",
        "a name of the IANA time zone database: Europe/Berlin",
        _why_time_zone,
        64,
        suffices=False,
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
# What can stand in a path of the metrics API; Kubernetes, ValidateMetricIdentifier.
MetricName = Annotated[
    str,
    Form(
        "name of a metric",
        "[A-Za-z_:][A-Za-z0-9_:.-]*",
        "letters, digits, _ : . and -, no digit first: http_requests_per_second",
        _why_metric,
        253,
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
SizeName = Annotated[
    str, Form("name of a size", _NAME, "a size of the environment: small", _why_size, MAX_NAME)
]
Cron = Annotated[
    str,
    Form(
        "cron schedule",
        SCHEDULE,
        'minute, hour, day of month, month, day of week: "30 2 * * *"',
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
        _why_destination,
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
HeaderName = Annotated[
    str,
    Form(
        "header name",
        "[A-Za-z0-9](?:[-A-Za-z0-9]*[A-Za-z0-9])?",
        "letters, digits and hyphens: X-Probe",
        _why_header_name,
        100,
    ),
]
HeaderValue = Annotated[
    str,
    Form(
        "header value",
        r"(?!.*\$\{)[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?",
        "one line of letters, digits and signs, without ${",
        _why_header_value,
        1000,
    ),
]
UserId = Annotated[int, Field(ge=1, le=2**31 - 1)]
# A group of 0 gives no rights but to files of an image that were made for it.
GroupId = Annotated[int, Field(ge=0, le=2**31 - 1)]
FsGroupId = Annotated[int, Field(ge=1, le=2**31 - 1)]


def is_name(value: str) -> bool:
    """Whether Kubernetes objects, and so an app, a team or an environment, may be named so."""
    return _ANY_NAME.matches(value)


def image_tag(image: str) -> str | None:
    """The tag of a valid image reference, or None when only a digest names the version."""
    match = re.fullmatch(_REFERENCE, image)
    return match[1] if match else None
