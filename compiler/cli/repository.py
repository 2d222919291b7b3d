"""The options by which a command is told what to work on."""

import argparse


def choose_root(parser: argparse.ArgumentParser) -> None:
    """`--root`."""
    parser.add_argument(
        "--root",
        default=".",
        metavar="DIR",
        help="the repository: the folder with apps/ and environments/ (default: this folder)",
    )


def choose_repository(parser: argparse.ArgumentParser) -> None:
    """`--root` and `--environment`."""
    choose_root(parser)
    parser.add_argument(
        "--environment",
        action="append",
        metavar="ENV",
        help="only this environment; may be given several times (default: all)",
    )


def choose_memory(parser: argparse.ArgumentParser) -> None:
    """`--no-cache`."""
    parser.add_argument(
        "--no-cache",
        action="store_true",
        help="neither use nor keep in .portico-cache/ what does not have to be done again",
    )


def choose_staged(parser: argparse.ArgumentParser, help: str) -> None:
    """`--staged`."""
    parser.add_argument("--staged", action="store_true", help=help)


def uses_memory(options: argparse.Namespace) -> bool:
    """Whether a run uses what an earlier one learned. It is about all environments."""
    return not options.no_cache and options.environment is None
