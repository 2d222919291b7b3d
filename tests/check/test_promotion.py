"""An image comes to an environment only after it was in the one before: real git says if it was."""

import subprocess
from datetime import date, timedelta
from pathlib import Path

import pytest

from bench.environment import environment
from compiler.check import history
from tests.author.layouts import estate
from tests.git import committed, git
from tests.repository import Result, portico, repository

SHOP = """\
name: shop
team: sales
image: ghcr.io/acme/shop:{base}
environments:
  acceptance:{acceptance}
  prod:{prod}
"""
PROD = environment("prod", 3) + "promotesFrom: acceptance\n"


def shop(base: str, acceptance: str = "", prod: str = "") -> str:
    own = (f"\n    image: ghcr.io/acme/shop:{tag}" if tag else "" for tag in (acceptance, prod))
    return SHOP.format(base=base, acceptance=next(own), prod=next(own))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    estate(tmp_path, "acceptance", shop=shop("1.0"))
    (tmp_path / "environments/prod.yaml").write_text(PROD)
    return tmp_path


def state(root: Path, spec: str, app: str = "shop") -> None:
    """A commit in which an app's spec says this."""
    (root / "apps" / f"{app}.yaml").write_text(spec)
    committed(root)


def checked(root: Path, *arguments: str) -> Result:
    """What `portico check` says of what is compiled."""
    compiled = portico(root, "compile")
    assert compiled.code == 0, compiled.err
    return portico(root, "check", *arguments)


def test_the_image_that_the_environment_before_has_now_needs_no_history(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")

    assert checked(root).code == 0


def test_an_image_that_was_there_once_may_stay(root: Path) -> None:
    state(root, shop("1.0"))
    state(root, shop("1.0", acceptance="1.1"))
    state(root, shop("1.0", acceptance="1.2"))
    (root / "apps/shop.yaml").write_text(shop("1.1", acceptance="1.3"))

    assert checked(root) == Result(
        0, "checked 110 objects in 44 files of 2 environments: clean\n", ""
    )


def test_an_image_that_was_never_there_is_refused_with_the_command_that_mends_it(
    root: Path,
) -> None:
    state(root, shop("1.0"))
    (root / "apps/shop.yaml").write_text(shop("1.0", prod="1.1"))

    code, out, err = checked(root)

    assert (code, out) == (1, "")
    assert (
        err
        == """\
error[PT118]: "shop" has ghcr.io/acme/shop:1.1 in prod, which acceptance does not have and never had
  --> apps/shop.yaml:7:12
   |
 7 |     image: ghcr.io/acme/shop:1.1
   |            ^^^^^^^^^^^^^^^^^^^^^
  --> environments/prod.yaml:34:15
34 | promotesFrom: acceptance
   |               ^^^^^^^^^^ prod is promoted from acceptance
   help: `portico promote shop --from acceptance --to prod` takes what acceptance has, ghcr.io/acme/shop:1.0; let acceptance have this image first; or say in policies/waivers.yaml why it cannot wait

portico: 1 error
"""
    )
    assert portico(root, "promote", "shop", "--from=acceptance", "--to=prod").code == 0
    assert portico(root, "check").code == 0


def test_only_the_environment_before_counts(root: Path) -> None:
    (root / "environments/dev.yaml").write_text(environment("dev", 0))
    state(root, shop("1.0") + "  dev:\n    image: ghcr.io/acme/shop:1.1\n")
    (root / "apps/shop.yaml").write_text(shop("1.0", prod="1.1"))

    assert "which acceptance does not have and never had" in checked(root).err


def test_an_app_that_is_not_in_the_environment_before(root: Path) -> None:
    own = shop("1.0").replace("  acceptance:\n", "")
    state(root, own)

    err = checked(root).err
    assert "help: add `acceptance:` to the environments of apps/shop.yaml; let acceptance" in err

    # It was in acceptance before it was taken out there.
    state(root, shop("1.0"))
    state(root, own)
    assert checked(root).code == 0


def test_only_asked_environments_are_judged(root: Path) -> None:
    state(root, shop("1.0", prod="1.1"))

    assert checked(root, "--environment", "acceptance").code == 0
    assert checked(root, "--environment", "prod").code == 1


def test_what_a_side_branch_had_counts_when_it_was_merged(root: Path) -> None:
    state(root, shop("1.0"))
    git(root, "checkout", "--quiet", "-b", "side")
    state(root, shop("1.0", acceptance="1.1"))
    state(root, shop("1.0"))
    git(root, "checkout", "--quiet", "main")
    (root / "apps/shop.yaml").write_text(shop("1.1", acceptance="1.0"))
    assert checked(root).code == 1

    git(root, "checkout", "--quiet", "--", "apps")
    git(root, "merge", "--quiet", "--no-ff", "-m", "side", "side")
    (root / "apps/shop.yaml").write_text(shop("1.1", acceptance="1.0"))
    assert checked(root).code == 0


def test_what_only_the_merge_itself_said_counts(root: Path) -> None:
    state(root, shop("1.0"))
    git(root, "checkout", "--quiet", "-b", "side")
    state(root, shop("1.0", acceptance="1.1"))
    git(root, "checkout", "--quiet", "main")
    state(root, shop("1.0", acceptance="1.2"))
    git(root, "merge", "--quiet", "--no-commit", "--strategy=ours", "side")
    (root / "apps/shop.yaml").write_text(shop("1.0", acceptance="1.3"))
    committed(root)
    state(root, shop("1.3", acceptance="1.0"))

    assert checked(root).code == 0


def test_a_repository_that_is_a_folder_of_a_larger_one(tmp_path: Path) -> None:
    root = tmp_path / "deploy" / "estate"
    estate(root, "acceptance", shop=shop("1.0"))
    (root / "environments/prod.yaml").write_text(PROD)
    (tmp_path / "apps").mkdir()
    committed(tmp_path)
    (root / "apps/shop.yaml").write_text(shop("1.0", acceptance="1.1"))

    assert checked(root).code == 0

    committed(tmp_path)
    (root / "apps/shop.yaml").write_text(shop("1.2", acceptance="1.1"))
    assert checked(root).code == 1
    (root / "apps/shop.yaml").write_text(shop("1.1", acceptance="1.3"))
    assert checked(root).code == 0


def test_states_that_are_no_spec_are_passed_over(root: Path) -> None:
    state(root, shop("1.0", acceptance="1.1"))
    for broken in ("ghcr.io/acme/shop:1.1 [\n", "- ghcr.io/acme/shop:1.1\n", "environments: ghcr.io/acme/shop:1.1\n"):  # fmt: skip
        state(root, broken)
    (root / "apps/shop.yaml").unlink()
    (root / "apps/shop.yaml").symlink_to("other.yaml")
    committed(root)
    (root / "apps/shop.yaml").unlink()
    state(root, shop("1.1", acceptance="1.2"))

    assert checked(root).code == 0


def test_without_history_it_says_what_could_not_be_seen(root: Path, tmp_path: Path) -> None:
    (root / "apps/shop.yaml").write_text(shop("1.0", prod="1.1"))
    unseen = 'error[PT118]: "shop" has ghcr.io/acme/shop:1.1 in prod, which acceptance does not have, and whether it had cannot be seen: '

    err = checked(root).err
    assert err.startswith(f"{unseen}this folder is in no git repository\n")

    git(root, "init", "--quiet")
    err = checked(root).err
    assert err.startswith(f"{unseen}there is no commit yet\n")
    assert "help: commit first; `portico promote" in err


def test_without_git_it_says_so(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state(root, shop("1.0", prod="1.1"))
    monkeypatch.setenv("PATH", "")

    assert "cannot be seen: there is no git on the PATH\n" in checked(root).err


def test_a_shallow_clone_is_told_from_one_in_which_it_never_was(root: Path, tmp_path: Path) -> None:
    state(root, shop("1.0", acceptance="1.1"))
    state(root, shop("1.0"))
    state(root, shop("1.1", acceptance="1.0"))
    clone = tmp_path / "clone"
    git(root, "clone", "--quiet", "--depth=1", f"file://{root}", str(clone))

    err = checked(clone).err
    assert "cannot be seen: this clone is shallow\n" in err
    assert "help: fetch the rest of the history, `git fetch --unshallow`, in GitHub" in err

    git(clone, "fetch", "--quiet", "--unshallow")
    assert checked(clone).code == 0


def test_a_clone_without_old_files_says_so(root: Path, tmp_path: Path) -> None:
    state(root, shop("1.0", acceptance="1.1"))
    state(root, shop("1.0"))
    state(root, shop("1.1", acceptance="1.0"))
    clone = tmp_path / "clone"
    git(root, "config", "uploadpack.allowFilter", "true")
    git(root, "clone", "--quiet", "--filter=blob:none", f"file://{root}", str(clone))
    git(clone, "remote", "set-url", "origin", f"file://{tmp_path}/gone")

    err = checked(clone).err
    assert "cannot be seen: this clone lacks files of earlier commits\n" in err
    assert "help: clone without a filter; " in err


def waiver(**fields: str) -> str:
    said = {
        "rule": "PT118",
        "object": "ghcr.io/acme/shop:1.1",
        "reason": "a hole in the login, closed at night",
        "owner": "sales",
        "expires": f'"{date.today() + timedelta(days=60)}"',
        **fields,
    }
    return "waivers:\n- " + "\n  ".join(f"{key}: {value}" for key, value in said.items()) + "\n"


def test_a_waiver_lets_one_image_pass_and_no_other(root: Path) -> None:
    state(root, shop("1.0"))
    (root / "apps/shop.yaml").write_text(shop("1.0", prod="1.1"))
    (root / "policies").mkdir()
    for text, code in (
        (waiver(), 0),
        (waiver(path="rendered/prod/apps/shop"), 0),
        (waiver(path="rendered/prod/apps/cart"), 1),
        (waiver(object="ghcr.io/acme/shop:1.2"), 1),
        (waiver(expires=f'"{date.today() - timedelta(days=1)}"'), 1),
    ):
        (root / "policies/waivers.yaml").write_text(text)
        assert checked(root).code == code, text


def test_a_waiver_that_nothing_needs_any_more_is_told(root: Path) -> None:
    state(root, shop("1.1"))
    repository(root, {"policies/waivers.yaml": waiver(), "apps/shop.yaml": shop("1.1")})
    (root / "environments/dev.yaml").unlink(missing_ok=True)

    assert checked(root).err.startswith(
        "error[PT242]: PT118 refuses nothing of ghcr.io/acme/shop:1.1 below rendered\n"
    )
    # What is scanned was not promoted by anybody.
    scanned = portico(root, "scan", str(root / "rendered"), "--root", str(root))
    assert (scanned.code, scanned.err) == (0, "")


def test_git_is_asked_once_however_many_apps_differ(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for version in ("1.1", "1.2"):
        for number in range(30):
            text = shop("1.0", acceptance=version).replace("name: shop", f"name: shop-{number}")
            (root / f"apps/shop-{number}.yaml").write_text(text)
        committed(root)
    for number in range(30):
        text = (root / f"apps/shop-{number}.yaml").read_text().replace(":1.0", ":1.1")
        (root / f"apps/shop-{number}.yaml").write_text(text)
    started: list[str] = []
    start = history._git

    def counted(root: str, *arguments: str) -> "subprocess.Popen[bytes]":
        started.append(arguments[0])
        return start(root, *arguments)

    monkeypatch.setattr(history, "_git", counted)

    assert checked(root).code == 0
    assert started == ["log", "cat-file"]


def test_settings_of_a_person_change_nothing(root: Path, tmp_path: Path) -> None:
    state(root, shop("1.0", acceptance="1.1"))
    state(root, shop("1.1", acceptance="1.0"))
    for setting in ("log.showRoot=false", "log.showSignature=true", "diff.noprefix=true", "log.follow=true", "core.quotePath=true", "color.ui=always", "diff.external=false"):  # fmt: skip
        git(root, "config", *setting.split("="))
    (root / ".gitattributes").write_text("apps/* -diff\n")

    assert checked(root).code == 0


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (
            {"prod": "promotesFrom: acceptence\n"},
            'error[PT117]: there is no environment "acceptence" to promote from\n'
            "  --> environments/prod.yaml:34:15\n",
        ),
        ({"prod": "promotesFrom: prod\n"}, "error[PT117]: prod is promoted from itself\n"),
        (
            {"prod": "promotesFrom: acceptance\n", "acceptance": "promotesFrom: dev\n", "dev": "promotesFrom: prod\n"},
            "error[PT117]: acceptance is promoted from itself, by way of dev and prod\n",
        ),
        (
            {"dev": "promotesFrom: prod\n", "prod": "promotesFrom: prod\n"},
            "error[PT117]: prod is promoted from itself\n",
        ),
    ],
)  # fmt: skip
def test_a_promotion_that_has_no_beginning(
    fields: dict[str, str], said: str, tmp_path: Path
) -> None:
    root = estate(tmp_path, "dev", "acceptance", "prod", shop=shop("1.0"))
    for name, more in fields.items():
        path = root / "environments" / f"{name}.yaml"
        path.write_text(path.read_text() + more)

    code, _, err = portico(root, "compile")

    assert code == 1
    assert err.startswith(said)
    assert err.endswith("portico: 1 error\n")


def test_an_environment_with_errors_of_its_own_is_there_all_the_same(tmp_path: Path) -> None:
    root = estate(tmp_path, "acceptance", "prod", shop=shop("1.0"))
    (root / "environments/prod.yaml").write_text(PROD)
    (root / "environments/acceptance.yaml").write_text("name: acceptance\n")

    assert "PT117" not in portico(root, "compile").err


PARTS = """\
name: shop
team: sales
image: ghcr.io/acme/shop:1.0
workers:
  mailer: {{image: "ghcr.io/acme/mailer:{base}"}}
sidecars:
  proxy: {{image: "ghcr.io/acme/proxy:7"}}
port: 8080
environments:
  acceptance: {acceptance}
  prod: {prod}
"""


def parts(base: str, acceptance: str = "", prod: str = "") -> str:
    return PARTS.format(base=base, acceptance=acceptance, prod=prod)


def test_images_of_workers_and_sidecars_come_the_same_way(root: Path) -> None:
    ahead = '{workers: {mailer: {image: "ghcr.io/acme/mailer:2"}}}'
    state(root, parts("1"))
    (root / "apps/shop.yaml").write_text(parts("1", prod=ahead))

    result = checked(root)

    assert result.code == 1
    assert (
        result.err
        == """\
error[PT118]: "shop" has ghcr.io/acme/mailer:2 in prod, which acceptance does not have and never had
  --> apps/shop.yaml:11:36
   |
11 |   prod: {workers: {mailer: {image: "ghcr.io/acme/mailer:2"}}}
   |                                    ^^^^^^^^^^^^^^^^^^^^^^^
  --> environments/prod.yaml:34:15
34 | promotesFrom: acceptance
   |               ^^^^^^^^^^ prod is promoted from acceptance
   help: `portico promote shop --from acceptance --to prod` takes what acceptance has, ghcr.io/acme/mailer:1; let acceptance have this image first; or say in policies/waivers.yaml why it cannot wait

portico: 1 error
"""
    )

    state(root, parts("1", acceptance=ahead))
    (root / "apps/shop.yaml").write_text(parts("1", prod=ahead))
    assert checked(root).code == 0


def test_an_image_that_another_part_of_the_app_had_there_was_tried(root: Path) -> None:
    state(root, parts("1"))
    moved = "{workers: {mailer: null}, jobs: {mail: {once: {}, image: 'ghcr.io/acme/mailer:1'}}}"
    (root / "apps/shop.yaml").write_text(parts("1", prod=moved))

    assert checked(root).code == 0
