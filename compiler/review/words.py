"""A change in words: the same for a terminal and for a comment, which set code apart."""

from typing import Any, NamedTuple

from compiler.diagnostics.visible import visible
from compiler.review.fold import Group, Line
from compiler.review.risk import listed
from compiler.review.value import alone, shortened, shortened_apart

TITLES = {"public": "Public surface", "workload": "Workloads", "platform": "Platform"}

SIGNS = {"appears": "+", "disappears": "-", "changes": "~"}

_MOST_NAMES = 6


class Code(NamedTuple):
    """Text that is not ours: a name, a field, a value."""

    text: str


Words = list[str | Code]


def of_group(group: Group) -> Words:
    """Whose changes these are, and where."""
    where = f" in {listed(group.environments)}"
    if group.apps == ("",):
        return ["the platform", where]
    words: Words = []
    for index, app in enumerate(group.apps[:_MOST_NAMES]):
        words += [", " if index else "", Code(app)]
    more = len(group.apps) - _MOST_NAMES
    return [*words, f" and {more} more" if more > 0 else "", where]


def of_line(line: Line, arrow: str) -> Words:
    """What changes, from what to what."""
    subject, path, kind, before, after = line
    words: Words = [subject.kind]
    if subject.name:
        words += [" ", Code(visible(subject.name))]
    if path:
        words += [" ", Code(visible(path))]
    if kind == "changes":
        was, becomes = shortened_apart(visible(alone(before)), visible(alone(after)))
        return [*words, ": ", Code(was), f" {arrow} ", Code(becomes)]
    value = after if kind == "appears" else before
    if path:
        return [*words, ": ", _value(value)]
    return [*words, *_details(subject.kind, value)]


def _details(kind: str, value: Any) -> Words:
    """What to know of something that is new, or gone, as a whole."""
    match kind:
        case "app" | "environment":
            return _fields(value)
        case "host":
            if "redirects to" in value:
                return [": redirects to ", Code(value["redirects to"])]
            words: Words = [": served by ", Code(value["served by"]), ", for"]
            for index, (path, app) in enumerate(value["paths"].items()):
                words += ["," if index else "", " ", Code(path), " of ", Code(app)]
            return [*words, ", records ", Code(" ".join(value["records"]))]
        case "network policy":
            words = []
            for side in (side for side in ("admits", "lets out to") if side in value):
                words += ["; " if words else ": ", f"{side} "]
                peers = visible("; ".join(value[side]))
                words += [Code(shortened(peers))] if peers else ["nobody"]
            return words
        case "IP set":
            return [": ", _value(value["addresses"])]
        case "certificate" | "domain" | "permissions":
            return _fields(value)
        case _:
            return []


def _fields(value: dict[str, Any]) -> Words:
    words: Words = []
    for index, (name, field) in enumerate(value.items()):
        words += [", " if index else ": ", f"{name} ", _value(field)]
    return words


def _value(value: Any) -> Code:
    return Code(shortened(visible(alone(value))))


def summary(groups: list[Group]) -> str:
    """How much changes, in one line."""
    apps = {app for group in groups for app in group.apps if app}
    environments = {name for group in groups for name in group.environments}
    platform = any("" in group.apps for group in groups)
    counted = f"{len(apps)} {'app' if len(apps) == 1 else 'apps'}" if apps else ""
    who = " and ".join(filter(None, (counted, "the platform" if platform else "")))
    if not who:
        return "nothing changes in what is compiled"
    verb = "changes" if len(apps) + platform == 1 else "change"
    where = "environment" if len(environments) == 1 else "environments"
    return f"{who} {verb} in {len(environments)} {where}"
