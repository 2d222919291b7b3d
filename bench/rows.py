"""The commands that are measured, each as a person or CI starts it, and what each may take."""

import glob
import os
import re
import shutil
import time
from collections.abc import Callable
from typing import NamedTuple

from bench.estate import environment_names
from bench.process import Failed, Run
from bench.work import Work


class Row(NamedTuple):
    """One line of the table."""

    name: str
    command: tuple[str, ...]
    """What follows `portico`."""
    prepare: Callable[[Work], None]
    """Brings the repository into the state in which the command is measured; is not timed."""
    said: str
    """A pattern of its output: a run that did something else is no measurement."""
    seconds: float
    """The target for 1,000 apps in 4 environments."""
    floor: tuple[str, ...]
    """The floors that it cannot be faster than, added up."""
    sized: bool = True
    """Whether a larger estate may take it longer: its target grows with the estate."""

    def run(self, work: Work) -> Run:
        """Measure it once. Raises Failed."""
        self.prepare(work)
        done = work.run(*work.portico, *self.command)
        if not re.search(self.said, done.output):
            raise Failed(f"{self.name}: expected {self.said!r} of\n{done.output[-2000:]}")
        return done

    def target(self, work: Work) -> float:
        """The target for an estate of this size; never stricter than for the usual one."""
        factor = work.size.apps * work.size.environments / 4000 if self.sized else 1
        return self.seconds * max(1, factor)


def _as_it_is(work: Work) -> None:
    """The row before has left the state in which this one is measured."""


def _nothing_to_do(command: str) -> Callable[[Work], None]:
    """The last run was one that had nothing to do, and nobody has written anything since."""

    def prepare(work: Work) -> None:
        # What was written just before a run is read again by the next one: docs/speed.md.
        time.sleep(0.2)
        work.run(*work.portico, command)

    return prepare


def _empty_tree(work: Work) -> None:
    work.forget()
    shutil.rmtree(os.path.join(work.root, "rendered"))


def _changed(work: Work) -> None:
    """Release another version of one app, which is in every environment and pins no image there."""
    everywhere = [f"\n  {name}:" for name in environment_names(work.size.environments)]
    for path in sorted(glob.glob(os.path.join(work.root, "apps", "*.yaml"))):
        with open(path, encoding="utf-8") as file:
            text = file.read()
        if "-rc.1" not in text and all(name in text for name in everywhere):
            break
    version = re.search(r"(?m)(?<=^image: ).*:[0-9]+", text)
    assert version is not None, path
    image, _, major = version[0].rpartition(":")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text.replace(version[0], f"{image}:{int(major) + 1}"))


def _changed_and_compiled(work: Work) -> None:
    # In pre-commit the hook that compiles comes first.
    _changed(work)
    work.run(*work.portico, "compile")


# In the order in which each finds the state that the one before has left.
ROWS = (
    Row(
        "full compile into an empty tree",
        ("compile",),
        _empty_tree,
        r"\b0 unchanged",
        1.5,
        ("empty Python", "libyaml events of the specs", "objects as JSON", "write the files"),
    ),
    Row(
        "full compile without cache, nothing differs",
        ("compile",),
        Work.forget,
        r"\b0 files written",
        1.0,
        ("empty Python", "libyaml events of the specs", "objects as JSON", "read rendered/"),
    ),
    Row(
        "compile, nothing changed since the last run",
        ("compile",),
        _nothing_to_do("compile"),
        r"\b0 files written",
        0.08,
        ("empty Python", "stat every file"),
    ),
    Row(
        "compile, one app changed",
        ("compile",),
        _changed,
        r": [1-9][0-9]* files? written",
        0.20,
        ("empty Python", "stat every file"),
    ),
    Row(
        "full check from cold",
        ("check",),
        Work.forget,
        r"^checked .*: clean",
        1.2,
        (
            "empty Python",
            "libyaml events of the specs",
            "objects as JSON",
            "read rendered/",
            "strict schemas",
        ),
    ),
    Row(
        "check, nothing changed since the last run",
        ("check",),
        _nothing_to_do("check"),
        r"^checked .*: clean",
        0.08,
        ("empty Python", "stat every file"),
    ),
    Row(
        "check of one changed spec, as in pre-commit",
        ("check",),
        _changed_and_compiled,
        r"^checked .*: clean",
        0.20,
        ("empty Python", "stat every file"),
    ),
    Row(
        "scan of the rendered tree",
        ("scan", "rendered"),
        _as_it_is,
        r"^scanned .*: clean",
        3.0,
        ("empty Python", "read rendered/", "libyaml events of rendered/", "strict schemas"),
    ),
    Row(
        "portico --version",
        ("--version",),
        _as_it_is,
        r"^portico [0-9]",
        0.06,
        ("empty Python",),
        sized=False,
    ),
)
