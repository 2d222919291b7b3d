"""Checkov's own catalogue over the rendered files; what has not changed is not checked again.

What is checked together, and kept together, is a unit: the folder of an app, the rest of an
environment's manifests, its Terraform root. That is exact, since Checkov connects pods with network
policies, which stand in the app's folder, role bindings with roles, which only the rest has, and
resources of one root.
"""

import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import yaml

from compiler.check.cache import Cache
from compiler.diagnostics.model import Diagnostic, Place, Rule, Span
from compiler.emit.tree import RENDERED

Progress = Callable[[int, int], None]
"""Is told how many units of how many are done."""

_DEFAULTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "checkov.yaml")
# As Checkov looks for it; if there are two, it reads both.
_CONFIGURATIONS = (".checkov.yaml", ".checkov.yml")
# These change what Checkov does, and are neither in the repository nor in the key of an entry.
_CHECKOVS_VARIABLES = ("BC_", "CHECKOV_", "CKV_", "PRISMA_", "LOG_LEVEL")
_INDEX = {
    "kubernetes": "https://www.checkov.io/5.Policy%20Index/kubernetes.html",
    "terraform_json": "https://www.checkov.io/5.Policy%20Index/terraform.html",
}


class NoCatalogue(Exception):
    """Checkov is not there, failed, or passed something over; the message says which."""


class Unit(NamedTuple):
    """Files that Checkov looks at together."""

    framework: str
    files: tuple[str, ...]
    """Paths below the repository."""


def catalogue(
    root: str, texts: Mapping[str, str], objects: Mapping[str, int], progress: Progress
) -> list[Diagnostic]:
    """What Checkov finds in rendered files. Raises NoCatalogue.

    `texts` are the files as compiled, which are so on disk too; `objects` says how many objects
    each manifest has.
    """
    version = _version()
    configurations = [path for name in _CONFIGURATIONS if os.path.isfile(path := f"{root}/{name}")]
    cache = Cache(root, "checkov")
    common = [version.encode()]
    for path in configurations or [_DEFAULTS]:
        common += [*_content_of(path), *_external(root, path)]
    keys = {
        unit: cache.key([*common, *_parts(unit, texts)])
        for unit in (_scannable(unit, texts) for unit in units_of(texts))
        if unit.files
    }
    answers: dict[Unit, Any] = {unit: cache.get(key) for unit, key in keys.items()}
    missing = [unit for unit, answer in answers.items() if answer is None]

    def keep(unit: Unit, answer: dict[str, Any]) -> None:
        _refuse_passed_over(unit, answer, objects)
        answers[unit] = answer
        cache.put(keys[unit], answer)

    if missing:
        _run(root, "" if configurations else _DEFAULTS, missing, keep, progress)
        cache.sweep()
    _refuse_nothing(answers)
    return [_diagnostic(unit, r) for unit, answer in answers.items() for r in answer["failed"]]


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("checkov")
    except PackageNotFoundError:
        raise NoCatalogue(
            "--checkov needs Checkov, which is not installed: pip install 'portico[checkov]'"
        ) from None


def units_of(paths: Iterable[str]) -> Iterator[Unit]:
    """Rendered files by what Checkov may connect."""
    folders: dict[tuple[str, str], list[str]] = {}
    for path in sorted(paths):
        _, environment, area, *below = path.split("/")
        if area == "terraform":
            folders.setdefault(("terraform_json", f"{environment}/terraform"), []).append(path)
        else:
            own = f"/apps/{below[0]}" if area == "apps" and len(below) > 1 else ""
            folders.setdefault(("kubernetes", environment + own), []).append(path)
    for (framework, _), files in folders.items():
        yield Unit(framework, tuple(files))


def _scannable(unit: Unit, texts: Mapping[str, str]) -> Unit:
    """Without files of settings: Checkov has no check for them, and gives up one that has
    `required_version`."""
    if unit.framework != "terraform_json":
        return unit
    return unit._replace(
        files=tuple(p for p in unit.files if not set(json.loads(texts[p])) <= {"//", "terraform"})
    )


def _content_of(path: str) -> Iterator[bytes]:
    with open(path, "rb") as file:
        yield file.read()


def _external(root: str, configuration: str) -> Iterator[bytes]:
    """The checks of the user's own that the configuration names."""
    with open(configuration, encoding="utf-8") as file:
        try:
            said = yaml.safe_load(file)
        except (yaml.YAMLError, ValueError) as error:
            raise NoCatalogue(
                f"{os.path.basename(configuration)} cannot be read: {error}"
            ) from error
    named = said.get("external-checks-dir", []) if isinstance(said, dict) else []
    for folder in [named] if isinstance(named, str) else named:
        for above, _, names in os.walk(os.path.join(root, str(folder))):
            for name in sorted(names):
                if name.endswith((".py", ".yaml", ".yml", ".json")):
                    yield os.path.join(above, name).encode()
                    yield from _content_of(os.path.join(above, name))


def _parts(unit: Unit, texts: Mapping[str, str]) -> Iterator[bytes]:
    yield unit.framework.encode()
    for path in unit.files:
        yield path.encode()
        yield texts[path].encode()


def _run(
    root: str,
    configuration: str,
    units: list[Unit],
    keep: Callable[[Unit, dict[str, Any]], None],
    progress: Progress,
) -> None:
    """Have Checkov look at these, and keep each answer as it comes.

    Without a `configuration` it takes what it finds in the repository.
    """
    import subprocess
    import tempfile

    request = {
        "configuration": configuration,
        "units": [unit._asdict() for unit in units],
    }
    # -P: the folder that is checked must not bring modules of its own.
    command = [sys.executable, "-P", "-m", "compiler.check.catalogue_worker"]
    with (
        tempfile.TemporaryFile() as asked,
        tempfile.TemporaryFile() as said,
        tempfile.TemporaryDirectory() as home,
    ):
        asked.write(json.dumps(request).encode())
        asked.seek(0)
        progress(0, len(units))
        with subprocess.Popen(
            command,
            cwd=root,
            env=_environment(home),
            stdin=asked,
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
        ) as process:
            assert process.stdout is not None
            answered = 0
            try:
                for line in process.stdout:
                    keep(units[answered], json.loads(line))
                    answered += 1
                    progress(answered, len(units))
            except BaseException:
                process.kill()
                raise
        if answered != len(units) or process.returncode != 0:
            said.seek(0)
            lines = said.read().decode(errors="replace").strip().splitlines()
            why = lines[-1].strip() if lines else "it said nothing"
            raise NoCatalogue(f"Checkov failed (exit code {process.returncode}): {why}")


def _environment(home: str) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(_CHECKOVS_VARIABLES)
    }
    return {
        **kept,
        # Also where Checkov would look for a configuration of the user's.
        "HOME": home,
        "USERPROFILE": home,
        # Nothing is asked of the vendor's servers.
        "BC_SKIP_MAPPING": "TRUE",
        "LOG_LEVEL": "ERROR",
        # A unit is too small to be worth processes.
        "CHECKOV_PARALLELIZATION_TYPE": "none",
    }


def _refuse_passed_over(unit: Unit, answer: dict[str, Any], objects: Mapping[str, int]) -> None:
    """Checkov passes over what it cannot read, without a word."""
    for path in unit.files:
        read = answer["read"].get(path, 0)
        if answer["left_out"] or read is None:
            continue
        expected = objects.get(path, 1)
        if read < expected:
            raise NoCatalogue(
                f"Checkov passed over {path}: it read {read} of {expected} (to Checkov, a text "
                "like `{{ .Values.x }}` makes a file a Helm template); change it, or leave it out "
                "with skip-path in .checkov.yaml"
            )


def _refuse_nothing(answers: Mapping[Unit, Any]) -> None:
    checked = Counter[str]()
    for unit, answer in answers.items():
        if not answer["left_out"]:
            checked[unit.framework] += answer["checked"]
    if not answers or not checked:
        raise NoCatalogue(f"Checkov checked nothing: no file below {RENDERED}/ is left to check")
    for framework, number in checked.items():
        if number == 0:
            raise NoCatalogue(
                f"Checkov checked nothing of {framework}: see what .checkov.yaml skips"
            )


def _diagnostic(unit: Unit, record: dict[str, Any]) -> Diagnostic:
    line = record["line"]
    rule = Rule(
        record["id"],
        record["title"],
        "A check of Checkov's catalogue.",
        "warning" if record["soft"] else "error",
        what=record["title"],
    )
    see = record["guideline"] or _INDEX[unit.framework]
    return Diagnostic(
        rule,
        f"{record['resource']}: {record['title']}",
        Place(Span(record["file"], line, 1, line, 1)),
        help=f"see {see}; if it does not apply, skip it in .checkov.yaml and say why",
    )
