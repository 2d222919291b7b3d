"""Checkov: how long it takes to start, and to look at one app."""

import os
from collections.abc import Iterator

from bench.estate import environment_names
from bench.peer import Absent, Compared, Setting, failed, program
from bench.process import Failed


def checkov(setting: Setting) -> Iterator[Compared | Absent]:
    """Its version alone, and one app's folder, as a pre-commit hook would give it."""
    found = program("checkov", "--version")
    if isinstance(found, Absent):
        yield found
        return
    path, version = found
    work = setting.table.work
    environment = environment_names(work.size.environments)[0]
    apps = os.path.join(work.root, "rendered", environment, "apps")
    app = os.path.join("rendered", environment, "apps", min(os.listdir(apps)))
    check = setting.row("check of one changed spec, as in pre-commit")
    one = ("-d", app, "--framework", "kubernetes", "--compact", "--quiet", "--soft-fail")
    for what, arguments, does in (
        ("start", ("--version",), "imports itself and prints its version"),
        ("one app", one, "holds the manifests of one app against its own catalogue"),
    ):
        try:
            seconds = setting.median(path, *arguments)
        except Failed as reason:
            yield failed("checkov", reason)
            return
        yield Compared(
            name="checkov",
            version=version,
            what=what,
            command=" ".join(("checkov", *arguments)),
            objects=0,
            seconds=seconds,
            portico=check,
            against="check of one changed spec",
            faster=seconds / check,
            does=does,
            does_not="compile, compare with the specs, or know the schemas and the one entrance",
        )
