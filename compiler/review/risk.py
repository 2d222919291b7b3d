"""What a reviewer must decide about: a danger of a change, named by a rule."""

from collections.abc import Iterable
from typing import NamedTuple

from compiler.diagnostics.model import Diagnostic, Place, Rule
from compiler.link.estate import Estate
from compiler.source.yaml import Document

_PRODUCTION = {"prod", "production"}
_NOT = {"non", "not", "pre"}


class Risk(NamedTuple):
    """A danger in one environment. `said` is a sentence that goes on with the environment."""

    environment: str
    rule: Rule
    said: str
    place: Place
    help: str


class Side(NamedTuple):
    """An environment on one side: its estate, and where its file and placement say what."""

    estate: Estate
    document: Document
    placement: Document | None

    def place(self, *path: str | int) -> Place:
        """Where the environment's file says it, or would."""
        return Place(self.document.span(path))


class Both(NamedTuple):
    """An environment that both sides have."""

    environment: str
    before: Side
    after: Side


def is_production(environment: str) -> bool:
    """Whether people depend on it: a word of its name is prod or production (prod, prod-eu), and
    none says the opposite (pre-prod)."""
    words = set(environment.split("-"))
    return not _PRODUCTION.isdisjoint(words) and _NOT.isdisjoint(words)


def diagnostics_of(risks: Iterable[Risk]) -> list[Diagnostic]:
    """Each danger once, with all the environments that have it."""
    where: dict[Risk, list[str]] = {}
    for risk in risks:
        named = where.setdefault(risk._replace(environment=""), [])
        if risk.environment not in named:
            named.append(risk.environment)
    found = [
        Diagnostic(
            risk.rule,
            f"{risk.said} in {listed(names)}" if any(names) else risk.said,
            risk.place,
            help=risk.help,
        )
        for risk, names in where.items()
    ]
    return sorted(found, key=lambda d: (d.severity, d.primary.span, d.rule.id, d.message))


def listed(names: Iterable[str]) -> str:
    """`dev, test and prod`: production last, as in a rollout."""
    *others, last = in_order(names)
    return f"{', '.join(others)} and {last}" if others else last


def in_order(names: Iterable[str]) -> list[str]:
    """Environments by name, production last."""
    return sorted(names, key=lambda name: (is_production(name), name))
