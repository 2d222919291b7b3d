"""With what an earlier run learned, a run leaves and says what it would without."""

import os
import shutil
import signal
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.repository import ENVIRONMENT, portico, repository, snapshot

# More examples, and longer ones, than `make test` has the time for: PORTICO_THOROUGH=1.
THOROUGH = bool(os.environ.get("PORTICO_THOROUGH"))

APPS = {
    "shop": "team: sales\nport: 8080\nexpose: {host: shop}\ncalls: [cart, stock]\n",
    "cart": "team: sales\nport: 8080\ndescription: the cart\n",
    "stock": "team: goods\nport: 9090\nexpose: {host: shop-stock}\nenv: {LEVEL: debug}\n",
    "api": "team: goods\nport: 80\nexpose: {host: goods, path: /api}\ncalls: [cart]\n",
    "pages": "team: goods\nport: 8080\nexpose: {host: goods}\n",
    "report": "team: goods\nschedule: 10 3 * * *\n",
}

WARNED = ENVIRONMENT.replace(
    "access:\n    cloudfrontSecurityGroups: [sg-0123456789abcdef0]",
    "access: {openToTheWorld: true}",
)

RULE = '''\
ID = "PT900"
TITLE = "own rule"
SEVERITY = "error"
RATIONALE = "A rule of the repository's own."
WHAT = "Refuses what it refuses."
FIX = "Do not."
KINDS = ("Ingress",)
ONE_DOOR = False
FAILING = """
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: refused, namespace: sales}
"""
PASSING = """
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop, namespace: sales}
"""


def findings(obj, context):
    if obj["metadata"]["name"] == "refused" or CONDITION:
        yield ("metadata",), "refused", "do not"
'''

CONDITIONS = (
    "False",
    'obj["metadata"]["name"] == "api"',
    "len(context.hosts) > 3",
    "any(len(claims) > 1 for claims in context.hosts.values())",
    'len(context.hosts.get("goods.dev.acme.example", ())) > 1',
)


class Step(NamedTuple):
    """A change of a repository. `number` chooses what is changed, and into what."""

    name: str
    number: int


def spec(name: str, fields: str, tag: str = "1.4.2", places: str = "  dev:\n  test:\n") -> str:
    return f"name: {name}\nimage: ghcr.io/acme/{name}:{tag}\n{fields}environments:\n{places}"


def one_of(paths: list[Path], number: int) -> Path | None:
    return sorted(paths)[number % len(paths)] if paths else None


def apps(root: Path) -> list[Path]:
    return list((root / "apps").glob("*.yaml"))


def rendered(root: Path) -> list[Path]:
    return [p for p in (root / "rendered").rglob("*") if p.is_file() and not p.is_symlink()]


def in_place(path: Path, change: Callable[[str], str], *, back: bool = False) -> None:
    """Write into the very same file; with `back`, its time of change is set back."""
    if path.is_symlink() or not path.is_file():
        return
    status = path.stat()
    text = change(path.read_text())
    with path.open("r+") as file:
        file.truncate(0)
        file.write(text)
    if back:
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def bump(root: Path, number: int) -> None:
    path = one_of(apps(root), number)
    if path:
        in_place(path, lambda text: text.replace(":1.4.", f":{number % 3}.4."))


def same_size(root: Path, number: int) -> None:
    path = one_of([*apps(root), *rendered(root)], number)
    if path:
        in_place(path, lambda t: t.replace("8080", "8081") if "8080" in t else t, back=True)


def touch(root: Path, number: int) -> None:
    path = one_of([*apps(root), *rendered(root)], number)
    if path:
        os.utime(path, (number, number))


def remove_app(root: Path, number: int) -> None:
    path = one_of(apps(root), number)
    if path and len(apps(root)) > 1:
        path.unlink()


def rename_app(root: Path, number: int) -> None:
    path = one_of(apps(root), number)
    if path and not path.is_symlink():
        new = path.with_name(f"{path.stem}-{number % 3}.yaml")
        text = path.read_text().replace(f"name: {path.stem}\n", f"name: {new.stem}\n")
        path.unlink()
        new.write_text(text)


def add_app(root: Path, number: int) -> None:
    name, fields = sorted(APPS.items())[number % len(APPS)]
    new = f"{name}{number % 4 or ''}"
    host = fields.replace("host: ", f"host: {'x' * (number % 3)}")
    places = ("  dev:\n", "  test:\n", "  dev:\n  test: {port: 81}\n")[number % 3]
    (root / "apps" / f"{new}.yaml").write_text(spec(new, host, places=places))


CHANGES = (
    ("team: sales", "team: goods"),
    ("host: goods", "host: elsewhere"),
    ("port: 8080\n", ""),
    ("calls: [cart]", "calls: [cart, report]"),
    ("calls: [cart, stock]", "calls: [stock]"),
    ("expose: {host: shop}", "expose: {host: shop, edge: direct}"),
    ("path: /api", "path: /v2"),
    ("LEVEL: debug", "LEVEL: info"),
    ("expose: {host: shop}\n", ""),
    ("  test:\n", "  test: {replicas: 3}\n"),
    ("name: ", "# a comment\nname: "),
    ("schedule: 10 3", "schedule: 10 4"),
    ("team: goods", "team: [goods"),
    ("calls: [stock]", "calls: [nobody]"),
)


def change_spec(root: Path, number: int) -> None:
    old, new = CHANGES[number % len(CHANGES)]
    path = one_of([p for p in apps(root) if old in p.read_text()], number // len(CHANGES))
    if path:
        in_place(path, lambda text: text.replace(old, new, 1))


def restore_specs(root: Path, number: int) -> None:
    for name, fields in APPS.items():
        path = root / "apps" / f"{name}.yaml"
        if path.is_symlink():
            path.unlink()
        path.write_text(spec(name, fields))


def change_environment(root: Path, number: int) -> None:
    path = root / "environments" / ("dev.yaml", "test.yaml")[number % 2]
    if path.exists():
        path.write_text(
            path.read_text()
            + ("defaults: {replicas: 2}\n", "# nothing\n", "edge: {waf: {rateLimit: 900}}\n")[
                number % 3
            ]
        )


def environments(root: Path, number: int) -> None:
    """Restores, removes or warns of an environment."""
    test = root / "environments/test.yaml"
    (root / "environments/dev.yaml").write_text((ENVIRONMENT, WARNED)[number % 2])
    if number % 3:
        test.write_text(second_environment())
    else:
        test.unlink(missing_ok=True)
        (root / "environments/test.placement.yaml").unlink(missing_ok=True)


def second_environment() -> str:
    return (
        ENVIRONMENT.replace("name: dev\n", "name: test\n")
        .replace("dev", "test")
        .replace("acme-edge", "acme-edge-test")
        .replace("0000000PUBLIC", "0000000PUBTEST")
    )


def placement(root: Path, number: int) -> None:
    path = root / "environments" / ("dev", "test")[number % 2]
    path = path.with_suffix(".placement.yaml")
    if path.exists() and number % 3:
        path.unlink()
    elif path.exists():
        path.write_text("# by hand\n" + path.read_text())


def spoil_rendered(root: Path, number: int) -> None:
    path = one_of(rendered(root), number)
    if path is None:
        return
    match number % 7:
        case 0:
            path.unlink()
        case 1:
            path.write_text(path.read_text() + "# by hand\n")
        case 2:
            path.with_name("foreign.yaml").write_text("kind: ConfigMap\n")
        case 3:
            path.unlink()
            path.symlink_to(root / "apps")
        case 4:
            path.unlink()
            path.mkdir()
        case 5:
            shutil.rmtree(path.parent)
        case 6:
            path.with_name(".portico-999999999-x.tmp").write_text("half")


def clean_rendered(root: Path, number: int) -> None:
    shutil.rmtree(root / "rendered", ignore_errors=True)


def link_spec(root: Path, number: int) -> None:
    path = one_of(apps(root), number)
    if path and not path.is_symlink():
        for version in ("one", "two"):
            (root / f"{path.stem}-{version}").write_text(
                path.read_text().replace(":1.4.", f":{len(version)}.5.{version}")
            )
        path.unlink()
        path.symlink_to(f"../{path.stem}-one")
    elif path:
        target = "two" if "one" in str(path.readlink()) else "one"
        path.unlink()
        path.symlink_to(f"../{path.stem}-{target}")


def own_rule(root: Path, number: int) -> None:
    folder = root / "policies"
    folder.mkdir(exist_ok=True)
    rule = folder / "own.py"
    if number % 4 == 0:
        rule.unlink(missing_ok=True)
    else:
        rule.write_text(RULE.replace("CONDITION", CONDITIONS[number % len(CONDITIONS)]))


def waiver(root: Path, number: int) -> None:
    folder = root / "policies"
    folder.mkdir(exist_ok=True)
    ends = date.today() + timedelta(days=(30, 3, -1)[number % 3])
    target = ("Ingress goods/api", "Ingress sales/shop", "Ingress sales/nobody")[number % 3]
    (folder / "waivers.yaml").write_text(
        f"waivers:\n- rule: PT900\n  object: {target}\n  reason: it is a test\n"
        f'  owner: sales\n  expires: "{ends}"\n'
        if number % 4
        else "waivers: []\n"
    )


def spoil_cache(root: Path, number: int) -> None:
    path, kept = root / ".portico-cache/memory-1", root / "kept-memory"
    if not path.exists():
        return
    content = path.read_bytes()
    match number % 5:
        case 0:
            path.unlink()
        case 1:
            path.write_bytes(content[: number * len(content) // 1000])
        case 2:
            place = number * 7919 % len(content)
            path.write_bytes(
                content[:place] + bytes((content[place] ^ 1 << number % 8,)) + content[place + 1 :]
            )
        case 3:
            kept.write_bytes(content)
        case 4:
            path.write_bytes(kept.read_bytes() if kept.exists() else b"\xff" * 100)


def killed(root: Path, number: int) -> None:
    """A compile that is killed when it replaces its n-th file."""
    process = os.fork()
    if process == 0:
        replace, left = os.replace, [number % 30]

        def deadly(*arguments: str) -> None:
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            left[0] -= 1
            replace(*arguments)

        os.replace = deadly  # type: ignore[assignment]
        try:
            portico(root, "compile")
        finally:
            os._exit(0)
    os.waitpid(process, 0)


def nothing(root: Path, number: int) -> None:
    pass


STEPS = {
    step.__name__: step
    for step in (
        *(bump, same_size, touch, remove_app, rename_app, add_app, change_spec, restore_specs),
        *(change_environment, environments, placement, spoil_rendered, clean_rendered, link_spec),
        *(own_rule, waiver, spoil_cache, nothing),
        *((killed,) if hasattr(os, "fork") else ()),
    )
}


@pytest.fixture(scope="module")
def compiled() -> Path:
    """A repository that was compiled and checked, and has a memory of both."""
    root = Path(tempfile.mkdtemp())
    files = {f"apps/{name}.yaml": spec(name, fields) for name, fields in APPS.items()}
    files["environments/dev.yaml"] = ENVIRONMENT
    files["environments/test.yaml"] = second_environment()
    repository(root, files)
    assert portico(root, "compile").code == 0
    checked = portico(root, "check")
    assert checked.code == 0, checked.err
    return root


def without_cache(root: Path, command: str) -> tuple[object, dict[str, bytes]]:
    """What the command says and leaves in a copy of the repository, when it knows nothing."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        shutil.copytree(root, copy, symlinks=True)
        return portico(copy, command, "--no-cache"), snapshot(copy)


@settings(
    max_examples=400 if THOROUGH else 25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(
    steps=st.lists(
        st.tuples(
            st.builds(Step, st.sampled_from(sorted(STEPS)), st.integers(0, 999)),
            st.sampled_from([("compile",), ("check",), ("compile", "check"), ("check", "compile")]),
            # The clock of this machine is an hour behind that of the files, or is right, and has
            # seen every file settle.
            st.sampled_from([-3600, 0, 3]),
        ),
        min_size=1,
        max_size=12 if THOROUGH else 6,
    )
)
def test_a_run_leaves_and_says_what_it_would_without(
    compiled: Path, steps: list[tuple[Step, tuple[str, ...], int]]
) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        root = Path(folder) / "estate"
        shutil.copytree(compiled, root, symlinks=True)
        now = time.time_ns
        for step, commands, clock in steps:
            patch.setattr(time, "time_ns", lambda clock=clock: now() + clock * 10**9)
            STEPS[step.name](root, step.number)
            for command in commands:
                expected, tree = without_cache(root, command)
                said = portico(root, command)
                assert said == expected, (step, command)
                assert snapshot(root) == tree, (step, command)
