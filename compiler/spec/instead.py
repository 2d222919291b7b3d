"""What to write instead of a value of the wrong type: the value itself, in the right form."""

import re
from typing import Any, Literal, NamedTuple, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from compiler.spec.flow import flow
from compiler.spec.kinds import Bare, bare, bare_field, fields, needs

_NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
# A length of time: 90s, 15m, 1h30m, 2 days.
_DURATION = re.compile(r"(?:[0-9]{1,6} ?[a-z]+ ?)+", re.ASCII)
_SECONDS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400, "weeks": 604800}


class Wanted(NamedTuple):
    """The field that has the wrong value, or that holds it."""

    key: str
    field: FieldInfo
    in_list: bool
    """The value is an item of the field's list, not its own."""

    def written(self, value: Any) -> str:
        """What to write, if it fits on a line; otherwise what is wanted."""
        text = f"- {flow(value)}" if self.in_list else f"{self.key}: {flow(value)}"
        fits = len(text) <= 100 and text.isprintable()
        return f"write `{text}`" if fits else self.described

    @property
    def described(self) -> str:
        """What the field is for, and how it looks."""
        example = f"{self.key}: {flow((self.field.examples or [None])[0])}"
        return f"{self.key}: {self.field.description} Example: `{example}`"


def mapping(wanted: Wanted, model: type[BaseModel], value: Any) -> str:
    """For a value that is no mapping of the model's fields."""
    known = dict(fields(model))
    if isinstance(value, str):
        key, _, rest = value.partition(" ")
        if key in known and rest.strip():
            return f"write `{key}: {rest.split()[0]}`: a colon is missing"
        choosing = [name for name, field in known.items() if value in _choices(field)]
        if len(choosing) == 1:
            return wanted.written({choosing[0]: value})
    if "exec" in known and (isinstance(value, str | list) and value):
        return wanted.written({"exec": value if isinstance(value, list) else _words(value)})
    required = {name: known[name] for name in needs(model)}
    for name, field in required.items():
        if _may_be(bare_field(field), value):
            others = {other: (f.examples or [None])[0] for other, f in required.items()}
            return wanted.written(others | {name: value})
    if wanted.in_list and not required:
        # Of what has alternatives nothing is required by itself: an example has what belongs there.
        example: Any = wanted.field.examples[0][0] if wanted.field.examples else None
        for name, shown in example.items() if isinstance(example, dict) else ():
            if type(shown) is type(value):
                return wanted.written(example | {name: value})
    return wanted.described


def sequence(wanted: Wanted, value: Any) -> str:
    """For a value that is no list."""
    item = bare(get_args(bare_field(wanted.field).annotation)[0])
    if value is None:
        return wanted.described
    if item.model is not None:
        if isinstance(value, dict):
            return wanted.written([value])
        one = mapping(wanted._replace(in_list=True), item.model, value)
        return one.replace("write `- ", "write a list: `- ")
    if isinstance(value, str):
        return wanted.written(_words(value))
    if isinstance(value, dict) and value:
        [one, *more] = value.values()
        return wanted.written(one if isinstance(one, list) and not more else [*value])
    return wanted.written([str(value)]) if isinstance(value, int | float) else wanted.described


def names(wanted: Wanted, value: Any) -> str:
    """For a value that is no map: a list of pairs, as in Kubernetes and Compose, becomes one."""
    pairs: dict[str, Any] = {}
    for item in value if isinstance(value, list) else ():
        if isinstance(item, str) and "=" in item:
            key, _, pairs[key] = item.partition("=")
        elif isinstance(item, dict) and {"name", "value"} == item.keys():
            pairs[str(item["name"])] = item["value"]
    return wanted.written(pairs) if pairs else wanted.described


def text(wanted: Wanted, value: Any) -> str:
    """For a value that is no text, and no number, true or false either."""
    if value is None and wanted.in_list:
        return "write the item, or remove its line"
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], str):
        return wanted.written(value[0])
    if isinstance(value, dict) and {"name"} == value.keys():
        return wanted.written(value["name"])
    # As the values of a Helm chart have an image.
    if isinstance(value, dict) and {"repository", "tag"} <= value.keys():
        image = f"{value['repository']}:{value['tag']}"
        registry = f"{value['registry']}/" if "registry" in value else ""
        return wanted.written(registry + image)
    return wanted.described


def number(wanted: Wanted, value: Any) -> str:
    """For a value that is no whole number."""
    of_seconds = "econds" in (wanted.field.description or "")
    if of_seconds and isinstance(value, str) and _DURATION.fullmatch(value):
        seconds = _seconds(value)
        return wanted.described if seconds is None else f"write the number alone: {seconds}"
    if isinstance(value, str):
        found = set(re.findall(r"(?<![0-9.-])[1-9][0-9]{0,4}(?![0-9.-])", value))
        if value.strip().lower() in _NUMBERS:
            found = {str(_NUMBERS[value.strip().lower()])}
        if len(found) == 1:
            return f"write the number alone: {found.pop()}"
    if isinstance(value, float) and value.is_integer():
        return f"write it without a point: {value:.0f}"
    if isinstance(value, list) and len(value) == 1 and type(value[0]) is int:
        return wanted.written(value[0])
    return wanted.described


def choice(value: Any, choices: list[Any]) -> str:
    """For a value that is none of those to choose from, where its digits tell which was meant.

    Nothing where letters do: 1.29 is no slip of 1.30, but 31 days are nearly 30.
    """
    written = str(value)
    same = next((one for one in choices if str(one) == written), None)
    if same is not None:
        quotes = "write it in quotes" if isinstance(same, str) else "write it without quotes"
        return f"{quotes}: {flow(same)}"
    if type(value) is int and all(type(one) is int for one in choices):
        nearest = min(choices, key=lambda one: abs(one - value))
        return f"the nearest is {nearest}; known here: {', '.join(map(str, choices))}"
    if not isinstance(value, str) or re.fullmatch(r"[0-9.]+", value):
        with_it = [one for one in choices if re.findall(r"[0-9.]+", str(one)) == [written]]
        if len(with_it) == 1 and with_it != [written]:
            return f"did you mean {with_it[0]}?"
        return "write one of: " + ", ".join(flow(one) for one in choices)
    return ""


def _seconds(text: str) -> int | None:
    """How many seconds a length of time has; None if a unit of it is not known."""
    found = 0
    for number, unit in re.findall(r"([0-9]+) ?([a-z]+)", text):
        each = next((n for name, n in _SECONDS.items() if name.startswith(unit)), None)
        if each is None:
            return None
        found += int(number) * each
    return found


def _choices(field: FieldInfo) -> tuple[Any, ...]:
    kind = bare_field(field).annotation
    return get_args(kind) if get_origin(kind) is Literal else ()


def _may_be(kind: Bare, value: Any) -> bool:
    """Whether the value is of this kind, as far as its form tells."""
    return kind.annotation is type(value) and (kind.form is None or kind.form.matches(value))


def _words(value: str) -> list[str]:
    """The items of a list that was written as one text."""
    if re.search(r"[\"'\\\n]", value):
        return [value]
    return [word for word in re.split(r"\s*,\s*|\s+", value.strip()) if word] or [value]
