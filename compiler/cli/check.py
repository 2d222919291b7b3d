"""`portico check`: is everything valid, and is rendered/ what the specs compile to?"""

import argparse

from compiler import pipeline
from compiler.cli.output import choose_output
from compiler.cli.report import Outcome, amount, concluded
from compiler.cli.repository import choose_repository

EXAMPLE = "portico check --root ../estate --output sarif=check.sarif"


def configure(parser: argparse.ArgumentParser) -> None:
    choose_repository(parser)
    choose_output(parser)


def run(options: argparse.Namespace) -> int:
    def work() -> Outcome:
        checked = pipeline.check(options.root, options.environment)
        return Outcome(
            checked.diagnostics,
            f"checked {amount(checked.objects, 'object', 'objects')} in "
            f"{amount(checked.files, 'file', 'files')} of "
            f"{amount(checked.environments, 'environment', 'environments')}: clean",
        )

    return concluded(options, work)
