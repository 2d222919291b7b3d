"""What the fields of models may hold: annotations taken apart, for texts that are made of them."""

from functools import cache
from types import UnionType
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from compiler.spec.later import Later
from compiler.spec.model import Form, NumberOr, OneOf, OneOrMore, OneOrSeveral, ShortForm

_BOUNDS = {"ge": "minimum", "le": "maximum", "min_length": "minItems", "max_length": "maxItems"}


class Bare(NamedTuple):
    """An annotation without what is around it: `Annotated[X, ...] | None` is X."""

    annotation: Any
    metadata: tuple[Any, ...]
    optional: bool

    @property
    def form(self) -> Form | None:
        """The form of text, if it has one."""
        return next((item for item in self.metadata if isinstance(item, Form)), None)

    @property
    def number_or(self) -> NumberOr | None:
        """What it may be, if it is a number or a text."""
        return next((item for item in self.metadata if isinstance(item, NumberOr)), None)

    @property
    def one_of(self) -> tuple[OneOf, ...]:
        """Of which fields it has one, of each several."""
        return tuple(item for item in self.metadata if isinstance(item, OneOf))

    @property
    def short_form(self) -> str | None:
        """The field that the short form sets, if there is one."""
        return next((item.field for item in self.metadata if isinstance(item, ShortForm)), None)

    @property
    def may_stand_alone(self) -> bool:
        """Whether a list of one item may be written as that item."""
        return any(isinstance(item, OneOrMore) for item in self.metadata)

    @property
    def model(self) -> type[BaseModel] | None:
        """The model, if it is one."""
        is_model = isinstance(self.annotation, type) and issubclass(self.annotation, BaseModel)
        return self.annotation if is_model else None

    @property
    def alone(self) -> type[BaseModel] | None:
        """The model of a mapping that may stand for a list of it, if one may."""
        return next((item.model for item in self.metadata if isinstance(item, OneOrSeveral)), None)

    @property
    def of_mapping(self) -> "Bare":
        """What it is where a mapping stands, which may be meant as a list of one."""
        return self if self.alone is None else bare(self.alone)

    @property
    def bounds(self) -> dict[str, int]:
        """JSON Schema's keywords for the least and greatest number and the fewest items."""
        found = [
            bound
            for item in self.metadata
            for bound in (item.metadata if isinstance(item, FieldInfo) else [item])
        ]
        return {
            keyword: getattr(bound, attribute)
            for bound in found
            for attribute, keyword in _BOUNDS.items()
            if hasattr(bound, attribute)
        }


def bare(annotation: Any, metadata: tuple[Any, ...] = ()) -> Bare:
    """An annotation taken out of `Annotated` and `| None`."""
    arguments = get_args(annotation)
    if get_origin(annotation) is Annotated:
        return bare(arguments[0], (*arguments[1:], *metadata))
    if get_origin(annotation) in (Union, UnionType):
        some = [argument for argument in arguments if argument is not type(None)]
        if len(some) > 1:
            # A number or a text: `NumberOr` says what they may be.
            return Bare(annotation, metadata, optional=len(some) < len(arguments))
        return bare(some[0], metadata)._replace(optional=True)
    return Bare(annotation, metadata, optional=False)


def bare_field(field: FieldInfo) -> Bare:
    """What a field of a model holds."""
    return bare(field.annotation, tuple(field.metadata))


def kind_at(model: type[BaseModel], path: tuple[str | int, ...]) -> Bare | None:
    """What stands at a path of the model's data: fields, keys of maps, places in lists."""
    kind: Bare | None = Bare(model, (), optional=False)
    for step in path:
        if kind is None:
            return None
        if isinstance(step, str):
            kind = kind.of_mapping
        if kind.model is not None:
            field = field_at(kind.model, str(step))
            kind = None if field is None else bare_field(field)
        else:
            inner = get_args(kind.annotation)
            kind = bare(inner[-1]) if inner else None
    return kind


@cache
def fields(model: type[BaseModel]) -> tuple[tuple[str, FieldInfo], ...]:
    """The fields of a model, by the names that they have in files."""
    return tuple(
        (field.alias or name, _loaded(field)) for name, field in model.model_fields.items()
    )


def field_at(model: type[BaseModel], key: str) -> FieldInfo | None:
    """The field that has this name in files; no other is loaded for it."""
    every = model.model_fields.items()
    return next((_loaded(f) for name, f in every if (f.alias or name) == key), None)


def extra_of(model: type[BaseModel]) -> dict[str, Any]:
    """What a model says for JSON Schema; `either` names two fields of which it needs one."""
    extra = model.model_config.get("json_schema_extra") or {}
    assert isinstance(extra, dict)
    return extra


def needs(model: type[BaseModel]) -> list[str]:
    """The fields without which a mapping is not whole; of two of which it needs one, the first."""
    required = [key for key, field in fields(model) if field.is_required()]
    return [*required, *extra_of(model).get("either", [])[:1]]


def _loaded(field: FieldInfo) -> FieldInfo:
    """The field itself, where a model only says where it is to be found."""
    later = next((item for item in field.metadata if isinstance(item, Later)), None)
    if later is None:
        return field
    loaded = FieldInfo.from_annotated_attribute(later.kind(), field.default)
    if field.description is not None:
        loaded.description = field.description
        loaded.examples, loaded.json_schema_extra = field.examples, field.json_schema_extra
    loaded.alias = field.alias
    return loaded
