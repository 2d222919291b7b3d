"""A pull request as people make them, and its comment: a new app, an image, a host, the firewall.

`pull_request.md` is the comment; `make cases` writes it anew.
"""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from compiler.review import markdown
from compiler.review.markdown import MOST_BYTES
from tests.git import committed
from tests.repository import portico, repository
from tests.review.states import changed

ROOT = Path(__file__).parents[2]
COMMENT = Path(__file__).parent / "pull_request.md"

REVIEWS = """\
name: reviews
team: shop
image: ghcr.io/meridian-books/reviews:1.0.0
port: 8080
health: /healthz
expose:
  host: reviews
calls: [pricing]
environments:
  dev:
  test:
"""


@pytest.fixture
def estate(tmp_path: Path) -> Path:
    """The sample estate of this repository, committed."""
    for folder in ("apps", "environments"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    committed(tmp_path)
    return tmp_path


def edit(root: Path, path: str, old: str, new: str) -> None:
    text = (root / path).read_text()
    assert text.count(old) == 1, f"{path} has no single {old!r} any more"
    (root / path).write_text(text.replace(old, new))


@pytest.fixture
def pull_request(estate: Path) -> Path:
    (estate / "apps" / "reviews.yaml").write_text(REVIEWS)
    edit(estate, "apps/catalog-api.yaml", "catalog-api:5.8.2", "catalog-api:5.9.0")
    edit(estate, "apps/press.yaml", "host: press", "host: news")
    edit(estate, "environments/prod.yaml", "rateLimit: 3000", "rateLimit: 6000")
    edit(
        estate,
        "environments/prod.placement.yaml",
        "app1.meridian-books.example: standard-1",
        "app1.meridian-books.example: standard-2",
    )
    return estate


def test_the_comment_of_a_pull_request(pull_request: Path) -> None:
    code, out, err = portico(pull_request, "diff", "--format", "markdown")

    if "REGENERATE" in os.environ:
        COMMENT.write_text(out)
    assert out == COMMENT.read_text()
    assert (code, err) == (1, "portico: 3 errors and 3 warnings\n")


def test_reports_go_to_files_beside_what_is_printed(pull_request: Path, tmp_path: Path) -> None:
    told = tmp_path / "told"
    told.mkdir()
    files = {name: told / f"report.{name}" for name in ("markdown", "json", "sarif", "text")}

    arguments = [f"--output={format}={path}" for format, path in files.items()]
    code, out, _ = portico(pull_request, "diff", *arguments)

    assert code == 1
    assert files["text"].read_text() == out
    assert files["markdown"].read_text() == COMMENT.read_text()
    document = json.loads(files["json"].read_text())
    results = json.loads(files["sarif"].read_text())["runs"][0]["results"]
    assert [r["ruleId"] for r in results] == [r["rule"] for r in document["risks"]]
    assert document["summary"] == {
        "changes": len(document["changes"]),
        "errors": 3,
        "warnings": 3,
    }
    assert document["base"].keys() == {"name", "commit"}
    assert document["head"] == {"name": "work tree"}


def test_the_change_that_the_documentation_shows(estate: Path) -> None:
    edit(estate, "apps/debug.yaml", "  test:", "  test: {replicas: 2}")
    page = (ROOT / "docs" / "diff.md").read_text()
    shown = json.loads(page.partition("```json\n")[2].partition("```")[0])

    _, out, _ = portico(estate, "diff", "--format", "json")

    assert json.loads(out)["changes"] == [shown]


def many(apps: int) -> dict[str, str]:
    """Two states in which every app has a change of its own, and a rather long one."""
    files = {}
    for n in range(apps):
        for side, tag in (("before", "1.0.0"), ("after", "2.0.0")):
            files[f"{side}/apps/app-{n}.yaml"] = (
                f"name: app-{n}\nteam: sales\nimage: ghcr.io/acme/app-{n}:{tag}\n"
                f"port: 8080\nenv: {{TEXT: {'word ' * 30}{side}{n}}}\n"
                f"egress: [{{cidr: 10.0.{n // 200}.{n % 200}/32, port: {443 if side == 'before' else 80}}}]\n"
                "environments:\n  dev:\n"
            )
    return files


def test_a_comment_is_never_too_long_for_github(tmp_path: Path) -> None:
    root = changed(tmp_path, many(600))

    _, out, _ = portico(root, "diff", "--format", "markdown")

    assert len(out) <= MOST_BYTES == 65_536
    assert out.startswith(
        "<!-- portico diff -->\n### Since main: 600 apps change in 1 environment\n"
    )
    assert out.endswith("This is shortened: `portico diff main` shows everything.\n")
    assert "- and 580 more\n" in out
    heads = ", ".join(f"`app-{n}`" for n in (0, 1, 10, 100, 101, 102))
    assert f"- {heads} and 594 more in dev: `+` network policy, `-` network policy\n" in out
    assert f"- {heads} and 594 more in dev: `~` Deployment × 2\n" in out


def test_a_comment_gives_up_the_least_public_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = many(6)
    files["before/environments/dev.yaml"] = "# ...\n"
    files["after/environments/dev.yaml"] = "# ...\nrouter: ingress-nginx\n"
    root = changed(tmp_path, files)
    given: list[Any] = []

    def keep(*arguments: Any) -> str:
        given.append(arguments)
        return ""

    monkeypatch.setattr(markdown, "render", keep)
    portico(root, "diff", "--format", "markdown")
    monkeypatch.undo()
    seen = [markdown.render(*given[0])]
    for most in range(len(seen[0].encode()), 0, -10):
        monkeypatch.setattr(markdown, "MOST_BYTES", most)
        text = markdown.render(*given[0])
        if text != seen[-1]:
            seen.append(text)

    fields = ["edge-router` `rules[0]`", "[app-3].image", "10.0.0.3/32, port 80`"]
    kept = [[field in text for field in fields] for text in seen]
    assert kept == [
        [True, True, True],
        [False, True, True],
        [False, False, True],
        [False, False, False],
        [False, False, False],
        [False, False, False],
        [False, False, False],
    ]
    assert "- **warning** PT164, network policy that is opened: 6\n" in seen[-1]
    for text in seen[1:]:
        assert text.endswith("`portico diff main` shows everything.\n")
        # Every line is whole: it begins as a list, a heading, a help or our own sentence does.
        starts = ("- ", "  - ", "  ", "#", "<!-- ", "This is shortened")
        assert [line for line in text.splitlines() if line and not line.startswith(starts)] == []


def test_errors_of_the_work_tree_are_a_comment_too(tmp_path: Path) -> None:
    root = repository(tmp_path)
    committed(root)
    (root / "apps" / "shop.yaml").write_text("name: shop\nimage: <b>@everyone</b>\n")

    code, out, _ = portico(root, "diff", "--format", "markdown")

    assert code == 1
    assert "### the work tree does not compile, so there is nothing to compare\n" in out
    assert "- `~` `apps/shop.yaml`\n" in out
    assert "<b>" not in out.replace("`<b>", "")
    assert "@everyone" not in out
