"""Kapitan: an inventory of targets and classes, here with Jinja2 templates, its quickest input."""

import os
from collections.abc import Iterator

from bench.peer import Absent, Compared, Setting, failed, from_pypi
from bench.peers import template
from bench.process import Failed

_MARK = {name: f"{{{{ inventory.parameters.{name} }}}}" for name in template.PARAMETERS}
# Its Rust inventory, the quicker of those that it has.
_BACKEND = "reclass-rs"


def kapitan(setting: Setting) -> Iterator[Compared | Absent]:
    """Compile one target for each app and environment, into a file each."""
    found = from_pypi(setting, "kapitan", _BACKEND)
    if isinstance(found, Absent):
        yield found
        return
    path, version = found
    work = setting.table.work
    root = os.path.join(work.scratch, "kapitan")
    targets = _write(setting, root)
    command = (
        path,
        *("compile", "--quiet", "--inventory-backend", _BACKEND),
        *("--inventory-path", os.path.join(root, "inventory"), "--search-paths", root),
        *("--output-path", root),
    )
    try:
        seconds = setting.median(*command)
    except Failed as reason:
        yield failed("kapitan", reason)
        return
    compiled = setting.row("full compile into an empty tree")
    objects = _objects(os.path.join(root, "compiled"))
    yield Compared(
        name="kapitan",
        version=version,
        what=f"compile of {targets:,} targets",
        command=f"kapitan compile --quiet --inventory-backend {_BACKEND}",
        objects=objects,
        seconds=seconds,
        portico=compiled,
        against="full compile",
        faster=(seconds / objects) / (compiled / setting.objects),
        does="reads an inventory of a target for each app and environment, fills a Jinja2 template "
        "of Portico's own manifests with four parameters of each, writes a file for each target",
        does_not="check anything, link apps (hosts, calls), vary manifests of one shape by "
        "environment, write platform, Flux or Terraform files",
    )


def _write(setting: Setting, root: str) -> int:
    """The inventory and the templates. Returns the number of targets."""
    work = setting.table.work
    texts: dict[str, str] = {
        f"templates/{shape}/manifests.yaml": text
        for shape, text in template.templates(work, _MARK).items()
    }
    sketches = template.sketches(work)
    for shape in {own.shape for own in sketches}:
        texts[f"inventory/classes/{shape}.yml"] = f"""\
parameters:
  kapitan:
    compile:
    - output_path: .
      input_type: jinja2
      input_paths: [templates/{shape}/manifests.yaml]
"""
    targets = 0
    for own in sketches:
        for environment in own.environments:
            targets += 1
            texts[f"inventory/targets/{environment}-{own.name}.yml"] = f"""\
classes: [{own.shape}]
parameters:
  kapitan:
    vars:
      target: {environment}-{own.name}
  name: {own.name}
  team: {own.team}
  image: {template.image(own)}
  environment: {environment}
"""
    for path, text in texts.items():
        full = os.path.join(root, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8") as file:
            file.write(text)
    return targets


def _objects(folder: str) -> int:
    count = 0
    for top, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(top, name), encoding="utf-8") as file:
                count += sum(line.startswith("kind: ") for line in file)
    return count
