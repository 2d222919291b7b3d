"""A diagnostic is data: a rule, a message, the places it is about, help. It is rendered late."""

from typing import Literal, NamedTuple

Severity = Literal["error", "warning"]


class Rule(NamedTuple):
    """One reason to report something, documented beside the code that raises it.

    `id` is stable for ever: PT0xx reading, PT1xx spec and link, PT2xx Kubernetes policy,
    PT3xx edge and Terraform policy, PT4xx rendered tree, PT5xx live account, PT9xx users' own.

    `failing` and `passing` are examples, and are run as tests. An example is one of: the content
    of `apps/shop.yaml`; several files, each after a line `-- path --`, laid over a small repository
    of one app, shop, and one environment, dev (no content: the file is removed; `# ...` as first
    line: the rest is as in shop or dev); a Kubernetes object; files below `scanned/`, judged by
    `portico scan scanned` (with --shared edge/service-public-loadbalancer --ingress-class edge
    --domain example.com); files below `before/` and `after/`, two states that `portico diff`
    compares (a file in neither folder is in both states; `objects.yaml` holds Kubernetes objects).
    """

    id: str
    title: str
    why: str
    severity: Severity = "error"
    what: str = ""
    fix: str = ""
    failing: str = ""
    passing: str = ""
    conceals: bool = False
    """Whether what it finds must not be shown: its lines appear in no report."""


class Span(NamedTuple):
    """A place in a file. Lines and columns count characters from 1; the end is exclusive.

    `path` is relative to the repository root, with `/` as separator on every system.
    A span with `line` 0 means the file as a whole.
    """

    path: str
    line: int = 0
    column: int = 0
    end_line: int = 0
    end_column: int = 0

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}" if self.line else self.path


class Place(NamedTuple):
    """A span and what stands there, in a few words; the words appear under the carets."""

    span: Span
    note: str = ""


class Fix(NamedTuple):
    """An edit that a machine can make: the text at `span` becomes `replacement`."""

    span: Span
    replacement: str


class Diagnostic(NamedTuple):
    """One finding. If only one thing can be shown, it is `message` at `primary`.

    Each of `fixes` settles it alone; where several are given, a person chooses what was meant.
    """

    rule: Rule
    message: str
    primary: Place
    secondary: tuple[Place, ...] = ()
    help: str = ""
    fixes: tuple[Fix, ...] = ()

    @property
    def severity(self) -> Severity:
        return self.rule.severity


class Rejected(Exception):
    """Input that cannot be used. Carries every diagnostic found up to that point."""

    def __init__(self, diagnostics: list[Diagnostic]) -> None:
        super().__init__(f"{len(diagnostics)} diagnostics")
        self.diagnostics = diagnostics
