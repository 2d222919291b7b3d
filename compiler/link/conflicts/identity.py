"""Keys of an app's own labels and annotations, on which no controller may act."""

from collections.abc import Iterator

from compiler.diagnostics.model import Diagnostic
from compiler.link.conflicts.rule import CONFLICT
from compiler.link.unit import Unit

# What Kubernetes takes of all annotations of an object; apimachinery, TotalAnnotationSizeLimitB.
_MOST_BYTES = 256 * 1024
# The source of an object, and the keys of its description and contact.
_OF_PORTICO = 1024
_LINK = "portico.dev/link-"
# Domains whose keys mean something to what is in the cluster anyway.
NOT_OWN = ("kubernetes.io", "k8s.io", "portico.dev", "fluxcd.io")
# Kubernetes sets them itself, and tells pods of one version or run from others by them.
_OF_PODS = (
    "controller-revision-hash",
    "controller-uid",
    "job-name",
    "pod-template-generation",
    "pod-template-hash",
)


def identity(unit: Unit) -> Iterator[Diagnostic]:
    app, environment = unit.app, unit.environment
    own = [*(domain.name for domain in environment.domains), *environment.label_domains]
    for field, keys in (("labels", app.labels), ("annotations", app.annotations)):
        for key in keys:
            domain, slash, _ = key.rpartition("/")
            if field == "labels" and key in _OF_PODS:
                yield Diagnostic(
                    CONFLICT,
                    f'Kubernetes itself sets the label "{key}" of pods',
                    unit.place_of_key(field, key),
                    help="use another key",
                )
            if slash and (not is_below(domain, own) or is_below(domain, NOT_OWN)):
                yield Diagnostic(
                    CONFLICT,
                    f'"{key}" begins with a domain whose keys may mean something to a controller',
                    unit.place_of_key(field, key),
                    help="leave the domain out, or begin with one that environments/"
                    f"{environment.name}.yaml has as `domains` or `labelDomains`: {', '.join(own)}",
                )
    longest = "annotations" if app.annotations else "links"
    texts = {**app.annotations, **{_LINK + name: url for name, url in app.links.items()}}
    size = sum(len(key) + len(text.encode()) for key, text in texts.items())
    size += sum(len(text.encode()) for text in (app.description, app.contact) if text)
    if size + _OF_PORTICO > _MOST_BYTES:
        yield Diagnostic(
            CONFLICT,
            f"annotations, links, contact and description have {size} bytes as annotations, and "
            f"Kubernetes takes {_MOST_BYTES - _OF_PORTICO}",
            unit.place(longest),
            help="shorten them; longer texts belong behind one of the `links`",
        )


def is_below(domain: str, known: list[str] | tuple[str, ...]) -> bool:
    """Whether a domain is one of these, or below one."""
    return any(domain == one or domain.endswith(f".{one}") for one in known)
