"""What holds of every diff: none with itself, the other way round the opposite, nothing is missed."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compiler.pipeline.whole import compile_in_memory
from compiler.review.fields import differences
from tests.git import committed
from tests.repository import portico, repository
from tests.review.states import state
from tests.review.test_changes import _HEAD, CASES

ROOT = Path(__file__).parents[2]
OPPOSITE = {"appears": "disappears", "disappears": "appears", "changes": "changes"}


def diff(before: Path, after: Path) -> dict[str, Any]:
    _, out, _ = portico(after, "diff", "--from", str(before), "--format", "json")
    document: dict[str, Any] = json.loads(out)
    return document


def told(document: dict[str, Any], *, reversed: bool) -> set[str]:
    """The changes, each as one text; the other way round if asked for."""
    found = set()
    for change in document["changes"]:
        one, other = change.get("before"), change.get("after")
        path, kind = change["path"], change["change"]
        if reversed:
            one, other, kind = other, one, OPPOSITE[kind]
        where = {k: change[k] for k in ("surface", "environments", "subject", "name")}
        # The place of an item without a name is that of the side that has it.
        path = path if "[0]" not in path else path.replace("[0]", "[]")
        # A host that is on both sides is told with the app that has it now.
        app = "" if change["subject"] == "host" else change["app"]
        found.add(json.dumps([where, app, path, kind, one, other]))
    return found


def both(case: Path, tmp_path: Path) -> tuple[Path, Path]:
    _, *sections = _HEAD.split(case.read_text())
    pairs = zip(sections[::2], sections[1::2], strict=True)
    files = {head: text for head, text in pairs if not head.startswith("$ ")}
    return (
        repository(tmp_path / "before", state(files, "before")),
        repository(tmp_path / "after", state(files, "after")),
    )


COMPARABLE = [case for case in CASES if "compile" not in case.stem]


@pytest.mark.parametrize("case", COMPARABLE, ids=lambda case: case.stem)
def test_the_other_way_round_everything_is_the_opposite(case: Path, tmp_path: Path) -> None:
    before, after = both(case, tmp_path)

    assert told(diff(before, after), reversed=True) == told(diff(after, before), reversed=False)


@pytest.mark.parametrize("case", COMPARABLE, ids=lambda case: case.stem)
def test_what_compiles_to_other_files_is_a_change(case: Path, tmp_path: Path) -> None:
    before, after = both(case, tmp_path)

    same = list(compile_in_memory(str(before))) == list(compile_in_memory(str(after)))

    assert (diff(before, after)["changes"] == []) == same


def test_a_repository_is_no_change_of_itself(tmp_path: Path) -> None:
    for folder in ("apps", "environments"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    committed(tmp_path)

    assert diff(tmp_path, tmp_path)["changes"] == []
    assert portico(tmp_path, "diff", "HEAD", "HEAD").code == 0


def fields() -> list[tuple[str, str, str]]:
    """Edits of the sample environment and of a sample app, each of which compiles to other files."""
    return (
        [
            ("environments/prod.yaml", old, new)
            for old, new in [
                ('account: "777788889999"', 'account: "777788889990"'),
                ("name: meridian-prod\n", "name: meridian-prod2\n"),
                ('kubernetes: "1.34"', 'kubernetes: "1.35"'),
                ("[10.40.0.0/16]", "[10.41.0.0/16]"),
                ("Z0926184PRODPUBLIC001", "Z0926184PRODPUBLIC002"),
                ("Z0926184PRODEDGE00001", "Z0926184PRODEDGE00002"),
                ("dnsName: lb.", "dnsName: lb2."),
                ("idleTimeout: 75", "idleTimeout: 80"),
                ("draining: 30", "draining: 31"),
                ("replicas: 4}", "replicas: 5}"),
                ("PriceClass_All", "PriceClass_200"),
                ("203.0.113.16/28", "203.0.113.16/29"),
                ("stateBucket: meridian-terraform-prod", "stateBucket: meridian-terraform"),
                ("stateRegion: eu-west-1", "stateRegion: eu-west-2"),
                ("  replicas: 3", "  replicas: 4"),
                ("terraform:\n", "flux: {source: other}\nterraform:\n"),
            ]
        ]
        + [
            ("apps/storefront.yaml", old, new)
            for old, new in [
                ("team: shop", "team: finance"),
                ("description: Web", "description: The web"),
                ("storefront:2.31.0", "storefront@sha256:" + "a" * 64),
                ("port: 3000", "port: 3001"),
                ("health: /healthz", "health: {path: /healthz, port: 3002}"),
                ("LOG_LEVEL: info", "LOG_LEVEL: warning"),
                ("storefront-session/key", "storefront-session/other"),
                ("cpu: 60}", "cpu: 61}"),
                ("memory: 256Mi}", "memory: 257Mi}"),
                ("calls: [catalog-api]", "calls: []"),
            ]
        ]
        + [
            ("apps/order-mailer.yaml", "sqs:DeleteMessage", "sqs:SendMessage"),
            ("apps/order-mailer.yaml", "test-orders", "test-orders-*"),
            ("apps/sales-report.yaml", "role/finance-reports", "role/reports"),
        ]
    )


@pytest.mark.parametrize(("path", "old", "new"), fields())
def test_no_field_of_the_sample_estate_is_missed(
    path: str, old: str, new: str, tmp_path: Path
) -> None:
    for folder in ("apps", "environments"):
        shutil.copytree(ROOT / folder, tmp_path / "before" / folder)
        shutil.copytree(ROOT / folder, tmp_path / "after" / folder)
    text = (tmp_path / "after" / path).read_text()
    assert old in text
    if "team: finance" in new:  # a host belongs to one team
        catalog = tmp_path / "after" / "apps" / "catalog-api.yaml"
        catalog.write_text(catalog.read_text().replace("team: shop", "team: finance"))
    (tmp_path / "after" / path).write_text(text.replace(old, new, 1))
    if "account: " in new:  # and so have the ARNs in specs
        for spec in (tmp_path / "after" / "apps").iterdir():
            spec.write_text(spec.read_text().replace("777788889999", "777788889990"))

    document = diff(tmp_path / "before", tmp_path / "after")

    assert "error" not in document
    assert document["changes"] != []


PLAIN = st.recursive(
    st.integers(0, 3) | st.sampled_from(["a", "b", "c"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["name", "key", "x", "verbs"]), inner, max_size=3)
    ),
    max_leaves=12,
)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(PLAIN, PLAIN)
def test_only_equal_values_have_no_differences(one: Any, other: Any) -> None:
    found = list(differences({"v": one}, {"v": other}))

    assert list(differences({"v": one}, {"v": one})) == []
    assert bool(found) == (as_sets(one) != as_sets(other))


def as_sets(value: Any, key: str = "") -> Any:
    """The value with lists whose order says nothing in order, each item once."""
    if isinstance(value, dict):
        return {k: as_sets(v, k) for k, v in value.items()}
    if isinstance(value, list):
        items = [as_sets(v) for v in value]
        scalar = not any(isinstance(v, dict | list) for v in items)
        return sorted(set(items), key=str) if key == "verbs" and scalar else items
    return value
