"""The command line: one module for each command, each a few lines over the pipeline.

Exit codes: 0 clean, 1 findings, 2 wrong usage or a broken repository.
"""

import argparse
import gc
import os
import sys
from importlib import import_module

from compiler import __version__

CLEAN, FINDINGS, UNUSABLE = 0, 1, 2

_DESCRIPTION = """\
Portico compiles the app specs in apps/, for each environment in environments/, into Kubernetes
manifests for Flux and Terraform JSON, both under rendered/."""
_EPILOG = """\
examples:
  portico compile                      write rendered/ anew
  portico check                        is everything valid, and rendered/ up to date?
  portico check --environment prod     one environment only
  portico compile --root ../estate     another repository

exit codes: 0 clean, 1 findings, 2 wrong usage or a broken repository"""


def parser() -> argparse.ArgumentParser:
    """The whole command line, as argparse knows it."""
    whole = argparse.ArgumentParser(
        prog="portico",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    whole.add_argument("--version", action="version", version=f"portico {__version__}")
    commands = whole.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, summary, example in (
        (
            "compile",
            "compile every spec and bring rendered/ up to date",
            "portico compile --environment dev --environment test",
        ),
        (
            "check",
            "check specs, rendered files, schemas and policies; writes nothing",
            "portico check --root ../estate",
        ),
    ):
        command = commands.add_parser(
            name,
            help=summary,
            description=f"{summary[0].upper()}{summary[1:]}.",
            epilog=f"example:\n  {example}\n\nexit codes: 0 clean, 1 findings, "
            "2 wrong usage or a broken repository",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        command.add_argument(
            "--root",
            default=".",
            metavar="DIR",
            help="the repository: the folder with apps/ and environments/ (default: this folder)",
        )
        command.add_argument(
            "--environment",
            action="append",
            metavar="ENV",
            help="only this environment; may be given several times (default: all)",
        )
    return whole


def main(arguments: list[str]) -> int:
    """Run one command. Returns the exit code; never raises for what a user did."""
    options = parser().parse_args(arguments)
    try:
        command = import_module(f"compiler.cli.{options.command}")
        code: int = command.run(options)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        # The reader went away (`| head`): nothing more can be said, and nothing is wrong.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FINDINGS
    except KeyboardInterrupt:
        print("portico: interrupted; run it again to finish", file=sys.stderr)
        return 130
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        print(f"portico: {where}{error.strerror or error}", file=sys.stderr)
        return UNUSABLE


def run() -> None:
    """The entry point of the `portico` program."""
    # A run makes many objects, keeps them all and ends: there is no garbage worth looking for.
    gc.disable()
    sys.exit(main(sys.argv[1:]))
