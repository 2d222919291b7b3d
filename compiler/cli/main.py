"""The command line: one module for each command, each a few lines over the pipeline.

Exit codes: 0 clean, 1 findings, 2 wrong usage or a broken repository.
"""

import argparse
import contextlib
import gc
import os
import sys
from importlib import import_module
from types import ModuleType

from compiler import __version__

CLEAN, FINDINGS, UNUSABLE = 0, 1, 2

# Only the module of the command that is asked for is imported: `cli/<name>.py` has `EXAMPLE`,
# `configure(parser)` for its own options and `run(options)`, which returns the exit code.
COMMANDS = {
    "compile": "compile every spec and bring rendered/ up to date",
    "check": "check specs, rendered files, schemas and policies; writes nothing",
    "diff": "show what a change means, environment by environment, and what is dangerous about it",
    "init": "make a new repository: environments to fill in, hooks, CI",
    "new": "begin a spec: a small one with comments, that compiles",
    "set": "give an app another image, in some of its environments or in all",
    "promote": "give an app in one environment the image that it has in another",
    "fmt": "lay out specs and environment files in the canonical way; comments stay",
    "scan": "judge any manifests and Terraform files as the programs that apply them read them",
    "show": "print the spec of an app as it holds in one environment, and where each value is from",
    "list": "list the apps, the public hosts or the environments",
    "codeowners": "print who approves a change of which file, by the teams of the specs",
    "explain": "explain rules: what each does and why, examples, how to fix what it found",
    "completion": "print a script by which a shell completes commands, options and names",
    "schema": "print the JSON Schema of app specs or environment files, for editors",
}

_DESCRIPTION = """\
Portico compiles the app specs in apps/, for each environment in environments/, into Kubernetes
manifests for Flux and Terraform JSON, both under rendered/."""
_EXIT_CODES = "exit codes: 0 clean, 1 findings, 2 wrong usage or a broken repository"
_EPILOG = f"""\
examples:
  portico compile                      write rendered/ anew
  portico check                        is everything valid, and rendered/ up to date?
  portico check --environment prod     one environment only
  portico diff                         what does this branch change, and is it dangerous?
  portico compile --root ../estate     another repository

{_EXIT_CODES}"""


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """Made for each option, to look at it; only one that writes help needs the terminal's width."""

    def __init__(self, prog: str) -> None:
        # As argparse has it without a terminal. To ask for its size imports shutil (2 ms).
        super().__init__(prog, width=78)

    def format_help(self) -> str:
        from shutil import get_terminal_size

        self._width = get_terminal_size().columns - 2
        return super().format_help()


def parser(chosen: str | None = None) -> argparse.ArgumentParser:
    """The command line; of the commands, only the chosen one knows its options."""
    whole = argparse.ArgumentParser(
        prog="portico",
        allow_abbrev=False,
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=_Formatter,
    )
    whole.add_argument("--version", action="version", version=f"portico {__version__}")
    commands = whole.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, summary in COMMANDS.items():
        command = commands.add_parser(
            name,
            allow_abbrev=False,
            help=summary,
            description=f"{summary[0].upper()}{summary[1:]}.",
            formatter_class=_Formatter,
        )
        if name == chosen:
            module = _module(name)
            command.epilog = f"example:\n  {module.EXAMPLE}\n\n{_EXIT_CODES}"
            module.configure(command)
    return whole


def main(arguments: list[str]) -> int:
    """Run one command. Returns the exit code; never raises for what a user did."""
    try:
        chosen = next((word for word in arguments if word in COMMANDS), None)
        options = parser(chosen).parse_args(arguments)
        code: int = _module(options.command).run(options)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        # The reader went away (`| head`), and nothing more can be said: as if by its signal.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + 13
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
    # Started with a stream closed, Python has None in its place.
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    code = main(sys.argv[1:])
    with contextlib.suppress(OSError):
        sys.stdout.flush()
        sys.stderr.flush()
    if sys.getprofile() is None and sys.gettrace() is None:
        # Nothing is left to be done, and to take down every object takes 5 ms.
        os._exit(code)
    sys.exit(code)


def _module(command: str) -> ModuleType:
    return import_module(f"compiler.cli.{command}")
