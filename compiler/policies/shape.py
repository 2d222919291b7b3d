"""What a file of `policies/` holds, and what its function is given and gives."""

from collections.abc import Callable, Iterator
from typing import Any, Literal, NamedTuple, Protocol


class Shared(NamedTuple):
    """The one Service that may be a load balancer, as rules need to know it."""

    namespace: str
    name: str
    load_balancer_class: str | None
    """Its `spec.loadBalancerClass`; None when it must have none."""


class Finding(NamedTuple):
    """What is wrong, where in the object, and what to do."""

    path: tuple[str | int, ...]
    message: str
    help: str


class Policy(Protocol):
    """A rule: a module with these names."""

    ID: str
    TITLE: str
    SEVERITY: Literal["error", "warning"]
    RATIONALE: str
    WHAT: str
    FIX: str
    FAILING: str
    PASSING: str
    KINDS: tuple[str, ...]
    """The kinds of objects that it judges."""
    NAME: str
    """The name of what guards the API server by the same rule."""
    findings: Callable[[dict[str, Any], Shared], Iterator[Finding]]
    admission: Callable[[Shared], dict[str, Any]] | None
    """The same rule in CEL, as the spec of a ValidatingAdmissionPolicy; None if it cannot be."""
