"""Secrets that are made for an app: where they come from, and what it uses of them."""

from collections.abc import Iterator

from compiler.diagnostics.model import Diagnostic
from compiler.link.conflicts.rule import CONFLICT
from compiler.link.unit import Unit
from compiler.spec.app import App
from compiler.spec.env import EnvValue
from compiler.spec.files import File
from compiler.spec.parse import did_you_mean
from compiler.spec.secrets import PULL_KEY, SecretSource, SecretStores, keys_of


def secrets(unit: Unit) -> Iterator[Diagnostic]:
    for name, source in unit.app.secrets.items():
        yield from _source(unit, name, source)
    yield from _pulling(unit)
    for path, reference in _references(unit.app):
        secret, _, key = reference.partition("/")
        source_of = unit.app.secrets.get(secret)
        known = None if source_of is None else keys_of(source_of)
        if known is not None and key not in known:
            yield Diagnostic(
                CONFLICT,
                f'the Secret "{secret}" has no key "{key}"',
                unit.place(*path, "secret"),
                (unit.place("secrets", secret, note="all its keys are said here"),),
                help=did_you_mean(key, list(known)),
            )


def _pulling(unit: Unit) -> Iterator[Diagnostic]:
    """Secrets that open a registry: Kubernetes looks for one key in them, of one type."""
    for index, name in enumerate(unit.app.image_pull_secrets):
        source = unit.app.secrets.get(name)
        if source is not None and source.key != PULL_KEY:
            yield Diagnostic(
                CONFLICT,
                f'the Secret "{name}" opens no registry: Kubernetes reads the key {PULL_KEY} alone',
                unit.place("imagePullSecrets", index),
                (unit.place("secrets", name),),
                help=f"say `key: {PULL_KEY}` where the Secret is made, and keep the JSON text that "
                "`docker login` writes in AWS",
            )


def _source(unit: Unit, name: str, source: SecretSource) -> Iterator[Diagnostic]:
    """Whether a Secret comes from somewhere, by a store that the environment has."""
    if source.secrets_manager is None and source.parameter_store is None:
        yield Diagnostic(
            CONFLICT,
            f'nothing says where the Secret "{name}" comes from',
            unit.place("secrets", name),
            help=f"write `{name}: NAME` with its name in AWS Secrets Manager, or `secretsManager:` "
            "or `parameterStore:` beside what is there",
        )
    if source.keys == {}:
        yield Diagnostic(
            CONFLICT,
            f'the Secret "{name}" has no key left',
            unit.place("secrets", name, "keys"),
            help="name one, or remove `keys`: then each property of the JSON text becomes a key",
        )
    stores = unit.environment.secret_stores or SecretStores()
    for field, service, wanted, store in (
        ("secretsManager", "Secrets Manager", source.secrets_manager, stores.secrets_manager),
        ("parameterStore", "Parameter Store", source.parameter_store, stores.parameter_store),
    ):
        if wanted is not None and store is None:
            yield Diagnostic(
                CONFLICT,
                f'"{name}" comes from {service}, and the environment has no store for it',
                unit.place("secrets", name, field),
                help="name the ClusterSecretStore in the environment's file: "
                f"`secretStores: {{{field}: NAME}}`",
            )


def _references(app: App) -> Iterator[tuple[tuple[str, ...], str]]:
    """Each `name/key` of a Secret that a variable or file of a container is, and where it is."""
    said: list[tuple[tuple[str, ...], dict[str, EnvValue], dict[str, File]]] = [
        ((), app.env, app.files),
        *((("init", name), part.env, {}) for name, part in app.init.items()),
        *((("sidecars", name), part.env, {}) for name, part in app.sidecars.items()),
        *((("workers", name), part.env, part.files) for name, part in app.workers.items()),
        *((("jobs", name), part.env, part.files) for name, part in app.jobs.items()),
    ]
    for path, variables, files in said:
        for variable, value in variables.items():
            if value.secret is not None:
                yield (*path, "env", variable), value.secret
        for file, content in files.items():
            if content.secret is not None:
                yield (*path, "files", file), content.secret
