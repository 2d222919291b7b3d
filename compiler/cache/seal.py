"""The seal on everything that is kept in a repository: only this user's runs can have made it."""

import contextlib
import os

try:
    # hashlib loads OpenSSL for its other functions, which takes 2 ms.
    from _blake2 import blake2b
except ImportError:
    from hashlib import blake2b

SEAL_BYTES = 32


def sealed(key: bytes, content: bytes) -> bytes:
    """The seal of this content."""
    return blake2b(content, key=key, digest_size=SEAL_BYTES).digest()


def is_sealed(key: bytes, content: bytes, seal: bytes) -> bool:
    # Not hmac.compare_digest, which loads OpenSSL as well: nobody learns from how long this takes,
    # since nobody can ask.
    return seal == sealed(key, content)


def seal_key() -> bytes | None:
    """The user's key, made when there is none; None if none can be kept, and then nothing is."""
    home = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    path = os.path.join(home, "portico", "key")
    for _ in range(2):
        with contextlib.suppress(OSError):
            with open(path, "rb") as file:
                key = file.read()
            if len(key) == SEAL_BYTES:
                return key
        with contextlib.suppress(OSError):
            os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
            temporary = f"{path}.{os.getpid()}"
            descriptor = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(os.urandom(SEAL_BYTES))
            # Of two runs that begin together, both take the key of the last.
            os.replace(temporary, path)
    return None
