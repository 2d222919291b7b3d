"""What people, programs and the power supply do to a repository between two runs."""

import os
import re
import shutil
import signal
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from compiler.cache.memory import _NAME, FOLDER
from compiler.cache.seal import SEAL_BYTES
from tests.cache.starting import STARTING, environment, spec
from tests.cache.twin import settle
from tests.repository import portico, repository

T = TypeVar("T")

SECOND = 1_000_000_000
_NAMES = ("shop", "cart", "login", "hooks", "nightly", "extra", "other")
_EXPOSED = (
    None,
    "{host: shop}",
    "{host: shop, path: /cart}",
    "{host: shop, path: /other, cache: origin}",
    "{host: login}",
    "{host: hooks, edge: direct}",
    "{host: fresh}",
    "{host: fresh, path: /deep}",
    '{host: "@"}',
)
_RULE = '''\
ID = "PT90{number}"
TITLE = "name that is not liked"
SEVERITY = "{severity}"
RATIONALE = "Names matter."
WHAT = "Refuses what is named so."
FIX = "Name it otherwise."
KINDS = ("Service", "Deployment")
ONE_DOOR = False
FAILING = """
apiVersion: v1
kind: Service
metadata: {{name: refused}}
"""
PASSING = """
apiVersion: v1
kind: Service
metadata: {{name: shop}}
"""


def findings(obj, context):
    name = obj["metadata"]["name"]
    if name == "refused" or {condition}:
        yield ("metadata", "name"), f"{{name}} is not liked", "name it otherwise"
'''
_CONDITIONS = (
    'name == "cart"',
    'context.hosts.get("fresh.dev.acme.example") and obj["kind"] == "Service"',
    'any(name != claim.name for claim in context.hosts.get("shop.prod.acme.example", ()))',
    'any(host.startswith("fresh") for host in context.hosts) and name == "login"',
    "len(context.hosts) > 4",
)


class Place:
    """A repository, and what the steps remember of it."""

    def __init__(self, root: Path, outside: Path) -> None:
        self.root = root
        self.outside = outside
        self.saved: dict[str, bytes] = {}
        """Files that were broken, as they were before."""
        self.memory: bytes | None = None
        """The memory of some earlier run."""
        self.clock = 0
        """By how much the clock is wrong, in nanoseconds."""
        self.day = "2026-03-01"
        self.key = b"u" * SEAL_BYTES
        """Of the user's seal."""

    @property
    def memory_file(self) -> Path:
        return self.root / FOLDER / _NAME

    def files(self, *patterns: str) -> list[Path]:
        found = {path for pattern in patterns for path in self.root.glob(pattern)}
        return sorted(path for path in found if path.is_file() and not path.is_symlink())

    def specs(self) -> list[Path]:
        return self.files("apps/*.yaml")

    def environments(self) -> list[Path]:
        placements = self.placements()
        return [path for path in self.files("environments/*.yaml") if path not in placements]

    def placements(self) -> list[Path]:
        return self.files("environments/*.placement.yaml")

    def rendered(self) -> list[Path]:
        return self.files("rendered/**/*")


Step = Callable[[Place, int], None]
"""The number chooses what is changed, and into what."""


def pick(values: Sequence[T], number: int) -> tuple[T, int]:
    """One of the values, and the number for the next choice."""
    return values[number % len(values)], number // len(values)


def _with_line(text: str, key: str, value: str | None) -> str:
    """A spec or environment file in which this field has this value, or is not there."""
    line = "" if value is None else f"{key}: {value}\n"
    if re.search(rf"(?m)^{key}: .*\n", text):
        return re.sub(rf"(?m)^{key}: .*\n", lambda _: line, text, count=1)
    before = "environments:\n" if "environments:\n" in text else "terraform:\n"
    return text.replace(before, line + before, 1)


def _change(files: list[Path], number: int, key: str, values: Sequence[str | None]) -> None:
    if files:
        path, number = pick(files, number)
        value, _ = pick(values, number)
        # Bytes: what was broken need not be text.
        text = path.read_bytes().decode(errors="replace")
        path.write_text(_with_line(text, key, value))


def change_image(place: Place, number: int) -> None:
    _change(place.specs(), number, "image", [f"ghcr.io/acme/app:1.0.{n}" for n in range(10)])


def change_host(place: Place, number: int) -> None:
    _change(place.specs(), number, "expose", _EXPOSED)


def change_team(place: Place, number: int) -> None:
    _change(place.specs(), number, "team", ("sales", "data", "identity", "fresh"))


def change_port(place: Place, number: int) -> None:
    _change(place.specs(), number, "port", ("8080", "9090", None))


def change_calls(place: Place, number: int) -> None:
    calls = (None, "[cart]", "[login, cart]", "[shop]", "[extra]", "[nobody]")
    _change(place.specs(), number, "calls", calls)


def change_variable(place: Place, number: int) -> None:
    _change(place.specs(), number, "env", ("{MODE: fast}", "{MODE: slow}", "{MODE: 1}", None))


def change_where(place: Place, number: int) -> None:
    """The environments that an app is in."""
    specs = place.specs()
    if specs:
        path, number = pick(specs, number)
        where, _ = pick(
            (
                "  dev:\n",
                "  dev:\n  prod:\n",
                "  dev: {replicas: 3}\n  prod:\n",
                "  dev: {calls: []}\n  prod:\n",
                "  test:\n",
            ),
            number,
        )
        text = path.read_bytes().decode(errors="replace").partition("environments:\n")[0]
        path.write_text(f"{text}environments:\n{where}")


def change_defaults(place: Place, number: int) -> None:
    values = ("{replicas: 2}", "{replicas: 3}", "{env: {MODE: fast}}", None, "{replicas: many}")
    _change(place.environments(), number, "defaults", values)


def change_firewall(place: Place, number: int) -> None:
    values = ("{waf: {rateLimit: 500}}", "{waf: {rateLimit: 900}}", None)
    _change(place.environments(), number, "edge", values)


def change_router(place: Place, number: int) -> None:
    values = ("nginx", "ingress-nginx", "{kind: nginx, replicas: 5}")
    _change(place.environments(), number, "router", values)


def comment(place: Place, number: int) -> None:
    """A source says the same in other words."""
    sources = [*place.specs(), *place.environments(), *place.placements()]
    if sources:
        path, number = pick(sources, number)
        path.write_bytes(b"# %d\n" % number + path.read_bytes())


def change_in_place(place: Place, number: int) -> None:
    """Another text of the same size, with the time of the last change put back."""
    files = [*place.specs(), *place.rendered(), *place.files("policies/*.py")]
    if files:
        path, number = pick(files, number)
        status, content = path.stat(), path.read_bytes()
        for old, new in ((b"1.0.", b"2.0."), (b"8080", b"8081"), (b"2.0.", b"3.0."), (b"0", b"9")):
            if old in content:
                with path.open("r+b") as file:
                    file.write(content.replace(old, new))
                break
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def touch(place: Place, number: int) -> None:
    files = place.files("apps/*", "environments/*", "policies/*.py", "rendered/**/*")
    path, number = pick(files, number)
    if number % 2:
        path.touch()
    else:
        # Another inode with the same content, as editors and git leave it.
        shutil.copy(path, place.outside / "copied")
        shutil.move(place.outside / "copied", path)


def add_app(place: Place, number: int) -> None:
    name, number = pick(_NAMES, number)
    exposed, number = pick(_EXPOSED, number)
    lines = () if exposed is None else (f"expose: {exposed}",)
    text = spec(name, "sales", "port: 8080", *lines, environments=("dev",))
    (place.root / "apps" / f"{name}.yaml").write_text(text)


def remove_app(place: Place, number: int) -> None:
    if place.specs():
        pick(place.specs(), number)[0].unlink()


def rename_app(place: Place, number: int) -> None:
    if place.specs():
        path, number = pick(place.specs(), number)
        name, number = pick(_NAMES, number)
        if number % 2:
            path.write_text(_with_line(path.read_bytes().decode(errors="replace"), "name", name))
        path.rename(path.with_name(f"{name}.yaml"))


def add_environment(place: Place, number: int) -> None:
    name, _ = pick(("test", "prod", "dev"), number)
    (place.root / "environments" / f"{name}.yaml").write_text(environment(name))


def remove_environment(place: Place, number: int) -> None:
    if place.environments():
        pick(place.environments(), number)[0].unlink()


def remove_placement(place: Place, number: int) -> None:
    if place.placements():
        pick(place.placements(), number)[0].unlink()


def change_placement(place: Place, number: int) -> None:
    if place.placements():
        path, number = pick(place.placements(), number)
        old, new = pick(
            (
                ("standard-1", "standard-2"),
                ("login.", "gone."),
                ("standard-1", "direct"),
                ("hosts:", "hosts: # some"),
                ("standard-2", "standard-1"),
            ),
            number,
        )[0]
        path.write_bytes(path.read_bytes().replace(old.encode(), new.encode()))


def break_source(place: Place, number: int) -> None:
    sources = [*place.specs(), *place.environments(), *place.placements()]
    if sources:
        path, number = pick(sources, number)
        place.saved.setdefault(str(path), path.read_bytes())
        broken, _ = pick((b"", b"a: [", b"\xff\xfe", b"name: x\nname: y\n", b"[]\n"), number)
        path.write_bytes(broken)


def repair(place: Place, number: int) -> None:
    for path, content in place.saved.items():
        Path(path).write_bytes(content)
    place.saved.clear()


def go_back(place: Place, number: int) -> None:
    """All sources are as they were at the beginning, as after `git checkout`."""
    for folder in ("apps", "environments"):
        for path in (place.root / folder).iterdir():
            is_folder = path.is_dir() and not path.is_symlink()
            shutil.rmtree(path) if is_folder else path.unlink()
    shutil.rmtree(place.root / "policies", ignore_errors=True)
    repository(place.root, STARTING)
    place.saved.clear()


def change_rendered(place: Place, number: int) -> None:
    if place.rendered():
        path, number = pick(place.rendered(), number)
        content = path.read_bytes()
        changed, _ = pick((content + b"#\n", b"other\n", content[:60], b""), number)
        path.write_bytes(changed)


def remove_rendered(place: Place, number: int) -> None:
    if place.rendered():
        path, number = pick(place.rendered(), number)
        for _ in range(number % 5):
            path = path.parent if path.parent != place.root else path
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def replace_rendered(place: Place, number: int) -> None:
    """By a folder, or by a link."""
    if place.rendered():
        path, number = pick(place.rendered(), number)
        kind, number = pick(("empty", "full", "link", "folder link", "nowhere"), number)
        if kind == "folder link":
            path = path.parent
        aside = place.outside / "aside"
        shutil.rmtree(aside) if aside.is_dir() else aside.unlink(missing_ok=True)
        path.rename(aside)
        if kind in ("empty", "full"):
            path.mkdir()
            if kind == "full":
                (path / "notes.txt").write_text("mine\n")
        else:
            path.symlink_to("nowhere" if kind == "nowhere" else aside)


def add_foreign(place: Place, number: int) -> None:
    folders = sorted({path.parent for path in place.rendered()} | {place.root / "rendered"})
    folder, number = pick(folders, number)
    name, number = pick(("notes.txt", "extra.yaml", "a/b/c.yaml", "kustomization.yaml"), number)
    mark = "# Compiled by portico from apps/gone.yaml\n" if number % 2 else ""
    path = folder / name
    if not path.is_symlink() and not any(parent.is_file() for parent in (path, *path.parents)):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{mark}kind: Foreign\n")


def remove_foreign(place: Place, number: int) -> None:
    for path in place.files("rendered/**/*"):
        if b"Foreign" in path.read_bytes() or path.name == "notes.txt":
            path.unlink()


def add_temporary(place: Place, number: int) -> None:
    """What a killed run leaves, or one that is writing this very moment."""
    folders = sorted({path.parent for path in place.rendered()})
    folder, number = pick((place.root / "environments", *folders), number)
    # No process has such a number; the first process always runs.
    process, _ = pick((9_999_999, 1), number)
    (folder / f".portico-{process}-dev.placement.yaml.tmp").write_text("half a fi")


def add_folder(place: Place, number: int) -> None:
    """In place of a source, or beside them."""
    path, _ = pick(
        ("apps/old", "apps/more.yaml", "environments/old", "policies/rule.py", "apps/.old"), number
    )
    if not os.path.lexists(place.root / path):
        (place.root / path).mkdir(parents=True)


def remove_folder(place: Place, number: int) -> None:
    for path in ("apps/old", "apps/more.yaml", "environments/old", "policies/rule.py"):
        if (place.root / path).is_dir():
            shutil.rmtree(place.root / path)


def change_rule(place: Place, number: int) -> None:
    which, number = pick((0, 1), number)
    condition, number = pick(_CONDITIONS, number)
    severity, number = pick(("error", "warning", "fatal"), number % 7)
    path = place.root / "policies" / f"own_{which}.py"
    path.parent.mkdir(exist_ok=True)
    path.write_text(_RULE.format(number=which, severity=severity, condition=condition))


def remove_rule(place: Place, number: int) -> None:
    rules = place.files("policies/*.py")
    if rules:
        pick(rules, number)[0].unlink()


def change_waivers(place: Place, number: int) -> None:
    about, number = pick(("Service sales/cart", "Deployment sales/cart", "Service a/b"), number)
    expires, number = pick(("2026-03-05", "2026-06-01", "2025-01-01"), number)
    path = place.root / "policies" / "waivers.yaml"
    path.parent.mkdir(exist_ok=True)
    if number % 4 == 3:
        path.unlink(missing_ok=True)
    else:
        path.write_text(
            f"waivers:\n- rule: PT90{number % 2}\n  object: {about}\n"
            f'  reason: none\n  owner: platform\n  expires: "{expires}"\n'
        )


def next_day(place: Place, number: int) -> None:
    place.day, _ = pick(("2026-03-01", "2026-03-02", "2026-03-06", "2026-05-25"), number)


def link_source(place: Place, number: int) -> None:
    """A link in place of a source: to the same content or another, inside or outside."""
    sources = sorted((place.root / "apps").glob("*.yaml"))
    sources += place.files("policies/*")
    sources = [path for path in sources if path.is_file()]
    if not sources:
        return
    path, number = pick(sources, number)
    folder, number = pick((place.root / "shared", place.outside), number)
    name, number = pick(("one", "two"), number)
    target = folder / f"{name}-{path.name}"
    content = path.read_bytes()
    target.parent.mkdir(exist_ok=True)
    if number % 2 or not target.exists():
        target.write_bytes(content)
    path.unlink()
    # The copy of the repository must find what is inside within itself.
    path.symlink_to(f"../shared/{target.name}" if folder != place.outside else target)


def change_linked(place: Place, number: int) -> None:
    """What links lead to."""
    targets = place.files("shared/*")
    if targets:
        path, number = pick(targets, number)
        content = path.read_bytes()
        path.write_bytes(content.replace(b"1.0.", b"7.%d." % (number % 10)))


def spoil_memory(place: Place, number: int) -> None:
    path = place.memory_file
    if not path.is_file():
        return
    content = path.read_bytes()
    how, number = pick(("shorten", "flip", "remove", "keep", "put back", "folder"), number)
    at = number % len(content) if content else 0
    if how == "shorten":
        path.write_bytes(content[:at])
    elif how == "flip" and content:
        path.write_bytes(content[:at] + bytes((content[at] ^ 1 << number % 8,)) + content[at + 1 :])
    elif how == "remove":
        path.unlink()
    elif how == "keep":
        place.memory = content
    elif how == "put back" and place.memory is not None:
        path.write_bytes(place.memory)
    elif how == "folder":
        path.unlink()
        path.mkdir()


def other_key(place: Place, number: int) -> None:
    """As if another user, or somebody with a key of his own, had sealed what is kept."""
    place.key, _ = pick((b"o" * SEAL_BYTES, b"u" * SEAL_BYTES), number)


def jump(place: Place, number: int) -> None:
    """The clock is set back, or right again."""
    place.clock, _ = pick((0, -1 * SECOND, -60 * SECOND, -86_400 * SECOND), number)


def kill(place: Place, number: int) -> None:
    """A run is killed when it puts a file in its place."""
    command, number = pick(("compile", "compile", "compile", "check"), number)
    calls = number % 30
    process = os.fork()
    if process == 0:
        replace = os.replace

        def deadly(source: str, target: str) -> None:
            nonlocal calls
            if calls == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            calls -= 1
            replace(source, target)

        os.replace = deadly  # type: ignore[assignment]
        try:
            portico(place.root, command)
        finally:
            os._exit(0)
    os.waitpid(process, 0)


def wait(place: Place, number: int) -> None:
    """Time passes, and what was written can be told by its stamps."""
    settle()


STEPS: tuple[Step, ...] = (
    change_image,
    change_host,
    change_team,
    change_port,
    change_calls,
    change_variable,
    change_where,
    change_defaults,
    change_firewall,
    change_router,
    comment,
    change_in_place,
    touch,
    add_app,
    remove_app,
    rename_app,
    add_environment,
    remove_environment,
    remove_placement,
    change_placement,
    break_source,
    repair,
    go_back,
    change_rendered,
    remove_rendered,
    replace_rendered,
    add_foreign,
    remove_foreign,
    add_temporary,
    add_folder,
    remove_folder,
    change_rule,
    remove_rule,
    change_waivers,
    next_day,
    link_source,
    change_linked,
    spoil_memory,
    other_key,
    jump,
    wait,
    *((kill,) if hasattr(os, "fork") else ()),
)
