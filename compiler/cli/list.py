"""`portico list`: the apps, their images, the public hosts or the environments of a repository."""

import argparse
import os
import sys

from compiler.cli.main import UNUSABLE
from compiler.cli.progress import Progress
from compiler.cli.report import Outcome, concluded, say
from compiler.cli.repository import choose_repository
from compiler.inventory.inventory import UnknownTeam, inventory
from compiler.inventory.listing import Listing
from compiler.inventory.table import table

EXAMPLE = "portico list apps --team shop --environment prod"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "what", choices=("apps", "images", "hosts", "environments"), help="what is listed"
    )
    choose_repository(parser)
    parser.add_argument(
        "--team",
        action="append",
        metavar="TEAM",
        help="only of this team; may be given several times",
    )
    parser.add_argument("--json", action="store_true", help="the same and more, for programs")
    parser.set_defaults(format="text", output=[], strict=False)


def run(options: argparse.Namespace) -> int:
    def work() -> Outcome:
        only, teams = options.environment, options.team
        listing = inventory(options.root, options.what, only, teams, Progress().watch)
        if options.json:
            return Outcome([], _document(options.what, listing))
        return Outcome([], table(listing, _width()).rstrip("\n"))

    try:
        return concluded(options, work)
    except UnknownTeam as unknown:
        say(str(unknown))
        return UNUSABLE


def _document(what: str, listing: Listing) -> str:
    import json

    return json.dumps({"version": 1, what: listing.data}, indent=2, ensure_ascii=False)


def _width() -> int | None:
    """How wide a person's terminal is; nothing is cut off for a pipe or a file."""
    if not sys.stdout.isatty():
        return None
    columns = os.environ.get("COLUMNS", "")
    if columns.isdigit() and int(columns) > 0:
        return int(columns)
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or None
    except OSError:
        return None
