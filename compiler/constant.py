"""A mapping that stands in many objects: it is made once, and so is its text."""

from typing import Any, NoReturn


class Constant(dict[str, Any]):
    """Neither it nor anything in it ever changes; who wants it otherwise makes a copy.

    There is something in it, otherwise ValueError.
    """

    __slots__ = ("texts",)

    def __init__(self, content: dict[str, Any]) -> None:
        if not content:
            raise ValueError("an empty mapping has no lines")
        super().__init__(content)
        self.texts: dict[str, str] = {}
        """What its first line begins with -> its lines, where it was written already."""

    def __reduce__(self) -> tuple[Any, ...]:
        """A copy is a dict again."""
        return dict, (dict(self),)

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise TypeError("a constant does not change")

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse
