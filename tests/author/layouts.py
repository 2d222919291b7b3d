"""Specs in one of many layouts, and repositories with several environments."""

from pathlib import Path

from hypothesis import strategies as st

from bench.environment import environment
from tests.repository import repository

MARKER = '# {"$imagepolicy": "flux-system:shop"}'
OLD = "ghcr.io/acme/shop:1.4.2"
NEW = "ghcr.io/acme/shop:1.5.0@sha256:" + "0123456789abcdef" * 4

ORDER = ("dev", "test", "acceptance", "prod")

_IMAGES = (
    *(OLD, f"'{OLD}'", f'"{OLD}"', f"{OLD}  {MARKER}"),
    *(f">- {MARKER}\n  {OLD}", f"|-\n     {OLD}", f"\n  {OLD} # below"),
)
_BLOCKS = (
    "",
    " null",
    "   # nothing here",
    " {}",
    " {  # nothing yet\n_}",
    "\n__null  # nothing",
    " {replicas: 3}  # fewer",
    " {description: x, }",
    f" {{image: {OLD}, replicas: 3}}",
    f" {{ replicas: 3 , 'image': '{OLD}' }} {MARKER}",
    f"\n_image: {OLD} {MARKER}",
    f'\n_image:   "{OLD}"\n_replicas: 3',
    f"\n_replicas: {{min: 3}}\n\n_# below\n_image: {OLD}\n# far left",
    "\n_# before\n_env:\n__A: b   # c\n__B: |\n___text: {\n\n_# after",
    "\n_description: two words\n_env: {A: b}",
    "  # c\n_env: {A: b,\n_ B: c}\n",
    '\n_env:\n__"A": "#"\n_calls:\n_- pricing',
)


@st.composite
def specs(draw: st.DrawFn) -> str:
    """A spec of the app `shop` in dev and test."""
    lines = ["# head", "", "name: shop", "team: sales"]
    lines.insert(draw(st.integers(0, 4)), f"image: {draw(st.sampled_from(_IMAGES))}")
    lines.append("environments:" + draw(st.sampled_from(["", " # where"])))
    pad = " " * draw(st.integers(1, 4))
    for name in draw(st.permutations(["dev", "test"])):
        block = draw(st.sampled_from(_BLOCKS)).replace("_", pad).replace("\n", f"\n{pad}")
        lines.append(f"{pad}{draw(st.sampled_from([name, repr(name)]))}:{block}")
    lines += draw(st.sampled_from([[], ["port: 8080"], ["", "# end"]]))
    text = "\n".join(lines) + draw(st.sampled_from(["\n", "", "\n\n"]))
    return text.replace("\n", draw(st.sampled_from(["\n", "\r\n"])))


def estate(root: Path, *environments: str, **apps: str) -> Path:
    """A repository with these environments and apps, name -> spec."""
    files = {f"environments/{n}.yaml": environment(n, ORDER.index(n)) for n in environments}
    files |= {f"apps/{name.replace('_', '-')}.yaml": spec for name, spec in apps.items()}
    return repository(root, files)
