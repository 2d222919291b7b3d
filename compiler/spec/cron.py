"""Cron schedules as Kubernetes reads them: five fields, names for months and weekdays, steps.

Source: github.com/robfig/cron v3, `ParseStandard`, which the CronJob controller calls. Time zone
prefixes (`TZ=`) and the `@every` form are not accepted: the API server refuses the first, and the
second drifts with each restart of the controller.
"""

import re

_DIGITS = re.compile(r"[0-9]{1,4}", re.ASCII)
_MONTHS = {
    "jan": 1,
    "feb": 2,
    "mar": 3,
    "apr": 4,
    "may": 5,
    "jun": 6,
    "jul": 7,
    "aug": 8,
    "sep": 9,
    "oct": 10,
    "nov": 11,
    "dec": 12,
}
_DAYS = {"sun": 0, "mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6}
_NO_NAMES: dict[str, int] = {}
_FIELDS = (
    ("minute", 0, 59, _NO_NAMES),
    ("hour", 0, 23, _NO_NAMES),
    ("day of month", 1, 31, _NO_NAMES),
    ("month", 1, 12, _MONTHS),
    ("day of week", 0, 6, _DAYS),
)
# The longest that each month can be.
_LENGTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_DESCRIPTORS = ("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly")


# A value is a number or a name; an item `*`, a value or a range, and a step.
_VALUE = "(?:[0-9]+|[A-Za-z]{3})"
_ITEM = rf"(?:[*?]|{_VALUE}(?:-{_VALUE})?)(?:/[0-9]+)?"
_ITEMS = f"{_ITEM}(?:,{_ITEM})*"
# What a schedule looks like; what its numbers and names may be, `cron_problem` says.
SCHEDULE = rf"{'|'.join(_DESCRIPTORS)}|[ \t]*{_ITEMS}(?:[ \t]+{_ITEMS}){{4}}[ \t]*"


def cron_problem(schedule: str) -> str | None:
    """What is wrong with a schedule, in a few words; None when Kubernetes would accept it."""
    if schedule.startswith("@"):
        return None if schedule in _DESCRIPTORS else "unknown short form"
    fields = schedule.split()
    if len(fields) != len(_FIELDS):
        return f"it has {len(fields)} fields, not five"
    for field, (name, low, high, names) in zip(fields, _FIELDS, strict=True):
        for item in field.split(","):
            problem = _item_problem(item, low, high, names)
            if problem:
                return f"{name} {item or 'is empty'}: {problem}"
    _, _, days, months, weekdays = fields
    # With days of both kinds a day of either kind is enough.
    if weekdays in ("*", "?"):
        first = min(_numbers(days, 1, 31, _NO_NAMES))
        if all(first > _LENGTHS[month - 1] for month in _numbers(months, 1, 12, _MONTHS)):
            return f"none of its months has a day {first}, so it would never run"
    return None


def _numbers(field: str, low: int, high: int, names: dict[str, int]) -> set[int]:
    """All that a field without problems means."""
    found: set[int] = set()
    for item in field.split(","):
        span, slash, step = item.partition("/")
        first, _, last = span.partition("-")
        start, end = _number(first, names), _number(last, names)
        if start is None:
            # A star.
            start, end = low, high
        elif end is None:
            end = high if slash else start
        found.update(range(start, end + 1, int(step) if slash else 1))
    return found


def _item_problem(item: str, low: int, high: int, names: dict[str, int]) -> str | None:
    span, slash, step = item.partition("/")
    if slash and not (_DIGITS.fullmatch(step) and int(step) > 0):
        return "the step after / must be a number from 1"
    if span in ("*", "?"):
        return None
    first, dash, last = span.partition("-")
    start, end = _number(first, names), _number(last, names) if dash else None
    if start is None or (dash and end is None):
        return f"not a number from {low} to {high}"
    if start < low or start > high or (end is not None and end > high):
        sunday = ", and Sunday is 0" if names is _DAYS else ""
        return f"not between {low} and {high}{sunday}"
    if end is not None and end < start:
        return "the range runs backwards"
    return None


def _number(text: str, names: dict[str, int]) -> int | None:
    if _DIGITS.fullmatch(text):
        return int(text)
    return names.get(text.lower())
