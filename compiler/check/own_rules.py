"""The rules that a repository has of its own: files of its policies/, with ids from PT900 on."""

import os
import re
from collections.abc import Iterable
from typing import Any

from compiler.check.examples import CONTEXT, subjects_of
from compiler.check.policy import Judged, Rules
from compiler.diagnostics.model import Diagnostic, Place, Rule, Span
from compiler.policies.builtin import folder_of_builtin, load
from compiler.policies.shape import Policy

UNUSABLE = Rule(
    "PT240",
    "rule file that cannot be used",
    "A rule that is not whole, or whose own examples it does not tell apart, gives a feeling of "
    "safety and nothing else.",
    what="Refuses a file of `policies/` that is no rule: it fails when it is loaded, lacks a name "
    "that a rule has, takes an id that is not its own, or does not refuse its failing example, or "
    "refuses its passing one.",
    fix="Write the file as docs/policies.md shows. A rule of your own has an id from PT900 to "
    "PT999; the built-in ones come with Portico and cannot be changed here.",
    failing="""\
-- policies/labelled.py --
ID = "PT900"
""",
    passing="""\
-- policies/labelled.py --
ID = "PT900"
TITLE = "workload that nobody manages"
SEVERITY = "error"
RATIONALE = "What nothing manages is forgotten in the cluster."
WHAT = "Refuses a Deployment without any label."
FIX = "Let an app's spec make it."
KINDS = ("Deployment",)
ONE_DOOR = False
FAILING = '''
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
'''
PASSING = '''
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop, labels: {app: shop}}
'''


def findings(obj, context):
    if not obj["metadata"].get("labels"):
        yield ("metadata",), "nothing manages this", "let a spec make it"
""",
)

FOLDER = "policies"
_TEXTS = ("ID", "TITLE", "SEVERITY", "RATIONALE", "WHAT", "FIX", "FAILING", "PASSING")
_ID = re.compile(r"PT9[0-9]{2}")


def own_rules(root: str, builtin: list[Policy]) -> tuple[list[Policy], list[Diagnostic]]:
    """The repository's own rules that can be used, and what is wrong with the others."""
    folder = os.path.join(root, FOLDER)
    if not os.path.isdir(folder) or os.path.samefile(folder, folder_of_builtin()):
        return [], []
    taken = {policy.ID: "a rule that Portico brings along" for policy in builtin}
    rules: list[Policy] = []
    found: list[Diagnostic] = []
    for name in sorted(os.listdir(folder)):
        if not name.endswith(".py") or name.startswith("_") or _is_copy(folder, name):
            continue
        policy, problems = _load(os.path.join(folder, name), f"{FOLDER}/{name}", taken)
        found += problems
        if policy is not None:
            taken[policy.ID] = f"the rule in {FOLDER}/{name}"
            rules.append(policy)
    return rules, found


def _is_copy(folder: str, name: str) -> bool:
    """Whether a file is a built-in rule, unchanged: that one is there anyway."""
    original = os.path.join(folder_of_builtin(), name)
    if not os.path.isfile(original):
        return False
    with open(original, "rb") as one, open(os.path.join(folder, name), "rb") as other:
        return one.read() == other.read()


def _load(file: str, path: str, taken: dict[str, str]) -> tuple[Policy | None, list[Diagnostic]]:
    try:
        policy = load(file, anew=True)
    except SyntaxError as error:
        span = Span(
            path, error.lineno or 1, error.offset or 1, error.lineno or 1, error.offset or 1
        )
        return None, [Diagnostic(UNUSABLE, f"this is no Python: {error.msg}", Place(span))]
    except (Exception, SystemExit) as error:
        said = f"{type(error).__name__}: {error}"
        return None, [_problem(path, "", f"the file cannot be loaded: {said}", "correct it")]
    with open(file, encoding="utf-8", errors="replace") as opened:
        text = opened.read()
    problems = [
        _problem(path, text, *problem, name=name) for name, *problem in _problems(policy, taken)
    ]
    return (None, problems) if problems else (policy, [])


def _problems(policy: Policy, taken: dict[str, str]) -> Iterable[tuple[str, str, str]]:
    """The name that is wrong, what is wrong with it, and what to write instead."""
    lacking = [name for name in (*_TEXTS, "ONE_DOOR", "findings") if not hasattr(policy, name)]
    lacking += [] if hasattr(policy, "KINDS") or hasattr(policy, "BLOCKS") else ["KINDS or BLOCKS"]
    if lacking:
        yield "", f"the rule lacks {', '.join(lacking)}", "docs/policies.md shows a whole rule"
    wrong = [
        (name, f"{name} is not a text", f'write {name} = "..."')
        for name in _TEXTS
        if not isinstance(getattr(policy, name, ""), str)
    ]
    wrong += _identity(policy, taken)
    if getattr(policy, "SEVERITY", "error") not in ("error", "warning"):
        wrong.append(("SEVERITY", f'"{policy.SEVERITY}" is no severity', "write error or warning"))
    if not isinstance(getattr(policy, "ONE_DOOR", False), bool):
        wrong.append(("ONE_DOOR", "ONE_DOOR is not True or False", "write ONE_DOOR = False"))
    wrong += [
        (name, f"{name} is no tuple of names", f'write {name} = ("...",)')
        for name in ("KINDS", "BLOCKS")
        if not _is_names(getattr(policy, name, ("",)))
    ]
    if not callable(getattr(policy, "findings", print)):
        wrong.append(("findings", "findings is no function", "write def findings(obj, context)"))
    yield from wrong
    if not lacking and not wrong:
        yield from _examples(policy)


def _identity(policy: Policy, taken: dict[str, str]) -> list[tuple[str, str, str]]:
    id = getattr(policy, "ID", "")
    if not isinstance(id, str) or not id:
        return []
    if id in taken:
        return [("ID", f"{id} is {taken[id]}", "take another id from PT900 to PT999")]
    if not _ID.fullmatch(id):
        return [("ID", f"{id} is not an id of your own", "take one from PT900 to PT999")]
    return []


def _is_names(value: Any) -> bool:
    return isinstance(value, tuple) and bool(value) and all(isinstance(v, str) for v in value)


def _examples(policy: Policy) -> Iterable[tuple[str, str, str]]:
    for name, wanted in (("FAILING", True), ("PASSING", False)):
        subjects = subjects_of(getattr(policy, name))
        if isinstance(subjects, str):
            yield name, f"the example cannot be read: {subjects}", _EXAMPLE
            continue
        judged = [Judged(subject, lambda _: Span("")) for subject in subjects]
        found = Rules([policy]).judge(judged, CONTEXT)
        if bool(found) != wanted:
            what = "does not refuse its failing" if wanted else "refuses its passing"
            said = f": {found[0].message}" if found else ""
            yield name, f"the rule {what} example{said}", "correct the rule or the example"
        elif found and "could not judge" in found[0].message:
            yield name, f"the rule fails on its example: {found[0].message}", "correct the rule"


_EXAMPLE = "write Kubernetes objects as YAML, or a Terraform root as one JSON text"


def _problem(path: str, text: str, message: str, help: str, *, name: str = "") -> Diagnostic:
    """A problem with one of the rule's names, at the line where it stands, if it does."""
    match = re.search(rf"^(?:def )?{name}\b.*", text, re.MULTILINE) if name else None
    span = Span(path)
    if match is not None:
        line = text.count("\n", 0, match.start()) + 1
        span = Span(path, line, 1, line, len(match[0]) + 1)
    return Diagnostic(UNUSABLE, message, Place(span), help=help)
