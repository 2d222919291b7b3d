"""The time zones that a schedule may name: those of the IANA database, as the package tzdata has
them, so that every machine accepts the same."""

import re
from functools import cache

from pydantic_core import PydanticCustomError

from compiler.spec.model import invalid, quoted

# An offset in everyday words, of the hours that the database has zones for.
_OFFSET = re.compile(r"(?:UTC|GMT)([+-])0?(1[0-2]|[1-9])")


def time_zone_problem(name: str) -> PydanticCustomError | None:
    """What is wrong with the name of a time zone; None when Kubernetes would accept it."""
    if name in _time_zones():
        return None
    offset = _OFFSET.fullmatch(name)
    if offset is not None:
        # POSIX counts westwards: Etc/GMT-2 is two hours ahead. Source: tzdata, file `etcetera`.
        sign, hours = "+" if offset[1] == "-" else "-", int(offset[2])
        return invalid(
            f"{quoted(name)} is not a time zone",
            f"write Etc/GMT{sign}{hours}, in which the sign is the other way round, or a place: "
            "Europe/Berlin",
        )
    from compiler.spec.parse import nearest

    near = nearest(name, tuple(sorted(_time_zones())))
    return invalid(
        f"{quoted(name)} is not a time zone",
        f"did you mean {near}?"
        if near
        else "write a name of the IANA time zone database, such as Europe/Berlin or Etc/UTC",
    )


@cache
def _time_zones() -> frozenset[str]:
    from importlib.resources import files

    return frozenset(files("tzdata").joinpath("zones").read_text(encoding="utf-8").split())
