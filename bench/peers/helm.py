"""Helm: one chart for each shape of app, one `helm template` for each app and environment."""

import os
import time
from collections.abc import Iterator

from bench.peer import Absent, Compared, Setting, failed, program
from bench.peers import template
from bench.process import Failed

_MARK = {name: f"{{{{ .Values.{name} }}}}" for name in template.PARAMETERS}
# One process takes a tenth of a second: more of them would only measure the same again.
_RELEASES = 40


def helm(setting: Setting) -> Iterator[Compared | Absent]:
    """Render some releases, as a pipeline does that has a chart and a values file for each app."""
    found = program("helm", "version", "--short")
    if isinstance(found, Absent):
        yield found
        return
    path, version = found
    work = setting.table.work
    root = os.path.join(work.scratch, "helm")
    for shape, text in template.templates(work, _MARK).items():
        chart = os.path.join(root, shape)
        os.makedirs(os.path.join(chart, "templates"), exist_ok=True)
        with open(os.path.join(chart, "Chart.yaml"), "w", encoding="utf-8") as file:
            file.write(f"apiVersion: v2\nname: {shape}\nversion: 1.0.0\n")
        with open(os.path.join(chart, "templates", "app.yaml"), "w", encoding="utf-8") as file:
            file.write(text)
    objects = 0
    begun = time.perf_counter()
    try:
        for own in template.sketches(work)[:_RELEASES]:
            values = {
                "name": own.name,
                "team": own.team,
                "image": template.image(own),
                "environment": own.environments[0],
            }
            said = ",".join(f"{name}={value}" for name, value in values.items())
            chart = os.path.join(root, own.shape)
            done = work.run(path, "template", own.name, chart, "--set-string", said)
            objects += sum(line.startswith("kind: ") for line in done.output.splitlines())
    except Failed as reason:
        yield failed("helm", reason)
        return
    seconds = time.perf_counter() - begun
    compiled = setting.row("full compile into an empty tree")
    yield Compared(
        name="helm",
        version=version,
        what=f"{_RELEASES} × template",
        command="helm template NAME CHART --set-string name=...,team=...,image=...,environment=...",
        objects=objects,
        seconds=seconds,
        portico=compiled,
        against="full compile",
        faster=(seconds / objects) / (compiled / setting.objects),
        does="fills a chart made of Portico's own manifests with four values for each app, one "
        "process each, to standard output",
        does_not="check anything, link apps, write files, platform, Flux or Terraform",
    )
