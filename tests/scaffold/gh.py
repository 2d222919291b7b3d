"""`gh` on the machine of a job: tests/scaffold/gh_stand_in.py, and what it was told."""

import json
import sys
from pathlib import Path
from typing import Any

from tests.scaffold.scripts import Machine

PROGRAM = Path(__file__).parent / "gh_stand_in.py"


class Gh:
    """GitHub as the stand-in has it: comments by pull request, protection rules by environment,
    statuses by commit."""

    def __init__(
        self,
        machine: Machine,
        comments: dict[str, list[dict[str, Any]]] | None = None,
        environments: dict[str, list[str]] | None = None,
    ) -> None:
        self.file = machine.temp / "github.json"
        state = {
            "comments": comments or {},
            "environments": environments or {},
            "statuses": {},
        }
        self.file.write_text(json.dumps(state))
        machine.put("gh", f'GH_STAND_IN={self.file} exec {sys.executable} {PROGRAM} "$@"')

    def state(self) -> dict[str, Any]:
        state: dict[str, Any] = json.loads(self.file.read_text())
        return state

    def bodies(self, number: str) -> list[str]:
        """The comments on a pull request."""
        return [comment["body"] for comment in self.state()["comments"][number]]

    def statuses(self) -> dict[str, dict[str, str]]:
        """The state of each status, by commit."""
        return {
            commit: {status["context"]: status["state"] for status in statuses}
            for commit, statuses in self.state()["statuses"].items()
        }
