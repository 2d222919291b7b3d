"""`portico scan`: what files are held against, and judging them."""

import os
from datetime import date
from typing import NamedTuple

from compiler.check.contexts import Contexts, merged
from compiler.check.foreign import Scanned, scanned
from compiler.check.kind_schema import versions
from compiler.check.policy import Rules
from compiler.check.waivers import load_waivers
from compiler.diagnostics.model import Place, Rejected
from compiler.emit.tree import RENDERED
from compiler.foreign.files import shown
from compiler.kubernetes.admission import guarded_context
from compiler.pipeline.linking import link_in_memory, ordered
from compiler.policies.builtin import builtin
from compiler.policies.shape import Context
from compiler.source.repository import NotARepository
from compiler.watch import Watch, unwatched

KUBERNETES = "1.34"
"""The version of Kubernetes whose schemas hold where nobody names another."""


class Against(NamedTuple):
    """What foreign files are held against."""

    contexts: Contexts
    kubernetes: str
    rules: Rules
    repository: str = ""
    """The repository whose environments and waivers say it; empty if none does."""


def against(given: Context, kubernetes: str | None) -> Against:
    """What the command line alone says that files are held against."""
    return Against(Contexts(given), kubernetes or KUBERNETES, Rules(builtin()))


def against_repository(
    root: str, only: list[str] | None, given: Context, kubernetes: str | None
) -> Against:
    """What a repository's environments, rules and waivers say, and the command line adds to.

    Raises NotARepository, also for one that does not compile, and UnknownEnvironment.
    """
    try:
        linked = link_in_memory(root, only)
    except Rejected:
        raise NotARepository(
            f"the environments of {shown(root)} cannot be compiled: see `portico check`, or say "
            "with --shared and other options what the files are held against"
        ) from None
    policies = linked.policies.all()
    of_environment = {
        e.environment.name: merged((guarded_context(e, policies), given)) for e in linked.estates
    }
    folder = os.path.realpath(os.path.join(root, RENDERED))
    contexts = Contexts(
        merged(of_environment.values()),
        {os.path.join(folder, name): context for name, context in of_environment.items()},
    )
    versions = (e.environment.cluster.kubernetes for e in linked.estates)
    # A waiver that does not count is reported by `check`.
    waivers, _ = load_waivers(root, policies, date.today(), from_root=False)
    return Against(
        contexts,
        kubernetes or max(versions, key=_numbers),
        Rules(policies, waivers),
        os.path.realpath(root),
    )


def kubernetes_versions() -> list[str]:
    """The versions of Kubernetes whose schemas are here, oldest first."""
    return versions()


def _numbers(version: str) -> list[int]:
    return [int(number) for number in version.split(".")]


def scan(paths: list[str], against: Against, watch: Watch = unwatched) -> Scanned:
    """Judge any files as kubectl, Flux and Terraform would read them. Raises NoSuchPath."""
    judged = scanned(paths, against.contexts, against.kubernetes, against.rules, watch)
    diagnostics = judged.diagnostics
    if against.repository:
        below = [os.path.relpath(os.path.realpath(p), against.repository) for p in paths]
        for unused in against.rules.waivers.unused(below):
            span = unused.primary.span
            path = shown(os.path.join(against.repository, span.path))
            diagnostics.append(unused._replace(primary=Place(span._replace(path=path))))
    return judged._replace(diagnostics=ordered(diagnostics))
