"""The files that run Portico in GitHub Actions and in GitLab CI."""

from compiler.scaffold import github, gitlab
from compiler.scaffold.install import Install


def workflows(revision: str = "") -> dict[str, str]:
    """Path -> text of every file, for a repository that installs Portico at `revision`.

    The revision is a tag or a commit of Portico's own repository. Without one the files are those
    of that repository itself, which runs the code that it holds.
    """
    install = Install(revision)
    return {**github.files(install), **gitlab.files(install)}


if __name__ == "__main__":
    import os
    import sys

    for name, content in workflows().items():
        path = os.path.join(sys.argv[1], name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8", newline="\n") as file:
            file.write(content)
