"""Keys of an app's own labels and annotations, on which no controller may act."""

from collections.abc import Iterator

from compiler.diagnostics.model import Diagnostic
from compiler.link.conflicts.rule import CONFLICT
from compiler.link.unit import Unit

# What Kubernetes takes of all annotations of an object; apimachinery, TotalAnnotationSizeLimitB.
_MOST_BYTES = 256 * 1024
# Domains whose keys mean something to what is in the cluster anyway.
_NOT_OWN = ("kubernetes.io", "k8s.io", "portico.dev", "fluxcd.io")


def identity(unit: Unit) -> Iterator[Diagnostic]:
    app, environment = unit.app, unit.environment
    own = [*(domain.name for domain in environment.domains), *environment.label_domains]
    for field, keys in (("labels", app.labels), ("annotations", app.annotations)):
        for key in keys:
            domain, slash, _ = key.rpartition("/")
            if not slash or (_is_below(domain, own) and not _is_below(domain, _NOT_OWN)):
                continue
            yield Diagnostic(
                CONFLICT,
                f'"{key}" begins with a domain whose keys may mean something to a controller',
                unit.place(field, key),
                help="leave the domain out, or begin with one of "
                f"{environment.name}: {', '.join(own)}",
            )
    size = sum(len(key.encode()) + len(text.encode()) for key, text in app.annotations.items())
    size += sum(len(name) + len(url) + 50 for name, url in app.links.items())
    if size > _MOST_BYTES:
        yield Diagnostic(
            CONFLICT,
            f"the annotations have {size} bytes, and Kubernetes takes {_MOST_BYTES}",
            unit.place("annotations"),
            help="shorten them",
        )


def _is_below(domain: str, known: list[str] | tuple[str, ...]) -> bool:
    return any(domain == one or domain.endswith(f".{one}") for one in known)
