"""An edit changes the value that it is about: every other byte of a person's file stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.author.edit import with_field, without_field
from compiler.author.refused import Refused
from compiler.author.spec import Spec, parsed
from tests.author.layouts import NEW, OLD, specs

PATHS = st.sampled_from(
    [("image",), ("environments", "dev", "image"), ("environments", "test", "image")]
)


def of(text: str) -> Spec:
    return parsed("apps/shop.yaml", text.encode())


def middles(before: str, after: str) -> tuple[str, str]:
    """What differs between two texts that begin and end alike."""
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    stop = 0
    while stop < min(len(before), len(after)) - start and before[-1 - stop] == after[-1 - stop]:
        stop += 1
    return before[start : len(before) - stop], after[start : len(after) - stop]


@given(specs(), PATHS)
def test_every_byte_outside_the_value_stays(text: str, path: tuple[str, ...]) -> None:
    before = of(text)

    after = with_field(before, path, NEW)

    gone, come = middles(before.text, after.text)
    assert gone in OLD or gone.strip() == "null"
    assert NEW.endswith(come) or come in NEW or come.strip().strip("{},").startswith("image: ")
    assert after.text.count("#") == text.count("#")
    assert after.document.data == said(before, path)
    if "\r\n" in text:
        assert "\n" not in after.text.replace("\r\n", "")


def said(spec: Spec, path: tuple[str, ...]) -> dict[str, object]:
    """The data of a spec with the new image."""
    data = {**spec.document.data}
    if len(path) == 1:
        return {**data, "image": NEW}
    blocks = dict(data["environments"])
    blocks[path[1]] = {**(blocks[path[1]] or {}), "image": NEW}
    return {**data, "environments": blocks}


@given(specs(), st.sampled_from(["dev", "test"]))
def test_a_field_that_came_and_went_leaves_the_data_and_the_comments(text: str, name: str) -> None:
    before = of(text)
    path = ("environments", name, "runAsUser")

    after = without_field(with_field(before, path, 101), path)

    assert {**after.document.data, "environments": None} == {
        **before.document.data,
        "environments": None,
    }
    blocks = before.document.data["environments"], after.document.data["environments"]
    assert [b or {} for b in blocks[0].values()] == [b or {} for b in blocks[1].values()]
    assert after.text.count("#") == text.count("#")


@pytest.mark.parametrize(
    ("written", "value", "becomes"),
    [
        ("port: 8080 # c", 9090, "port: 9090 # c"),
        ("args: [a, b]  # c", ["a", "x y"], 'args: [a, "x y"]  # c'),
        ("args:\n- a # c\n- b", ["a"], "args: [a]"),
        ("env: {A: b}", {"A": "1", "B": "é: x"}, 'env: {A: "1", B: "é: x"}'),
        ("health: /live", {"path": "/live", "port": 1}, "health: {path: /live, port: 1}"),
        ("health: {path: /live}", "/ready", "health: /ready"),
        ("description: |-\n  a\n  b", "c", "description: c"),
        ("description: 'it''s'", "that's", "description: 'that''s'"),
        ("description: a\n  b # c", "no", 'description: "no" # c'),
        ("expose:", None, "expose: null"),
        ("description: # later", "soon", "description: soon # later"),
        ("args: []", ["x" * 99], "args:\n- " + "x" * 99),
    ],
)
def test_a_value_takes_the_place_of_another(written: str, value: object, becomes: str) -> None:
    text = f"# head\n{written}\n# end\n"
    path = (written.partition(":")[0],)

    assert with_field(of(text), path, value).text == f"# head\n{becomes}\n# end\n"


def test_json_stays_json() -> None:
    text = '{"name": "shop", "environments": {"dev": null, "prod": {"replicas": 3}}}'
    dev = with_field(of(text), ("environments", "dev", "image"), OLD)
    both = with_field(dev, ("environments", "prod", "image"), OLD)

    image = f'"image": "{OLD}"'
    assert both.text == (
        f'{{"name": "shop", "environments": {{"dev": {{{image}}}, "prod": {{{image}, "replicas": 3}}}}}}'
    )


def test_a_layout_that_leads_astray_is_refused_and_not_guessed_at() -> None:
    text = "name: shop\nenvironments:\n  ? dev\n  : # here\n"
    with pytest.raises(Refused) as refused:
        with_field(of(text), ("environments", "dev", "image"), OLD)
    assert str(refused.value) == (
        "apps/shop.yaml:3 is laid out so that image cannot be changed in place: "
        "`portico fmt` lays it out anew, or change it by hand"
    )
