"""kubectl's kustomize: builds of the manifests that Portico has rendered."""

import os
import statistics
from collections.abc import Iterator

from bench.estate import environment_names
from bench.peer import Absent, Compared, Setting, failed, program
from bench.process import Failed

# Its time for each object grows with their number; with so many the start hardly counts either.
_APPS = 100


def kustomize(setting: Setting) -> Iterator[Compared | Absent]:
    """Build the apps of the first environment, some hundred in one go."""
    found = program("kubectl", "version", "--client")
    if isinstance(found, Absent):
        yield found
        return
    path, version = found
    work = setting.table.work
    environment = environment_names(work.size.environments)[0]
    apps = os.path.join(work.root, "rendered", environment, "apps")
    root = os.path.join(work.scratch, "kustomize")
    os.makedirs(root, exist_ok=True)
    with open(os.path.join(root, "kustomization.yaml"), "w", encoding="utf-8") as file:
        file.write("apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n")
        for name in sorted(os.listdir(apps))[:_APPS]:
            file.write(f"- {os.path.relpath(os.path.join(apps, name), root)}\n")
    try:
        runs = [work.run(path, "kustomize", root) for _ in range(setting.rounds)]
    except Failed as reason:
        yield failed("kubectl kustomize", reason)
        return
    objects = sum(line.startswith("kind: ") for line in runs[0].output.splitlines())
    seconds = statistics.median(run.seconds for run in runs)
    compiled = setting.row("full compile into an empty tree")
    yield Compared(
        name="kubectl kustomize",
        version=version,
        what=f"build of {min(_APPS, work.size.apps)} apps of {environment}",
        command="kubectl kustomize FOLDER, whose kustomization.yaml names the apps' folders",
        objects=objects,
        seconds=seconds,
        portico=compiled,
        against="full compile",
        faster=(seconds / objects) / (compiled / setting.objects),
        does="reads the objects that Portico has rendered, sees that no two have one name, prints "
        "them in its own order",
        does_not="make objects from specs, patch, check, write files",
    )
