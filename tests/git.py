"""Real git repositories for tests, whatever the user's own settings are."""

import os
import subprocess
from pathlib import Path

# Neither a person's settings nor a hook that these tests run under may reach the repositories here.
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.com",
    "GIT_AUTHOR_DATE": "2026-01-01T00:00:00Z",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.com",
    "GIT_COMMITTER_DATE": "2026-01-01T00:00:00Z",
}


def git(root: Path, *arguments: str) -> str:
    """Run git; returns what it prints. Fails when it does."""
    run = subprocess.run(
        ["git", "-C", str(root), *arguments],
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()


def committed(root: Path, message: str = "change") -> str:
    """Commit everything below a folder, as the first commit of `main` if need be. The commit."""
    if not (root / ".git").exists():
        git(root, "init", "--quiet", "--initial-branch=main")
    git(root, "add", "--all", "--force")
    git(root, "commit", "--quiet", "--allow-empty", f"--message={message}")
    return git(root, "rev-parse", "HEAD")


def work_tree_committed(source: Path, target: Path) -> str:
    """Commit what `source`, a work tree, would have after `git add --all`, in another repository.

    The commit.
    """
    listed = git(source, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    for name in filter(None, listed.split("\0")):
        if (source / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            (target / name).write_bytes((source / name).read_bytes())
            (target / name).chmod((source / name).stat().st_mode)
    return committed(target, "all")
