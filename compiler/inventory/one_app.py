"""One app of a repository in one environment; the other apps are not read."""

from collections.abc import Iterable
from functools import partial

from compiler.author.spec import spec_paths
from compiler.cache.inputs import app_path, environment_path
from compiler.credentials.exposed import concealing
from compiler.diagnostics.model import Diagnostic, Rejected
from compiler.diagnostics.stopped import Stopped
from compiler.inventory.environments import in_order
from compiler.link.environments import Environments
from compiler.link.resolve import Resolved, resolve
from compiler.link.unit import Unit
from compiler.pipeline.linking import environments_of, exposed_in, ordered, refuse_unknown
from compiler.source.repository import PLACEMENT_SUFFIX, content_of, load
from compiler.spec.parse import did_you_mean


class NoSuchApp(Stopped):
    """The command line names an app that is not there, or does not say in which environment."""


def one_app(root: str, name: str, environment: str | None) -> Unit:
    """The app in this environment; in its only one if None is given.

    Raises Rejected with all that is wrong with its spec or its environment, NotARepository,
    UnknownEnvironment and NoSuchApp.
    """
    spec = app_path(name)
    unread = [
        path
        for path in spec_paths(root)
        if path.endswith(PLACEMENT_SUFFIX) or (path.startswith("apps/") and path != spec)
    ]
    sources = load(root, known=unread)
    refuse_unknown(None if environment is None else [environment], sources.environment_names)
    if name not in sources.app_names:
        hint = did_you_mean(name, list(sources.app_names)) or "`portico list apps` names them"
        raise NoSuchApp(f'there is no app "{name}": {hint}')
    secrets = exposed_in(root, sources, partial(content_of, root))
    diagnostics = [*sources.diagnostics]
    environments = environments_of(sources, diagnostics)
    if name not in sources.apps:
        raise Rejected(_errors(concealing(secrets, diagnostics), spec))
    app = resolve(name, sources.apps[name], environments, sources.environment_names)
    diagnostics = concealing(secrets, [*diagnostics, *app.diagnostics])
    errors = _errors(diagnostics, spec)
    if errors and not app.listed:
        raise Rejected(errors)
    chosen = _chosen(name, app, environment, environments)
    errors = _errors(diagnostics, spec, environment_path(chosen))
    if errors:
        raise Rejected(errors)
    [unit] = [unit for unit in app.units if unit.environment.name == chosen]
    return unit


def _chosen(name: str, app: Resolved, environment: str | None, environments: Environments) -> str:
    """The environment that is meant. Raises NoSuchApp."""
    before = {e: environments[e][0].promotes_from for e in environments}
    listed = in_order(app.listed, before)
    if environment is None and len(listed) == 1:
        return listed[0]
    if environment is None:
        raise NoSuchApp(f'"{name}" is in {_joined(listed)}: say which with --environment')
    if environment not in app.listed:
        raise NoSuchApp(f'"{name}" is not in {environment}, but in {_joined(listed)}')
    return environment


def _errors(diagnostics: Iterable[Diagnostic], *paths: str) -> list[Diagnostic]:
    """Those in these files."""
    return ordered(d for d in diagnostics if d.severity == "error" and d.primary.span.path in paths)


def _joined(names: list[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last
