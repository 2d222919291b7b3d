"""A machine may apply a fix: the diagnostic is gone then, and nothing else was touched."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.diagnostics.model import Diagnostic, Fix, Rejected
from compiler.pipeline.whole import prepare
from compiler.spec.fix import meant
from tests.repository import ENVIRONMENT, repository

SPEC = """\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
port: 8080
args: ["-v"]
env: {RETRIES: "3", DEBUG: 'true'}
expose:
  host: shop
  edge: cloudfront
replicas: {min: 2, max: 4}
environments:
  dev:
    replicas: {"max":5}
"""


def found(spec: str, environment: str = ENVIRONMENT) -> list[Diagnostic]:
    """Everything that is wrong with a repository of this spec and the environment dev."""
    with tempfile.TemporaryDirectory() as folder:
        files = {"apps/shop.yaml": spec, "environments/dev.yaml": environment}
        try:
            return prepare(str(repository(Path(folder), files))).warnings
        except Rejected as rejected:
            return rejected.diagnostics


def applied(text: str, fix: Fix) -> str:
    """The text with the fix in it."""
    lines = text.split("\n")
    _, line, column, end_line, end_column = fix.span
    before = "\n".join([*lines[: line - 1], lines[line - 1][: column - 1]])
    after = "\n".join([lines[end_line - 1][end_column - 1 :], *lines[end_line:]])
    return before + fix.replacement + after


def fixed(spec: str) -> str | None:
    """The spec after the one fix that is offered for it, if one is."""
    fixes = [fix for diagnostic in found(spec) for fix in diagnostic.fixes]
    assert len(fixes) <= 1
    return applied(spec, fixes[0]) if fixes else None


def test_nothing_is_wrong_with_the_spec_that_is_broken_here() -> None:
    assert found(SPEC) == []


@pytest.mark.parametrize(
    ("right", "broken", "repaired"),
    [
        # Fields: plain, in other letters, below a key, in braces, in quotes, in an override.
        ("port:", "prot:", "port:"),
        ("port:", "Port:", "port:"),
        ("  edge:", "  egde:", "  edge:"),
        ("{min: 2", "{mni: 2", "{min: 2"),
        ('{"max":5}', '{"mxa":5}', '{"max":5}'),
        ("    replicas:", "    'replcas':", "    'replicas':"),
        ("environments:", "enviroments:", "environments:"),
        # Environments.
        ("  dev:", "  dve:", "  dev:"),
        ("  dev:", '  "dve":', '  "dev":'),
        # Text that was written as something else: what is quoted is what was written.
        ('["-v"]', "[0.00001]", '["0.00001"]'),
        ('["-v"]', "[-1, x]", '["-1", x]'),
        ("team: sales", "team: 7 # seven", 'team: "7" # seven'),
        ('RETRIES: "3"', "RETRIES: 3", 'RETRIES: "3"'),
        ("DEBUG: 'true'", "DEBUG: true", 'DEBUG: "true"'),
        # Numbers that were written as text.
        ("port: 8080", 'port: "8080"', "port: 8080"),
        ("port: 8080", "port: '8080'", "port: 8080"),
        ('{"max":5}', '{"max":"5"}', '{"max":5}'),
        # Words to choose from.
        ("edge: cloudfront", "edge: cloudfornt", "edge: cloudfront"),
        ("edge: cloudfront", "edge: 'Cloudfront'", "edge: 'cloudfront'"),
    ],
)
def test_what_was_certainly_meant_is_offered(right: str, broken: str, repaired: str) -> None:
    assert fixed(SPEC.replace(right, broken)) == SPEC.replace(right, repaired)


@pytest.mark.parametrize(
    ("right", "broken"),
    [
        # The name that is meant stands beside it already.
        ("port: 8080", "port: 8080\nprot: 9090"),
        ("{min: 2, max: 4}", "{min: 2, mni: 4}"),
        # Two names are near, or none is; a digit is no slip.
        ("{min: 2, max: 4}", "{mix: 2}"),
        ("  dev:", "  dev:\n  staging:"),
        ("  dev:", "  dev:\n  dev2:"),
        ("edge: cloudfront", "edge: akamai"),
        # A number that YAML readers would not agree about; text in a block.
        ("port: 8080", 'port: "08080"'),
        ("port: 8080", "port: >-\n  8080"),
        ("port: 8080", "port: ²"),
        ("port: 8080", "port: true"),
    ],
)
def test_a_guess_is_no_fix(right: str, broken: str) -> None:
    diagnostics = found(SPEC.replace(right, broken))

    assert diagnostics != []
    assert [fix for diagnostic in diagnostics for fix in diagnostic.fixes] == []


@pytest.mark.parametrize(
    ("right", "broken", "offered"),
    [
        ('["-v"]', "[no]", ['["no"]', "[false]"]),
        ('["-v"]', "[a, 010]", ['[a, "010"]', "[a, 8]", "[a, 10]"]),
        ("port: 8080", "port: 8_080 # x", ['port: "8_080" # x', "port: 8080 # x"]),
        ('RETRIES: "3"', "RETRIES: 12:30", ['RETRIES: "12:30"', "RETRIES: 750"]),
        ('RETRIES: "3"', "y: a", ['"y": a']),
        ('RETRIES: "3"', "404: a", ['"404": a']),
        ("team: sales", r"team: 2026-01-01 1\"", [r'team: "2026-01-01 1\\\""']),
        ("team: sales", "team: sa\u200bles", ["team: sales"]),
        ("team: sales", "team:\u00a0sales", ["team: sales"]),
        ("shop:1.4.2", "shop:1.4.2 # a\x07b", ["shop:1.4.2 # ab"]),
    ],
)
def test_of_a_doubtful_value_each_meaning_is_offered(
    right: str, broken: str, offered: list[str]
) -> None:
    spec = SPEC.replace(right, broken)
    [diagnostic] = found(spec)
    fixes = [applied(spec, fix) for fix in diagnostic.fixes]
    assert fixes == [SPEC.replace(right, repaired) for repaired in offered]


def test_an_override_may_have_the_name_that_the_spec_has_too() -> None:
    spec = SPEC.replace('    replicas: {"max":5}', "    prot: 9090")
    assert fixed(spec) == SPEC.replace('    replicas: {"max":5}', "    port: 9090")


def test_a_fix_is_in_the_file_that_is_wrong() -> None:
    broken = ENVIRONMENT.replace('"1.34"', "1.34") + "defaults:\n  replcas: 3\n"

    fixes = [fix for diagnostic in found(SPEC, broken) for fix in diagnostic.fixes]

    assert {fix.span.path for fix in fixes} == {"environments/dev.yaml"}
    assert [fix.replacement for fix in fixes] == ['"1.34"', "replicas"]
    for fix in reversed(fixes):
        broken = applied(broken, fix)
    assert found(SPEC, broken) == []


def test_the_short_form_of_a_choice_is_fixed_where_it_stands() -> None:
    [diagnostic] = found(SPEC, f"{ENVIRONMENT}router: ngnix\n")
    [fix] = diagnostic.fixes
    assert applied(f"{ENVIRONMENT}router: ngnix\n", fix) == f"{ENVIRONMENT}router: nginx\n"


@pytest.mark.parametrize(
    ("word", "known", "expected"),
    [
        ("prot", ["port", "path"], "port"),
        ("min_ready", ["minReady"], "minReady"),
        ("staging", ["testing"], None),
        ("dev2", ["dev1", "prod"], None),
        ("deb", ["dev", "web"], None),
        ("replcias", ["replicas", "replica"], "replicas"),
        ("", ["a", "b"], None),
        ("x", [], None),
    ],
)
def test_certain_is_one_slip_and_one_candidate(
    word: str, known: list[str], expected: str | None
) -> None:
    assert meant(word, known) == expected


def slipped(word: str, at: int, letter: str) -> list[str]:
    """The word with a letter missing, added, wrong, or swapped with the next."""
    head, tail = word[:at], word[at:]
    swapped = tail[1:2] + tail[:1] + tail[2:]
    return [head + tail[1:], head + letter + tail, head + letter + tail[1:], head + swapped]


SCALARS = [
    *("7", "3", "true", "false", "0.5", "-1", "sales", "8080", "cloudfront", "direct", "none"),
    *('"7"', "'8080'", '"true"', '"0.5"', "'cloudfornt'", "diretc", "[]", "{}", '""'),
]


@st.composite
def broken_specs(draw: st.DrawFn) -> str:
    """The spec with slips in some names, and other values in some places."""
    lines = SPEC.splitlines()
    for _ in range(draw(st.integers(1, 3))):
        index = draw(st.integers(0, len(lines) - 1))
        key, colon, value = lines[index].partition(": ")
        if colon and draw(st.booleans()):
            value = draw(st.sampled_from(SCALARS))
        else:
            indentation = len(key) - len(key.lstrip())
            at = draw(st.integers(indentation, len(key) - 1))
            key = draw(st.sampled_from(slipped(key, at, draw(st.sampled_from('aeprt1-"')))))
        lines[index] = f"{key}{colon}{value}"
    return "\n".join([*lines, ""])


@settings(max_examples=150, deadline=None)
@given(broken_specs())
def test_a_fix_settles_its_diagnostic(spec: str) -> None:
    for diagnostic in found(spec):
        for fix in diagnostic.fixes:
            assert fix.span.path == "apps/shop.yaml"
            after = found(applied(spec, fix))
            assert not any(
                (other.rule, other.message) == (diagnostic.rule, diagnostic.message)
                and other.primary.span[:3] == diagnostic.primary.span[:3]
                for other in after
            )
