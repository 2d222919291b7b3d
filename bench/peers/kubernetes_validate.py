"""kubernetes-validate: its own call for each object, and python-jsonschema over its files."""

import json
import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from bench import floors
from bench.peer import Absent, Compared, Setting, failed
from bench.process import Failed

_MOST = {"validate": 200, "jsonschema": 3000}
_DOES = {
    "validate": "reads its schemas from disk for each object, reports the first error",
    "jsonschema": "holds each object against the same schemas, each made ready once, reports all",
}
_CALL = {
    "validate": "kubernetes_validate.validate(obj, version, strict=True)",
    "jsonschema": "jsonschema.Draft202012Validator(schema, registry=registry).iter_errors(obj)",
}


def kubernetes_validate(setting: Setting) -> Iterator[Compared | Absent]:
    """Strict validation of some of the rendered objects, each way in a process of its own."""
    work = setting.table.work
    schemas = setting.floor("strict schemas")
    for way, package in (("validate", "kubernetes-validate"), ("jsonschema", "jsonschema")):
        try:
            found = version(package)
        except PackageNotFoundError:
            yield Absent(package, "it is not installed in this Python")
            continue
        try:
            run = work.run(sys.executable, "-m", __name__, way, work.scratch)
        except Failed as reason:
            yield failed(package, reason)
            continue
        objects, seconds = json.loads(run.output)
        yield Compared(
            name=package,
            version=found,
            what="validation",
            command=_CALL[way],
            objects=objects,
            seconds=seconds,
            portico=schemas,
            against=f"schemas of {setting.objects:,} objects",
            faster=(seconds / objects) / (schemas / setting.objects),
            does=_DOES[way],
            does_not="read YAML here: the objects are in memory, as Portico's are",
        )


def _validate(obj: Any, kubernetes: str) -> None:
    import kubernetes_validate as package

    package.validate(obj, kubernetes, strict=True)


def _cached() -> Callable[[Any, str], None]:
    import jsonschema
    from kubernetes_validate.utils import schema_contents
    from referencing import Registry, Resource

    validators: dict[tuple[str, str, str], Any] = {}

    def validate(obj: Any, kubernetes: str) -> None:
        kind, group = obj["kind"].lower(), re.sub(r"[.][^/]*/|/", "-", obj["apiVersion"])
        key = (kubernetes, group, kind)
        if key not in validators:
            folder = f"kubernetes-json-schema/v{kubernetes}.0-local-strict"
            schema = schema_contents(f"{folder}/{kind}-{group}.json", kubernetes)
            definitions = schema_contents(f"{folder}/_definitions.json", kubernetes)
            registry: Any = Resource.from_contents(schema) @ Registry()
            registry = Resource.from_contents(definitions) @ registry
            validators[key] = jsonschema.Draft202012Validator(schema, registry=registry)
        assert not list(validators[key].iter_errors(obj))

    return validate


if __name__ == "__main__":
    _, asked, scratch = sys.argv
    with open(os.path.join(scratch, floors.OBJECTS), "rb") as file:
        # Kinds that are no part of Kubernetes have no schema.
        given = [pair for pair in json.load(file) if "kustom" not in pair[1]["apiVersion"]]
    given = given[:: max(1, len(given) // _MOST[asked])]
    call = _validate if asked == "validate" else _cached()
    begun = time.perf_counter()
    for kubernetes, obj in given:
        call(obj, kubernetes)
    print(json.dumps([len(given), time.perf_counter() - begun]))
