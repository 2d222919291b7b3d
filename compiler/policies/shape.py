"""What a file of `policies/` holds, and what its function is given and gives."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple, Protocol

Object = dict[str, Any]


class Shared(NamedTuple):
    """The one Service that may be a load balancer, as rules need to know it."""

    namespace: str
    name: str
    compiled: Object | None = None
    """The Service as the environment compiles it; None when only its name is known."""
    selector: Mapping[str, str] = {}
    """The labels of the pods that it sends requests to; empty when they are not known."""

    def is_named_by(self, obj: Object) -> bool:
        """Whether the object has its name and its namespace."""
        metadata = obj.get("metadata")
        return (
            isinstance(metadata, dict)
            and metadata.get("name") == self.name
            and metadata.get("namespace") == self.namespace
        )


class Claim(NamedTuple):
    """An Ingress that says what is served under a host."""

    namespace: str
    name: str
    place: str
    """Where it stands, for people: `file:line`."""


class Context(NamedTuple):
    """What the rules know of the entrance that everything is held against.

    What is not known is empty, and then nothing is taken for the shared one.
    """

    shared: tuple[Shared, ...] = ()
    """The shared Service: of each environment, if they are judged together."""
    ingress_classes: frozenset[str] = frozenset()
    """The names of the IngressClass that the router behind the shared Service answers to."""
    domains: tuple[str, ...] = ()
    """The domains that public hosts live in."""
    origins: tuple[str, ...] = ()
    """The stable names of the shared load balancer: what CloudFront may send requests to."""
    accounts: tuple[str, ...] = ()
    """The AWS accounts that Terraform may change."""
    roles: frozenset[tuple[str, str, str, str]] = frozenset()
    """For rules about Terraform: cluster, namespace and name of each ServiceAccount that a spec
    gives an IAM role that exists, and the role's ARN."""
    kinds: frozenset[str] = frozenset()
    """Kinds of custom resources that the platform lets in, as `group/Kind`."""
    sources: frozenset[str] = frozenset(("flux-system",))
    """The names of the GitRepository, in flux-system, through which Flux reads this repository."""
    guard: Mapping[str, Object] = {}
    """`Kind/name` of each admission policy and binding that is compiled -> its spec."""
    hosts: Mapping[str, tuple[Claim, ...]] = {}
    """Host, in lower case and without a final dot -> who claims it, of all that is judged."""

    def shared_named_by(self, obj: Object) -> Shared | None:
        """The shared Service that the object is, by its name and namespace."""
        return next((shared for shared in self.shared if shared.is_named_by(obj)), None)

    def is_entrance(self, namespace: object) -> bool:
        """Whether this is the namespace of the shared Service and its router."""
        return any(shared.namespace == namespace for shared in self.shared)


class Block(NamedTuple):
    """A block of a Terraform root, after its files were merged as Terraform merges them.

    `resource "aws_lb" "shop" {}` has the kind `resource`, the type `aws_lb` and the name `shop`;
    a block with one label has it as its type (`provider "aws"`) or its name (`module "edge"`), and
    each entry of `locals` is a block `local` with its name and the body `{"value": ...}`.
    """

    kind: str
    type: str
    name: str
    body: dict[str, Any]
    """Arguments as JSON has them: an expression is text with `${...}`, a nested block a list of
    bodies. Comments (`//`) are left out."""
    root: "Root"
    """The root that it stands in, for rules that follow a reference."""

    @property
    def address(self) -> str:
        """As Terraform names it: `aws_lb.shop`, `data.aws_lb.shared`, `module.edge`."""
        parts = (
            (self.type, self.name)
            if self.kind == "resource"
            else (
                {"variable": "var"}.get(self.kind, self.kind),
                self.type,
                self.name,
            )
        )
        return ".".join(part for part in parts if part)


class Root(Protocol):
    """A Terraform root: one folder. What rules work out about it is kept by its identity."""

    def __hash__(self) -> int:
        """By identity."""

    def blocks(self, kind: str, type: str = "") -> list[Block]:
        """Its blocks of a kind, and of a type if one is given."""


class Finding(NamedTuple):
    """What is wrong, where in the object or the block's body, and what to do."""

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
    """A Kubernetes object, or a Terraform root as one JSON text, that the rule refuses."""
    PASSING: str
    """The same, put right."""
    ONE_DOOR: bool
    """Whether what it refuses is another way in: such a rule cannot be waived."""


class ObjectPolicy(Policy, Protocol):
    """A rule about Kubernetes objects."""

    KINDS: tuple[str, ...]
    """The kinds of objects that it judges; `("*",)` for every kind."""

    def findings(self, obj: Object, context: Context) -> Iterator[Finding]:
        """What is wrong with the object. It may hold anything: nothing of it was validated."""


class SelectivePolicy(ObjectPolicy, Protocol):
    """A rule that knows by their kind of some objects that there is nothing to say about them."""

    def concerns(self, group: str, kind: str) -> bool:
        """Whether it can find anything in an object of this kind, in any context."""


class GuardedPolicy(ObjectPolicy, Protocol):
    """A rule that the API server is given too."""

    NAME: str
    """The name of its ValidatingAdmissionPolicy."""

    def admission(self, context: Context) -> dict[str, Any]:
        """The same rule in CEL, as the spec of a ValidatingAdmissionPolicy."""


class BlockPolicy(Policy, Protocol):
    """A rule about Terraform."""

    BLOCKS: tuple[str, ...]
    """The blocks that it judges: `resource` for all resources, `resource.aws_lb` for one type,
    `*` for every block."""

    def findings(self, block: Block, context: Context) -> Iterator[Finding]:
        """What is wrong with the block. It may hold anything: nothing of it was validated."""
