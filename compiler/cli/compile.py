"""`portico compile`: specs in, rendered/ out."""

import argparse
import sys

from compiler import pipeline
from compiler.cli.main import CLEAN
from compiler.cli.report import amount, guarded, report
from compiler.cli.repository import choose_repository

EXAMPLE = "portico compile --environment dev --environment test"


def configure(parser: argparse.ArgumentParser) -> None:
    choose_repository(parser)


def run(options: argparse.Namespace) -> int:
    def work() -> int:
        compiled = pipeline.compile_in_memory(options.root, options.environment)
        written = pipeline.write(options.root, compiled)
        report(compiled.warnings, options.root)
        for path in written.foreign:
            print(f"portico: {path} was not written by portico and stays as it is", file=sys.stderr)
        apps = {unit.app.name for estate in compiled.estates for unit in estate.units}
        print(
            f"compiled {amount(len(apps), 'app', 'apps')} in "
            f"{amount(len(compiled.estates), 'environment', 'environments')}: "
            f"{amount(len(written.written), 'file', 'files')} written, "
            f"{len(written.removed)} removed, {written.unchanged} unchanged"
        )
        return CLEAN

    return guarded(options.root, work)
