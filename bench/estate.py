"""Estates of any size, made up: the same every time, and like what a company has."""

import os
import random
from collections.abc import Sequence

from bench.app import Sketch, sketch, spec
from bench.environment import environment

SEED = 20261125

_NAMES = ("prod", "dev", "test", "acceptance")
_ORDER = ("dev", "test", "acceptance", "prod")
# One app in so many is called from everywhere, like a login or a feature switch.
_HUB_EVERY = 100


def estate(apps: int, environments: int, seed: int = SEED) -> dict[str, str]:
    """The files of a repository, path -> text. A larger estate holds the apps of a smaller one."""
    names = environment_names(environments)
    sketches = [sketch(index, names, seed) for index in range(apps)]
    files = {
        f"environments/{name}.yaml": environment(name, number) for number, name in enumerate(names)
    }
    for index, own in enumerate(sketches):
        callees = [sketches[place] for place in _called(index, sketches, seed)]
        files[f"apps/{own.name}.yaml"] = spec(own, callees, seed)
    return files


def environment_names(number: int) -> tuple[str, ...]:
    """In the order in which a change is promoted."""
    usual = tuple(name for name in _ORDER if name in _NAMES[:number])
    return (*usual, *(f"prod-{n}" for n in range(2, number - len(usual) + 2)))


def write_estate(root: str, files: dict[str, str]) -> None:
    """Write the files of an estate below a folder."""
    for path, text in files.items():
        full = os.path.join(root, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)


def _called(index: int, sketches: Sequence[Sketch], seed: int) -> list[int]:
    """Whom an app calls: of its own team, of its neighbours, and the nearest hub; never forwards,
    so that an estate which grows changes no app that it has."""
    own = sketches[index]
    if own.shape == "job":
        return []
    draw = random.Random(f"{seed}/{index}/calls").random
    wanted = int(draw() * 4)
    nearest = 1 + int(draw() * 12)
    hub = index - index % _HUB_EVERY + 1
    candidates = [index - nearest * step for step in range(1, wanted + 1)]
    if draw() < 0.5:
        candidates.append(hub)
    return [
        place
        for place in dict.fromkeys(candidates)
        if 0 <= place < index and sketches[place].callable
    ]


if __name__ == "__main__":
    import sys

    write_estate(sys.argv[1], estate(int(sys.argv[2]), int(sys.argv[3])))
