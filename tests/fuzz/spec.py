"""A coverage-guided fuzzer over the bytes of a spec and an environment: `python tests/fuzz/spec.py`.

Not part of the tests: it runs until it is stopped, or as libFuzzer's options say
(`-max_total_time=600`). It needs atheris, which the lock files do not have. Whatever the bytes are,
reading and linking must end in an estate or in diagnostics: anything else is a crash to it.
"""

import sys
import tempfile
from pathlib import Path

import atheris

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT))

with atheris.instrument_imports(include=["compiler"]):
    from compiler.diagnostics.model import Diagnostic
    from compiler.diagnostics.text import render
    from compiler.link.environments import check_environments, dns_names
    from compiler.link.estate import link
    from compiler.link.resolve import resolve
    from compiler.source.refused import beside
    from compiler.source.yaml import examine, read
    from compiler.spec.environment import Environment
    from compiler.spec.parse import parse, places_of

ENVIRONMENT = read(
    "environments/dev.yaml", (ROOT / "tests" / "cases" / "environment.yaml").read_bytes()
)
DEV = Environment.model_validate(ENVIRONMENT.data)
FOLDER = Path(tempfile.mkdtemp(prefix="portico-fuzz-"))
(FOLDER / "apps").mkdir()


def one(data: bytes) -> None:
    """Takes the bytes as an environment if they say `aws`, and as a spec otherwise."""
    environments = {"dev": (DEV, ENVIRONMENT)}
    document, problems = examine("apps/shop.yaml", data)
    if document is None:
        shown(data, problems)
        return
    if "aws" in document.data:
        parsed = parse(Environment, document.data, places_of(document))
        found = (
            check_environments({"dev": (parsed, document)}, ("dev",))
            if isinstance(parsed, Environment)
            else parsed
        )
    else:
        resolved = resolve("shop", document, environments, ("dev",))
        listed: dict[str, frozenset[str] | None] = {"shop": resolved.listed}
        names = dns_names(environments)
        _, found = link(DEV, ENVIRONMENT, resolved.units, None, listed, names)
        found += resolved.diagnostics
    shown(data, [*beside(problems, problems + found)])


def shown(data: bytes, diagnostics: list[Diagnostic]) -> None:
    """Draws what was found, with excerpts of the file."""
    if diagnostics:
        (FOLDER / "apps" / "shop.yaml").write_bytes(data)
        render(diagnostics, str(FOLDER), colour=True)


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
