"""A coverage-guided fuzzer over the bytes of a spec and an environment: `python tests/fuzz/spec.py`.

Not part of the tests: it runs until it is stopped, or as libFuzzer's options say
(`-max_total_time=600`). It needs atheris, which the lock files do not have. Whatever the bytes are,
reading and linking must end in an estate or in diagnostics: anything else is a crash to it.
"""

import sys
from pathlib import Path

import atheris

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT))

with atheris.instrument_imports(include=["compiler"]):
    from compiler.diagnostics.model import Rejected
    from compiler.diagnostics.text import render
    from compiler.link.environments import check_environments, dns_names
    from compiler.link.estate import link
    from compiler.link.resolve import resolve
    from compiler.source.yaml import read
    from compiler.spec.environment import Environment
    from compiler.spec.parse import parse, places_of

ENVIRONMENT = read(
    "environments/dev.yaml", (ROOT / "tests" / "cases" / "environment.yaml").read_bytes()
)
DEV = Environment.model_validate(ENVIRONMENT.data)


def one(data: bytes) -> None:
    """Takes the bytes as a spec and, when they begin with an `e`, as an environment too."""
    environments = {"dev": (DEV, ENVIRONMENT)}
    try:
        document = read("apps/shop.yaml", data)
    except Rejected as rejected:
        render(rejected.diagnostics, str(ROOT), colour=False)
        return
    if "aws" in document.data:
        parsed = parse(Environment, document.data, places_of(document))
        if isinstance(parsed, Environment):
            check_environments({"dev": (parsed, document)})
        return
    resolved = resolve("shop", document, environments, ("dev",))
    render(resolved.diagnostics, str(ROOT), colour=False)
    names = dns_names(environments)
    link(DEV, ENVIRONMENT, resolved.units, None, {"shop": resolved.listed}, names)


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
