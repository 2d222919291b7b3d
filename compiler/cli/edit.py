"""How a command that writes a spec ends: tried, saved, compiled."""

import argparse
import os
import tempfile
from collections.abc import Callable
from functools import cache

from compiler.author.edited import Edited
from compiler.author.refused import Refused
from compiler.author.save import save
from compiler.author.trial import Spoiled, tried
from compiler.cli.main import CLEAN, FINDINGS, UNUSABLE, main
from compiler.cli.progress import Progress
from compiler.cli.report import Outcome, concluded, say
from compiler.cli.repository import choose_root
from compiler.source.yaml import Reader, examine


def choose_edit(parser: argparse.ArgumentParser) -> None:
    """`--root` and `--no-compile`."""
    choose_root(parser)
    parser.add_argument(
        "--no-compile",
        action="store_true",
        help="write the spec alone, even if there are errors elsewhere",
    )
    parser.set_defaults(format="text", output=[], strict=False)


def concluded_edit(options: argparse.Namespace, edit: Callable[[Reader], Edited]) -> int:
    """Make the edit in memory; if the repository compiles with it, write it and compile.

    An error is the compiler's own, and then nothing is written.
    """
    root: str = options.root
    made: list[Edited] = []

    def work() -> Outcome:
        # What does not change is read once.
        reader = cache(examine)
        made.append(edit(reader))
        [done] = made
        if done.before != done.after:
            edits = {done.path: done.after}
            try:
                tried(root, edits, reader, Progress().watch, alone=options.no_compile)
            except Spoiled as spoiled:
                _show(spoiled, folder)
                options.root = folder
                raise
            save(root, done.path, done.before, done.after)
        return Outcome([], "\n".join(done.said))

    try:
        # What was not written is shown from here.
        with tempfile.TemporaryDirectory(prefix="portico-") as folder:
            code = concluded(options, work)
    except Refused as refused:
        say(str(refused))
        return UNUSABLE
    if code == FINDINGS and made:
        say(f"{made[0].path} was not written")
    if code != CLEAN or options.no_compile or made[0].before == made[0].after:
        return code
    return main(["compile", "--root", root])


def _show(spoiled: Spoiled, folder: str) -> None:
    """Write the files that the diagnostics point into, for the lines that are shown."""
    spans = {
        place.span.path
        for found in spoiled.diagnostics
        for place in (found.primary, *found.secondary)
    }
    for path in spans & spoiled.files.keys():
        os.makedirs(os.path.join(folder, os.path.dirname(path)), exist_ok=True)
        with open(os.path.join(folder, path), "wb") as file:
            file.write(spoiled.files[path])
