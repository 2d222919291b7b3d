"""What the work itself costs, without a compiler: no run can be faster than its parts.

Each floor is measured in a process of its own, `python -m bench.floors NAME ROOT SCRATCH`, which
prints the seconds of the part alone; only those marked as whole processes are timed from outside.
"""

import gc
import hashlib
import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

from bench.process import run
from bench.work import Work

OBJECTS = "objects.json"
"""In the scratch folder: every compiled object, with the version of Kubernetes that it is for."""

WHOLE = {
    "empty Python": "pass",
    "imports of compile": "import compiler.cli.main, compiler.cli.compile",
    "imports of check": "import compiler.cli.main, compiler.cli.check",
    "imports of scan": "import compiler.cli.main, compiler.cli.scan",
}
"""Floors that are a whole process: what it executes."""


def measured(name: str, work: Work) -> float:
    """The seconds of one floor. Raises Failed."""
    if name in WHOLE:
        return work.run(sys.executable, "-c", WHOLE[name]).seconds
    command = [sys.executable, "-m", "bench.floors", name, work.root, work.scratch]
    return float(run(command, work.root, work.environment()).output)


def _write_objects(root: str, scratch: str) -> None:
    """Once for each estate, before anything is measured."""
    from compiler.pipeline import whole

    objects = [
        [plan.member.environment.cluster.kubernetes, obj]
        for plan in whole.prepare(root).plans
        for piece in plan.pieces()
        for file in piece.files
        for obj in file.objects
    ]
    with open(os.path.join(scratch, OBJECTS), "w", encoding="utf-8") as file:
        json.dump(objects, file)


def _objects(scratch: str) -> Any:
    with open(os.path.join(scratch, OBJECTS), "rb") as file:
        return json.load(file)


def _files(root: str, *folders: str) -> list[str]:
    """Every file below these folders of the repository."""
    return [
        os.path.join(folder, name)
        for top in folders
        for folder, _, names in os.walk(os.path.join(root, top))
        for name in names
    ]


def _walk(folder: str) -> Iterator[os.DirEntry[str]]:
    pending = [folder]
    while pending:
        with os.scandir(pending.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    pending.append(entry.path)
                else:
                    yield entry


def _read(path: str) -> bytes:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        # One system call more than the size asks for would double the reads.
        return os.read(descriptor, os.fstat(descriptor).st_size + 1)
    finally:
        os.close(descriptor)


def _stat(root: str, scratch: str) -> Callable[[], None]:
    def work() -> None:
        for folder in ("apps", "environments", "rendered"):
            for entry in _walk(os.path.join(root, folder)):
                entry.stat(follow_symlinks=False)

    return work


def _read_all(root: str, scratch: str) -> Callable[[], None]:
    def work() -> None:
        for entry in _walk(os.path.join(root, "rendered")):
            _read(entry.path)

    return work


def _hash_all(root: str, scratch: str) -> Callable[[], None]:
    contents = [_read(path) for path in _files(root, "rendered")]

    def work() -> None:
        for content in contents:
            hashlib.sha256(content).digest()

    return work


def _events(*folders: str) -> Callable[[str, str], Callable[[], None]]:
    def prepared(root: str, scratch: str) -> Callable[[], None]:
        import yaml

        texts = [_read(p) for p in _files(root, *folders) if p.endswith(".yaml")]

        def work() -> None:
            for text in texts:
                for _ in yaml.parse(text, Loader=yaml.CLoader):
                    pass

        return work

    return prepared


def _dump(root: str, scratch: str) -> Callable[[], None]:
    objects = _objects(scratch)
    try:
        import orjson
    except ImportError:
        encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode
        return lambda: [encode(obj) for obj in objects].clear()
    return lambda: [orjson.dumps(obj) for obj in objects].clear()


def _write(*, rename: bool) -> Callable[[str, str], Callable[[], None]]:
    def prepared(root: str, scratch: str) -> Callable[[], None]:
        target = os.path.join(scratch, "written")
        shutil.rmtree(target, ignore_errors=True)
        top = os.path.join(root, "rendered")
        contents = {os.path.relpath(path, top): _read(path) for path in _files(root, "rendered")}

        def work() -> None:
            made: set[str] = set()
            for path, content in contents.items():
                full = os.path.join(target, path)
                folder = os.path.dirname(full)
                if folder not in made:
                    os.makedirs(folder, exist_ok=True)
                    made.add(folder)
                written = f"{full}.tmp" if rename else full
                with open(written, "wb", buffering=0) as file:
                    file.write(content)
                if rename:
                    os.replace(written, full)

        return work

    return prepared


def _validate(root: str, scratch: str) -> Callable[[], None]:
    from compiler.check.schema import Schemas

    objects = _objects(scratch)

    def work() -> None:
        schemas = {version: Schemas(version) for version in {version for version, _ in objects}}
        for version, obj in objects:
            validator = schemas[version].validator(obj)
            if validator is not None:
                validator.is_valid(obj)

    return work


PARTS: dict[str, Callable[[str, str], Callable[[], None]]] = {
    "libyaml events of the specs": _events("apps", "environments"),
    "libyaml events of rendered/": _events("rendered"),
    "objects as JSON": _dump,
    "write the files": _write(rename=False),
    "write and rename the files": _write(rename=True),
    "read rendered/": _read_all,
    "hash rendered/": _hash_all,
    "stat every file": _stat,
    "strict schemas": _validate,
}
"""Floors that are a part of a run: what is ready before the clock starts -> what is timed."""


if __name__ == "__main__":
    _, asked, at, beside = sys.argv
    # As the compiler does.
    gc.disable()
    if asked == OBJECTS:
        _write_objects(at, beside)
    else:
        part = PARTS[asked](at, beside)
        begun = time.perf_counter()
        part()
        print(time.perf_counter() - begun)
