"""kubeconform: strict schema validation of the rendered files."""

import os
import re
from collections.abc import Iterator

from bench.peer import Absent, Compared, Setting, failed, program
from bench.process import Failed

_OPTIONS = ("-strict", "-summary", "-kubernetes-version", "1.34.0", "-skip", "Kustomization")


def kubeconform(setting: Setting) -> Iterator[Compared | Absent]:
    """Validate every manifest of the estate; schemas are downloaded before the clock starts."""
    found = program("kubeconform", "-v")
    if isinstance(found, Absent):
        yield found
        return
    path, version = found
    work = setting.table.work
    cache = os.path.join(work.scratch, "kubeconform")
    os.makedirs(cache, exist_ok=True)
    folders = [
        os.path.join("rendered", environment, folder)
        for environment in sorted(os.listdir(os.path.join(work.root, "rendered")))
        for folder in ("apps", "flux", "namespaces", "platform")
    ]
    command = (path, *_OPTIONS, "-cache", cache, *folders)
    try:
        said = work.run(*command).output
        seconds = setting.median(*command)
    except Failed as reason:
        yield failed("kubeconform", reason)
        return
    counted = re.search(r"([0-9]+) resources? found", said)
    objects = int(counted[1]) if counted else setting.objects
    checked = setting.row("full check from cold")
    yield Compared(
        name="kubeconform",
        version=version,
        what="validation of rendered/",
        command=" ".join(("kubeconform", *_OPTIONS, "-cache FOLDER rendered/ENV/FOLDER...")),
        objects=objects,
        seconds=seconds,
        portico=checked,
        against="full check",
        faster=(seconds / objects) / (checked / setting.objects),
        does="reads every manifest and holds it against strict schemas, on all cores",
        does_not="compile, compare with the specs, or judge: its part of a full check is smaller",
    )
