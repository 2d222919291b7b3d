"""No command shows a credential: in no format, and not because something else is wrong beside it."""

import re
from pathlib import Path

import pytest

from tests.credentials.tokens import GITHUB, KEY_LINES, private_key
from tests.git import committed
from tests.repository import ENVIRONMENT, Result, portico, repository, snapshot

FORMATS = ("text", "json", "sarif", "junit", "github", "gitlab")
SECRET = "hunter2"

SPEC = f"""\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
port: 8080
env:
  DB_PASSWORD: {SECRET}
environments:
  dev:
"""

# What else is wrong -> the spec.
ALSO_WRONG = {
    "nothing": SPEC,
    "the value itself": SPEC.replace(SECRET, f'"${{{SECRET}}}, password={SECRET}"'),
    "its type": SPEC.replace("hunter2", "[hunter2]"),
    "a number for a text": SPEC.replace(SECRET, "4711471147"),
    "no key of a Secret": SPEC.replace(SECRET, "{secret: Hunter2/hunter2/hunter2}"),
    "the name of the variable": SPEC.replace("DB_PASSWORD:", "DB-PASSWORD:"),
    "the key twice": SPEC.replace("environments:", "  DB_PASSWORD: hunter2\nenvironments:"),
    "the field": SPEC.replace("env:", "evn:"),
    "the field around it": SPEC.replace("env:\n  DB", "evn: {DB").replace(SECRET, f"{SECRET}}}"),
    "the environment beside it": SPEC.replace("dev:", "dve: {env: {DB_PASSWORD: hunter2}}"),
    "the image": SPEC.replace("ghcr.io/acme/shop:1.4.2", "https://a:hunter2@b/c"),
    "the name": SPEC.replace("name: shop", "name: password=hunter2"),
    "a callee": SPEC.replace("env:", "calls: [password=hunter2]\nenv:"),
    "a character": SPEC.replace(SECRET, f"{SECRET}\u200b"),
    "a tag": SPEC.replace(SECRET, f"!secret {SECRET}"),
    "an anchor": SPEC.replace(SECRET, f"&pw {SECRET}"),
    "the syntax before it": SPEC.replace("8080", "[8080"),
    "the syntax in its line": SPEC.replace(SECRET, f"[{SECRET}"),
    "the quotes around it": SPEC.replace(SECRET, f'"{SECRET}'),
    "a tab": SPEC.replace("  DB_PASSWORD", "\tDB_PASSWORD"),
    "a conflict of git": SPEC.replace("  DB", "<<<<<<< ours\n  DB").replace("2\nenvironments", "2\n"
        "=======\n  DB_PASSWORD: hunter2x\n>>>>>>> theirs\nenvironments"),
    "a placeholder": SPEC.replace(SECRET, f'"CHANGE-ME: password={SECRET}"'),
    "an unreadable byte": SPEC.replace(SECRET, f"{SECRET}\udcff"),
}  # fmt: skip


@pytest.mark.parametrize("wrong", ALSO_WRONG)
def test_no_format_shows_it(wrong: str, tmp_path: Path) -> None:
    repository(tmp_path, {"environments/dev.yaml": ENVIRONMENT, "apps/shop.yaml": ""})
    spec = ALSO_WRONG[wrong].encode(errors="surrogateescape")
    (tmp_path / "apps/shop.yaml").write_bytes(spec)

    for format in FORMATS:
        said = portico(tmp_path, "check", "--format", format)

        assert said.code == 1
        assert "PT120" in said.out + said.err
        assert shown(said) == []


@pytest.mark.parametrize("wrong", ["nothing", "the value itself", "a tag", "the quotes around it"])
@pytest.mark.parametrize(
    "command",
    [
        ("compile",),
        ("fmt",),
        ("fmt", "--diff"),
        ("show", "shop"),
        ("list", "apps"),
        ("set", "image", "shop", "ghcr.io/acme/shop:1.5.0"),
        ("diff", "HEAD"),
    ],
    ids=" ".join,
)
def test_no_command_shows_it(command: tuple[str, ...], wrong: str, tmp_path: Path) -> None:
    repository(tmp_path, {"environments/dev.yaml": ENVIRONMENT})
    committed(tmp_path)
    spec = ALSO_WRONG[wrong].encode(errors="surrogateescape")
    (tmp_path / "apps/shop.yaml").write_bytes(spec)
    before = snapshot(tmp_path)

    said = portico(tmp_path, *command)

    assert said.code == 1
    assert shown(said) == []
    assert snapshot(tmp_path) == before


def test_an_environment_shows_none(tmp_path: Path) -> None:
    text = ENVIRONMENT + f"defaults:\n  env:\n    API_TOKEN: {GITHUB}\n"
    repository(tmp_path, {"environments/dev.yaml": text})

    said = portico(tmp_path, "check")

    assert '"defaults.env.API_TOKEN" holds what looks like a GitHub token' in said.err
    assert GITHUB not in said.err
    assert said.code == 1


def test_none_of_the_lines_of_a_key_are_shown(tmp_path: Path) -> None:
    key = private_key().replace("\n", "\n    ")
    text = SPEC.replace("env:", f"files:\n  /etc/key.pem: |\n    {key}\nenv:")
    repository(tmp_path, {"apps/shop.yaml": text})

    for format in FORMATS:
        said = portico(tmp_path, "check", "--format", format)
        assert [line for line in KEY_LINES if line in said.out + said.err] == []


def test_what_is_wrong_on_other_lines_is_said_too(tmp_path: Path) -> None:
    text = SPEC.replace("port: 8080", "prot: 8080")
    repository(tmp_path, {"apps/shop.yaml": text})

    said = portico(tmp_path, "check").err

    assert 'unknown field "prot"' in said
    assert '"env.DB_PASSWORD" holds what looks like a credential' in said


def test_a_difference_to_a_revision_with_one_does_not_show_it(tmp_path: Path) -> None:
    repository(tmp_path, {"apps/shop.yaml": SPEC})
    committed(tmp_path)
    (tmp_path / "apps/shop.yaml").write_text(SPEC.replace(SECRET, "{secret: db/password}"))

    for format in ("text", "markdown", "json", "sarif"):
        said = portico(tmp_path, "diff", "HEAD", "--format", format)

        assert said.code == 1
        assert shown(said) == []


def shown(said: Result) -> list[str]:
    return re.findall(f"(?i).*(?:{SECRET}|4711).*", said.out + said.err)
