"""The cases of tests/scan under plain Checkov: the same findings, or the reason is listed.

The list is `checkov_differences.txt`. Rule and guard are held together in tests/policies.
"""

import contextlib
import json
from pathlib import Path

from tests.real.test_checkov_rules import ONLY_OURS, checkov
from tests.repository import portico
from tests.scan.test_scan import CASES, CONTEXT, read, write

LISTED = Path(__file__).parent / "checkov_differences.txt"
STATED = {
    "PORTICO_SHARED": "ingress-system/ingress-nginx-controller",
    "PORTICO_INGRESS_CLASS": "shared",
    "PORTICO_DOMAIN": "example.com",
}
# Schemas are not Checkov's, and in one run over all cases everybody claims the same hosts.
NOT_COMPARED = {"PT203", "PT204", "PT215"}


def listed() -> dict[str, str]:
    """Case -> the reason for which it differs."""
    reasons: dict[str, str] = {}
    reason = ""
    for line in LISTED.read_text().splitlines():
        if line.startswith("    "):
            reasons[line.strip()] = reason
        elif line and not line.startswith("#"):
            reason = line
    return reasons


def by_scan(folder: Path, path: str) -> set[str]:
    with contextlib.chdir(folder):
        result = portico(folder, "scan", *CONTEXT, "--format", "json", path)
    return {found["rule"] for found in json.loads(result.out)["diagnostics"]}


def compared(rules: set[str]) -> set[str]:
    return {rule for rule in rules if rule.startswith(("PT2", "PT3"))} - NOT_COMPARED


def test_checkov_finds_what_scan_finds_or_the_reason_is_listed(tmp_path: Path) -> None:
    native: dict[str, set[str]] = {}
    for path in CASES:
        case, name = read(path), f"{path.parent.name}/{path.stem}"
        folder = tmp_path / "scan" / name
        folder.mkdir(parents=True)
        write(case, folder)
        found = by_scan(folder, case.says.get("scan", "."))
        # What the reader refuses no rule judges; some of it hangs or kills Checkov.
        if not any(rule.startswith("PT0") for rule in found):
            native[name] = compared(found)
            folder = tmp_path / "checkov" / name
            folder.mkdir(parents=True)
            write(case, folder)
    assert len(native) > 600

    run = checkov(tmp_path / "checkov", STATED, *ONLY_OURS)

    under_checkov: dict[str, set[str]] = {name: set() for name in native}
    for file, rules in run.found.items():
        under_checkov["/".join(file.split("/")[:2])] |= compared(rules)
    different = {name for name in native if native[name] != under_checkov[name]}
    assert different == set(listed())
    print(f"{len(native)} cases: the same rules in {len(native) - len(different)}")


def test_every_listed_difference_has_a_reason_and_a_case() -> None:
    names = {f"{path.parent.name}/{path.stem}" for path in CASES}
    assert set(listed()) <= names
    assert all(reason.endswith(".") for reason in listed().values())
