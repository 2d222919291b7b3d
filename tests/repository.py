"""Small repositories for tests, and the real command line run on them in this process."""

import contextlib
import io
import re
from pathlib import Path
from typing import NamedTuple

from compiler.cli.main import main
from compiler.rules import ELIDED

ENVIRONMENT = (Path(__file__).parent / "cases" / "environment.yaml").read_text()
"""A small valid environment named dev, which a case gets when it has none of its own."""

APP = """\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
port: 8080
expose:
  host: shop
environments:
  dev:
"""
"""A small valid spec: public, one environment."""


class Result(NamedTuple):
    """What a user sees of one command."""

    code: int
    out: str
    err: str


def portico(root: Path, *arguments: str) -> Result:
    """Run `portico ARGUMENTS`, with `--root ROOT` where the command works on a repository."""
    on_repository = not {"completion", "explain", "init", "schema", "scan"} & set(arguments)
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = main([*arguments, *(("--root", str(root)) if on_repository else ())])
        except SystemExit as stopped:
            code = stopped.code if isinstance(stopped.code, int) else 1
    return Result(code, out.getvalue(), err.getvalue())


def repository(root: Path, files: dict[str, str] | None = None) -> Path:
    """A repository with these files, the app `shop` if no app is given and the environment `dev`
    if no environment is. A file that begins with `# ...` has the rest of these."""
    files = dict(files or {})
    if not any(path.startswith("apps/") for path in files):
        files["apps/shop.yaml"] = APP
    if not any(path.startswith("environments/") for path in files):
        files["environments/dev.yaml"] = ENVIRONMENT
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(whole(path, text).encode())
    return root


def whole(path: str, text: str) -> str:
    """A spec or an environment file with each top-level field that it leaves out, if it begins with
    `# ...`; any other file as it is."""
    if not text.startswith(ELIDED):
        return text
    rest = {"apps": APP, "environments": ENVIRONMENT}[path.split("/")[0]]
    return "".join((_fields(rest) | _fields(text.partition("\n")[2])).values())


def _fields(text: str) -> dict[str, str]:
    """Each top-level field of a file, by its name."""
    lines = re.split(r"^(?=\w)", text, flags=re.MULTILINE)
    return {field.split(":")[0]: field for field in lines if field}


def snapshot(root: Path) -> dict[str, bytes]:
    """Every file below a folder, as path -> bytes; a link is told by where it points.

    What is kept in `.portico-cache/` is nobody's business.
    """
    return {
        str(path.relative_to(root)): str(path.readlink()).encode()
        if path.is_symlink()
        else path.read_bytes()
        for path in sorted(root.rglob("*"))
        if (path.is_symlink() or path.is_file()) and ".portico-cache" not in path.parts
    }
