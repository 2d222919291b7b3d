"""`portico check`: is everything valid, and is rendered/ what the specs compile to?"""

import argparse

from compiler import pipeline
from compiler.cli.main import CLEAN, FINDINGS
from compiler.cli.report import amount, guarded, report
from compiler.cli.repository import choose_repository

EXAMPLE = "portico check --root ../estate"


def configure(parser: argparse.ArgumentParser) -> None:
    choose_repository(parser)


def run(options: argparse.Namespace) -> int:
    def work() -> int:
        checked = pipeline.check(options.root, options.environment)
        report(checked.diagnostics, options.root)
        if any(diagnostic.severity == "error" for diagnostic in checked.diagnostics):
            return FINDINGS
        print(
            f"checked {amount(checked.objects, 'object', 'objects')} in "
            f"{amount(checked.files, 'file', 'files')} of "
            f"{amount(checked.environments, 'environment', 'environments')}: clean"
        )
        return CLEAN

    return guarded(options.root, work)
