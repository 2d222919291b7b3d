"""The options by which a command is told what to work on."""

import argparse


def choose_repository(parser: argparse.ArgumentParser) -> None:
    """`--root` and `--environment`."""
    parser.add_argument(
        "--root",
        default=".",
        metavar="DIR",
        help="the repository: the folder with apps/ and environments/ (default: this folder)",
    )
    parser.add_argument(
        "--environment",
        action="append",
        metavar="ENV",
        help="only this environment; may be given several times (default: all)",
    )
