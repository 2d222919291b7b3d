"""The first spec of an app: small, with a comment for what is not obvious, and it compiles."""

import re
from typing import NamedTuple

from compiler.author.edited import Edited
from compiler.author.given import problem
from compiler.author.refused import Refused
from compiler.author.value import in_double_quotes, scalar
from compiler.source.repository import Sources
from compiler.spec.types import AppName

_SCHEMA_LINE = re.compile(r"# yaml-language-server: \$schema=\S+")
# `portico schema` is described, and `portico init` works, with one name for each kind.
_OF_ENVIRONMENT = re.compile(r"(# yaml-language-server: \$schema=\S*)\benvironment(\.schema\.json)")
# Where comments begin, if what they are about ends before.
_COLUMN = 32


class NewApp(NamedTuple):
    """What is known of an app that has no spec yet."""

    name: str
    team: str
    image: str
    environments: tuple[str, ...]
    port: int | None = None
    """None for a worker or a job."""
    host: str | None = None
    """None if it has no public entrance."""
    path: str | None = None
    schedule: str | None = None
    description: str | None = None


def refuse_taken(name: str, sources: Sources) -> None:
    """Raises Refused if the name cannot be that of a new app."""
    wrong = problem(AppName, name)
    if wrong:
        raise Refused(wrong)
    if name in sources.app_names:
        raise Refused(f"apps/{name}.yaml is there already, and stays as it is")


def new_app(app: NewApp, sources: Sources) -> Edited:
    """A spec for the app, which has none."""
    path = f"apps/{app.name}.yaml"
    text = spec(app, schema_line(sources))
    return Edited(path, None, text.encode(), (f"{path}: written; change it as you need it",))


def schema_line(sources: Sources) -> str:
    """The line by which editors find the schema of the other specs; empty if they have none.

    Where there is no spec yet, it follows from that of the environments.
    """
    for document in sources.apps.values():
        first = document.text.partition("\n")[0]
        if _SCHEMA_LINE.fullmatch(first):
            return first
    for document in () if sources.apps else sources.environments.values():
        of_environment = _OF_ENVIRONMENT.fullmatch(document.text.partition("\n")[0])
        if of_environment:
            return f"{of_environment[1]}app{of_environment[2]}"
    return ""


def spec(app: NewApp, first_line: str = "") -> str:
    """The text of the spec."""
    lines = [first_line] if first_line else []
    lines += [
        f"name: {scalar(app.name)}",
        _with(f"team: {scalar(app.team)}", "who answers for it; also its namespace"),
    ]
    if app.description:
        lines.append(f"description: {scalar(app.description)}")
    lines.append(_with(f"image: {scalar(app.image)}", "a tag or a digest, never latest"))
    if app.port is not None:
        lines.append(_with(f"port: {app.port}", "where it listens for HTTP"))
    elif app.schedule is None:
        lines.append("# It has no port, so it is a worker: nothing can call it.")
    lines.append(f"# env: {{LOG_LEVEL: info, DATABASE_PASSWORD: {{secret: {app.name}/password}}}}")
    if app.port is not None:
        lines.append(_with("# health: /healthz", "a path that answers 2xx when it takes requests"))
    if app.schedule is not None:
        schedule = f"schedule: {in_double_quotes(app.schedule)}"
        lines.append(_with(schedule, "minute, hour, day, month, weekday; in UTC"))
    if app.host is not None:
        end = "" if "." in app.host or app.host == "@" else f"{app.host}.<the environment's domain>"
        lines += ["expose:", _with(f"  host: {scalar(app.host)}", end)]
        if app.path is not None:
            lines.append(f"  path: {scalar(app.path)}")
    lines += [
        _with("# calls: [other-app]", "the apps that it sends requests to"),
        "# egress: [{cidr: 10.0.0.0/8, port: 5432}]",
        "environments:",
        *(f"  {scalar(name)}:" for name in app.environments),
    ]
    return "\n".join(lines) + "\n"


def _with(text: str, comment: str) -> str:
    """A line and its comment."""
    return f"{text.ljust(_COLUMN)} # {comment}" if comment else text
