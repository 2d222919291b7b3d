"""Objects and patches made of the schemas of their kinds, at random."""

import json
import random
from typing import Any

from compiler.check.kind_schema import SchemaFiles

# The version of the API that the oldest kubectl of the tests may have; lists keep their keys.
SCHEMAS = SchemaFiles("1.32")


class Made:
    """Values that have the form which a schema prescribes, of few words, so that some are alike."""

    def __init__(self, version: str, kind: str, rng: random.Random) -> None:
        text = SCHEMAS.text(version, kind)
        assert text is not None
        self._schema = json.loads(text)
        self._identity = {"apiVersion": version, "kind": kind}
        self._rng = rng

    def value(self, *, share: float) -> dict[str, Any]:
        """An object with about this share of the fields that there are at each place."""
        made: dict[str, Any] = self._value(self._schema, share)
        made.pop("status", None)
        return {**made, **self._identity, "metadata": self._metadata(made.get("metadata", {}))}

    def _metadata(self, made: dict[str, Any]) -> dict[str, Any]:
        """Without what the API server writes, of which kubectl reads the times."""
        written = ("creationTimestamp", "deletionTimestamp", "managedFields")
        return {**{key: made[key] for key in made if key not in written}, "name": "shop"}

    def _value(self, schema: dict[str, Any], share: float, depth: int = 0) -> Any:
        while "$ref" in schema:
            schema = self._schema["$defs"][schema["$ref"].rpartition("/")[2]]
        types = schema.get("type")
        kind = types[0] if isinstance(types, list) else types
        if kind == "array":
            return self._list(schema["items"], depth + 1)
        if kind == "object" and "properties" in schema and depth < 14:
            return {
                key: self._value(below, share, depth + 1)
                for key, below in schema["properties"].items()
                if self._rng.random() < share
            }
        if kind == "object":
            return {key: "x" for key in "abc" if self._rng.random() < share}
        return self._single(kind)

    def _list(self, schema: dict[str, Any], depth: int) -> list[Any]:
        """Whole items, no two of which have a text or a number alike: one of these tells them
        apart."""
        items = [self._value(schema, 1.0, depth) for _ in range(self._rng.randint(1, 3))]
        if isinstance(items[0], dict):
            for key, single in items[0].items():
                choices: Any = {str: ["a", "b", "c"], int: [1, 2, 3]}.get(type(single))
                if choices is not None:
                    some = self._rng.sample(choices, len(items))
                    for item, value in zip(items, some, strict=True):
                        item[key] = value
        return items if isinstance(items[0], dict) else list(dict.fromkeys(items))

    def _single(self, kind: str | None) -> Any:
        if kind == "integer":
            return self._rng.randint(1, 3)
        return self._rng.random() < 0.5 if kind == "boolean" else self._rng.choice("abc")
