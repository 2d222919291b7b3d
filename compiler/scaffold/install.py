"""How a CI job gets Portico: the one thing in which the CI files of two repositories differ."""

from typing import NamedTuple

from compiler.scaffold.new_repository import PORTICO


class Install(NamedTuple):
    """Portico at a tag or commit of its repository; without one, the code in the work tree."""

    revision: str
    repository: str = PORTICO

    def origin(self) -> str:
        """Who wrote a file, and where to read about it: the comment that it begins with."""
        if self.revision:
            page = f"{self.repository}/blob/{self.revision}/docs/ci.md"
            return f"# Written by `portico init`, and yours to change. Set-up: {page}"
        return "# Written by `make workflows` from compiler/scaffold/. Set-up: docs/ci.md"

    def commands(self, folder: str) -> str:
        """Shell commands that install it; its code is laid into the new folder `folder`.

        Not `pip install git+https://...`, which takes whatever versions of the dependencies there
        are: the lock file of the same revision has the hash of each.
        """
        fetch = f"""\
git init --quiet "{folder}"
git -C "{folder}" fetch --quiet --depth 1 {self.repository} {self.revision}
git -C "{folder}" checkout --quiet FETCH_HEAD
"""
        source = f'"{folder}"' if self.revision else "."
        lock = f'"{folder}/requirements.lock"' if self.revision else "requirements.lock"
        return f"""\
{fetch if self.revision else ""}\
pip install --quiet --require-hashes --requirement {lock}
pip install --quiet --no-deps --no-build-isolation {source}
"""
