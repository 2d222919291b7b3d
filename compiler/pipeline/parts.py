"""The files of an environment in parts, each of which is made alone and known by its inputs."""

from collections.abc import Callable
from typing import Any, NamedTuple

from compiler.cache.digest import Digest, digest_of
from compiler.emit import json as emit_json
from compiler.emit import tree
from compiler.emit import yaml as emit_yaml
from compiler.emit.rendered import Rendered
from compiler.kubernetes.files import APP_FILES, File, app_files, guard_files, shared_files
from compiler.kubernetes.routers import router_of
from compiler.link.estate import Estate
from compiler.link.neighbours import neighbours
from compiler.link.unit import Unit
from compiler.policies.shape import Policy
from compiler.terraform.root import terraform_files

GUARD, SHARED, TERRAFORM = "guard", "shared", "terraform"


class Part(NamedTuple):
    """Files that are made together."""

    name: str
    key: Digest
    """Of all that they are made of."""
    paths: tuple[str, ...] | None
    """Below the repository; None if only making them tells."""
    make: Callable[[], list[Rendered]]


def guard_part(
    environment: str,
    estate: Callable[[], Estate],
    policies: Callable[[], list[Policy]],
    *inputs: Digest,
) -> Part:
    """What guards the API server. The digests are of all that the rules may write into it."""

    def make() -> list[Rendered]:
        return _manifests(environment, guard_files(estate(), policies()))

    return Part(GUARD, digest_of(GUARD, *inputs), None, make)


def shared_parts(environment: str, key: Digest, estate: Callable[[], Estate]) -> list[Part]:
    """What all apps share. `key` is of all that was linked."""

    def manifests() -> list[Rendered]:
        return _manifests(environment, shared_files(estate()))

    def terraform() -> list[Rendered]:
        return _terraform(environment, estate())

    return [
        Part(SHARED, digest_of(SHARED, key), None, manifests),
        Part(TERRAFORM, digest_of(TERRAFORM, key), None, terraform),
    ]


def app_part(unit: Unit, near: tuple[Any, ...], environment: Digest, spec: Digest) -> Part:
    """An app's own files. `near` is the plain data of its neighbours.

    The digests are of the environment's file and of the spec.
    """
    name = unit.environment.name

    def make() -> list[Rendered]:
        files = app_files(unit, neighbours(near), router_of(unit.environment))
        return _manifests(name, files)

    return Part(
        app_part_name(unit.interface.name),
        digest_of("app", environment, spec, near),
        app_paths(name, unit.interface.name),
        make,
    )


def app_paths(environment: str, app: str) -> tuple[str, ...]:
    """Where the files of an app are, below the repository."""
    return tuple(f"{tree.RENDERED}/{environment}/apps/{app}/{file}" for file in APP_FILES)


def app_part_name(app: str) -> str:
    return f"app {app}"


def _manifests(environment: str, files: list[File]) -> list[Rendered]:
    return [
        Rendered(
            f"{tree.RENDERED}/{environment}/{file.path}",
            emit_yaml.stream(_header(file.source), file.objects),
            file.source,
            file.objects,
            file.written,
        )
        for file in files
    ]


def _terraform(environment: str, estate: Estate) -> list[Rendered]:
    return [
        Rendered(
            f"{tree.RENDERED}/{environment}/terraform/{name}",
            emit_json.document({"//": _header(estate.source), **content}),
            estate.source,
            [],
        )
        for name, content in terraform_files(estate).items()
    ]


def _header(source: str) -> str:
    return f"{tree.MARK}{source}; do not edit, change the spec and run `portico compile`."
