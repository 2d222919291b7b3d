"""What people, programs and accidents do to a repository between two runs.

A step is deterministic: `number` chooses what is changed, and into what.
"""

import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

from compiler.cache.memory import FOLDER
from tests.cache.rules import EVERY_HOST, GUARD_OF_HOSTS, HOSTS_IF_DEBUG, ONE_HOST
from tests.repository import ENVIRONMENT, portico

Step = Callable[[Path, int], None]

APPS = {
    "shop": "team: sales\nport: 8080\nexpose: {host: shop}\ncalls: [cart, stock]\n",
    "cart": "team: sales\nport: 8080\ndescription: the cart\n",
    "stock": "team: goods\nport: 9090\nexpose: {host: shop-stock}\nenv: {LEVEL: debug}\n",
    "api": "team: goods\nport: 8080\nexpose: {host: goods, path: /api}\ncalls: [cart]\n",
    "pages": "team: goods\nport: 8080\nexpose: {host: goods}\negress: [{cidr: 10.0.0.0/8, port: 53}]\n",
    "gift": """\
team: sales
calls: [cart]
patches:
- target: NetworkPolicy
  json:
  - {op: test, path: /spec/egress/0/to/0/namespaceSelector/matchLabels/kubernetes.io~1metadata.name,
    value: sales}
  - {op: add, path: /spec/egress/-, value: {to: [{ipBlock: {cidr: 10.0.0.0/8}}]}}
manifests:
- {apiVersion: v1, kind: ConfigMap, metadata: {name: words}, data: {a: b}}
""",
    "report": "team: goods\nschedule: 10 3 * * *\ncalls: [stock]\npermissions: {statements: "
    "[{actions: [sqs:SendMessage], resources: [arn:aws:sqs:eu-west-1:111122223333:news]}]}\n",
}
_LAST_ADDED = 3

# Of a spec, one line in place of another; some of them are mistakes.
_SPEC_CHANGES = (
    ("team: sales", "team: goods"),
    ("team: goods", "team: sales"),
    ("host: goods", "host: elsewhere"),
    ("host: shop}", "host: news}"),
    ("host: shop-stock", "host: shop"),
    ("port: 8080\n", ""),
    ("port: 8080\n", "port: 8081\n"),
    ("calls: [cart]", "calls: [cart, report]"),
    ("calls: [cart, stock]", "calls: [stock]"),
    ("calls: [stock]", "calls: [nobody]"),
    ("expose: {host: shop}", "expose: {host: shop, edge: direct}"),
    ("expose: {host: goods}", "expose: {host: goods, cache: origin}"),
    ("expose: {host: goods}", "expose: [{host: goods}, {hosts: [wares], bodySize: 20Mi}]"),
    ("expose: {host: shop-stock}", "expose: {host: shop-stock, redirects: [stock, goods]}"),
    ("expose: {host: shop-stock}", "expose: {host: shop-stock, redirects: [stock]}"),
    ("expose: {host: shop}\n", ""),
    ("path: /api", "path: /v2"),
    ("path: /api", "path: /etc"),
    ("LEVEL: debug", "LEVEL: info"),
    ("description: the cart", "description: of wood"),
    ("port: 53}", "port: 54}"),
    ("schedule: 10 3", "schedule: 10 4"),
    ("[sqs:SendMessage]", '["sqs:Send*"]'),
    ("[sqs:SendMessage]", "[sqs:SendMessage, sqs:GetQueueUrl]"),
    ("  test:\n", "  test: {permissions: arn:aws:iam::111122223333:role/news}\n"),
    ("  test:\n", "  test: {replicas: 3}\n"),
    ("  test:\n", ""),
    ("  dev:\n", "  dev: {image: ghcr.io/acme/other:2-debug}\n"),
    ("op: test", "op: replace"),
    ("cidr: 10.0.0.0/8", "cidr: nonsense"),
    ("- target: NetworkPolicy", "- target: Service"),
    ("ipBlock: {cidr: 10.0.0.0/8}", "ipBlok: {}"),
    ("name: words", "name: cart-words"),
    ("kind: ConfigMap", "kind: Secret"),
    ("data: {a: b}", "data: {a: c}"),
    (
        "schedule: 10 3",
        "manifests: [{apiVersion: v1, kind: ConfigMap, metadata: {name: words}}]\nschedule: 10 3",
    ),
    (
        "description: the cart",
        "patches: [{target: Deployment, merge: {spec: {minReadySeconds: 3}}}]",
    ),
    ("name: ", "# a comment\nname: "),
    ("team: goods", "team: [goods"),
    ("image: ", "imaeg: "),
)
_ENVIRONMENT_CHANGES = (
    ("", "defaults: {replicas: 2}\n"),
    ("", "# nothing\n"),
    ("", "promotesFrom: dev\n"),
    ("", "edge: {waf: {rateLimit: 900}}\n"),
    ("", "edge: {waf: {block: [192.0.2.0/24]}}\n"),
    ("", "router: {kind: ingress-nginx}\n"),
    ("", "router: {kind: nginx, replicas: 5}\n"),
    ('kubernetes: "1.34"', 'kubernetes: "1.35"'),
    ("region: eu-west-1", "region: eu-west-2"),
    ("acme.example\n", "acme-2.example\n"),
    (
        "access:\n    cloudfrontSecurityGroups: [sg-0123456789abcdef0]",
        "access: {openToTheWorld: true}",
    ),
    ("aws:", "asw:"),
)
_RULES = (EVERY_HOST, ONE_HOST, HOSTS_IF_DEBUG, GUARD_OF_HOSTS)


def spec(name: str, fields: str, tag: str = "1.4.2", places: str = "  dev:\n  test:\n") -> str:
    return f"name: {name}\nimage: ghcr.io/acme/{name}:{tag}\n{fields}environments:\n{places}"


def second_environment() -> str:
    return (
        ENVIRONMENT.replace("dev", "test")
        .replace("acme-edge", "acme-edge-test")
        .replace("0000000PUBLIC", "0000000PUBTEST")
    )


def another_image(root: Path, number: int) -> None:
    tag = (":1.5.0", ":2.0.1", ":1.4-debug")[number % 3]
    _edit(_one_of(_apps(root), number), ":1.4.2", tag)


def another_field(root: Path, number: int) -> None:
    old, new = _SPEC_CHANGES[number % len(_SPEC_CHANGES)]
    having = [path for path in _apps(root) if old in path.read_text()]
    _edit(_one_of(having, number // len(_SPEC_CHANGES)), old, new)


def same_size_and_time(root: Path, number: int) -> None:
    """Written into the very same file, whose time is set back then."""
    path = _one_of([*_apps(root), *_rendered(root)], number)
    if path is not None:
        before = path.stat()
        _edit(path, "8080", "8082")
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def touched(root: Path, number: int) -> None:
    path = _one_of([*_apps(root), *_rendered(root)], number)
    if path is not None:
        os.utime(path, (number, number))


def all_new_files(root: Path, number: int) -> None:
    """As a checkout leaves them: what was there before, in other files."""
    for path in [*_apps(root), *_rendered(root)]:
        content = path.read_bytes()
        path.unlink()
        path.write_bytes(content)


def app_removed(root: Path, number: int) -> None:
    path = _one_of(_apps(root), number)
    if path is not None:
        path.unlink()


def app_renamed(root: Path, number: int) -> None:
    path = _one_of(_apps(root), number)
    if path is not None:
        new = path.with_name(f"{path.stem}-{number % 3}.yaml")
        path.rename(new)
        if number % 4:
            _edit(new, f"name: {path.stem}\n", f"name: {new.stem}\n")


def app_added(root: Path, number: int) -> None:
    name, fields = sorted(APPS.items())[number % len(APPS)]
    new = f"{name}{number % _LAST_ADDED or ''}"
    host = fields.replace("host: ", f"host: {'x' * (number % 3)}")
    places = ("  dev:\n", "  test:\n", "  dev:\n  test: {port: 81}\n")[number % 3]
    (root / "apps" / f"{new}.yaml").unlink(missing_ok=True)
    (root / "apps" / f"{new}.yaml").write_text(spec(new, host, places=places))


def specs_as_at_first(root: Path, number: int) -> None:
    """What was broken is mended, so that runs get further again."""
    for path in (root / "apps").iterdir():
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    for name, fields in APPS.items():
        (root / "apps" / f"{name}.yaml").write_text(spec(name, fields))
    (root / "environments" / "dev.yaml").write_text(ENVIRONMENT)
    (root / "environments" / "test.yaml").write_text(second_environment())
    if number % 2:
        shutil.rmtree(root / "policies", ignore_errors=True)


def spec_is_a_link(root: Path, number: int) -> None:
    """Into the repository or out of it; and to another file the next time."""
    path = _one_of([p for p in (root / "apps").iterdir() if p.suffix == ".yaml"], number)
    if path is None or path.is_dir():
        return
    text = path.read_text() if path.exists() else spec(path.stem, APPS["cart"])
    target = (root, root, root.parent)[number % 3] / f"{path.stem}-{number % 2}"
    target.write_text(text.replace(":1.4.2", f":1.{number % 2}.0"))
    path.unlink()
    path.symlink_to(os.path.relpath(target, path.parent))


def no_spec(root: Path, number: int) -> None:
    """What stands among the specs and is none."""
    folder = root / ("apps", "environments", "policies")[number % 3]
    folder.mkdir(exist_ok=True)
    match number % 4:
        case 0:
            (folder / "folder").mkdir(exist_ok=True)
        case 1:
            (folder / "README.md").write_text(f"{number}\n")
        case 2:
            (folder / ".hidden.py").write_text(f"{number}\n")
        case 3:
            (folder / "notes.txt").write_text(f"{number}\n")


def environment_changed(root: Path, number: int) -> None:
    path = root / "environments" / ("dev.yaml", "test.yaml")[number % 2]
    old, new = _ENVIRONMENT_CHANGES[number % len(_ENVIRONMENT_CHANGES)]
    if old:
        _edit(path, old, new)
    elif path.exists():
        path.write_text(path.read_text() + new)


def environment_removed(root: Path, number: int) -> None:
    (root / "environments" / "test.yaml").unlink(missing_ok=True)
    if number % 2:
        (root / "environments" / "test.placement.yaml").unlink(missing_ok=True)
    for path in _apps(root) if number % 3 else ():
        _edit(path, "  test:\n", "")


def placement_changed(root: Path, number: int) -> None:
    path = root / "environments" / ("dev.placement.yaml", "test.placement.yaml")[number % 2]
    if not path.exists():
        return
    match number % 4:
        case 0:
            path.unlink()
        case 1:
            path.write_text("# by hand\n" + path.read_text())
        case 2:
            _edit(path, "standard-1", "standard-2")
        case 3:
            _edit(path, "hosts:", "hosts")


def rendered_spoiled(root: Path, number: int) -> None:
    path = _one_of(_rendered(root), number)
    if path is None:
        return
    match number % 8:
        case 0:
            path.unlink()
        case 1:
            path.write_text(path.read_text() + "# by hand\n")
        case 2:
            path.with_name("foreign.yaml").write_text("kind: ConfigMap\n")
        case 3:
            path.unlink()
            path.symlink_to("../kustomization.yaml")
        case 4:
            path.unlink()
            path.mkdir()
        case 5:
            shutil.rmtree(path.parent)
        case 6:
            shutil.rmtree(root / "elsewhere", ignore_errors=True)
            path.parent.rename(root / "elsewhere")
            path.parent.symlink_to(os.path.relpath(root / "elsewhere", path.parent.parent))
        case 7:
            (path.parent / "empty" / "folders").mkdir(parents=True, exist_ok=True)


def left_over(root: Path, number: int) -> None:
    """The temporary file of a process that is gone, or of one that is there still."""
    process = (4194399, 1)[number % 2]
    folder = (root / "environments", root / "rendered" / "dev", root / "apps")[number % 3]
    if folder.is_dir():
        (folder / f".portico-{process}-dev.yaml.tmp").write_text("# Compil")


def rendered_removed(root: Path, number: int) -> None:
    path = root / "rendered" / ("dev", "test", "")[number % 3]
    path.unlink() if path.is_symlink() else shutil.rmtree(path, ignore_errors=True)


def own_rule(root: Path, number: int) -> None:
    """Added, changed or removed."""
    (root / "policies").mkdir(exist_ok=True)
    file = root / "policies" / f"own{number % 2}.py"
    chosen = number // 2 % (len(_RULES) + 1)
    if chosen == len(_RULES):
        file.unlink(missing_ok=True)
    else:
        file.write_text(_RULES[chosen].replace("> 6", f"> {3 + number % 8}"))


def waiver(root: Path, number: int) -> None:
    """Used or not; it ends in a month, soon, today or has ended."""
    (root / "policies").mkdir(exist_ok=True)
    rule = ("PT901", "PT902", "PT903", "PT121")[number // 4 % 4]
    about = ("Deployment sales/shop", "Deployment goods/api", "Deployment sales/nobody")[number % 3]
    if rule == "PT121":
        about = "sqs:Send*"
    ends = ("2026-12-20", "2026-12-02", "2026-11-25", "2026-11-20")[number % 4]
    (root / "policies" / "waivers.yaml").write_text(
        f"waivers:\n- rule: {rule}\n  object: {about}\n  reason: it is a test\n"
        f'  owner: sales\n  expires: "{ends}"\n'
        if number % 5
        else "waivers: []\n"
    )


def cache_spoiled(root: Path, number: int) -> None:
    folder, kept = root / FOLDER, root.parent / "kept-memory"
    if folder.is_symlink():
        folder.unlink()
    files = sorted(folder.glob("memory-*"))
    if not files or not files[0].is_file():
        shutil.rmtree(folder, ignore_errors=True)
        return
    path, content = files[0], files[0].read_bytes()
    match number % 9:
        case 0:
            shutil.rmtree(folder)
        case 1:
            path.write_bytes(content[: number * len(content) // 1000])
        case 2:
            place = number * 7919 % len(content)
            flipped = bytes((content[place] ^ 1 << number % 8,))
            path.write_bytes(content[:place] + flipped + content[place + 1 :])
        case 3:
            kept.write_bytes(content)
        case 4 | 5 if kept.exists():
            path.write_bytes(kept.read_bytes())
        case 6:
            path.unlink()
            path.mkdir()
        case 7:
            path.unlink()
            os.mkfifo(path)
        case 8:
            shutil.rmtree(folder)
            folder.symlink_to(root.parent)


def killed(root: Path, number: int) -> None:
    """A run that is killed when it replaces its n-th file."""
    process = os.fork()
    if process == 0:
        replace, left = os.replace, [number % 40]

        def deadly(*arguments: str) -> None:
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            left[0] -= 1
            replace(*arguments)

        os.replace = deadly  # type: ignore[assignment]
        try:
            portico(root, ("compile", "check")[number % 9 == 0])
        finally:
            os._exit(0)
    os.waitpid(process, 0)


def at_once(root: Path, number: int) -> None:
    """Two runs at the same time."""
    processes = []
    for command in (("compile", "compile"), ("compile", "check"))[number % 2]:
        process = os.fork()
        if process == 0:
            ended = 1
            try:
                portico(root, command)
                ended = 0
            finally:
                os._exit(ended)
        processes.append(process)
    assert [os.waitpid(process, 0)[1] for process in processes] == [0, 0]


def nothing(root: Path, number: int) -> None:
    """What is known must do for it."""


REPEATABLE: tuple[Step, ...] = (
    another_image,
    another_field,
    same_size_and_time,
    touched,
    all_new_files,
    app_removed,
    app_renamed,
    app_added,
    specs_as_at_first,
    spec_is_a_link,
    no_spec,
    environment_changed,
    environment_removed,
    placement_changed,
    rendered_spoiled,
    left_over,
    rendered_removed,
    own_rule,
    waiver,
    nothing,
)
"""Steps that change two equal repositories alike."""

ONCE: tuple[Step, ...] = (cache_spoiled, killed, at_once)
"""Steps that depend on what a repository remembers, or on chance."""

STEPS = {step.__name__: step for step in (*REPEATABLE, *ONCE)}


def _apps(root: Path) -> list[Path]:
    """The specs that are files of their own."""
    return [p for p in (root / "apps").glob("*.yaml") if p.is_file() and not p.is_symlink()]


def _rendered(root: Path) -> list[Path]:
    found = (root / "rendered").rglob("*")
    return [p for p in found if p.is_file() and not p.is_symlink() and ".tmp" not in p.name]


def _one_of(paths: list[Path], number: int) -> Path | None:
    return sorted(paths)[number % len(paths)] if paths else None


def _edit(path: Path | None, old: str, new: str) -> None:
    """Written into the very same file."""
    if path is not None and path.is_file():
        text = path.read_text().replace(old, new, 1)
        with path.open("r+") as file:
            file.truncate(0)
            file.write(text)
