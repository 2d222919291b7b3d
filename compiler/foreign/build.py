"""Builds a kustomization with kustomize or kubectl: from copies of what was read, offline."""

import os
import shutil
import tempfile
from functools import cache

from compiler.diagnostics.model import Diagnostic
from compiler.foreign import yaml
from compiler.foreign.kustomize import Build
from compiler.foreign.objects import Built, Manifest, objects_of
from compiler.policies.reading import mapping
from compiler.policies.shape import Object

_SECONDS = 30
# Go reserves address space generously: kubectl starts with 1.3 GB of it. What is built here is at
# most a few times as large as the files that were read.
_ADDRESS_SPACE = 4 << 30
_OUTPUT = 256 << 20
_ENVIRONMENT = {
    # No git and no plugin is found, and nothing answers at port 9: nothing can be loaded.
    "PATH": "",
    **dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), "http://127.0.0.1:9"),
    "NO_PROXY": "",
}


def built(build: Build, sources: list[Manifest]) -> tuple[list[Built], list[Diagnostic]]:
    """The objects that a kustomization builds, or why they are not to be had.

    `sources` are the objects of its resources, by which a built one is told where it comes from.
    """
    root = build.root
    program = _program()
    if program is None:
        where = root.needs_build or ("components",)
        return [], [
            root.problem(
                f"`{where[0]}` needs a build to be judged, and no program for it is installed here",
                where if root.needs_build else (),
                "install kubectl or kustomize, so that Portico can run `kustomize build`",
            )
        ]
    output = _run(program, build)
    if isinstance(output, Diagnostic):
        return [], [output]
    path = root.file.path
    reading = yaml.read(path, output, whole=True)
    problems = [
        root.problem(f"in what this builds: {problem.message}", (), problem.help)
        for problem in reading.problems
    ]
    objects = objects_of(root.file, reading)
    problems += [
        root.problem(f"in what this builds: {problem.message}", (), problem.help)
        for problem in objects.problems[len(reading.problems) :]
    ]
    by_identity = {_identity(source.obj): source for source in reversed(sources)}
    made = [
        Built(m.obj, root.file, root.span(()), by_identity.get(_identity(m.obj)))
        for m in objects.manifests
    ]
    return made, problems


def _identity(obj: Object) -> tuple[str, ...]:
    metadata = mapping(obj, "metadata")
    return (str(obj["kind"]), str(metadata.get("namespace")), str(metadata.get("name")))


@cache
def _program() -> tuple[str, ...] | None:
    """The command that builds a folder; None if none is installed."""
    if kustomize := shutil.which("kustomize"):
        return (kustomize, "build")
    if kubectl := shutil.which("kubectl"):
        return (kubectl, "kustomize")
    return None


def _run(program: tuple[str, ...], build: Build) -> bytes | Diagnostic:
    """What the program writes, or why it failed."""
    import subprocess

    root = build.root
    with tempfile.TemporaryDirectory(prefix="portico-") as copies:
        copies = os.path.realpath(copies)
        _copy(build, copies)
        home = os.path.join(copies, ".home")
        os.mkdir(home)
        folder = _within(copies, root.folder)
        # Flux builds without load restrictions; nothing outside the copies can be named.
        command = [*program, "--load-restrictor=LoadRestrictionsNone", folder]
        with (
            tempfile.TemporaryFile(dir=copies) as out,
            tempfile.TemporaryFile(dir=copies) as errors,
        ):
            try:
                done = subprocess.run(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=errors,
                    cwd=copies,
                    env={**_ENVIRONMENT, "HOME": home, "TMPDIR": copies},
                    timeout=_SECONDS,
                    preexec_fn=_limited if os.name == "posix" else None,
                )
            except subprocess.TimeoutExpired:
                return root.problem(
                    f"this did not build within {_SECONDS} seconds", (), "make it smaller"
                )
            except OSError as error:
                reason = (error.strerror or str(error)).lower()
                return root.problem(
                    f"{program[0]} cannot be run: {reason}", (), "install kubectl or kustomize"
                )
            errors.seek(0)
            said = errors.read(20_000).decode(errors="replace").replace(copies, "")
            if done.returncode != 0:
                return root.problem(
                    f"kustomize refuses this: {_gist(said)}", (), "correct what it names"
                )
            out.seek(0)
            return out.read()


def _limited() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE, _ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_OUTPUT, _OUTPUT))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))


def _copy(build: Build, copies: str) -> None:
    """Lay out the files that were read, and the links that lead to them, as they are."""
    for real, content in build.inputs.items():
        target = _within(copies, real)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "wb") as file:
            file.write(content)
    for link, real in build.links.items():
        at = _within(copies, link)
        os.makedirs(os.path.dirname(at), exist_ok=True)
        if not os.path.lexists(at):
            os.symlink(_within(copies, real), at)


def _within(copies: str, path: str) -> str:
    return os.path.join(copies, os.path.splitdrive(path)[1].lstrip(os.sep))


def _gist(said: str) -> str:
    """What a program said, without kubectl's own frame around it."""
    lines = [line.strip() for line in said.splitlines() if line.strip(" >\t")]
    text = " ".join(lines) or "it says nothing"
    _, found, rest = text.partition('err="')
    if found:
        text = rest.removesuffix('"')
    return text.removeprefix("Error: ").replace("\\n", " ")[:600]
