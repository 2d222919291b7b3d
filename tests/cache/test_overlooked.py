"""Changes that are easy to overlook: each is told, and the run is what it would be without cache."""

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from compiler.pipeline.learning import learn
from compiler.pipeline.plan import Prepared
from tests.cache.rules import (
    EVERY_HOST,
    GUARD_OF_HOSTS,
    HOSTS_IF_DEBUG,
    NO_HOST,
    ONE_HOST,
    STRANGE_WORDS,
)
from tests.cache.twin import same_as_without_cache, settle
from tests.repository import APP, ENVIRONMENT, portico, repository

pytestmark = pytest.mark.usefixtures("short_tick")

BLOG = APP.replace("shop", "blog")
NEWS = BLOG.replace("host: blog", "host: news")
FILES = {"apps/shop.yaml": APP, "apps/blog.yaml": BLOG, "environments/dev.yaml": ENVIRONMENT}


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository of two apps which was compiled and checked."""
    monkeypatch.setattr(sys, "dont_write_bytecode", sys.dont_write_bytecode)
    return known(repository(tmp_path / "estate", FILES))


def known(root: Path) -> Path:
    """A repository after runs that learned all there is to learn."""
    for command in ("compile", "check", "compile", "check"):
        portico(root, command)
        settle()
    return root


def both(root: Path) -> tuple[str, str]:
    """What check and compile say now, each as without cache."""
    checked = same_as_without_cache(root, "check")
    compiled = same_as_without_cache(root, "compile")
    same_as_without_cache(root, "check")
    return checked.err + checked.out, compiled.err + compiled.out


def leads_out(root: Path) -> None:
    outside = root.with_name("outside.yaml")
    (root / "apps" / "shop.yaml").rename(outside)
    (root / "apps" / "shop.yaml").symlink_to(outside)


def leads_to_another_file(root: Path) -> None:
    (root / "shop.yaml").write_text(APP)
    (root / "apps" / "shop.yaml").unlink()
    (root / "apps" / "shop.yaml").symlink_to("../shop.yaml")
    known(root)
    (root / "other.yaml").write_text(APP.replace("1.4.2", "1.4.3"))
    (root / "apps" / "shop.yaml").unlink()
    (root / "apps" / "shop.yaml").symlink_to("../other.yaml")


def leads_out_further_up(root: Path) -> None:
    (root / "specs").mkdir()
    (root / "apps" / "shop.yaml").rename(root / "specs" / "shop.yaml")
    (root / "apps" / "shop.yaml").symlink_to("../specs/shop.yaml")
    known(root)
    outside = root.with_name("outside")
    (root / "specs").rename(outside)
    (root / "specs").symlink_to(outside)


def a_read_me_becomes_a_link(root: Path) -> None:
    (root / "apps" / "README.md").write_text("# Apps\n")
    known(root)
    (root / "apps" / "README.md").rename(root / "README.md")
    (root / "apps" / "README.md").symlink_to("../README.md")


def a_folder_among_specs(root: Path) -> None:
    (root / "apps" / "new").mkdir()


def a_file_that_is_no_spec(root: Path) -> None:
    (root / "environments" / "dev.yml").write_text(ENVIRONMENT)


def a_hidden_rule(root: Path) -> None:
    (root / "policies").mkdir()
    (root / "policies" / ".hidden.py").write_text("ID = 'PT901'\n")


def rules_are_linked_and_changed(root: Path) -> None:
    (root / "policies").mkdir()
    (root / "policies" / "note.txt").write_text("none yet\n")
    known(root)
    (root / "policies").rename(root / "rules")
    (root / "policies").symlink_to("rules")
    known(root)
    (root / "rules" / "hosts.py").write_text("ID = 'PT901'\n")


def a_rule_of_the_same_size_and_time(root: Path) -> None:
    # Python takes what it compiled for it, by size and time.
    sys.dont_write_bytecode = False
    (root / "policies").mkdir()
    file = root / "policies" / "hosts.py"
    file.write_text(EVERY_HOST.replace("> 6", "> 9"))
    known(root)
    before = file.stat()
    file.write_text(EVERY_HOST.replace("> 6", "> 1"))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def a_killed_run_wrote_a_placement(root: Path) -> None:
    (root / "environments" / ".portico-4194399-dev.placement.yaml.tmp").write_text("hos")


def a_killed_run_wrote_a_file(root: Path) -> None:
    folder = root / "rendered" / "dev" / "apps" / "shop"
    (folder / ".portico-4194399-manifests.yaml.tmp").write_text("# Compil")


def the_placement_is_gone(root: Path) -> None:
    (root / "environments" / "dev.placement.yaml").unlink()


def an_environment_leaves_its_placement(root: Path) -> None:
    (root / "environments" / "test.yaml").write_text(
        ENVIRONMENT.replace("dev", "test").replace("acme-edge", "acme-edge-test")
    )
    (root / "apps" / "blog.yaml").write_text(BLOG + "  test:\n")
    known(root)
    (root / "environments" / "test.yaml").unlink()
    (root / "apps" / "blog.yaml").write_text(BLOG)


def a_rule_of_all_hosts_meets_a_new_one(root: Path) -> None:
    repository(root, {"policies/hosts.py": EVERY_HOST, **FILES})
    known(root)
    (root / "apps" / "blog.yaml").write_text(BLOG.replace("host: blog", "host: longest"))


def a_rule_of_one_host_meets_it(root: Path) -> None:
    repository(root, {"policies/news.py": ONE_HOST, **FILES})
    known(root)
    (root / "apps" / "blog.yaml").write_text(NEWS)


def a_rule_of_one_host_meets_another_owner(root: Path) -> None:
    repository(root, {"policies/news.py": ONE_HOST, **FILES, "apps/blog.yaml": NEWS})
    known(root)
    (root / "apps" / "blog.yaml").write_text(NEWS.replace("team: sales", "team: press"))


def a_rule_asks_for_what_is_no_host(root: Path) -> None:
    repository(root, {"policies/none.py": NO_HOST, **FILES})


def a_rule_speaks_in_what_is_no_plain_text(root: Path) -> None:
    repository(root, {"policies/words.py": STRANGE_WORDS, **FILES})


def the_guard_names_the_hosts(root: Path) -> None:
    repository(root, {"policies/guard.py": GUARD_OF_HOSTS, **FILES})
    known(root)
    (root / "apps" / "blog.yaml").write_text(NEWS)


def a_rule_comes(root: Path) -> None:
    repository(root, {"policies/hosts.py": EVERY_HOST.replace("> 6", "> 3"), **FILES})


def a_spec_becomes_too_large(root: Path) -> None:
    spec = root / "apps" / "blog.yaml"
    spec.write_text(BLOG + "#" * (256 * 1024 - len(BLOG)))
    known(root)
    spec.write_text(BLOG + "#" * (256 * 1024 - len(BLOG)) + "\n")


def a_rendered_folder_is_a_link(root: Path) -> None:
    (root / "rendered" / "dev").rename(root / "elsewhere")
    (root / "rendered" / "dev").symlink_to("../elsewhere")


def a_rendered_file_is_edited(root: Path) -> None:
    file = root / "rendered" / "dev" / "apps" / "shop" / "manifests.yaml"
    before, text = file.stat(), file.read_text()
    file.write_text(text.replace("1.4.2", "1.4.7"))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def a_rendered_file_is_foreign(root: Path) -> None:
    (root / "rendered" / "dev" / "apps" / "shop" / "own.yaml").write_text("kind: Secret\n")


CHANGES = [
    leads_out,
    leads_to_another_file,
    leads_out_further_up,
    a_read_me_becomes_a_link,
    a_folder_among_specs,
    a_file_that_is_no_spec,
    a_hidden_rule,
    rules_are_linked_and_changed,
    a_rule_of_the_same_size_and_time,
    a_killed_run_wrote_a_placement,
    a_killed_run_wrote_a_file,
    the_placement_is_gone,
    an_environment_leaves_its_placement,
    a_rule_of_all_hosts_meets_a_new_one,
    a_rule_of_one_host_meets_it,
    a_rule_of_one_host_meets_another_owner,
    a_rule_asks_for_what_is_no_host,
    a_rule_speaks_in_what_is_no_plain_text,
    the_guard_names_the_hosts,
    a_rule_comes,
    a_spec_becomes_too_large,
    a_rendered_folder_is_a_link,
    a_rendered_file_is_edited,
    a_rendered_file_is_foreign,
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_a_change_that_is_easy_to_overlook_is_told(
    change: Callable[[Path], None], root: Path
) -> None:
    before = both(root)
    change(root)
    settle()

    assert both(root) != before
    # And what was learned of it is right.
    both(root)


def test_a_repository_that_is_replaced_by_a_copy_is_the_same(root: Path) -> None:
    moved = root.with_name("moved")
    shutil.copytree(root, moved, symlinks=True)
    assert both(moved) == both(root)


@pytest.mark.parametrize("rule", [EVERY_HOST, HOSTS_IF_DEBUG], ids=["always", "for some"])
def test_a_rule_about_all_hosts_judges_a_new_image(rule: str, root: Path) -> None:
    repository(root, {"policies/hosts.py": rule, **FILES})
    known(root)
    for tag in ("1.4.3", "1.4.3-debug", "1.4.4"):
        (root / "apps" / "shop.yaml").write_text(APP.replace("1.4.2", tag))
        same_as_without_cache(root, "compile")
        settle()
        same_as_without_cache(root, "check")


def test_a_placement_that_another_run_writes_meanwhile_is_not_taken_for_ones_own(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    placement = root / "environments" / "dev.placement.yaml"
    text = placement.read_text()
    placement.unlink()

    def late(prepared: Prepared, *arguments: Any, **more: Any) -> None:
        placement.write_text(text)
        learn(prepared, *arguments, **more)

    with monkeypatch.context() as patch:
        patch.setattr("compiler.pipeline.whole.learn", late)
        assert "PT406" in portico(root, "check").err
    settle()

    assert same_as_without_cache(root, "check").code == 0
