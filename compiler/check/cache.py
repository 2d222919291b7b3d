"""Results kept between runs in `.portico-cache/`, by the content that they were made of.

The folder can be deleted at any time. Entries are sealed with a key that is not in the repository:
whoever can commit a file there must not be able to say what a check has found.
"""

import contextlib
import hashlib
import hmac
import json
import os
import time
from collections.abc import Iterable
from typing import Any

from compiler.cache.memory import FOLDER, make_folder
from compiler.cache.seal import seal_key
from compiler.emit import tree

_FORMAT = "1"
_UNUSED_SECONDS = 30 * 24 * 3600
_DAY_SECONDS = 24 * 3600


class Cache:
    """Values of one kind, each a JSON document in a file of its own.

    Nothing here raises: what cannot be read is not there, and what cannot be written is made anew.
    """

    def __init__(self, root: str, kind: str) -> None:
        self._root = root
        self._folder = os.path.join(root, FOLDER, f"{kind}-{_FORMAT}")
        self._seal = seal_key()

    def key(self, parts: Iterable[bytes]) -> str:
        """The name of what is made of these; where one part ends and the next begins counts."""
        digest = hashlib.sha256()
        for part in parts:
            digest.update(len(part).to_bytes(8, "big"))
            digest.update(part)
        return digest.hexdigest()

    def get(self, key: str) -> Any | None:
        """What was put; None if nothing was, or if it is not whole."""
        path = self._path(key)
        try:
            with open(path, "rb") as file:
                seal, _, document = file.read().partition(b"\n")
            if self._seal is None or not hmac.compare_digest(seal, self._sealed(key, document)):
                return None
            # Once a day is enough to know that it is in use.
            if time.time() - os.stat(path).st_mtime > _DAY_SECONDS:
                os.utime(path)
            return json.loads(document)
        except (OSError, ValueError):
            return None

    def put(self, key: str, value: Any) -> None:
        """Keep a value, in one step."""
        if self._seal is None:
            return
        document = json.dumps(value, separators=(",", ":"))
        sealed = self._sealed(key, document.encode()).decode()
        with contextlib.suppress(OSError):
            make_folder(self._root)
            tree.write(self._path(key), f"{sealed}\n{document}")

    def sweep(self) -> None:
        """Remove what no run has asked for in a month."""
        with contextlib.suppress(OSError):
            for entry in list(os.scandir(self._folder)):
                if time.time() - entry.stat().st_mtime > _UNUSED_SECONDS:
                    os.unlink(entry.path)

    def _path(self, key: str) -> str:
        return os.path.join(self._folder, key)

    def _sealed(self, key: str, document: bytes) -> bytes:
        assert self._seal is not None
        said = key.encode() + b"\n" + document
        return hmac.new(self._seal, said, hashlib.sha256).hexdigest().encode()
