"""`portico new`: begin a spec, from options or, at a terminal, from answers."""

import argparse
import sys

from compiler.author.edited import Edited
from compiler.author.given import listed, one_of, problem
from compiler.author.new_app import NewApp, new_app, refuse_taken
from compiler.author.refused import Refused
from compiler.author.trial import sources_of
from compiler.cli.answer import answer
from compiler.cli.edit import choose_edit, concluded_edit
from compiler.source.repository import Sources
from compiler.source.yaml import Reader
from compiler.spec.types import Host, Image, TeamName

EXAMPLE = """\
portico new app cart --team shop --image ghcr.io/acme/cart:1.0.0 --port 8080 --host cart \\
      --environment dev --environment prod"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=("app",), help="what is begun")
    parser.add_argument("name", metavar="NAME", help="its name: the spec is apps/NAME.yaml")
    spec = parser.add_argument_group(
        "what the spec says", "What is not given is asked for where a person sits at a terminal."
    )
    spec.add_argument("--team", metavar="TEAM", help="who answers for it; also its namespace")
    spec.add_argument("--image", metavar="REF", help="the image, with a tag or digest")
    spec.add_argument("--port", type=_port, metavar="N", help="where it listens for HTTP")
    spec.add_argument(
        "--host", metavar="HOST", help="its public host: one label, or a full name (default: none)"
    )
    spec.add_argument("--path", metavar="/PATH", help="only this path of the host")
    spec.add_argument("--schedule", metavar="CRON", help='a job, run at these times: "30 2 * * *"')
    spec.add_argument("--description", metavar="TEXT", help="what it is for")
    spec.add_argument(
        "--environment",
        action="append",
        metavar="ENV",
        help="where it runs; may be given several times",
    )
    choose_edit(parser)


def run(options: argparse.Namespace) -> int:
    def edit(reader: Reader) -> Edited:
        sources = sources_of(options.root, reader)
        refuse_taken(options.name, sources)
        return new_app(_asked_for(options, sources), sources)

    return concluded_edit(options, edit)


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError(f'"{text}" is not a port: write a number, such as 8080')
    return int(text)


def _asked_for(options: argparse.Namespace, sources: Sources) -> NewApp:
    """What the options say, and answers say where they leave something out. Raises Refused."""
    if options.path is not None and options.host is None:
        raise Refused("--path is a path of a host: give --host too")
    for name in options.environment or ():
        one_of("environment", name, sources.environment_names)
    missing = [
        f"--{name}" for name in ("team", "image", "environment") if not getattr(options, name)
    ]
    if missing and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Refused(f"give {listed(missing)}; at a terminal, what is missing is asked for")
    if missing:
        _ask(options, sources)
    return NewApp(
        options.name,
        options.team,
        options.image,
        tuple(dict.fromkeys(options.environment)),
        port=options.port,
        host=options.host,
        path=options.path,
        schedule=options.schedule,
        description=options.description,
    )


def _ask(options: argparse.Namespace, sources: Sources) -> None:
    """Fill in what was not given."""
    known = sources.environment_names
    if options.team is None:
        teams = sorted(
            {str(app.data["team"]) for app in sources.apps.values() if "team" in app.data}
        )
        hint = f" ({', '.join(teams)}, or a new one)" if 0 < len(teams) <= 12 else ""
        options.team = answer(f"Team{hint}", lambda text: problem(TeamName, text))
    if options.image is None:
        options.image = answer("Image, with a tag", lambda text: problem(Image, text))
    if options.port is None and options.schedule is None:
        port = answer("Port where it listens for HTTP (none: a worker)", _wrong_port, "none")
        options.port = None if port == "none" else int(port)
    if options.host is None and options.port is not None:
        question = "Public host, one label or a full name (none: reached inside only)"
        host = answer(question, lambda text: problem(Host, text), "none")
        options.host = None if host == "none" else host
    if not options.environment:
        question = "Environments"
        names = answer(question, lambda text: _wrong_environments(text, known), ", ".join(known))
        options.environment = names.replace(",", " ").split()


def _wrong_port(text: str) -> str:
    try:
        return "" if text == "none" or 1 <= _port(text) <= 65535 else f"{text} is no port"
    except argparse.ArgumentTypeError as wrong:
        return str(wrong)


def _wrong_environments(text: str, known: tuple[str, ...]) -> str:
    try:
        for name in text.replace(",", " ").split():
            one_of("environment", name, known)
    except Refused as wrong:
        return str(wrong)
    return ""
