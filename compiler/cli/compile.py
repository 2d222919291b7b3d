"""`portico compile`: specs in, rendered/ out."""

import argparse

from compiler.cache.answer import recalled
from compiler.cli.output import choose_output
from compiler.cli.report import Outcome, amount, concluded
from compiler.cli.repository import choose_memory, choose_repository, uses_memory
from compiler.diagnostics.model import Diagnostic, Rejected
from compiler.results import Compiled

EXAMPLE = "portico compile --environment dev --environment test"


def configure(parser: argparse.ArgumentParser) -> None:
    choose_repository(parser)
    choose_memory(parser)
    choose_output(parser)


def run(options: argparse.Namespace) -> int:
    def work() -> Outcome:
        compiled = _compiled(options)
        return Outcome(
            compiled.warnings,
            f"compiled {amount(compiled.apps, 'app', 'apps')} in "
            f"{amount(compiled.environments, 'environment', 'environments')}: "
            f"{amount(len(compiled.written), 'file', 'files')} written, "
            f"{len(compiled.removed)} removed, {compiled.unchanged} unchanged",
            tuple(
                f"{path} was not written by portico and stays as it is" for path in compiled.foreign
            ),
        )

    return concluded(options, work)


def _compiled(options: argparse.Namespace) -> Compiled:
    earlier = recalled(options.root) if uses_memory(options) else None
    if earlier is not None and earlier.compiled is not None:
        _refuse_warnings(options, earlier.compiled.warnings)
        return earlier.compiled

    from compiler.cli.progress import Progress
    from compiler.pipeline import amending, whole

    amendment = None if earlier is None else amending.amendment(options.root, earlier)
    if amendment is not None:
        _refuse_warnings(options, amendment.warnings)
        return amending.write_amendment(amendment)
    watch = Progress().watch
    prepared = whole.prepare(options.root, options.environment, earlier, watch)
    _refuse_warnings(options, prepared.warnings)
    return whole.write(prepared, watch)


def _refuse_warnings(options: argparse.Namespace, warnings: list[Diagnostic]) -> None:
    """With --strict. As with an error, what fails writes nothing."""
    if options.strict and warnings:
        raise Rejected(warnings)
