"""Laws of the app language, held to specs of any kind: to a few here, to many by `make proofs`."""

import os
import tempfile
from copy import deepcopy
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compiler.author.canonical import canonical
from compiler.inventory.resolved import resolved
from compiler.link.unit import Unit
from compiler.source.yaml import read
from tests.repository import portico, repository
from tests.specs import SPEC, Data, Repository, linked, rendered, repositories

EXAMPLES = int(os.environ.get("EXAMPLES", "12"))

laws = settings(deadline=None, max_examples=EXAMPLES, suppress_health_check=[HealthCheck.too_slow])


def units(files: dict[str, str]) -> list[Unit]:
    return linked(files).resolved["shop"].units


@laws
@given(repositories())
def test_what_show_prints_compiles_to_the_same(estate: Repository) -> None:
    for unit in units(estate.files):
        environment = unit.environment.name
        shown = estate.with_spec(resolved(unit).text)

        assert rendered(linked(shown, environment)) == rendered(linked(estate.files, environment))


@laws
@given(repositories())
def test_what_show_prints_leaves_nothing_unsaid(estate: Repository) -> None:
    for unit in units(estate.files):
        once = resolved(unit)
        [again] = units(estate.with_spec(once.text))
        twice = resolved(again)

        assert twice.data["spec"] == once.data["spec"]
        assert [v for v in twice.data["values"] if v["source"] is None and not v["removed"]] == []


@laws
@given(repositories())
def test_what_show_prints_is_in_the_canonical_layout(estate: Repository) -> None:
    for unit in units(estate.files):
        text = resolved(unit).text

        assert canonical(read(SPEC, text.encode())) == text


@laws
@given(repositories(), st.data())
def test_an_empty_block_changes_nothing(estate: Repository, data: st.DataObject) -> None:
    spec = deepcopy(estate.spec)
    for name, override in spec["environments"].items():
        spec["environments"][name] = _with_empty_blocks(data.draw, spec, override or {})

    assert rendered(linked(estate.with_spec(spec))) == rendered(linked(estate.files))


def _with_empty_blocks(draw: Any, below: Data, block: Data) -> Data:
    """The block, and `{}` for mappings that are there below it and that it does not have."""
    there = [key for key, value in below.items() if isinstance(value, dict) and key not in block]
    there.remove("environments")
    return block | {key: {} for key in there if draw(st.booleans())}


@laws
@given(repositories(), st.data())
def test_the_order_of_environments_and_of_fields_changes_nothing(
    estate: Repository, data: st.DataObject
) -> None:
    spec = estate.spec
    environments = dict(data.draw(st.permutations([*spec["environments"].items()])))
    shuffled = dict(data.draw(st.permutations([*{**spec, "environments": environments}.items()])))

    assert rendered(linked(estate.with_spec(shuffled))) == rendered(linked(estate.files))


@laws
@given(repositories())
def test_any_valid_spec_passes_every_check(estate: Repository) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = repository(Path(folder), estate.files)
        compiled = portico(root, "compile", "--no-cache")
        checked = portico(root, "check", "--no-cache")

        assert (compiled.code, checked.code) == (0, 0), compiled.err + checked.err
