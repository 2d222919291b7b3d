"""Flux's image policy markers: they survive every edit of ours, and what Flux sets compiles."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from compiler.author.canonical import canonical
from compiler.author.edited import Edited
from compiler.author.image import set_image
from compiler.author.promote import promoted
from compiler.author.spec import Spec, parsed
from compiler.source.yaml import read
from tests.author.flux_setter import of_policy, setters, updated
from tests.author.layouts import NEW, OLD, estate, specs
from tests.repository import portico, snapshot

KNOWN = ("dev", "test", "prod")
DIGEST = "sha256:" + "89abcdef" * 8


def marker(policy: str) -> str:
    return f'# {{"$imagepolicy": "{policy}"}}'


_QUOTES = st.sampled_from(["", "'", '"'])
_GAPS = st.sampled_from([" ", "  ", "      "])


@st.composite
def marked(draw: st.DrawFn) -> str:
    """A spec with markers of every kind: of all images, and of each environment's own."""

    def line(field: str, value: str, policy: str, quotes: str | None = None) -> str:
        quote = draw(_QUOTES) if quotes is None else quotes
        comment = draw(st.sampled_from([marker(policy), "# of nobody", ""]))
        return f"{field}: {quote}{value}{quote}{draw(_GAPS) if comment else ''}{comment}"

    def env(policy: str, pad: str) -> list[str]:
        values = {
            "VERSION": ("1.4.2", ":tag"),
            "NAME": ("ghcr.io/acme/shop", ":name"),
            "DIGEST": (DIGEST, ":digest"),
            "IMAGE": (OLD, ""),
        }
        chosen = draw(st.lists(st.sampled_from(list(values)), unique=True, max_size=3))
        lines = [f"{pad}  {line(k, values[k][0], policy + values[k][1], chr(34))}" for k in chosen]
        return [f"{pad}env:", *lines] if lines else []

    lines = [
        "name: shop",
        "team: sales",
        line("image", draw(st.sampled_from([OLD, NEW])), "ns:all"),
    ]
    lines += env("ns:all", "")
    lines.append("environments:")
    for name in draw(st.permutations(KNOWN)):
        own = [f"    {line('image', OLD, f'ns:{name}')}"] if draw(st.booleans()) else []
        own += env(f"ns:{name}", "    ")
        brace = not own and draw(st.booleans())
        lines += [f"  {name}:{' {replicas: 2} ' + marker('ns:unseen') if brace else ''}", *own]
    gap = draw(st.sampled_from(["\n", "\n\n"]))
    return gap.join(["# head", "\n".join(lines), "# end\n"])


def spec_of(text: str) -> Spec:
    return parsed("apps/shop.yaml", text.encode())


def text_of(edit: Edited) -> str:
    return edit.after.decode()


@given(marked() | specs(), st.none() | st.lists(st.sampled_from(["dev", "test"]), min_size=1))
def test_another_image_leaves_every_marker_at_its_value(text: str, to: list[str] | None) -> None:
    if to is None and all("image" in (b or {}) for b in environments(text).values()):
        to = ["dev"]
    after = text_of(set_image(spec_of(text), "ghcr.io/acme/shop:9", to, KNOWN))

    assert setters(text).items() <= setters(after).items()
    assert setters(after).keys() == setters(text).keys()


@given(marked() | specs(), st.sampled_from([[], ["env"], ["env", "replicas"]]))
def test_a_promotion_leaves_every_marker_at_its_value_and_brings_none(
    text: str, further: list[str]
) -> None:
    after = text_of(promoted(spec_of(text), "dev", "test", further, KNOWN))

    gone = {path for path in setters(text) if not present(after, path)}
    assert all(path[:3] == ("environments", "test", "env") for path in gone)
    assert setters(after) == {k: v for k, v in setters(text).items() if k not in gone}
    blocks = environments(after)
    for field in further:
        assert (blocks["test"] or {}).get(field) == (blocks["dev"] or {}).get(field)


@given(marked() | specs())
def test_the_canonical_layout_leaves_every_marker_at_its_value(text: str) -> None:
    after = canonical(read("apps/shop.yaml", text.encode()))

    assert setters(text).items() <= setters(after).items()


def environments(text: str) -> dict[str, dict[str, object] | None]:
    found: dict[str, dict[str, object] | None] = yaml.safe_load(text)["environments"]
    return found


def present(text: str, path: tuple[str | int, ...]) -> bool:
    data = yaml.safe_load(text)
    for step in path:
        if not isinstance(data, dict) or step not in data:
            return False
        data = data[step]
    return True


@given(marked(), st.sampled_from(["ghcr.io/acme/shop:2.0.0", NEW]))
def test_what_flux_sets_is_read_as_it_was_meant(text: str, newest: str) -> None:
    values = {k: v for p in ("all", *KNOWN) for k, v in of_policy(f"ns:{p}", newest).items()}

    after = updated(text, values)

    expected: Any = read("apps/shop.yaml", text.encode()).data
    for path, setter in setters(text).items():
        parent: Any = expected
        for step in path[:-1]:
            parent = parent[step]
        parent[path[-1]] = values[setter]
    assert read("apps/shop.yaml", after.encode()).data == expected
    assert after.count("#") == text.count("#")
    assert setters(after) == {k: v for k, v in setters(text).items() if values[v]}


def test_what_flux_does_not_see() -> None:
    text = f"""\
name: shop
{marker("ns:above")}
image: a:1
env: {{A: b}} {marker("ns:beside-braces")}
args: [a, b] {marker("ns:beside-brackets")}
health: /live # see docs {marker("ns:after-words")}
port: 80 {marker("ns:port")} # before words
environments:
  dev: {{image: a:1}} {marker("ns:braces")}
  test: {marker("ns:nothing")}
"""
    assert setters(text) == {}


SHOP = f"""\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
port: 8080
environments:
  dev:
    image: ghcr.io/acme/shop:1.5.0-rc.1 {marker("flux-system:shop")}
    env:
      RELEASE: "1.5.0-rc.1" {marker("flux-system:shop:tag")}
  test:
  prod:
"""


@pytest.mark.parametrize("newest", ["ghcr.io/acme/shop:1.6.0", f"ghcr.io/acme/shop:1.6.0@{DIGEST}"])
def test_an_environment_with_markers_gets_what_the_policy_chose(
    newest: str, tmp_path: Path
) -> None:
    root = estate(tmp_path, "dev", "test", "prod", shop=SHOP)
    portico(root, "compile")
    before = snapshot(root)
    spec = root / "apps" / "shop.yaml"

    spec.write_text(updated(SHOP, of_policy("flux-system:shop", newest)))

    assert portico(root, "fmt", "--check").code == 0
    assert portico(root, "compile").err == ""
    after = snapshot(root)
    assert sorted(path for path in after if after[path] != before[path]) == [
        "apps/shop.yaml",
        "rendered/dev/apps/shop/manifests.yaml",
    ]
    rendered = after["rendered/dev/apps/shop/manifests.yaml"].decode()
    assert f"image: {newest}\n" in rendered
    assert 'value: "1.6.0"\n' in rendered
    assert portico(root, "check").code == 0


def test_a_marker_for_a_part_of_the_image_is_refused_when_flux_has_set_it(tmp_path: Path) -> None:
    wrong = SHOP.replace('"flux-system:shop"', '"flux-system:shop:tag"')
    text = updated(wrong, of_policy("flux-system:shop", "ghcr.io/acme/shop:1.6.0"))
    assert "    image: 1.6.0 #" in text
    root = estate(tmp_path, "dev", "test", "prod", shop=text)

    code, out, err = portico(root, "compile")

    assert (code, out) == (1, "")
    assert err.startswith('error[PT105]: "1.6.0" names no version')
    assert " --> apps/shop.yaml:7:12\n" in err


def test_a_new_app_of_the_same_name_does_not_touch_the_markers(tmp_path: Path) -> None:
    root = estate(tmp_path, "dev", "test", "prod", shop=SHOP)

    given = ["--team=sales", "--image=a:1", "--environment=dev"]
    assert portico(root, "new", "app", "shop", *given).code == 2
    assert portico(root, "new", "app", "cart", *given).code == 0

    assert (root / "apps" / "shop.yaml").read_text() == SHOP
