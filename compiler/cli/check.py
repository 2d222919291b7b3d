"""`portico check`: is everything valid, and is rendered/ what the specs compile to?"""

import argparse

from compiler.cache.answer import recalled
from compiler.cli.output import choose_output
from compiler.cli.report import Outcome, amount, concluded
from compiler.cli.repository import choose_memory, choose_repository, choose_staged, uses_memory
from compiler.emit.tree import RENDERED
from compiler.results import Checked

EXAMPLE = "portico check --root ../estate --output sarif=check.sarif"


def configure(parser: argparse.ArgumentParser) -> None:
    choose_repository(parser)
    choose_memory(parser)
    parser.add_argument(
        "--checkov",
        action="store_true",
        help="run Checkov's own catalogue too, as .checkov.yaml configures it",
    )
    choose_staged(parser, "check what is staged in git, whatever else lies on disk; for hooks")
    choose_output(parser)


def run(options: argparse.Namespace) -> int:
    if options.staged:
        return _run_staged(options)
    return concluded(options, lambda: _outcome(options))


def _run_staged(options: argparse.Namespace) -> int:
    import tempfile

    from compiler import staged

    def work() -> Outcome:
        left_out = staged.left_out(options.root, RENDERED)
        if left_out:
            options.root = staged.check_out(options.root, folder, RENDERED)
            options.no_cache = True
        return _outcome(options)._replace(notes=staged.notes(left_out))

    with tempfile.TemporaryDirectory(prefix="portico-") as folder:
        return concluded(options, work)


def _outcome(options: argparse.Namespace) -> Outcome:
    checked = _checked(options)
    return Outcome(
        checked.diagnostics,
        f"checked {amount(checked.objects, 'object', 'objects')} in "
        f"{amount(checked.files, 'file', 'files')} of "
        f"{amount(checked.environments, 'environment', 'environments')}: clean"
        f"{', by Checkov too' if options.checkov else ''}",
    )


def _checked(options: argparse.Namespace) -> Checked:
    earlier = recalled(options.root, "check") if uses_memory(options) else None
    if earlier is not None and earlier.checked is not None and not options.checkov:
        return earlier.checked

    if earlier is not None and not options.checkov:
        from compiler.pipeline import confirming

        confirmed = confirming.confirmed(options.root, earlier)
        if confirmed is not None:
            return confirmed
    from functools import partial

    from compiler.cli.progress import Progress
    from compiler.pipeline import whole

    progress = Progress()
    prepared = whole.prepare(options.root, options.environment, earlier, progress.watch)
    checkov = partial(progress.show, "Checkov") if options.checkov else None
    try:
        return whole.check(prepared, progress.watch, checkov=checkov)
    finally:
        progress.clear()
