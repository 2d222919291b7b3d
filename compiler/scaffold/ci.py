"""The files that run Portico in GitHub Actions and in GitLab CI."""

from compiler.scaffold import github, gitlab
from compiler.scaffold.install import Install
from compiler.scaffold.new_repository import REVISION, NewRepository

FILES = {"github": github.files, "gitlab": gitlab.files}
"""Hoster -> what makes the files that it reads."""


def workflows(revision: str = "") -> dict[str, str]:
    """Path -> text of every file, for a repository that installs Portico at `revision`.

    The revision is a tag or a commit of Portico's own repository. Without one the files are those
    of that repository itself, which runs the code that it holds.
    """
    return _files(Install(revision), tuple(FILES))


def ci_files(new: NewRepository) -> dict[str, str]:
    """Those of its hosters, with the Portico that makes the repository, at its own tag."""
    return _files(Install(REVISION, new.portico), new.hosters)


def _files(install: Install, hosters: tuple[str, ...]) -> dict[str, str]:
    return {path: text for hoster in hosters for path, text in FILES[hoster](install).items()}


if __name__ == "__main__":
    import os
    import sys

    for name, content in workflows().items():
        path = os.path.join(sys.argv[1], name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8", newline="\n") as file:
            file.write(content)
