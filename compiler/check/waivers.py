"""Waivers: which findings of the rules are let pass, and whether each waiver is in order."""

import os
from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta

from compiler.cache.inputs import WAIVERS
from compiler.diagnostics.model import Diagnostic, Place, Rejected, Rule
from compiler.policies.shape import Policy
from compiler.source.repository import load_file
from compiler.source.yaml import Document
from compiler.spec.parse import did_you_mean, parse, places_of
from compiler.spec.waivers import Waiver, WaiverFile, is_below, last_day

_LONGEST = timedelta(days=366)
_SOON = timedelta(days=14)

BAD_WAIVER = Rule(
    "PT241",
    "waiver that does not count",
    "A waiver is a promise to come back. One that has ended, that nobody dated soberly, or that "
    "waives the one door itself, lets nothing pass.",
    what="Refuses a waiver whose last day is over or more than a year ahead, and one for a rule "
    "that is not there or cannot be waived because what it refuses is another way in.",
    fix="Mend what the rule refuses and remove the waiver, or, if the reason still holds, have its "
    "owner date it anew.",
    failing="""\
-- policies/waivers.yaml --
waivers:
- rule: PT201
  object: Service shop/shop
  reason: the partner cannot change the address that he calls
  owner: platform
  expires: "2099-12-31"
""",
    passing="""\
-- policies/waivers.yaml --
waivers: []
""",
)
UNUSED_WAIVER = Rule(
    "PT242",
    "waiver that nothing needs",
    "A waiver that stays behind lets the next mistake pass that happens to have its name.",
    what="Refuses a waiver for an object that is not there, or that its rule does not refuse.",
    fix="Remove it from `policies/waivers.yaml`.",
    failing="""\
-- policies/waivers.yaml --
waivers:
- rule: PT210
  object: DaemonSet monitoring/node-exporter
  reason: it measures the network of the node itself
  owner: platform
  expires: "<in a month>"
""",
    passing="""\
-- policies/waivers.yaml --
waivers: []
""",
)
ENDING_WAIVER = Rule(
    "PT243",
    "waiver that ends soon",
    "On the day after its last the check fails for everybody, also for who changed nothing.",
    "warning",
    what=f"Warns of a waiver whose last day is at most {_SOON.days} days ahead.",
    fix="Mend what the rule refuses and remove the waiver, or have its owner date it anew.",
    failing="""\
-- policies/waivers.yaml --
waivers:
- rule: PT210
  object: DaemonSet monitoring/node-exporter
  path: clusters/prod
  reason: it measures the network of the node itself
  owner: platform
  expires: "<in a week>"
""",
    passing="""\
-- policies/waivers.yaml --
waivers:
- rule: PT210
  object: DaemonSet monitoring/node-exporter
  path: clusters/prod
  reason: it measures the network of the node itself
  owner: platform
  expires: "<in a month>"
""",
)


class Waivers:
    """The waivers that count, and which of them were of use so far.

    `root` is the repository, where the paths of what is judged begin elsewhere.
    """

    def __init__(
        self, document: Document | None, counting: dict[int, Waiver], root: str = ""
    ) -> None:
        self._document = document
        self._counting = counting
        self._root = root
        self.used: set[int] = set()
        self._by_key: dict[tuple[str, str], list[int]] = {}
        for index, waiver in counting.items():
            self._by_key.setdefault((waiver.rule, waiver.object), []).append(index)

    def cover(self, rule: str, about: str, path: str) -> bool:
        """Whether a finding about this object, in the file at `path`, is let pass."""
        waiving = self._by_key.get((rule, about), ())
        if waiving and self._root:
            path = os.path.relpath(path, self._root).replace(os.sep, "/")
        for index in waiving:
            if is_below(path, self._counting[index].path):
                self.used.add(index)
                return True
        return False

    def paths(self, rule: str) -> set[str]:
        """The files and folders for which a rule is waived."""
        return {waiver.path for waiver in self._counting.values() if waiver.rule == rule}

    def unused(self, paths: Iterable[str]) -> Iterator[Diagnostic]:
        """The waivers for something below these paths that were of no use."""
        judged = tuple(paths)
        for index, waiver in self._counting.items():
            if index not in self.used and any(is_below(waiver.path, path) for path in judged):
                assert self._document is not None
                yield Diagnostic(
                    UNUSED_WAIVER,
                    f"{waiver.rule} refuses nothing of {waiver.object} below {waiver.path}",
                    Place(self._document.span(("waivers", index, "object"))),
                    help="remove the waiver; if it is still needed, name the object as the finding "
                    "does",
                )


NONE = Waivers(None, {})


def load_waivers(
    root: str,
    policies: list[Policy],
    today: date,
    *,
    from_root: bool = True,
    further: Collection[str] = (),
    alone: bool = False,
) -> tuple[Waivers, list[Diagnostic]]:
    """The repository's waivers that count today, and what is wrong with the others.

    `from_root` says whether the paths of what is judged begin there, or at the current folder.
    `further` are the ids of rules that may be waived too, and are about no object; with `alone`
    only their waivers are looked at.
    """
    if not os.path.lexists(os.path.join(root, WAIVERS)):
        return NONE, []
    try:
        document = load_file(root, WAIVERS)
    except Rejected as rejected:
        return NONE, rejected.diagnostics
    parsed = parse(WaiverFile, document.data, places_of(document))
    if isinstance(parsed, list):
        return NONE, parsed
    waivable = {policy.ID: not policy.ONE_DOOR for policy in policies}
    waivable |= dict.fromkeys(further, True)
    counting: dict[int, Waiver] = {}
    found: list[Diagnostic] = []
    for index, waiver in enumerate(parsed.waivers):
        if alone and waiver.rule not in further:
            continue
        problem = _problem(document, index, waiver, waivable, today)
        if problem is None or problem.severity == "warning":
            counting[index] = waiver
        if problem is not None:
            found.append(problem)
    return Waivers(document, counting, "" if from_root else root), found


def ever_waived(root: str, policies: Iterable[Policy]) -> Waivers:
    """What some waiver lets pass on some day. Whether it does today is for a check to say, and so
    is what is wrong with waivers."""
    if not os.path.lexists(os.path.join(root, WAIVERS)):
        return NONE
    try:
        document = load_file(root, WAIVERS)
    except Rejected:
        return NONE
    parsed = parse(WaiverFile, document.data, places_of(document))
    if isinstance(parsed, list):
        return NONE
    waivable = {policy.ID for policy in policies if not policy.ONE_DOOR}
    return Waivers(document, {i: w for i, w in enumerate(parsed.waivers) if w.rule in waivable})


def _problem(
    document: Document, index: int, waiver: Waiver, waivable: dict[str, bool], today: date
) -> Diagnostic | None:
    def at(field: str) -> Place:
        return Place(document.span(("waivers", index, field)))

    if waiver.rule not in waivable:
        message = f"no rule that can be waived has the id {waiver.rule}"
        known = [id for id, may in waivable.items() if may]
        return Diagnostic(
            BAD_WAIVER, message, at("rule"), help=did_you_mean(waiver.rule, sorted(known))
        )
    if not waivable[waiver.rule]:
        return Diagnostic(
            BAD_WAIVER,
            f"{waiver.rule} cannot be waived: what it refuses is another way in",
            at("rule"),
            help=f"`portico explain {waiver.rule}` says what to do instead",
        )
    ends = last_day(waiver)
    if ends < today:
        return Diagnostic(
            BAD_WAIVER,
            f"the waiver of {waiver.owner} for {waiver.object} ended on {waiver.expires}",
            at("expires"),
            help=f"mend what {waiver.rule} refuses and remove the waiver, or date it anew",
        )
    if ends - today > _LONGEST:
        return Diagnostic(
            BAD_WAIVER,
            f"{waiver.expires} is more than a year ahead",
            at("expires"),
            help=f'a year is the longest: "{today + _LONGEST}" or earlier',
        )
    if ends - today <= _SOON:
        return Diagnostic(
            ENDING_WAIVER,
            f"the waiver of {waiver.owner} for {waiver.object} ends on {waiver.expires}",
            at("expires"),
            help=f"mend what {waiver.rule} refuses and remove the waiver, or date it anew",
        )
    return None
