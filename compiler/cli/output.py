"""The options by which a command is told where its findings go, and in which format."""

import argparse
import os
import sys
from collections.abc import Callable
from functools import partial
from typing import NamedTuple, TextIO

from compiler.diagnostics.model import Diagnostic
from compiler.emit import tree

FORMATS = ("text", "json", "sarif", "junit", "github", "gitlab")

# What is in these folders is compiled or applied; a report there would be taken for part of it.
_NOT_FOR_REPORTS = ("apps", "environments", tree.RENDERED)


class UnusableTarget(Exception):
    """A file of `--output` that cannot, or must not, be written; the message says why."""


class Target(NamedTuple):
    """One `--output FORMAT=FILE`."""

    format: str
    path: str


def choose_output(parser: argparse.ArgumentParser, formats: tuple[str, ...] = FORMATS) -> None:
    """`--format`, `--output` and `--strict`."""
    known = ", ".join(formats)
    parser.add_argument(
        "--format",
        type=partial(_format, formats),
        default="text",
        metavar="FORMAT",
        help=f"how findings are printed: {known} (default: text)",
    )
    parser.add_argument(
        "--output",
        action="append",
        type=partial(_target, formats),
        default=[],
        metavar="FORMAT=FILE",
        help="also write them to a file; may be given several times",
    )
    parser.add_argument("--strict", action="store_true", help="a warning fails the run as well")


def refuse_targets(targets: list[Target], root: str) -> None:
    """Raises UnusableTarget for the first that could not be written, or would do harm."""
    taken: set[str] = set()
    for format, path in targets:
        said = f"--output {format}={path}"
        folder, name = os.path.split(os.path.abspath(path))
        if not os.path.isdir(folder):
            raise UnusableTarget(f"{said}: there is no folder {os.path.dirname(path)}")
        real = os.path.join(os.path.realpath(folder), name)
        # Replacing a device or a link would change more than a report.
        if os.path.islink(real) or (os.path.lexists(real) and not os.path.isfile(real)):
            raise UnusableTarget(f"{said}: {path} is there and is not a plain file")
        for reserved in _NOT_FOR_REPORTS:
            within = os.path.realpath(os.path.join(root, reserved)) + os.sep
            if f"{real}{os.sep}".startswith(within):
                raise UnusableTarget(f"{said}: {reserved}/ is no place for reports")
        if real in taken:
            raise UnusableTarget(f"{said}: two reports cannot go to one file")
        taken.add(real)


def publish(
    options: argparse.Namespace, diagnostics: list[Diagnostic], *, stopped: str = ""
) -> list[str]:
    """Write the files that were asked for, then print. Text goes to standard error, any other
    format to standard output, which holds nothing else.

    `stopped` says why nothing could be examined at all. Returns what could not be written and why.
    """

    def document(format: str) -> str:
        return _document(format, options, diagnostics, stopped)

    problems = write_files(options.output, document)
    if options.format != "text":
        print_document(document(options.format))
    elif diagnostics:
        from compiler.diagnostics import text

        sys.stderr.write(text.render(diagnostics, options.root, colour=takes_colour(sys.stderr)))
    return problems


def write_files(targets: list[Target], document: Callable[[str], str]) -> list[str]:
    """Write the document of each format to its file. Returns what could not be written and why."""
    problems: list[str] = []
    for format, path in targets:
        text = document(format)
        try:
            tree.write(os.path.abspath(path), _encoded(text).decode())
        except OSError as error:
            problems.append(f"{path} cannot be written: {error.strerror or error}")
    return problems


def _document(
    format: str, options: argparse.Namespace, diagnostics: list[Diagnostic], stopped: str
) -> str:
    """The findings in one of the formats, whose module is imported when it is asked for."""
    root: str = options.root
    match format:
        case "json":
            from compiler.diagnostics import json

            return json.render(diagnostics, root, stopped=stopped)
        case "sarif":
            from compiler.diagnostics import sarif

            return sarif.render(diagnostics, root, stopped=stopped)
        case "junit":
            from compiler.diagnostics import junit

            return junit.render(diagnostics, root, stopped=stopped, strict=options.strict)
        case "github":
            from compiler.diagnostics import github

            return github.render(diagnostics, root, stopped=stopped)
        case "gitlab":
            from compiler.diagnostics import gitlab

            return gitlab.render(diagnostics, root, stopped=stopped)
        case _:
            from compiler.diagnostics import text

            line = f"portico: {stopped}\n" if stopped else ""
            return text.render(diagnostics, root, colour=False) + line


def takes_colour(stream: TextIO) -> bool:
    """Whether a stream takes colour: it is a terminal, unless the user says otherwise.

    https://no-color.org, https://force-color.org; where both are set, the first one wins.
    """
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def _encoded(document: str) -> bytes:
    # A file name that is not UTF-8 is the only text that cannot be encoded.
    return document.encode(errors="replace")


def print_document(document: str) -> None:
    """Documents are UTF-8, whatever encoding the terminal has."""
    sys.stdout.flush()
    binary = getattr(sys.stdout, "buffer", None)
    if binary is None:
        sys.stdout.write(document)
    else:
        binary.write(_encoded(document))


def _format(formats: tuple[str, ...], word: str) -> str:
    if word not in formats:
        raise argparse.ArgumentTypeError(
            f'"{word}" is not a format; there are {", ".join(formats)}'
        )
    return word


def _target(formats: tuple[str, ...], text: str) -> Target:
    format, equals, path = text.partition("=")
    if not equals or not path:
        raise argparse.ArgumentTypeError(
            f'"{text}" is not FORMAT=FILE; write for example sarif=check.sarif'
        )
    return Target(_format(formats, format), path)
