"""Every object against the strict schema of its kind, for the environment's Kubernetes version.

The schemas are the files of kubernetes-validate. Its own call reads a megabyte of them for each
object (10 ms); here each kind is compiled once with jsonschema-rs, and an object takes 2 µs.
"""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, NamedTuple

from compiler.check.kind_schema import SchemaFiles
from compiler.check.policy import Locate
from compiler.diagnostics.model import Diagnostic, Place, Rule
from compiler.policies.kinds import is_of_an_operator
from compiler.policies.reading import described, group_of
from compiler.policies.shape import Object

INVALID_OBJECT = Rule(
    "PT203",
    "object that Kubernetes would refuse",
    "The API server refuses it when Flux applies it, after the pull request was merged.",
    what="Refuses an object that does not have the form which the environment's Kubernetes version "
    "prescribes: an unknown field, a wrong type, a field that is missing.",
    fix="Correct the value in the spec that the object was compiled from. If it comes from no "
    "spec, Portico made a mistake: please report it.",
    failing="""\
apiVersion: v1
kind: Service
metadata: {name: shop, namespace: sales}
spec:
  prots:
  - port: 80
""",
    passing="""\
apiVersion: v1
kind: Service
metadata: {name: shop, namespace: sales}
spec:
  ports:
  - port: 80
""",
)
UNKNOWN_KIND = Rule(
    "PT204",
    "kind that this Kubernetes version does not have",
    "An object without a schema cannot be checked, and is refused rather than passed over.",
    what="Refuses an object whose kind and apiVersion do not exist in the environment's Kubernetes "
    "version: not yet, or not any more.",
    fix="If the cluster has another version, correct cluster.kubernetes in "
    "`environments/<env>.yaml`. Otherwise Portico made a mistake: please report it.",
    failing="""\
apiVersion: policy/v1beta1
kind: PodDisruptionBudget
metadata: {name: shop, namespace: sales}
""",
    passing="""\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: shop, namespace: sales}
""",
)


class Schemas:
    """The strict schemas of one Kubernetes version, each compiled when it is first needed."""

    def __init__(self, version: str, texts: dict[str, str] | None = None) -> None:
        """`texts` are those that are known, by apiVersion and kind; others are put to them."""
        self.version = version
        self._texts = {} if texts is None else texts
        self._files = SchemaFiles(version)
        self._validators: dict[tuple[str, str], Any] = {}
        self._accept: dict[tuple[str, str], Callable[[Object], bool]] = {}

    def accept(self, obj: Object) -> bool:
        """Whether the object has the form that its kind prescribes."""
        identity = (obj["apiVersion"], obj["kind"])
        if identity not in self._accept:
            self._accept[identity] = self._acceptance(obj)
        return self._accept[identity](obj)

    def validator(self, obj: Object) -> Any | None:
        """The compiled schema for the object's kind; None when this version has no such kind."""
        identity = (obj["apiVersion"], obj["kind"])
        if identity not in self._validators:
            self._validators[identity] = self._compile(*identity)
        return self._validators[identity]

    def _acceptance(self, obj: Object) -> Callable[[Object], bool]:
        """What tells whether an object of this one's kind is accepted."""
        group, kind = group_of(obj), obj["kind"]
        if is_of_an_operator(group, kind):
            # Kinds of files and controllers, of which Kubernetes itself has no schema. What the
            # compiler makes of them, tests hold against their projects' own definitions; what an
            # app brings along, the API server does.
            return lambda _: True
        validator = self.validator(obj)
        if validator is None:
            return lambda _: False
        is_valid: Callable[[Object], bool] = validator.is_valid
        return is_valid

    def _compile(self, api_version: str, kind: str) -> Any | None:
        name = f"{api_version} {kind}"
        text = self._texts.get(name) or self._files.text(api_version, kind)
        if text is None:
            return None
        self._texts[name] = text
        return _compiled(text)


class SchemasByVersion:
    """The strict schemas of the Kubernetes versions that environments have."""

    def __init__(self, texts: dict[str, dict[str, str]]) -> None:
        """`texts` are those that are known, by version; others are put to them."""
        self._texts = texts
        self._schemas: dict[str, Schemas] = {}

    def of(self, version: str) -> Schemas:
        if version not in self._schemas:
            self._schemas[version] = Schemas(version, self._texts.setdefault(version, {}))
        return self._schemas[version]


class Subject(NamedTuple):
    """An object, where its values stand, and what to do if it is wrong."""

    obj: Object
    locate: Locate
    help: str


def schema_errors(subjects: Iterable[Subject], schemas: Schemas) -> list[Diagnostic]:
    """What is wrong with the form of these objects."""
    found: list[Diagnostic] = []
    for subject in subjects:
        if not schemas.accept(subject.obj):
            found += _problems(subject, schemas)
    return found


def _problems(subject: Subject, schemas: Schemas) -> list[Diagnostic]:
    """What is wrong with the form of an object that is not accepted."""
    from compiler.check.violation import violation

    obj, locate, help = subject
    validator = schemas.validator(obj)
    if validator is None:
        said = f"Kubernetes {schemas.version} has no {obj['kind']} in {obj['apiVersion']}"
        return [Diagnostic(UNKNOWN_KIND, said, Place(locate(("apiVersion",))), help=help)]
    return [
        Diagnostic(
            INVALID_OBJECT,
            f"{described(obj)}: {violation(error)}",
            Place(locate((*error.instance_path, *_unknown(error)))),
            help=help,
        )
        for error in validator.iter_errors(obj)
    ]


def _unknown(error: Any) -> tuple[str, ...]:
    """The first field that a mapping has and must not: it is where a person looks."""
    return (error.kind.unexpected[0],) if error.kind.name == "additionalProperties" else ()


# Most kinds are the same in several versions.
@cache
def _compiled(text: str) -> Any:
    import jsonschema_rs

    return jsonschema_rs.Draft202012Validator(text)
