"""From documents to Kubernetes objects: which documents are any, and what lists hold."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from compiler.diagnostics.model import Diagnostic, Span
from compiler.foreign import yaml
from compiler.foreign.files import File
from compiler.policies.shape import Object


class Manifest(NamedTuple):
    """An object, and where it stands: in which document of which file, and where in it."""

    obj: Object
    file: File
    text: str
    document: int
    line: int
    """Where its document begins."""
    within: tuple[str | int, ...] = ()

    @property
    def place(self) -> str:
        """Where it stands, for people."""
        return f"{self.file.path}:{self.line}"

    def locate(self, path: tuple[str | int, ...]) -> Span:
        """Where a value of the object stands; without it, the nearest one around it."""
        return yaml.span(self.file.path, self.text, self.document, (*self.within, *path))


class Built(NamedTuple):
    """An object that a kustomization builds: it stands in no file, so its place is the file that
    says so, and beside it the object that it is probably made of."""

    obj: Object
    file: File
    span: Span
    source: Manifest | None

    @property
    def place(self) -> str:
        """Where it stands, for people."""
        return self.file.path

    def locate(self, _: tuple[str | int, ...]) -> Span:
        """The kustomization file."""
        return self.span


class Objects(NamedTuple):
    """The objects of a file, and what is wrong with it."""

    manifests: list[Manifest]
    problems: list[Diagnostic]


def objects_of(file: File, reading: yaml.Reading) -> Objects:
    """The objects that a file holds, each list taken apart as kubectl and kustomize do."""
    manifests: list[Manifest] = []
    problems = list(reading.problems)
    for document in reading.documents:
        pending = [Manifest(document.data, file, reading.text, document.number, document.line)]
        while pending:
            manifest = pending.pop()
            found = _identity_problem(manifest)
            if found is not None:
                problems.append(found)
                continue
            obj = manifest.obj
            if obj["kind"].endswith("List") and "items" in obj:
                items = obj["items"]
                if items is not None and type(items) is not list:
                    place = manifest.locate(("items",))
                    help = "write a list, or give each object a document of its own"
                    problems.append(yaml.problem("the items of this list are no list", place, help))
                    continue
                pending += reversed([*_items(manifest, items or [])])
            elif "sops" in obj:
                if obj["kind"] == "Secret" and obj["apiVersion"] == "v1":
                    # What Flux applies is the Secret without the account of its encryption.
                    plain = {key: value for key, value in obj.items() if key != "sops"}
                    manifests.append(manifest._replace(obj=plain))
                else:
                    problems.append(
                        yaml.problem(
                            f"this {obj['kind']} is encrypted with SOPS, and cannot be judged",
                            manifest.locate(("sops",)),
                            "encrypt Secrets only, and commit everything else in plain text",
                        )
                    )
            else:
                manifests.append(manifest)
    return Objects(manifests, problems)


def _items(container: Manifest, items: list[Any]) -> Iterator[Manifest]:
    # kubectl gives the items of a ServiceList the kind and apiVersion that they leave out.
    kind = container.obj["kind"].removesuffix("List")
    filled = {"apiVersion": container.obj["apiVersion"], "kind": kind} if kind else {}
    for index, item in enumerate(items):
        within = (*container.within, "items", index)
        obj = {**filled, **item} if filled and type(item) is dict else item
        yield container._replace(obj=obj, within=within)


def _identity_problem(manifest: Manifest) -> Diagnostic | None:
    """Why this is not certainly one object; None if it is."""
    obj: Any = manifest.obj
    if type(obj) is not dict:
        return yaml.problem(
            "this is no object",
            manifest.locate(()),
            "write a mapping with apiVersion, kind and metadata",
        )
    odd = next(
        (
            key
            for key in obj
            if len(key) < 40
            and key not in ("kind", "apiVersion")
            and key.strip().casefold() in ("kind", "apiversion")
        ),
        None,
    )
    if odd is not None:
        right = "kind" if odd.strip().casefold() == "kind" else "apiVersion"
        return yaml.problem(
            f'the key "{odd}" is {right} to some programs and unknown to others',
            manifest.locate((odd,)),
            f"write {right}, or another key that looks less like it",
        )
    for field in ("apiVersion", "kind"):
        value = obj.get(field)
        if type(value) is str and value:
            continue
        if field in obj and value is not None:
            message = f"the {field} of this object is not text"
        else:
            message = f"this object has no {field}"
        return yaml.problem(
            message,
            manifest.locate((field,) if field in obj else ()),
            f"write its {field}; what is no Kubernetes object has neither apiVersion nor kind",
        )
    return None
