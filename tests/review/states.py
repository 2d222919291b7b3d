"""Two states of a small repository, told as files: `before/...`, `after/...`, or both.

They are laid over the app `shop`; a state without environments gets `dev`. A file without content
is not there, and one that begins with `# ...` has the rest of `shop` or `dev`.
"""

from pathlib import Path

from tests.git import committed
from tests.repository import APP, ENVIRONMENT, repository
from tests.test_rules import completed


def state(files: dict[str, str], side: str) -> dict[str, str]:
    """The files of one side."""
    chosen = {"apps/shop.yaml": APP}
    for path, text in files.items():
        first, _, rest = path.partition("/")
        if first == side:
            chosen[rest] = text
        elif first not in ("before", "after"):
            chosen[path] = text
    if not any(p.startswith("environments/") and ".placement" not in p for p in chosen):
        chosen["environments/dev.yaml"] = ENVIRONMENT
    return {path: completed(path, text) for path, text in chosen.items() if text}


def lay(root: Path, files: dict[str, str]) -> None:
    """Make these the files of apps/ and environments/."""
    for folder in ("apps", "environments"):
        for path in (root / folder).glob("*"):
            path.unlink()
    repository(root, files)


def changed(root: Path, files: dict[str, str]) -> Path:
    """A git repository whose main branch has the first state, and whose work tree the second."""
    root.mkdir(exist_ok=True)
    lay(root, state(files, "before"))
    committed(root)
    lay(root, state(files, "after"))
    return root
