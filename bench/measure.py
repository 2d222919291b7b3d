"""Rounds: every row and every floor once in each, so that a busy minute touches all of them."""

import statistics
import sys
from collections.abc import Callable, Sequence
from typing import NamedTuple

from bench import floors
from bench.process import Run
from bench.rows import Row
from bench.work import Work


class Measured(NamedTuple):
    """All runs of one row."""

    row: Row
    target: float
    runs: list[Run]
    floors: list[float]
    """Seconds, the sum of the row's floors in the round of each run."""

    @property
    def seconds(self) -> float:
        return statistics.median(run.seconds for run in self.runs)

    @property
    def least(self) -> float:
        return min(run.seconds for run in self.runs)

    @property
    def cpu(self) -> float:
        return statistics.median(run.cpu for run in self.runs)

    @property
    def peak(self) -> int:
        return max(run.peak for run in self.runs)

    @property
    def floor(self) -> float:
        return statistics.median(self.floors)

    @property
    def ratio(self) -> float:
        """How often the floor goes into the run: the median of the rounds' ratios, since what
        slows a round slows both."""
        pairs = zip(self.runs, self.floors, strict=True)
        return statistics.median(run.seconds / floor for run, floor in pairs)


class Table(NamedTuple):
    """The rows and the floors of one estate."""

    work: Work
    rows: list[Measured]
    floors: dict[str, list[float]]


def measure(work: Work, rows: Sequence[Row], rounds: int, say: Callable[[str], None]) -> Table:
    """Measure rows and floors in turn. Raises Failed."""
    runs: dict[str, list[Run]] = {row.name: [] for row in rows}
    parts: dict[str, list[float]] = {name: [] for name in (*floors.WHOLE, *floors.PARTS)}
    command = (sys.executable, "-m", "bench.floors", floors.OBJECTS, work.root, work.scratch)
    work.run(*command)
    for number in range(1, rounds + 1):
        say(f"{work.size}: round {number} of {rounds}")
        for row in rows:
            runs[row.name].append(row.run(work))
        for name, taken in parts.items():
            taken.append(floors.measured(name, work))
    return Table(
        work,
        [
            Measured(
                row,
                row.target(work),
                runs[row.name],
                [sum(parts[name][turn] for name in row.floor) for turn in range(rounds)],
            )
            for row in rows
        ],
        parts,
    )
