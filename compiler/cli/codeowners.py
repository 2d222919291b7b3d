"""`portico codeowners`: who approves a change of which file, by the teams of the specs."""

import argparse
import re

from compiler.cli.main import CLEAN, FINDINGS
from compiler.cli.progress import Progress
from compiler.cli.report import Outcome, concluded
from compiler.cli.repository import choose_root
from compiler.inventory.codeowners import codeowners

EXAMPLE = "portico codeowners --organisation acme --platform platform > .github/CODEOWNERS"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--organisation",
        required=True,
        type=owner_name,
        metavar="NAME",
        help="the organisation, or group, whose teams are named like those of the specs",
    )
    parser.add_argument(
        "--platform",
        default="platform",
        type=owner_name,
        metavar="TEAM",
        help="the team that approves environments, policies and everything else "
        "(default: platform)",
    )
    parser.add_argument(
        "--check",
        metavar="FILE",
        help="print nothing, and fail if this file does not hold what would be printed",
    )
    choose_root(parser)
    parser.set_defaults(format="text", output=[], strict=False)


def run(options: argparse.Namespace) -> int:
    command = f"portico codeowners --organisation {options.organisation}"
    if options.platform != "platform":
        command += f" --platform {options.platform}"
    stale: list[str] = []

    def work() -> Outcome:
        named = options.organisation, options.platform
        text = codeowners(options.root, *named, command, Progress().watch)
        if options.check is None:
            return Outcome([], text.rstrip("\n"))
        if _written(options.check) == text:
            return Outcome([], f"{options.check} names the owners that there are")
        stale.append(options.check)
        return Outcome([], f"{options.check} names other owners: `{command} > {options.check}`")

    code = concluded(options, work)
    return FINDINGS if code == CLEAN and stale else code


def _written(path: str) -> str | None:
    """What a file holds; None if there is none. Raises OSError."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except FileNotFoundError:
        return None


def owner_name(text: str) -> str:
    """The name of an organisation or team. Raises ArgumentTypeError for what cannot be one."""
    if not re.fullmatch(r"[A-Za-z0-9](?:[A-Za-z0-9._/-]*[A-Za-z0-9])?", text):
        raise argparse.ArgumentTypeError(f'"{text}" is no name that can stand after an @')
    return text
