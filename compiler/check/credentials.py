"""Waivers for credentials: what each lets pass. A run judges only specs that it has to read."""

import contextlib
import os

from compiler.check.waivers import Waivers
from compiler.credentials.exposed import CREDENTIAL
from compiler.diagnostics.model import Rejected
from compiler.source.repository import load_file
from compiler.spec.waivers import is_below

FOLDERS = ("apps", "environments")
"""Where the files are that such a waiver may be for."""


def use_for_credentials(root: str, waivers: Waivers) -> None:
    """Let each waiver for a credential note whether it is of use."""
    paths = waivers.paths(CREDENTIAL.id)
    if not paths:
        return
    from compiler.credentials.found import credentials

    for spec in _specs(root):
        if any(is_below(spec, path) for path in paths):
            with contextlib.suppress(Rejected):
                for found in credentials(load_file(root, spec)):
                    waivers.cover(CREDENTIAL.id, found.about, spec)


def _specs(root: str) -> list[str]:
    return [
        f"{folder}/{name}"
        for folder in FOLDERS
        for name in sorted(os.listdir(os.path.join(root, folder)))
        if name.endswith(".yaml") and not name.startswith(".")
    ]
