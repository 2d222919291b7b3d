"""Of a value that the reader refused nothing more is said, and of everything else all."""

from compiler.diagnostics.model import Diagnostic, Place, Span
from compiler.source.characters import HIDDEN_CHARACTER
from compiler.source.refused import beside
from compiler.source.scalars import AMBIGUOUS
from compiler.spec.parse import BAD_VALUE, WRONG_TYPE

DOUBTFUL = Diagnostic(AMBIGUOUS, "doubtful", Place(Span("f", 2, 5, 2, 7)))
HIDDEN = Diagnostic(HIDDEN_CHARACTER, "hidden", Place(Span("f", 4, 9, 4, 10)))


def found(line: int, column: int, end_line: int, end_column: int, path: str = "f") -> Diagnostic:
    return Diagnostic(WRONG_TYPE, "wrong", Place(Span(path, line, column, end_line, end_column)))


def remaining(*diagnostics: Diagnostic) -> list[Diagnostic]:
    refused = [DOUBTFUL, HIDDEN]
    kept = [*beside(refused, [*refused, *diagnostics])]
    assert kept[:2] == refused, "what was refused is told itself"
    return kept[2:]


def test_nothing_more_is_said_of_the_place_itself() -> None:
    assert remaining(found(2, 5, 2, 7), found(2, 6, 2, 7)) == []
    also = DOUBTFUL._replace(rule=BAD_VALUE)
    assert remaining(also) == []


def test_nothing_is_said_of_a_text_that_holds_the_hidden_character() -> None:
    assert remaining(found(4, 5, 4, 20)) == []
    assert remaining(found(4, 12, 4, 20)) == [found(4, 12, 4, 20)]


def test_everything_else_is_said() -> None:
    others = [
        found(2, 1, 2, 4),
        found(2, 7, 2, 9),
        found(3, 5, 3, 7),
        found(1, 1, 9, 1),  # the mapping around both
        found(2, 5, 2, 7, path="g"),
        found(0, 0, 0, 0),
    ]
    assert remaining(*others) == others
