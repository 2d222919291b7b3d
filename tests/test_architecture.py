"""docs/architecture.md, enforced: what may import what, and what lowering may not touch."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# Each stage and the ones it may import. A stage never imports one that comes after it, and the two
# halves of lowering do not know each other.
ALLOWED = {
    "diagnostics": set(),
    "watch": set(),
    "git": set(),
    "source": {"diagnostics", "watch"},
    "spec": {"diagnostics", "source"},
    "credentials": {"cache", "diagnostics", "source", "spec"},
    "link": {"diagnostics", "source", "spec"},
    "constant": set(),
    "kubernetes": {"constant", "diagnostics", "spec", "link", "policies"},
    "terraform": {"diagnostics", "spec", "link"},
    "emit": {"constant", "diagnostics"},
    "hcl": set(),
    "foreign": {"diagnostics", "source", "emit", "hcl", "policies"},
    "check": {
        *("diagnostics", "source", "spec", "link", "kubernetes", "emit", "policies", "foreign"),
        *("cache", "credentials", "git", "watch"),
    },
    "policies": {"hcl"},
    "results": {"diagnostics"},
    "cache": {"diagnostics", "source", "emit", "policies", "results"},
    "pipeline": {
        *("diagnostics", "source", "spec", "link", "kubernetes", "terraform", "emit", "check"),
        *("policies", "cache", "credentials", "results", "watch"),
    },
    "completion": set(),
    "inventory": {
        *("diagnostics", "source", "spec", "link", "kubernetes", "emit", "cache", "pipeline"),
        *("author", "credentials", "watch"),
    },
    "author": {"credentials", "diagnostics", "source", "spec", "emit", "pipeline", "watch"},
    "scaffold": {"diagnostics", "source", "spec", "emit", "author", "inventory"},
    "review": {
        *("diagnostics", "source", "spec", "link", "kubernetes", "terraform", "policies"),
        *("cache", "git"),
    },
    "scanning": {
        *("diagnostics", "source", "kubernetes", "emit", "check", "policies", "foreign"),
        *("pipeline", "watch"),
    },
    "staged": {"diagnostics", "source", "emit", "git"},
    "rules": {
        *("diagnostics", "source", "spec", "link", "kubernetes", "check", "policies", "foreign"),
        *("credentials", "review"),
    },
    "rules_reference": {"diagnostics", "rules"},
    # What Checkov imports: it stands beside the command line, above everything.
    "checkov": {"diagnostics", "source", "check", "foreign", "policies", "cli"},
    "cli": {
        *("diagnostics", "source", "spec", "emit", "pipeline", "rules", "check", "policies"),
        *("foreign", "review", "scanning", "author", "inventory", "completion", "cache", "results"),
        *("scaffold", "staged", "watch"),
    },
}

# Lowering is data in, data out: a unit can be compiled anywhere, in any order, and cached.
IMPURE = {
    *("asyncio", "datetime", "glob", "io", "multiprocessing", "os", "pathlib", "platform"),
    *("random", "secrets", "shutil", "socket", "subprocess", "sys", "tempfile", "threading"),
    *("time", "urllib", "uuid"),
}

# Slow to import, and each of use to one command only.
HEAVY = {
    *("boto3", "botocore", "checkov", "detect_secrets", "jsonschema", "kubernetes_validate"),
    *("ruamel", "rich"),
}
# Imports it, and is imported by nobody before there is something to ask.
ASKED_LATE = "credentials/detector.py"


def modules(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def imports(path: Path, *, top_level_only: bool = False) -> Iterator[str]:
    """The dotted names that a module imports, `from a import b` as `a.b`."""
    tree = ast.parse(path.read_text())
    nodes = tree.body if top_level_only else list(ast.walk(tree))
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def stage(path: Path) -> str:
    return path.relative_to(ROOT / "compiler").parts[0].removesuffix(".py")


# What is made of one app alone, or reads it, or compares apps that were read.
OF_ONE_APP = {
    *(f"link/conflicts/{path.name}" for path in modules("compiler/link/conflicts")),
    *(
        "link/free_text.py",
        "link/manifests.py",
        "link/promotion.py",
        "link/unit.py",
    ),
    *("kubernetes/deployment.py", "kubernetes/extended.py", "kubernetes/files.py"),
    *("kubernetes/manifests.py", "kubernetes/metadata.py", "kubernetes/network.py"),
    *("kubernetes/patches.py", "kubernetes/pod.py"),
    *("kubernetes/routers/ingress.py", "kubernetes/routers/nginx.py"),
    # Where two apps would make the same object, to say where each does.
    "link/estate.py",
} - {"link/conflicts/__init__.py", "link/conflicts/rule.py"}


@pytest.mark.parametrize("path", modules("compiler"), ids=lambda p: str(p.relative_to(ROOT)))
def test_a_stage_imports_only_the_stages_before_it(path: Path) -> None:
    own = stage(path)
    if own in ("__init__", "__main__"):
        return
    imported = {n.split(".")[1] for n in imports(path) if n.startswith("compiler.")}
    assert imported - ALLOWED[own] - {own, "__version__"} == set()


def test_every_stage_has_its_rule() -> None:
    stages = {stage(path) for path in modules("compiler")} - {"__init__", "__main__"}
    assert stages == set(ALLOWED)


@pytest.mark.parametrize(
    "path",
    modules("compiler/kubernetes", "compiler/terraform", "compiler/link"),
    ids=lambda p: str(p.relative_to(ROOT)),
)
def test_lowering_and_linking_are_pure(path: Path) -> None:
    assert {name.split(".")[0] for name in imports(path)} & IMPURE == set()


@pytest.mark.parametrize("path", modules("compiler"), ids=lambda p: str(p.relative_to(ROOT)))
def test_nothing_slow_is_imported_before_it_is_needed(path: Path) -> None:
    top = {name.split(".")[0] for name in imports(path, top_level_only=True)}
    slow = {"detect_secrets"} if path.match(ASKED_LATE) else set()
    assert top & HEAVY == slow
    assert "compiler.credentials.detector" not in {
        name.rpartition(".")[0] for name in imports(path, top_level_only=True)
    }


def test_no_module_has_a_name_that_says_nothing() -> None:
    empty = {"utils", "util", "helpers", "helper", "common", "manager", "misc", "base"}
    assert [p for p in modules("compiler", "policies", "tests") if p.stem in empty] == []


def test_what_apps_share_is_made_of_their_interfaces() -> None:
    """An app that did not change is not read again for it, so it must not be looked into."""
    looking = {
        str(path.relative_to(ROOT / "compiler"))
        for path in modules("compiler/link", "compiler/kubernetes", "compiler/terraform")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr in ("app", "layers")
    }
    assert looking == OF_ONE_APP
