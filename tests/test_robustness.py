"""Nothing is half accepted, nothing is lost: what a run leaves behind when the machine fails it."""

import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.repository import APP, portico, repository, snapshot

ROOT = Path(__file__).parent.parent


def start(root: Path, *arguments: str, file_limit: int | None = None) -> subprocess.Popen[str]:
    def limit() -> None:
        if file_limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (file_limit, file_limit))

    return subprocess.Popen(
        [sys.executable, "-m", "compiler", *arguments, "--root", str(root)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=limit,
    )


@pytest.fixture
def compiled(tmp_path: Path) -> dict[str, bytes]:
    """What a run that nothing disturbs makes of the sample estate."""
    sample(tmp_path / "undisturbed")
    assert portico(tmp_path / "undisturbed", "compile").code == 0
    return snapshot(tmp_path / "undisturbed")


def sample(root: Path) -> Path:
    root.mkdir()
    for folder in ("apps", "environments"):
        shutil.copytree(ROOT / folder, root / folder)
    return root


def test_a_run_killed_at_any_moment_leaves_whole_files_and_the_next_completes_the_tree(
    tmp_path: Path, compiled: dict[str, bytes]
) -> None:
    root = sample(tmp_path / "killed")
    interrupted = 0
    for milliseconds in range(120, 720, 60):
        process = start(root, "compile")
        time.sleep(milliseconds / 1000)
        process.kill()
        process.communicate()
        interrupted += process.returncode == -signal.SIGKILL
        for path, content in snapshot(root).items():
            if not path.endswith(".tmp"):
                assert content == compiled[path], f"{path} is only a part"
        shutil.rmtree(root / "rendered", ignore_errors=True) if milliseconds % 120 else None
    assert interrupted > 0
    assert portico(root, "compile").code == 0
    assert snapshot(root) == compiled


@pytest.mark.parametrize("after", [0, 1, 7, 60, 152])
def test_a_write_that_fails_is_one_clear_line_and_the_next_run_completes(
    after: int, tmp_path: Path, compiled: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = sample(tmp_path / "failing")
    done = 0
    replace = os.replace

    def failing(source: str, target: str) -> None:
        nonlocal done
        if done == after:
            raise OSError(28, "No space left on device", target)
        done += 1
        replace(source, target)

    monkeypatch.setattr(os, "replace", failing)
    result = portico(root, "compile")
    monkeypatch.undo()

    assert result.code == 2
    assert result.err.count("\n") == 1
    assert "No space left on device" in result.err
    assert [path for path in snapshot(root) if path.endswith(".tmp")] == []
    assert portico(root, "compile").code == 0
    assert snapshot(root) == compiled


def test_a_disk_that_takes_no_more_ends_in_one_line(
    tmp_path: Path, compiled: dict[str, bytes]
) -> None:
    root = sample(tmp_path / "full")

    process = start(root, "compile", file_limit=2048)
    _, err = process.communicate()

    assert process.returncode == 2
    assert err.startswith("portico: ")
    assert "Traceback" not in err
    assert portico(root, "compile").code == 0
    assert snapshot(root) == compiled


def test_ctrl_c_ends_in_one_line(tmp_path: Path) -> None:
    root = sample(tmp_path / "interrupted")
    # More work than a moment's, so that the signal arrives in the middle of it.
    for number in range(300):
        (root / "apps" / f"copy{number}.yaml").write_text(
            APP.replace("name: shop", f"name: copy{number}")
            .replace("host: shop", f"host: copy{number}")
            .replace("  dev:", "  dev:\n  prod:")
        )
    process = start(root, "compile")
    while process.poll() is None and not (root / "rendered").exists():
        time.sleep(0.001)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate()

    assert process.returncode == 130
    assert err == "portico: interrupted; run it again to finish\n"


def test_a_closed_pipe_is_no_error_message(tmp_path: Path) -> None:
    root = sample(tmp_path / "piped")
    process = start(root, "check")
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    err = process.stderr.read()
    process.wait()

    assert "Traceback" not in err
    assert "BrokenPipe" not in err


@pytest.mark.parametrize(
    "spec",
    [
        APP + "args: [" + "1," * 100_000 + "]\n",
        APP + "env: {" + "A: b," * 40_000 + "}\n",
        APP + "".join(f"field{number}: x\n" for number in range(15_000)),
        APP + "".join(f"  env{number}:\n" for number in range(18_000)),
        APP + "    env:\n" + "".join(f"      A{number}: no\n" for number in range(12_000)),
        APP + "".join(f"    field{number}: null\n" for number in range(10_000)),
    ],
    ids=["items", "keys twice", "fields", "environments", "doubtful values", "nulls"],
)
def test_a_file_that_is_all_mistakes_is_cut_short_and_says_so(spec: str, tmp_path: Path) -> None:
    root = repository(tmp_path, {"apps/shop.yaml": spec})

    result = portico(root, "check")

    assert result.code == 1
    assert result.err.endswith(
        "portico: 100 errors\n"
        "portico: of apps/shop.yaml no more than 100 errors are shown: mend these, and run it again\n"
    )


def test_a_link_in_the_tree_is_not_written_through(tmp_path: Path) -> None:
    root, outside = repository(tmp_path / "repository"), tmp_path / "outside"
    outside.mkdir()
    (outside / "precious").write_text("mine")
    (root / "rendered" / "dev").mkdir(parents=True)
    (root / "rendered" / "dev" / "apps").symlink_to(outside)

    result = portico(root, "compile")

    assert result.code == 2
    assert "rendered/dev/apps was not written by portico" in result.err
    assert snapshot(outside) == {"precious": b"mine"}
    assert not (root / "rendered" / "dev" / "flux").exists()


@pytest.mark.parametrize("kind", ["file", "link"])
def test_rendered_must_be_a_folder(kind: str, tmp_path: Path) -> None:
    root = repository(tmp_path / "repository")
    if kind == "file":
        (root / "rendered").write_text("mine")
    else:
        (tmp_path / "elsewhere").mkdir()
        (root / "rendered").symlink_to(tmp_path / "elsewhere")

    result = portico(root, "compile")

    assert result.code == 2
    assert "rendered was not written by portico" in result.err


def test_what_is_gone_from_the_specs_is_removed_and_nothing_else(tmp_path: Path) -> None:
    root = repository(
        tmp_path, {"apps/shop.yaml": APP, "apps/blog.yaml": APP.replace("shop", "blog")}
    )
    assert portico(root, "compile").code == 0
    only_shop = repository(tmp_path / "only-shop", {"apps/shop.yaml": APP})
    assert portico(only_shop, "compile").code == 0
    note = root / "rendered" / "dev" / "apps" / "blog" / "NOTES.md"
    note.write_text("mine")
    (root / "apps" / "blog.yaml").unlink()

    result = portico(root, "compile")

    assert result.code == 0
    assert note.read_text() == "mine"
    note.unlink()
    note.parent.rmdir()
    shutil.rmtree(tmp_path / "only-shop" / "apps")
    (tmp_path / "only-shop" / "apps").mkdir()
    (tmp_path / "only-shop" / "apps" / "shop.yaml").write_text(APP)
    assert snapshot(root / "rendered") == snapshot(only_shop / "rendered")


def test_flux_and_terraform_keep_what_they_wrote(tmp_path: Path) -> None:
    root = repository(tmp_path)
    assert portico(root, "compile").code == 0
    theirs = {
        "rendered/dev/flux/flux-system/gotk-sync.yaml": "kind: GitRepository\n",
        "rendered/dev/flux/flux-system/kustomization.yaml": "resources: [gotk-sync.yaml]\n",
        "rendered/dev/terraform/.terraform/providers/lock": "x",
        "rendered/dev/terraform/.terraform.lock.hcl": 'provider "x" {}\n',
    }
    for path, text in theirs.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)

    assert portico(root, "compile").err == ""
    assert portico(root, "check").code == 0
    for path, text in theirs.items():
        assert (root / path).read_text() == text


def test_an_environment_that_is_not_asked_for_is_not_touched(tmp_path: Path) -> None:
    root = sample(tmp_path / "sample")
    assert portico(root, "compile").code == 0
    (root / "rendered" / "prod" / "apps" / "debug" / "manifests.yaml").unlink()
    before = snapshot(root / "rendered" / "prod")
    (root / "apps" / "app1.yaml").unlink()

    assert portico(root, "compile", "--environment", "dev").code == 0

    assert snapshot(root / "rendered" / "prod") == before
    assert not (root / "rendered" / "dev" / "apps" / "app1").exists()


def test_hostile_specs_are_refused_quickly(tmp_path: Path) -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{c}: &{c} [*{p}, *{p}]\n" for p, c in zip("abcdefgh", "bcdefghi", strict=True)
    )
    root = repository(
        tmp_path,
        {
            "apps/bomb.yaml": bomb,
            "apps/deep.yaml": "a: " + "[" * 100_000,
            "apps/huge.yaml": "a: " + "x" * 10_000_000,
            "apps/zero.yaml": "name: a\0b\n",
        },
    )
    (root / "apps" / "folder.yaml").mkdir()
    (root / "apps" / "dangling.yaml").symlink_to(tmp_path / "nowhere")
    os.mkfifo(root / "apps" / "pipe.yaml")

    begun = time.monotonic()
    result = portico(root, "compile")

    assert time.monotonic() - begun < 5
    assert result.code == 1
    for name in ("bomb", "deep", "huge", "zero", "folder", "dangling", "pipe"):
        assert f"--> apps/{name}.yaml" in result.err
    assert not (root / "rendered").exists()
