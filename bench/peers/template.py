"""Portico's own output, turned into the template of a peer that fills in text.

So the peer makes objects of the same kinds and length. What a team writes in a spec beyond name,
team, image and environment is the same in all apps of a shape: less work than Portico's.
"""

import os
import re
from collections.abc import Mapping

from bench.app import Shape, Sketch, sketch
from bench.estate import SEED, environment_names
from bench.work import Work

PARAMETERS = ("name", "team", "image", "environment")


def sketches(work: Work) -> list[Sketch]:
    """The apps of the estate."""
    names = environment_names(work.size.environments)
    return [sketch(index, names, SEED) for index in range(work.size.apps)]


def image(own: Sketch) -> str:
    return f"ghcr.io/meridian/{own.team}/{own.name}:1.4.2"


def templates(work: Work, mark: Mapping[str, str]) -> dict[Shape, str]:
    """For each shape the manifests of one app; `mark` says how each parameter is written."""
    made: dict[Shape, str] = {}
    for own in sketches(work):
        if own.shape in made or not own.everywhere:
            continue
        environment = own.environments[0]
        path = os.path.join(work.root, "rendered", environment, "apps", own.name, "manifests.yaml")
        with open(path, encoding="utf-8") as file:
            text = file.read()
        written = (
            (rf"(?<=image: )\S*/{own.name}:\S+", mark["image"]),
            (rf"\b{own.name}\b", mark["name"]),
            (rf"\b{own.team}\b", mark["team"]),
            (rf"\b{environment}\b", mark["environment"]),
        )
        for pattern, parameter in written:
            text = re.sub(pattern, parameter, text)
        made[own.shape] = text
    return made
