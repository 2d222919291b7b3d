"""docs/merging.md: what real git makes of two branches, and what `portico compile` makes of that.

Each experiment has two branches of this repository's own estate. Where git merges, the result is
what compiling gives, or `portico check` refuses it; where it does not, compiling settles everything
but a spec that both branches changed.
"""

import contextlib
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from tests import programs
from tests.git import ENVIRONMENT as GIT_ENVIRONMENT
from tests.git import committed, git
from tests.repository import portico
from tests.test_docs import blocks, commands

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "merging.md"
ENVIRONMENTS = ("dev", "test", "acceptance", "prod")

Edit = Callable[[Path], None]


class Branch(NamedTuple):
    said: str
    """What the documentation says that it does."""
    edit: Edit


def app(name: str, *, team: str = "shop", more: str = "", host: str = "", only: str = "") -> Edit:
    """Adds an app in all environments, or only in one; with a host unless it is `none`."""
    expose = "" if host == "none" else f"expose:\n  host: {host or name}\n"
    image = f"ghcr.io/meridian-books/{name}:1.0.0"
    environments = "".join(f"  {name}:\n" for name in ENVIRONMENTS if only in ("", name))
    text = f"name: {name}\nteam: {team}\nimage: {image}\nport: 8080\n{expose}{more}"
    return lambda root: _write(root / f"apps/{name}.yaml", f"{text}environments:\n{environments}")


def removed(name: str) -> Edit:
    return lambda root: (root / f"apps/{name}.yaml").unlink()


def renamed(name: str, new: str) -> Edit:
    def edit(root: Path) -> None:
        text = (root / f"apps/{name}.yaml").read_text()
        removed(name)(root)
        _write(root / f"apps/{new}.yaml", text.replace(f"name: {name}\n", f"name: {new}\n"))

    return edit


def changed(path: str, old: str, new: str) -> Edit:
    def edit(root: Path) -> None:
        text = (root / path).read_text()
        assert old in text
        _write(root / path, text.replace(old, new))

    return edit


def _write(path: Path, text: str) -> None:
    path.write_text(text)


GIFT_CARD = Branch("adds `gift-card`", app("gift-card"))
GIFT_WRAP = Branch("adds `gift-wrap`", app("gift-wrap"))
PRESS = Branch("another image of `press`", changed("apps/press.yaml", "2026.11.2", "2026.12.1"))
HOOKS = Branch(
    "another image of `hook-inspector`", changed("apps/hook-inspector.yaml", ":37", ":38")
)
DEFAULT = Branch(
    "another default for all apps in prod",
    changed("environments/prod.yaml", "  replicas: 3", "  replicas: 4"),
)
KUBERNETES = Branch(
    "another Kubernetes in prod", changed("environments/prod.yaml", '"1.34"', '"1.35"')
)
RC2, RC3 = (
    Branch(
        f"`storefront` {version} in dev and test",
        changed("apps/storefront.yaml", "2.32.0-rc.1", version),
    )
    for version in ("2.32.0-rc.2", "2.32.0-rc.3")
)

EXPERIMENTS = [
    (GIFT_CARD, GIFT_WRAP),
    (Branch("adds `basket`", app("basket")), Branch("adds `reviews`", app("reviews"))),
    (GIFT_CARD, Branch("adds `zine`, whose host is the last one", app("zine"))),
    (GIFT_CARD, Branch("adds `gift-wrap`, cached", app("gift-wrap", more="  cache: origin\n"))),
    (
        Branch("adds `gift-card` without a host", app("gift-card", host="none")),
        Branch("adds `gift-wrap` without a host", app("gift-wrap", host="none")),
    ),
    (
        Branch("adds `gift-card` of a new team, gifts", app("gift-card", team="gifts")),
        Branch("adds `gift-wrap` of a new team, goods", app("gift-wrap", team="goods")),
    ),
    (
        Branch("adds `basket` of a new team, gifts", app("basket", team="gifts")),
        Branch("adds `reviews` of the same team", app("reviews", team="gifts")),
    ),
    (
        Branch("adds `gift-card` in dev", app("gift-card", only="dev")),
        Branch("adds `gift-wrap` in test", app("gift-wrap", only="test")),
    ),
    (
        Branch("adds `basket`, which calls `pricing`", app("basket", more="calls: [pricing]\n")),
        Branch("adds `reviews`, which calls `pricing`", app("reviews", more="calls: [pricing]\n")),
    ),
    (Branch("removes `hook-inspector`", removed("hook-inspector")), GIFT_WRAP),
    (
        Branch("removes `hook-inspector`", removed("hook-inspector")),
        Branch("removes `debug`", removed("debug")),
    ),
    (PRESS, Branch("another image of `debug`", changed("apps/debug.yaml", ":37", ":38"))),
    (GIFT_CARD, PRESS),
    (RC2, Branch(
        "`storefront` 2.31.1 in acceptance and prod",
        changed("apps/storefront.yaml", "2.31.0", "2.31.1"),
    )),
    (PRESS, DEFAULT),
    (GIFT_CARD, Branch(
        "another limit of the firewall in prod",
        changed("environments/prod.yaml", "rateLimit: 3000", "rateLimit: 2000"),
    )),
    (Branch("renames `press` to `press-kit`", renamed("press", "press-kit")), PRESS),
    (GIFT_CARD, DEFAULT),
    (Branch("adds `gift-card` of a new team, gifts", app("gift-card", team="gifts")), KUBERNETES),
    (
        Branch("adds `basket` as offers.…", app("basket", host="offers")),
        Branch("adds `reviews` as offers.…", app("reviews", host="offers")),
    ),
    (RC2, RC3),
    (Branch("removes `hook-inspector`", removed("hook-inspector")), HOOKS),
]  # fmt: skip
IDS = [f"{one.said} | {other.said}" for one, other in EXPERIMENTS]


class Said(NamedTuple):
    code: int
    out: str


def git_says(root: Path, *arguments: str) -> Said:
    """git, which may fail; what it prints."""
    run = subprocess.run(
        ["git", "-C", str(root), *arguments],
        env=GIT_ENVIRONMENT | {"GIT_EDITOR": "true"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Said(run.returncode, run.stdout)


@pytest.fixture(scope="module")
def estate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This repository's own, compiled and committed."""
    programs.require(programs.git())
    root = tmp_path_factory.mktemp("estate")
    for folder in ("apps", "environments", "rendered"):
        shutil.copytree(ROOT / folder, root / folder)
    shutil.copy(ROOT / ".gitattributes", root)
    committed(root, "The estate")
    return root


@pytest.fixture
def root(estate: Path, tmp_path: Path) -> Path:
    return shutil.copytree(estate, tmp_path / "estate")


def branch(root: Path, name: str, edit: Edit) -> None:
    """A branch from main with one change, compiled and committed."""
    git(root, "switch", "--quiet", "--create", name, "main")
    edit(root)
    assert portico(root, "compile", "--no-cache").code == 0
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", name)


def in_conflict(root: Path) -> list[str]:
    return git(root, "diff", "--name-only", "--diff-filter=U").split()


def placements(root: Path) -> dict[str, dict[str, str]]:
    return {
        path.name: yaml.safe_load(path.read_text())["hosts"]
        for path in (root / "environments").glob("*.placement.yaml")
    }


def keeps_places(before: dict[str, dict[str, str]], after: dict[str, dict[str, str]]) -> bool:
    """Whether every host that is still there is where it was."""
    return all(
        after[name].get(host, place) == place
        for name, hosts in before.items()
        for host, place in hosts.items()
    )


def outcome(root: Path, name: str) -> tuple[str, str]:
    """What git does with the branch `one`, and what is to be done then, as the table says it.

    Afterwards the merge is committed, and `portico check` accepts it.
    """
    before = placements(root)
    merge = git_says(root, "merge", "--no-edit", name)
    conflicts = in_conflict(root)
    assert bool(conflicts) == (merge.code != 0)
    specs = [path for path in conflicts if path.startswith("apps/")]
    if not conflicts:
        checked = portico(root, "check", "--no-cache")
        if checked.code == 0:
            return "merges", "nothing"
        assert git(root, "status", "--porcelain") == ""
        rules = ", ".join(sorted(set(re.findall(r"error\[(PT\d+)\]", checked.err))))
        if rules != "PT402":
            return "merges", f"`portico check` refuses it ({rules}): a person decides"
        then = f"`portico check` refuses it ({rules}): `portico compile`"
    elif specs:
        then = f"a person decides about `{specs[0]}`, then `portico compile`"
        if "deleted in" in merge.out:
            git(root, "rm", "--quiet", specs[0])
        else:
            assert "error[PT003]: here is a merge conflict" in portico(root, "compile").err
            git(root, "checkout", "--theirs", specs[0])
    else:
        then = "`portico compile`"
    assert portico(root, "compile", "--no-cache").code == 0
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--no-edit", "--message=resolved")
    assert portico(root, "check", "--no-cache").code == 0
    assert keeps_places(before, placements(root))
    if not conflicts:
        return "merges", then
    names = {re.sub(r"\w+\.placement", "placement", path.split("/")[-1]) for path in conflicts}
    kinds = ", ".join(f"`{name}`" for name in sorted(names))
    return f"{len(conflicts)} files in conflict: {kinds}", then


@pytest.mark.parametrize(("one", "other"), EXPERIMENTS, ids=IDS)
def test_two_branches_come_together_as_the_table_says(
    one: Branch, other: Branch, root: Path
) -> None:
    branch(root, "one", one.edit)
    branch(root, "other", other.edit)

    git_does, then = outcome(root, "one")

    assert f"| {one.said} | {other.said} | {git_does} | {then} |\n" in PAGE.read_text()


def test_the_table_has_no_other_rows() -> None:
    rows = re.findall(r"^\| (.+?) \| (.+?) \| ", PAGE.read_text(), re.MULTILINE)

    assert [row for row in rows if row != ("one branch", "the other one")] == [
        (one.said, other.said) for one, other in EXPERIMENTS
    ]


OPERATIONS = {
    "merge": ("merge", "one"),
    "rebase": ("rebase", "one"),
    "cherry-pick": ("cherry-pick", "one"),
    "revert": ("revert", "--no-edit", "gift-wrap"),
}


@pytest.mark.parametrize("style", ["merge", "diff3"])
@pytest.mark.parametrize("operation", OPERATIONS)
def test_compiling_settles_what_any_command_of_git_leaves(
    operation: str, style: str, root: Path
) -> None:
    """Neighbours, and a file that both add: in the style diff3 a mark is its first line."""
    git(root, "config", "merge.conflictStyle", style)
    if operation == "revert":
        branch(root, "one", app("gift-wrap"))
        git(root, "branch", "gift-wrap")
        app("gift-card")(root)
        assert portico(root, "compile", "--no-cache").code == 0
        committed(root)
    else:
        branch(root, "one", app("gift-card"))
        branch(root, "two", app("gift-wrap"))
    before = placements(root)

    assert git_says(root, *OPERATIONS[operation]).code == 1
    assert in_conflict(root)
    assert portico(root, "check").code == 1
    assert portico(root, "compile").code == 0
    git(root, "add", "rendered", "environments")
    assert git_says(root, operation, "--continue").code == 0

    assert git(root, "status", "--porcelain") == ""
    assert portico(root, "check").code == 0
    assert keeps_places(before, placements(root))
    hosts = placements(root)["prod.placement.yaml"]
    assert "gift-card.meridian-books.example" in hosts
    assert ("gift-wrap.meridian-books.example" in hosts) is (operation != "revert")


def test_a_compiled_file_that_both_add_is_still_ours_where_a_mark_comes_first(root: Path) -> None:
    git(root, "config", "merge.conflictStyle", "diff3")
    branch(root, "one", app("gift-card"))
    branch(root, "two", app("gift-card", more="replicas: 3\n"))
    assert git_says(root, "merge", "one").code == 1
    manifests = root / "rendered/dev/apps/gift-card/manifests.yaml"
    git(root, "checkout", "--ours", "apps/gift-card.yaml")
    assert manifests.read_text().startswith("<<<<<<< HEAD\n# Compiled by portico ")

    assert portico(root, "compile").code == 0

    assert "<<<<<<<" not in manifests.read_text()
    assert portico(root, "check").code == 0


def test_hosts_that_two_branches_place_differently_are_left_to_a_person(root: Path) -> None:
    first, second = (
        changed("environments/prod.placement.yaml", "example: standard-1", f"example: {place}")
        for place in ("standard-2", "standard-3")
    )
    branch(root, "one", first)
    branch(root, "two", second)
    assert git_says(root, "merge", "one").code == 1

    result = portico(root, "compile")

    assert result.code == 1
    assert "error[PT004]: the key `app1.meridian-books.example` is written twice\n" in result.err


def test_a_distribution_that_two_branches_fill_is_refused_with_what_to_do(root: Path) -> None:
    """Each of them had room for one more host."""
    for number in range(95):
        app(f"more-{number:02}", only="prod", host=f"more-{number:02}")(root)
    assert portico(root, "compile", "--no-cache").code == 0
    committed(root)
    branch(root, "one", app("basket", only="prod"))
    branch(root, "two", app("reviews", only="prod"))
    assert git_says(root, "merge", "--no-edit", "one").code == 0

    result = portico(root, "check")

    assert result.code == 1
    assert "error[PT112]: standard-1 has 101 hosts, and a distribution takes 100\n" in result.err
    assert "take out the lines of 1 of them that Terraform has not applied yet" in result.err
    changed(
        "environments/prod.placement.yaml", "  reviews.meridian-books.example: standard-1\n", ""
    )(root)
    before = placements(root)
    assert portico(root, "compile").code == 0
    assert keeps_places(before, placements(root))
    assert placements(root)["prod.placement.yaml"]["reviews.meridian-books.example"] == "standard-2"


@pytest.mark.parametrize("session", blocks(PAGE, "shellsession"), ids=lambda s: s.splitlines()[0])
def test_a_session_of_the_documentation_is_what_happens(session: str, root: Path) -> None:
    for command, shown in commands(session):
        program, *arguments = shlex.split(command)
        if program == "git":
            assert git_says(root, *arguments).out == shown, command
        else:
            with contextlib.chdir(root):
                result = portico(root, *arguments)
            assert result.out + result.err == shown, command
