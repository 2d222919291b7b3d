"""One kustomization file: its fields, and all that it refers to."""

import re
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

from compiler.diagnostics.model import Diagnostic, Place, Rule, Span
from compiler.foreign import yaml
from compiler.foreign.files import File

UNJUDGED_BUILD = Rule(
    "PT022",
    "kustomization whose build cannot be judged",
    "A kustomization is judged by what it builds, because patches, components and generators can "
    "turn harmless files into anything. What comes from elsewhere or runs a program is not in the "
    "pull request, and may be different tomorrow.",
    what="Refuses a kustomization that kustomize refuses, that loads something from the network or "
    "from outside the repository, that runs plugins, functions or Helm, or that needs a build "
    "where neither kustomize nor kubectl is installed.",
    fix="Commit what is loaded from elsewhere, and refer to the files. Correct what kustomize "
    "refuses, and install kubectl or kustomize where Portico runs.",
    failing="""\
-- scanned/kustomization.yaml --
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
- https://raw.githubusercontent.com/example/settings/main/settings.yaml
""",
    passing="""\
-- scanned/kustomization.yaml --
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
- settings.yaml
-- scanned/settings.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: shop}
""",
)

Sort = Literal["resource", "component", "configuration", "data", "env"]


class Reference(NamedTuple):
    """Something that a kustomization names: as what, where in the file, and how it is written."""

    sort: Sort
    where: tuple[str | int, ...]
    text: str


class Kustomization(NamedTuple):
    """A kustomization file that was read."""

    file: File
    folder: str
    """Its real folder."""
    text: str
    is_component: bool
    references: list[Reference]
    needs_build: tuple[str | int, ...] | None
    """Where the first thing stands that its resources alone do not tell; None if they do."""
    problems: list[Diagnostic]

    def span(self, where: tuple[str | int, ...]) -> Span:
        """Where something stands in it."""
        return yaml.span(self.file.path, self.text, 0, where)

    def problem(self, message: str, where: tuple[str | int, ...], help: str) -> Diagnostic:
        """Why its build cannot be judged."""
        return Diagnostic(UNJUDGED_BUILD, message, Place(self.span(where)), help=help)


# https://github.com/kubernetes-sigs/kustomize/blob/kustomize/v5.5.0/api/types/kustomization.go
_PLAIN = ("apiVersion", "kind", "metadata", "sortOptions")
_LOADING = ("resources", "bases", "components", "configurations", "crds", "openapi")
_PLUGINS = ("generators", "transformers", "validators")
_PATCHING = ("patches", "patchesStrategicMerge", "patchesJson6902", "replacements")
_GENERATING = ("configMapGenerator", "secretGenerator")
_CHANGING = (
    *("namePrefix", "nameSuffix", "namespace", "commonLabels", "labels", "commonAnnotations"),
    *("images", "imageTags", "replicas", "vars", "generatorOptions", "buildMetadata"),
)
_HELM = ("helmCharts", "helmChartInflationGenerator", "helmGlobals")
_FIELDS = frozenset((*_PLAIN, *_LOADING, *_PLUGINS, *_PATCHING, *_GENERATING, *_CHANGING, *_HELM))
_API_VERSIONS = {
    "Kustomization": ("kustomize.config.k8s.io/v1beta1", "kustomize.config.k8s.io/v1"),
    "Component": ("kustomize.config.k8s.io/v1alpha1",),
}
# What kustomize clones or downloads: https://kubectl.docs.kubernetes.io/references/kustomize/glossary
_REMOTE = re.compile(
    r"[a-z][a-z0-9+.-]*::|[a-z][a-z0-9+.-]*://|[^/]*[@:]|(?:www\.)?(?:github|gitlab|bitbucket)\.|gh:"
    r"|.*[?&](?:ref|version|timeout|submodules)=|.*(?:\.git|_git)(?:/|\?|$)",
    re.IGNORECASE | re.DOTALL,
)


def read_kustomization(file: File, folder: str, content: bytes) -> Kustomization:
    """Read a kustomization file with all that it says."""
    reading = yaml.read(file.path, content, whole=True)
    made = Kustomization(
        file=file,
        folder=folder,
        text=reading.text,
        is_component=False,
        references=[],
        needs_build=None,
        problems=list(reading.problems),
    )
    if made.problems:
        return made
    data = reading.documents[0].data if reading.documents else None
    if type(data) is not dict or len(reading.documents) != 1:
        made.problems.append(
            made.problem(
                "this kustomization is not one mapping",
                (),
                "write one document of `field: value` lines",
            )
        )
        return made
    kind = data.get("kind") or "Kustomization"
    made = made._replace(is_component=kind == "Component")
    made.problems.extend(_field_problems(made, data, kind))
    if not made.problems:
        made.references.extend(_references(made, data))
        made.problems.extend(_inline_problems(made, data))
    needing = next((field for field in data if field not in (*_PLAIN, "resources", "bases")), None)
    where = (needing,) if needing is not None else ("kind",) if made.is_component else None
    return made._replace(needs_build=where)


def is_remote(text: str) -> bool:
    """Whether kustomize would look for this outside the file system."""
    return _REMOTE.match(text) is not None


def _field_problems(made: Kustomization, data: dict[str, Any], kind: Any) -> Iterator[Diagnostic]:
    versions = _API_VERSIONS.get(kind) if isinstance(kind, str) else None
    if versions is None:
        yield made.problem(
            f'a file of this name is a kustomization, and this one has the kind "{kind}"',
            ("kind",),
            "write kind: Kustomization, or give the file another name",
        )
    elif data.get("apiVersion") not in (None, *versions):
        yield made.problem(
            f"kustomize does not know {kind} in {data['apiVersion']}",
            ("apiVersion",),
            f"write apiVersion: {versions[0]}; a Kustomization of Flux needs another file name",
        )
    for field, value in data.items():
        if field not in _FIELDS:
            yield made.problem(
                f"kustomize does not know the field `{field}`",
                (field,),
                "remove it, or correct its spelling",
            )
        elif value is None:
            continue
        elif field in _HELM:
            yield made.problem(
                f"`{field}` runs Helm, and what it renders cannot be told",
                (field,),
                "render the chart with `helm template`, commit the output and name it a resource",
            )
        elif field == "openapi" and (not isinstance(value, dict) or "path" in value):
            yield made.problem(
                "`openapi` changes how patches are applied",
                (field,),
                "remove it; patches of lists can be written as JSON 6902 patches",
            )


def _references(made: Kustomization, data: dict[str, Any]) -> Iterator[Reference]:
    """All that it names; what is none of the forms that kustomize knows is a problem."""
    for field in ("resources", "bases"):
        yield from _texts(made, data, field, "resource")
    yield from _texts(made, data, "components", "component")
    for field in ("configurations", "crds"):
        yield from _texts(made, data, field, "configuration")
    for field in (*_PLUGINS, "patchesStrategicMerge"):
        for index, text in _list(made, data, field):
            if isinstance(text, str) and "\n" not in text and not text.lstrip().startswith("{"):
                yield Reference("configuration", (field, index), text)
    for field in ("patches", "patchesJson6902", "replacements"):
        for index, entry in _list(made, data, field):
            if not isinstance(entry, dict):
                made.problems.append(_misshapen(made, (field, index)))
            elif isinstance(entry.get("path"), str):
                yield Reference("configuration", (field, index, "path"), entry["path"])
    for field in _GENERATING:
        for index, entry in _list(made, data, field):
            if not isinstance(entry, dict):
                made.problems.append(_misshapen(made, (field, index)))
                continue
            for inner, text in _entries(made, entry, (field, index), "files"):
                key, equals, path = text.partition("=")
                yield Reference("data", inner, path if equals else key)
            for inner, text in _entries(made, entry, (field, index), "envs"):
                yield Reference("env", inner, text)
            if isinstance(entry.get("env"), str):
                yield Reference("env", (field, index, "env"), entry["env"])


def _texts(
    made: Kustomization, data: dict[str, Any], field: str, sort: Sort
) -> Iterator[Reference]:
    for index, text in _list(made, data, field):
        if isinstance(text, str) and text:
            yield Reference(sort, (field, index), text)
        else:
            made.problems.append(_misshapen(made, (field, index)))


def _list(made: Kustomization, data: dict[str, Any], field: str) -> Iterator[tuple[int, Any]]:
    value = data.get(field)
    if isinstance(value, list):
        yield from enumerate(value)
    elif value is not None:
        made.problems.append(_misshapen(made, (field,)))


def _entries(
    made: Kustomization, entry: dict[str, Any], where: tuple[str | int, ...], field: str
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    value = entry.get(field)
    for index, text in enumerate(value if isinstance(value, list) else []):
        if isinstance(text, str):
            yield (*where, field, index), text
        else:
            made.problems.append(_misshapen(made, (*where, field, index)))


def _misshapen(made: Kustomization, where: tuple[str | int, ...]) -> Diagnostic:
    return made.problem(
        f"`{where[0]}` does not have the form that kustomize expects",
        where,
        "see https://kubectl.docs.kubernetes.io/references/kustomize/kustomization",
    )


def _inline_problems(made: Kustomization, data: dict[str, Any]) -> Iterator[Diagnostic]:
    """What is wrong with patches and configuration that are written into the file itself."""
    for where, text in _inline(data):
        yield from configuration_problems(made, where, text.encode())


def _inline(data: dict[str, Any]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for field in (*_PLUGINS, *_PATCHING):
        value = data.get(field)
        for index, entry in enumerate(value if isinstance(value, list) else []):
            if isinstance(entry, str) and ("\n" in entry or entry.lstrip().startswith("{")):
                yield (field, index), entry
            elif isinstance(entry, dict):
                # encoding/json finds a field whatever its case.
                for name, text in entry.items():
                    if name.lower() == "patch" and isinstance(text, str):
                        yield (field, index, name), text


def configuration_problems(
    made: Kustomization, where: tuple[str | int, ...], content: bytes, path: str = ""
) -> list[Diagnostic]:
    """What is wrong with a patch, or another text that kustomize reads and no cluster gets.

    `path` is the file that holds it; without one it is written into the kustomization.
    """
    reading = yaml.read(path or made.file.path, content, whole=True)
    problems = reading.problems
    if not path:
        # A text within a text has no lines of its own.
        problems = [
            made.problem(f"in this text: {p.message}", where, p.help) for p in reading.problems
        ]
    problems = list(problems)
    for document in reading.documents:
        for data in document.data if isinstance(document.data, list) else [document.data]:
            if not isinstance(data, dict):
                continue
            found = _plugin_problem(data)
            if found:
                message, help = found
                problems.append(made.problem(message, where, help))
    return problems


def _plugin_problem(data: dict[str, Any]) -> tuple[str, str] | None:
    """Why this configuration of a plugin is refused; None if it is none, or built in."""
    metadata = data.get("metadata")
    annotations = metadata.get("annotations") if isinstance(metadata, dict) else None
    for name in annotations if isinstance(annotations, dict) else ():
        if name in ("config.kubernetes.io/function", "config.k8s.io/function"):
            return "this runs a function, and what it makes cannot be told", "remove it"
    if data.get("kind") in ("HelmChartInflationGenerator", "ChartRenderer"):
        return "this runs Helm, and what it renders cannot be told", "commit what it renders"
    for field in ("path", "file", "files", "paths", "env", "envs"):
        value = data.get(field)
        for text in value if isinstance(value, list) else [value]:
            if isinstance(text, str) and not text.startswith("/") and is_remote(text):
                return f'"{text}" is loaded from elsewhere', "commit it, and name the file"
    return None
