"""All parts made and judged: by two processes where there are many."""

from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter
from typing import Any

from compiler.cache.answer import diagnostic_of
from compiler.cache.aside import aside
from compiler.cache.digest import plain
from compiler.cache.memory import PartFacts
from compiler.diagnostics.model import Diagnostic
from compiler.pipeline.judging import Judging
from compiler.pipeline.plan import Piece, Plan
from compiler.pipeline.shares import are_many, shares
from compiler.watch import Watch, unwatched

# The other process gets more of them, as this one has something else to do.
_HERE = 0.55

_JUDGING = "checking"


def judge_all(
    judging: Judging,
    plans: Sequence[Plan],
    pieces: Sequence[Piece],
    meanwhile: Callable[[], Any],
    watch: Watch = unwatched,
) -> list[Diagnostic]:
    """What is wrong with the pieces, each of which knows afterwards what there is to know of it.

    `meanwhile` is what else has to be done, and is best done while another process is at work.
    """
    by_name = {plan.name: plan for plan in plans}
    to_judge = [
        (by_name[piece.environment], piece)
        for piece in pieces
        if not piece.is_made or not judging.is_known(by_name[piece.environment], piece.facts)
    ]
    if not are_many(to_judge):
        return _judged(judging, watch(_JUDGING, to_judge))
    here, there = shares(to_judge, itemgetter(1), _HERE)
    judging.get_ready(plans)
    told = aside(lambda: _told(judging, there))
    meanwhile()
    found = _judged(judging, watch(_JUDGING, here))
    facts, diagnostics, learned = told()
    for (_, piece), known in zip(there, facts, strict=True):
        piece.take(PartFacts(*known))
    judging.take(learned)
    return [*found, *map(diagnostic_of, diagnostics)]


def _judged(judging: Judging, pieces: Iterable[tuple[Plan, Piece]]) -> list[Diagnostic]:
    found: list[Diagnostic] = []
    for plan, piece in pieces:
        if not judging.is_known(plan, piece.facts):
            judged = judging.judge(plan, piece.files)
            found += judged.diagnostics
            piece.learn(b"" if judged.diagnostics else judged.against, judged.asked)
        piece.forget()
    return found


def _told(judging: Judging, pieces: Sequence[tuple[Plan, Piece]]) -> tuple[Any, ...]:
    """The same as plain data: facts of each piece, diagnostics, what judging learned."""
    diagnostics = [plain(diagnostic) for diagnostic in _judged(judging, pieces)]
    return [tuple(piece.facts) for _, piece in pieces], diagnostics, judging.learned()
