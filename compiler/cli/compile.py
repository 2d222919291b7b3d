"""`portico compile`: specs in, rendered/ out."""

import argparse

from compiler.cache.answer import recalled
from compiler.cli.main import FINDINGS
from compiler.cli.output import choose_output
from compiler.cli.report import Outcome, amount, concluded, say
from compiler.cli.repository import choose_memory, choose_repository, choose_staged, uses_memory
from compiler.diagnostics.model import Diagnostic, Rejected
from compiler.results import Compiled

EXAMPLE = "portico compile --environment dev --environment test"


def configure(parser: argparse.ArgumentParser) -> None:
    choose_repository(parser)
    choose_memory(parser)
    choose_staged(
        parser,
        "compile what is staged in git, and fail if what it compiles to is not staged; for hooks",
    )
    choose_output(parser)


def run(options: argparse.Namespace) -> int:
    if options.staged:
        return _run_staged(options)
    return concluded(options, lambda: _outcome(_compiled(options)))


def _outcome(compiled: Compiled, notes: tuple[str, ...] = ()) -> Outcome:
    return Outcome(
        compiled.warnings,
        f"compiled {amount(compiled.apps, 'app', 'apps')} in "
        f"{amount(compiled.environments, 'environment', 'environments')}: "
        f"{amount(len(compiled.written), 'file', 'files')} written, "
        f"{len(compiled.removed)} removed, {compiled.unchanged} unchanged",
        (
            *(f"{path} was not written by portico and stays as it is" for path in compiled.foreign),
            *notes,
        ),
    )


def _run_staged(options: argparse.Namespace) -> int:
    import tempfile

    from compiler import staged

    root, only = options.root, options.environment
    missing: list[staged.Unstaged] = []

    def work() -> Outcome:
        left_out = staged.left_out(root)
        if left_out:
            # What is wrong with a spec is shown from here.
            options.root = staged.check_out(root, folder)
            compiled = _compiled_into(options, root)
        else:
            compiled = _compiled(options)
        missing.append(staged.unstaged(root, only, compiled.written))
        return _outcome(compiled, staged.notes(left_out))

    with tempfile.TemporaryDirectory(prefix="portico-") as folder:
        code = concluded(options, work)
    for found in missing:
        for path in found.ignored:
            say(f"{path} is ignored by git and would never be committed: change .gitignore")
        if found.paths:
            files = amount(len(found.paths), "compiled file differs", "compiled files differ")
            say(f"{files} from what is staged: `git add {found.to_add()}`, and commit again")
            return code or FINDINGS
    return code


def _compiled_into(options: argparse.Namespace, root: str) -> Compiled:
    """Compile the specs of one repository into another one."""
    from compiler.cli.progress import Progress
    from compiler.pipeline import whole

    watch = Progress().watch
    prepared = whole.prepare(options.root, options.environment, watch=watch, into=root)
    _refuse_warnings(options, prepared.warnings)
    return whole.write(prepared, watch)


def _compiled(options: argparse.Namespace) -> Compiled:
    earlier = recalled(options.root, "compile") if uses_memory(options) else None
    if earlier is not None and earlier.compiled is not None:
        _refuse_warnings(options, earlier.compiled.warnings)
        return earlier.compiled

    from compiler.pipeline import amending

    amendment = None if earlier is None else amending.amendment(options.root, earlier)
    if amendment is not None:
        _refuse_warnings(options, amendment.warnings)
        return amending.write_amendment(amendment)
    from compiler.cli.progress import Progress
    from compiler.pipeline import whole

    watch = Progress().watch
    prepared = whole.prepare(options.root, options.environment, earlier, watch)
    _refuse_warnings(options, prepared.warnings)
    return whole.write(prepared, watch)


def _refuse_warnings(options: argparse.Namespace, warnings: list[Diagnostic]) -> None:
    """With --strict. As with an error, what fails writes nothing."""
    if options.strict and warnings:
        raise Rejected(warnings)
