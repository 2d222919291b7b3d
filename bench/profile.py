"""Where the time of a command goes: its imports, samples of its stack, and counts of its calls.

Seconds under a profiler are too long and of small functions most of all, so shares come from
samples of CPU time; the numbers of calls, which no other load can change, come from cProfile.
"""

import json
import os
import pstats
import re
import sys
from collections import Counter
from typing import NamedTuple

from bench.work import REPOSITORY, Work

_MOST = 25


class Profile(NamedTuple):
    """One command."""

    command: str
    imports: list[tuple[str, int]]
    """The modules that took longest to import, microseconds without those they import."""
    modules: int
    """How many modules were imported."""
    own: list[tuple[str, float]]
    """The functions of the compiler that ran, or waited for a library, and their shares."""
    within: list[tuple[str, float]]
    """The same with everything that they called."""
    calls: list[tuple[str, int]]
    """The functions that were called most often."""


def profile(work: Work, *command: str) -> Profile:
    """Run a command under each of the profilers. Raises Failed."""
    python = sys.executable
    said = work.run(python, "-X", "importtime", "-m", "compiler", *command).output
    imports = [
        (match[2], int(match[1]))
        for match in re.finditer(r"(?m)^import time: +([0-9]+) \| +[0-9]+ \| +(\S+)$", said)
    ]
    samples = os.path.join(work.scratch, "samples.json")
    work.run(python, "-m", "bench.sampler", samples, *command)
    with open(samples, encoding="utf-8") as file:
        own, within = (Counter(counted) for counted in json.load(file))
    total = own.total() or 1
    counts = os.path.join(work.scratch, "calls.pstats")
    work.run(python, "-m", "cProfile", "-o", counts, "-m", "compiler", *command)
    return Profile(
        " ".join(("portico", *command)),
        sorted(imports, key=lambda entry: -entry[1])[:_MOST],
        len(imports),
        [(name, count / total) for name, count in own.most_common(_MOST)],
        [(name, count / total) for name, count in within.most_common(_MOST)],
        _calls(counts),
    )


def text(profiles: list[Profile]) -> str:
    """The profiles, for people."""
    parts: list[str] = []
    for found in profiles:
        parts.append(f"{found.command}\n")
        parts.append(f"  imports {found.modules} modules; the slowest, ms without what they import")
        parts += [f"  {ms / 1000:8.1f}  {name}" for name, ms in found.imports]
        parts.append("\n  share of CPU time, function with the libraries that it called")
        parts += [f"  {share:8.1%}  {name}" for name, share in found.own]
        parts.append("\n  share of CPU time, with all that it called")
        parts += [f"  {share:8.1%}  {name}" for name, share in found.within]
        parts.append("\n  calls")
        parts += [f"  {count:8,}  {name}" for name, count in found.calls]
        parts.append("")
    return "\n".join(parts)


def _calls(path: str) -> list[tuple[str, int]]:
    # The stubs leave out what a Stats object holds.
    stats = pstats.Stats(path).stats  # type: ignore[attr-defined]
    counted = [
        (_shown(file, function), calls) for (file, _, function), (_, calls, *_) in stats.items()
    ]
    return sorted(counted, key=lambda entry: (-entry[1], entry[0]))[:_MOST]


def _shown(file: str, function: str) -> str:
    if file == "~":
        return function
    inside = file.removeprefix(REPOSITORY + os.sep)
    return f"{inside if inside != file else os.path.basename(file)} {function}"
