"""Manifests are read as Go reads them, or refused with a place and a reason."""

import json
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from compiler.diagnostics.model import Diagnostic
from compiler.foreign.files import File
from compiler.foreign.objects import objects_of
from compiler.foreign.yaml import MAX_BYTES, read
from tests.programs import kubectl, require
from tests.scanned import ROGUE, SETTINGS

HEAD = "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: x}\n"


def problems(content: str | bytes, path: str = "x.yaml") -> list[Diagnostic]:
    if isinstance(content, str):
        content = content.encode()
    return objects_of(File(path, path), read(path, content)).problems


def objects(content: str | bytes, path: str = "x.yaml") -> list[Any]:
    if isinstance(content, str):
        content = content.encode()
    found = objects_of(File(path, path), read(path, content))
    assert found.problems == []
    return [manifest.obj for manifest in found.manifests]


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("spec: !x {a: b}\n", "4:7", "the tag !x makes this another value"),
        ("spec: !!binary TG9h\n", "4:7", "the tag tag:yaml.org,2002:binary makes"),
        ("spec: ! a\n", "4:7", "the tag ! makes"),
        ("spec: &a {a: b}\n", "4:7", "the anchor &a lets this value appear"),
        ("spec: &a {a: b}\nmore: *a\n", "4:7", "the anchor &a lets"),
        ("spec:\n  <<: {a: b}\n", "5:3", "what `<<` merges in wins for kubectl"),
        ("spec:\n  '<<': {a: b}\n", "5:3", "what `<<` merges in wins for kubectl"),
        ("spec: {a: 1, a: 2}\n", "4:14", "the key `a` is written twice"),
        ("spec: {a: 1, 'a': 2}\n", "4:14", "the key `a` is written twice"),
        ('spec: {a: 1, "\\x61": 2}\n', "4:14", "the key `a` is written twice"),
        ("spec: {1: a}\n", "4:8", "this key is not text"),
        ("spec: {yes: a}\n", "4:8", "this key is not text"),
        ("spec: {~: a}\n", "4:8", "this key is not text"),
        ("spec: {[a]: b}\n", "4:8", "this key is not text"),
        ("spec: {? {a: b} : c}\n", "4:10", "this key is not text"),
        ("spec: .inf\n", "4:7", ".inf is a number that Kubernetes does not have"),
        ("spec: -.INF\n", "4:7", "-.INF is a number"),
        ("a: b # one\rspec: {type: LoadBalancer}\n", "4:11", "U+000D ends this line"),
        ("a: b # one\x85spec: {type: LoadBalancer}\n", "4:11", "U+0085 ends this line"),
        ("a: b # one\u2028spec: {type: LoadBalancer}\n", "4:11", "U+2028 ends this line"),
        ("a: b # one\u2029spec: {type: LoadBalancer}\n", "4:11", "U+2029 ends this line"),
        ("a: b # \u202espec\n", "4:8", "U+202E changes the order"),
        ("a: b # \u2067spec\n", "4:8", "U+2067 changes the order"),
        ("a: '\ufeff'\n", "4:5", "U+FEFF is a byte order mark"),
        ("...\n%YAML 1.2\n---\na: b\n", "5:1", "a line that begins with %"),
        ("...\n%FOO bar\n---\na: b\n", "5:1", "a line that begins with %"),
        ("a: 'b\n---c'\n", "5:1", "some programs take this line for the end"),
        ("--- |\n  apiVersion: v1\n", "4:5", "some programs pass over what stands beside `---`"),
        ("spec: {a: [}\n", "4:12", "there is no value before `}`"),
        ("spec: {{ .Values.x }}\n", "4:8", "this is a template"),
        ("a: {{ x }}b\n", "4:5", "this is a template"),
        ("{{- if .Values.x }}\nspec: a\n{{- end }}\n", None, "this is a template"),
        ("---\na: [1, 2\n---\nb: c\n", "5:4", "this `[` is not closed"),
        ('a: "\\ud800"\n', "4:5", "`\\ud800` is not an escape"),
        ("a: \x00\n", None, "control characters are not allowed"),
        ("a: \x7f\n", None, "control characters are not allowed"),
        ("a: " + "[" * 20_000 + "\n", None, "this is nested deeper than 128 levels"),
        ("a: " + "{a: " * 20_000 + "\n", None, "this is nested deeper than 128 levels"),
        ("a:\n" + "".join("- " * n + "a\n" for n in (200,)), None, "nested deeper than 128"),
    ],
)
def test_what_could_be_read_differently_is_refused(
    text: str, place: str | None, message: str
) -> None:
    first, *_ = problems(HEAD + text)
    assert message in first.message
    assert first.rule.id == "PT020"
    assert first.help
    if place is not None:
        assert str(first.primary.span) == f"x.yaml:{place}"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xef\xbb\xbf" + SETTINGS.encode(), "the file begins with a byte order mark"),
        (SETTINGS.encode("utf-16"), "the file is not UTF-8: the byte 0xFF"),
        (SETTINGS.encode("utf-16-le"), "control characters are not allowed"),
        (b"# caf\xe9\n" + SETTINGS.encode(), "the file is not UTF-8: the byte 0xE9"),
        (b" " * (MAX_BYTES + 1), "the file is larger than 16 MiB"),
        (b"Kind: Service\napiVersion: v1\n", 'the key "Kind" is kind to some programs'),
        (b"kind: Service\nAPIVERSION: v1\n", 'the key "APIVERSION" is apiVersion to some'),
        ("\u212aind: Service\napiVersion: v1\n".encode(), "is kind to some programs"),
        (b"'kind ': Service\napiVersion: v1\n", 'the key "kind " is kind to some programs'),
        (b"kind: Service\n", "this object has no apiVersion"),
        (b"apiVersion: v1\n", "this object has no kind"),
        (b"apiVersion: v1\nkind:\n", "this object has no kind"),
        (b"apiVersion: v1\nkind: 3\n", "the kind of this object is not text"),
        (b"apiVersion: [v1]\nkind: Service\n", "the apiVersion of this object is not text"),
        (b"x: &a {kind: Service}\n<<: *a\n", "the anchor &a lets this value appear"),
        (b"x: &k kind\n*k : Service\n", "the anchor &k lets this value appear"),
        (b"!!binary a2luZA==: Service\n", "the tag tag:yaml.org,2002:binary makes"),
        (b"--- !x\na: b\n", "the tag !x makes this another value"),
        (b"apiVersion: v1\nkind: List\nitems: {}\n", "the items of this list are no list"),
        (b"apiVersion: v1\nkind: List\nitems: [3]\n", "this is no object"),
        (b"apiVersion: v1\nkind: List\nitems: [{a: b}]\n", "this object has no apiVersion"),
        (
            b"apiVersion: apps/v1\nkind: Deployment\nsops: {mac: x}\n",
            "this Deployment is encrypted with SOPS",
        ),
        (b"a: [1, 2\n---\n" + ROGUE.encode(), "this `[` is not closed"),
    ],
)
def test_a_file_that_is_not_certainly_a_manifest_is_refused(content: bytes, message: str) -> None:
    assert message in problems(content)[0].message


@pytest.mark.parametrize(
    "text",
    [
        "services: {shop: {image: &i nginx}}\nother: {<<: {a: b}, image: *i}\n",
        "build: !reference [.template, script]\nscript: [a]\n",
        "on: push\njobs: {a: b, a: c}\n",
        "- kind: Service\n- apiVersion: v1\n",
        "just text\n",
        "",
        "# only a comment\n",
        "---\n---\n",
        "%YAML 1.2\n---\na: b\n",
        "a: b # \u2028c: d\n",
        "\ufeffa: b\n",
        "404: sorry\ntrue: yes\n",
    ],
)
def test_what_is_no_manifest_is_passed_over_with_all_that_it_holds(text: str) -> None:
    assert objects(text) == []


def test_json_that_is_no_manifest_is_passed_over() -> None:
    assert objects('{"name": "x", "version": "1.0.0"}', "package.json") == []
    assert objects('{"$schema": "x", "properties": {"kind": 1}}', "x.schema.json") == []


def test_a_harmless_document_does_not_hide_the_one_beside_it() -> None:
    text = f"x: &a 1\ny: *a\n---\n{SETTINGS}"
    assert [obj["kind"] for obj in objects(text)] == ["ConfigMap"]
    assert "the anchor &a" in problems(f"{SETTINGS}---\n{SETTINGS}data: &a {{}}\n")[0].message


@pytest.mark.parametrize(
    "text",
    [
        "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Service}\n",
        "apiVersion: v1\nkind: ServiceList\nitems:\n- {}\n",
        "apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: List, items: "
        "[{apiVersion: v1, kind: Service}]}]\n",
        "apiVersion: x.io/v1\nkind: WidgetList\nitems: [{apiVersion: v1, kind: Service}]\n",
    ],
)
def test_every_list_is_taken_apart(text: str) -> None:
    assert objects(text) == [{"apiVersion": "v1", "kind": "Service"}]


def test_a_list_without_items_is_an_object_and_an_empty_one_holds_none() -> None:
    allow = {"apiVersion": "x.io/v1", "kind": "AllowList"}
    assert objects("apiVersion: x.io/v1\nkind: AllowList\n") == [allow]
    assert objects("apiVersion: v1\nkind: List\nitems: []\n") == []
    assert objects("apiVersion: v1\nkind: List\nitems:\n") == []


def test_an_encrypted_secret_is_read_without_the_account_of_its_encryption() -> None:
    secret = "apiVersion: v1\nkind: Secret\nstringData: {a: 'ENC[x]'}\nsops: {mac: x}\n"
    assert objects(secret) == [
        {"apiVersion": "v1", "kind": "Secret", "stringData": {"a": "ENC[x]"}}
    ]


def test_windows_line_ends_make_no_difference() -> None:
    assert objects(ROGUE.replace("\n", "\r\n")) == objects(ROGUE)


def test_a_value_knows_its_place_in_any_document_of_any_list() -> None:
    text = "a: b\n---\napiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  a: {b: c}\n"
    [manifest] = objects_of(File("x.yaml", "x.yaml"), read("x.yaml", text.encode())).manifests
    assert manifest.locate(("a", "b"))[1:3] == (8, 10)
    assert manifest.locate(("a", "nothing"))[1:3] == (8, 6)
    assert manifest.locate(())[1:3] == (6, 3)
    assert manifest.place == "x.yaml:3"


@pytest.mark.parametrize(
    "content",
    [
        b"a: &a [x, x, x, x, x, x, x, x, x]\n"
        + b"".join(
            b"%c: &%c [%s]\n" % (c, c, b", ".join([b"*%c" % (c - 1)] * 9))
            for c in range(ord("b"), ord("z"))
        )
        + SETTINGS.encode(),
        SETTINGS.encode() + b"data: " + b"[" * 50_000,
        SETTINGS.encode() + b"data: " + b"{a: " * 50_000,
        b"a: x\n" * 200_000,
        b'a: "' + b"x" * 5_000_000,
        b"\xff" * 50_000_000,
    ],
    ids=["aliases", "brackets", "braces", "twice", "quote", "large"],
)
def test_a_hostile_file_ends_quickly(content: bytes) -> None:
    started = time.process_time()
    problems(content)
    assert time.process_time() - started < 10


# Each is the value of a field; what kubectl makes of it is what our reader makes of it.
VALUES = """\
y Y yes Yes YES yEs on On n No NO off OFF true True TRUE tRue false ~ null Null NULL nULL '' "~"
0 -0 +0 1 -1 +1 010 08 -010 0o17 0O17 0x1F -0x1f 0X1F 0b11 -0b11 0b12 1_000 1__0 0_7 0x_1F _1 1_
1e3 1E3 1.0 1. .5 +.5 -.5 1.10 1.5e300 1e21 1e20 1e-7 1e400 .5_0 ._5 1_0.5 1e 0x 0b 0o . + = <>
9223372036854775807 -9223372036854775808 123456789.123 99999999999999999999999999 0.1 3.14
12:30 12:30:45 1:2 2026-01-31 2026-01-31T10:00:00Z 1.2.3 0777 0o8 00 0.0 -0.0 1e+3 1e-3 0e0
"a\\tb" 'it''s' "\\u00e9" "\\x41" [] {} [1,a] {a:} {a: b} "multi\\nline" "\\U0001F600"
""".replace("{a: b}", "{a:b}").split()


def test_values_are_what_kubectl_makes_of_them(tmp_path: Path) -> None:
    program = require(kubectl())
    text = HEAD + "values:\n" + "".join(f"- {value}\n" for value in VALUES)
    # The largest integers come back from kubectl's JSON as floats.
    assert_same(program.path, tmp_path, text)


DOCUMENTS = [
    "spec:\n  a: |\n    one\n    ---\n    two\n",
    "spec:\n  a: >-\n    one\n    two\n\n    three\n",
    "spec:\n  a: |+\n    one\n\n",
    "spec:\n  a: |2-\n      one\n",
    "spec: 'one\n  two'\n",
    'spec: "one\\\n  two"\n',
    "spec: one\n  two\n",
    "spec: # comment\n  a: b # comment\n  c: d#e\n",
    "spec: {a: [b, {c: d}], e: }\n",
    "spec:\n- - a\n  - b\n-\n  c: d\n- # nothing\n",
    "spec: {a: b,}\n",
    "spec: [a, b,]\n",
    "? spec\n: a\n",
    "'spec': {\"a\": 'b'}\n",
    "spec:\n  a:\tb\n",
    "spec: @x\n",
    "spec: `x\n",
    "spec: %x\n",
    "spec: a: b\n",
    "spec: - a\n",
    "spec: [a\n",
    "spec: {a: b}}\n",
    "spec:\n\ta: b\n",
    'spec: "\\q"\n',
    "spec: 'a\n",
    "spec: a\n b: c\n",
    "spec: ${A}\nmore: $(B)\n",
    "spec: a\n...\n",
    "spec: a\n...\n---\n",
]


@pytest.mark.parametrize("text", DOCUMENTS)
def test_where_both_accept_a_document_kubectl_reads_the_same(text: str, tmp_path: Path) -> None:
    assert_same(require(kubectl()).path, tmp_path, HEAD + text)


@pytest.mark.parametrize(
    "text",
    [
        '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x"},"data":{"a":"\\ud83d\\ude00"}}',
        '{"apiVersion":"x/v1","kind":"X","metadata":{"name":"x"},"a":[1e3,1.0,-0,1E-2,0.1,10]}',
        '{"apiVersion":"x/v1","kind":"X","metadata":{"name":"x"},"a":"\\\\ud83d\\\\ude00 \\/ \\u0041"}',
        '{\n\t"apiVersion": "x/v1",\n\t"kind": "X",\n\t"metadata": {"name": "x"},\n\t"a": null\n}\n',
    ],
)
def test_json_is_what_kubectl_makes_of_it(text: str, tmp_path: Path) -> None:
    assert_same(require(kubectl()).path, tmp_path, text, "x.json")


def assert_same(program: Path, folder: Path, text: str, name: str = "x.yaml") -> None:
    """Our reader and kubectl make the same of a text, if both take it."""
    (folder / name).write_text(text)
    done = subprocess.run(
        [program, "annotate", "--local", "-f", folder / name, "tested=yes", "-o", "json"],
        capture_output=True,
        text=True,
        check=False,
    )
    found = objects_of(File(name, name), read(name, text.encode()))
    if done.returncode != 0:
        assert found.problems, f"only kubectl refuses this: {done.stderr}"
        return
    if found.problems:
        return
    theirs = json.loads(done.stdout)
    del theirs["metadata"]["annotations"]
    [ours] = [manifest.obj for manifest in found.manifests]
    assert typed(ours) == typed(theirs)


def typed(value: Any) -> Any:
    """A value in which true is not 1."""
    if isinstance(value, dict):
        return {key: typed(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [typed(inner) for inner in value]
    return (isinstance(value, bool), value)
