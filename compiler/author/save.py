"""A file that a person writes in, replaced in one step."""

import os

from compiler.author.refused import Refused


def save(root: str, path: str, before: bytes | None, after: bytes) -> None:
    """Write a file that held `before`, or that was not there: None.

    Whoever reads it finds the old content or the new. A link stays one, and so do permissions.
    Raises Refused if it holds something else by now, and OSError.
    """
    full = os.path.realpath(os.path.join(root, path))
    folder, name = os.path.split(full)
    temporary = os.path.join(folder, f".portico-{os.getpid()}-{name}.tmp")
    try:
        with open(temporary, "wb") as file:
            file.write(after)
        if before is None:
            _place(temporary, full, path)
        else:
            _replace(temporary, full, path, before)
    except OSError as failure:
        raise OSError(failure.errno, failure.strerror, path) from None
    finally:
        if os.path.lexists(temporary):
            os.unlink(temporary)


def _place(temporary: str, full: str, path: str) -> None:
    try:
        # Unlike a rename, a link never takes the place of a file.
        os.link(temporary, full)
    except FileExistsError:
        raise Refused(f"{path} is there already, and stays as it is") from None


def _replace(temporary: str, full: str, path: str, before: bytes) -> None:
    with open(full, "rb") as file:
        now = file.read()
        os.chmod(temporary, os.fstat(file.fileno()).st_mode & 0o7777)
    if now != before:
        raise Refused(f"{path} was changed by somebody else meanwhile: run it again")
    os.replace(temporary, full)
