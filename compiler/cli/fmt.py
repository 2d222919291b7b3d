"""`portico fmt`: specs and environment files in the canonical layout."""

import argparse

from compiler.author.formatting import Formatted, formatted, meant
from compiler.author.refused import Refused
from compiler.author.save import save
from compiler.cli.main import CLEAN, FINDINGS, UNUSABLE
from compiler.cli.output import print_document
from compiler.cli.progress import Progress
from compiler.cli.report import Outcome, amount, concluded, say
from compiler.cli.repository import choose_root

EXAMPLE = "portico fmt --check apps/shop.yaml"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "path",
        nargs="*",
        metavar="PATH",
        help="a file or folder in apps/ or environments/ (default: all)",
    )
    parser.add_argument(
        "--check", action="store_true", help="write nothing, and fail if a file would change"
    )
    parser.add_argument(
        "--diff", action="store_true", help="as --check, and show what would change"
    )
    choose_root(parser)
    parser.set_defaults(format="text", output=[], strict=False)


def run(options: argparse.Namespace) -> int:
    only_look = options.check or options.diff
    changed: list[Formatted] = []

    def work() -> Outcome:
        files = formatted(options.root, meant(options.root, options.path), Progress().watch)
        changed.extend(file for file in files if file.before != file.after)
        if not changed:
            return Outcome([], f"{amount(len(files), 'file is', 'files are')} formatted already")
        for file in changed:
            if not only_look:
                save(options.root, file.path, file.before, file.after)
            print_document(_diff(file) if options.diff else f"{file.path}\n")
        done = "would be formatted by `portico fmt`" if only_look else "formatted"
        return Outcome([], f"{len(changed)} of {amount(len(files), 'file', 'files')} {done}")

    try:
        code = concluded(options, work)
    except Refused as refused:
        say(str(refused))
        return UNUSABLE
    return FINDINGS if code == CLEAN and changed and only_look else code


def _diff(file: Formatted) -> str:
    """What would change, as `git apply` takes it."""
    from difflib import unified_diff

    before, after = (content.decode().splitlines(keepends=True) for content in file[1:])
    lines = unified_diff(before, after, f"a/{file.path}", f"b/{file.path}")
    # Where a last line has no end, git says so below it.
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
    )
