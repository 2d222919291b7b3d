"""rendered/ against what compiling gives: every difference is named."""

from compiler.diagnostics.model import Diagnostic, Place, Rule, Span
from compiler.emit.tree import Difference

MISSING = Rule(
    "PT401",
    "compiled file is missing",
    "Flux and Terraform read rendered/, not the specs: what is not there does not exist.",
)
DIFFERING = Rule(
    "PT402",
    "compiled file differs from its spec",
    "What is reviewed in apps/ must be what runs; an edit in rendered/ would be lost, or hidden.",
)
FOREIGN = Rule(
    "PT403",
    "file that portico did not write",
    "Flux applies every manifest that it finds below its path, reviewed or not.",
)
STALE = Rule(
    "PT404",
    "compiled file of something that is gone",
    "Flux and Terraform would keep running what no spec asks for any more.",
)
LEFTOVER = Rule(
    "PT405",
    "temporary file of a run that was killed",
    "It is not part of what was compiled.",
)
STALE_PLACEMENT = Rule(
    "PT406",
    "placement is not up to date",
    "A host without a committed place could be given another one by the next change.",
)

_COMPILE = "run `portico compile` and commit what it writes"
_BY_HAND = "move it out of rendered/; what it is for belongs in a spec or an environment"


def drift(difference: Difference, placements: dict[str, str]) -> list[Diagnostic]:
    """One diagnostic for each file that is not what compiling gives."""
    found: list[Diagnostic] = []
    for rule, paths, what, help in (
        (MISSING, difference.missing, "is missing", _COMPILE),
        (DIFFERING, difference.differing, "is not what its spec compiles to", _COMPILE),
        (STALE, difference.stale, "is compiled from nothing any more", _COMPILE),
        (LEFTOVER, difference.leftover, "was left by a run that was killed", _COMPILE),
        (FOREIGN, difference.foreign, "was not written by portico", _BY_HAND),
        (STALE_PLACEMENT, sorted(placements), "does not name every host once", _COMPILE),
    ):
        found += [
            Diagnostic(rule, f"{path} {what}", Place(Span(path)), help=help) for path in paths
        ]
    return found
