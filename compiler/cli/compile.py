"""`portico compile`: specs in, rendered/ out."""

import argparse

from compiler import pipeline
from compiler.cli.output import choose_output
from compiler.cli.report import Outcome, amount, concluded
from compiler.cli.repository import choose_repository
from compiler.diagnostics.model import Rejected

EXAMPLE = "portico compile --environment dev --environment test"


def configure(parser: argparse.ArgumentParser) -> None:
    choose_repository(parser)
    choose_output(parser)


def run(options: argparse.Namespace) -> int:
    def work() -> Outcome:
        compiled = pipeline.compile_in_memory(options.root, options.environment)
        if options.strict and compiled.warnings:
            # As with an error: what fails writes nothing.
            raise Rejected(compiled.warnings)
        written = pipeline.write(options.root, compiled)
        apps = {unit.app.name for estate in compiled.estates for unit in estate.units}
        return Outcome(
            compiled.warnings,
            f"compiled {amount(len(apps), 'app', 'apps')} in "
            f"{amount(len(compiled.estates), 'environment', 'environments')}: "
            f"{amount(len(written.written), 'file', 'files')} written, "
            f"{len(written.removed)} removed, {written.unchanged} unchanged",
            tuple(
                f"{path} was not written by portico and stays as it is" for path in written.foreign
            ),
        )

    return concluded(options, work)
