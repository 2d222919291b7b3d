"""`portico check`: is everything valid, and is rendered/ what the specs compile to?"""

import argparse

from compiler import pipeline
from compiler.cli.output import choose_output
from compiler.cli.progress import Bar
from compiler.cli.report import Outcome, amount, concluded
from compiler.cli.repository import choose_repository

EXAMPLE = "portico check --root ../estate --output sarif=check.sarif"


def configure(parser: argparse.ArgumentParser) -> None:
    choose_repository(parser)
    parser.add_argument(
        "--checkov",
        action="store_true",
        help="run Checkov's own catalogue too, as .checkov.yaml configures it",
    )
    choose_output(parser)


def run(options: argparse.Namespace) -> int:
    def work() -> Outcome:
        bar = Bar("Checkov")
        try:
            checked = pipeline.check(
                options.root,
                options.environment,
                checkov=bar.show if options.checkov else None,
            )
        finally:
            bar.clear()
        return Outcome(
            checked.diagnostics,
            f"checked {amount(checked.objects, 'object', 'objects')} in "
            f"{amount(checked.files, 'file', 'files')} of "
            f"{amount(checked.environments, 'environment', 'environments')}: clean"
            f"{', by Checkov too' if options.checkov else ''}",
        )

    return concluded(options, work)
