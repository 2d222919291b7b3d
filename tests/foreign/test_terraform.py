"""A Terraform root that Portico did not write gives the blocks that Terraform finds in it, or findings."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.diagnostics.model import Diagnostic
from compiler.foreign.terraform import MAX_BYTES, TerraformRoot, is_terraform_file, read_root
from compiler.policies.shape import Block
from tests.foreign.json_texts import ACCEPTED, DOUBTFUL, REFUSED
from tests.repository import portico, repository

NEWS = b'resource "aws_sns_topic" "news" {\n  name = "news"\n}\n'


def root_of(**files: str | bytes) -> tuple[TerraformRoot, list[Diagnostic]]:
    return read_root(
        "infra",
        {
            name.replace("__", "."): text.encode() if isinstance(text, str) else text
            for name, text in files.items()
        },
    )


def said(found: list[Diagnostic]) -> list[str]:
    return [f"{d.rule.id} {d.primary.span} {d.message}" for d in found]


def source_of(root: TerraformRoot, block: Block, text: str, *path: str | int) -> str:
    """What stands at the place of a value."""
    span = root.locate(block, path)
    lines = text.split("\n")[span.line - 1 : span.end_line]
    lines[-1] = lines[-1][: span.end_column - 1]
    lines[0] = lines[0][span.column - 1 :]
    return "\n".join(lines)


@pytest.mark.parametrize(("text", "addresses"), ACCEPTED)
def test_the_blocks_of_json_are_those_that_terraform_finds(text: str, addresses: list[str]) -> None:
    root, found = read_root(".", {"main.tf.json": text.encode()})
    assert found == []
    assert [block.address for block in root.all_blocks] == addresses


@pytest.mark.parametrize(("text", "message"), [*REFUSED, *DOUBTFUL])
def test_json_that_is_not_certain_is_refused(text: bytes, message: str) -> None:
    root, found = read_root(".", {"main.tf.json": text})
    assert [diagnostic.rule.id for diagnostic in found] == ["PT030"]
    assert f": {message}" in found[0].message
    assert root.all_blocks == ()


def test_the_same_block_in_both_languages_is_the_same_block() -> None:
    hcl, _ = root_of(
        main__tf='resource "aws_security_group" "x" {\n  name = "x"\n  ingress {\n'
        '    cidr_blocks = ["10.0.0.0/8", var.more]\n  }\n  tags = { a = "b-${var.c}" }\n}\n'
    )
    as_json, _ = root_of(
        main__tf__json=json.dumps(
            {
                "resource": {
                    "aws_security_group": {
                        "x": {
                            "name": "x",
                            "ingress": [{"cidr_blocks": ["10.0.0.0/8", "${var.more}"]}],
                            "tags": {"a": "b-${var.c}"},
                        }
                    }
                }
            }
        )
    )
    [ours], [theirs] = hcl.all_blocks, as_json.all_blocks
    assert (ours.kind, ours.type, ours.name) == (theirs.kind, theirs.type, theirs.name)
    assert ours.body == theirs.body


def test_every_kind_of_block_has_its_address() -> None:
    root, found = root_of(
        main__tf='provider "aws" {}\nmodule "m" {}\nvariable "v" {}\noutput "o" {}\nlocals {\n  l = 1\n'
        '}\nterraform {}\ndata "aws_lb" "d" {}\nresource "aws_lb" "r" {}\nmoved {}\ncheck "c" {}\n'
        'ephemeral "random_password" "e" {}\nwhatever "a" "b" "c" {}\n'
    )
    assert found == []
    assert [block.address for block in root.all_blocks] == [
        *("provider.aws", "module.m", "var.v", "output.o", "local.l", "terraform"),
        *("data.aws_lb.d", "aws_lb.r", "moved", "check.c", "ephemeral.random_password.e"),
        "whatever.a.b",
    ]
    assert [block.name for block in root.blocks("resource", "aws_lb")] == ["r"]
    assert root.blocks("resource", "aws_elb") == []
    assert [block.type for block in root.blocks("provider")] == ["aws"]


def test_a_value_is_found_in_hcl_by_line_and_column() -> None:
    text = (
        'locals {\n  a = 1\n}\nresource "aws_lb" "r" {\n  subnet_mapping {\n    id = "ü"\n  }\n}\n'
    )
    root, _ = root_of(main__tf=text)
    local, block = root.all_blocks
    assert str(root.locate(block, ())) == "infra/main.tf:4:1"
    assert str(root.locate(block, ("subnet_mapping", 0, "id"))) == "infra/main.tf:6:10"
    assert source_of(root, block, text, "subnet_mapping", 0, "id") == '"ü"'
    assert source_of(root, local, text, "value") == "1"
    # What is not there is found at what it would stand in.
    assert root.locate(block, ("subnet_mapping", 3, "x")).line == 5


def test_a_value_is_found_in_json_by_line_and_column() -> None:
    text = (
        '[\n {"locals": {"a": [1,\n 2]}},\n {"resource": {"aws_lb": [{"q": {"name": "n"}},\n'
        '  {"r": [{"na\\u006de": "b", "tags": {"x": "y"}}, {"name": "c"}]}]}}\n]'
    )
    root, found = root_of(main__tf__json=text)
    assert found == []
    local, _, first, second = root.all_blocks
    assert source_of(root, local, text, "value") == '"a": [1,\n 2]'
    assert source_of(root, local, text, "value", 1) == "2"
    assert source_of(root, first, text, "name") == '"na\\u006de": "b"'
    assert source_of(root, first, text, "tags", "x") == '"x": "y"'
    assert source_of(root, second, text, "name") == '"name": "c"'
    assert str(root.locate(second, ("nothing",))) == "infra/main.tf.json:5:50"


def test_of_a_key_that_stands_twice_each_block_has_its_own_place() -> None:
    text = '{"output": {"a": {"value": 1}},\n "output": {"b": {"value": 2}}}'
    root, _ = root_of(main__tf__json=text)
    assert [root.locate(block, ("value",)).line for block in root.all_blocks] == [1, 2]


READ = (
    *("main.tf", "main.tf.json", "x.tofu", "x.tofu.json", "override.tf", "a_override.tf.json"),
    *("terraform.tfvars", "terraform.tfvars.json", "x.auto.tfvars", "x.auto.tfvars.json"),
    *(".terraform.lock.hcl", ".terraformrc", "terraform.rc", "x.tfrc", "terraform.tfstate"),
    *(
        "terraform.tfstate.backup",
        "errored.tfstate",
        "prod.tfplan",
        "a.tftest.hcl",
        "a.tftest.json",
    ),
    *("a.tfstack.hcl", "a.tfcomponent.hcl", "a.tfdeploy.hcl", "a.tfquery.hcl", "a.tfmock.hcl"),
    "terragrunt.hcl",
)
PASSED_OVER = (
    *("MAIN.TF", "main.TF.json", ".hidden.tf", ".hidden.tf.json", "main.tf~", "#main.tf#"),
    *("main.tf.bak", "main.tf.yaml", "prod.tfvars", "values.yaml", "tf", "README.md", "a.hcl"),
    *(".x.auto.tfvars", "Terraform.tfvars"),
)


@pytest.mark.parametrize("name", READ)
def test_what_terraform_reads_by_its_name_is_read(name: str) -> None:
    assert is_terraform_file(name)


@pytest.mark.parametrize("name", PASSED_OVER)
def test_what_terraform_does_not_read_is_passed_over(name: str) -> None:
    assert not is_terraform_file(name)
    root, found = read_root(".", {name: b"no HCL at all {"})
    assert (root.all_blocks, found) == ((), [])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("override.tf", "PT031 infra/override.tf override.tf is an override file"),
        ("x_override.tf", "PT031 infra/x_override.tf x_override.tf is an override file"),
        ("x.auto.tfvars", "PT031 infra/x.auto.tfvars x.auto.tfvars is loaded without being asked"),
        ("main.tofu", "PT031 infra/main.tofu main.tofu is read by OpenTofu only"),
        (".terraformrc", "PT032 infra/.terraformrc .terraformrc configures the command itself"),
        ("a.tftest.hcl", "PT032 infra/a.tftest.hcl a.tftest.hcl makes Terraform do something else"),
        ("terraform.tfstate", "PT033 infra/terraform.tfstate terraform.tfstate is a state"),
        ("prod.tfplan", "PT033 infra/prod.tfplan prod.tfplan is a plan of Terraform"),
    ],
)
def test_a_file_that_changes_what_others_say_is_refused(name: str, expected: str) -> None:
    _, found = read_root("infra", {"main.tf": NEWS, name: b""})
    [only] = said(found)
    assert only.startswith(expected)


def test_blocks_of_every_file_are_judged_also_those_that_opentofu_alone_reads() -> None:
    root, _ = root_of(main__tf=NEWS, main__tofu='resource "aws_lb" "x" {}', a__tf__json="{}")
    assert [block.address for block in root.all_blocks] == ["aws_sns_topic.news", "aws_lb.x"]


def test_an_override_is_judged_with_what_it_leaves_of_the_block() -> None:
    root, _ = root_of(
        main__tf='resource "aws_lb" "x" {\n  internal = true\n  name = "x"\n}\n',
        x_override__tf='resource "aws_lb" "x" {\n  internal = false\n}\n',
    )
    bodies = [block.body for block in root.blocks("resource")]
    assert bodies == [{"internal": True, "name": "x"}, {"internal": False, "name": "x"}]
    overridden = root.blocks("resource")[1]
    assert str(root.locate(overridden, ("internal",))) == "infra/x_override.tf:2:14"


MARKED = '{\n  "//": "Compiled by portico from environments/dev.yaml",\n  "locals": {"a": 1}\n}\n'


def test_a_file_beside_compiled_ones_is_refused() -> None:
    _, found = root_of(cdn__tf__json=MARKED, extra__tf=NEWS, more__tf__json='{"locals": {}}')
    assert said(found) == [
        "PT035 infra/extra.tf extra.tf lies beside files that Portico compiled, and is not compiled",
        "PT035 infra/more.tf.json more.tf.json lies beside files that Portico compiled, and is not "
        "compiled",
    ]
    assert root_of(cdn__tf__json=MARKED, dns__tf__json=MARKED)[1] == []


LOCK = 'provider "{source}" {{\n  version = "5.100.0"\n  hashes = {hashes}\n}}\n'
HASH = '["h1:Ijt7pOlB7Tr7maGQIqtsLFbl7pSMIj06TVdkoSBcYOw="]'


@pytest.mark.parametrize(
    ("source", "hashes", "problem"),
    [
        ("registry.terraform.io/hashicorp/aws", HASH, ""),
        ("registry.terraform.io/hashicorp/random", f'["zh:{"0" * 64}"]', ""),
        ("registry.opentofu.org/hashicorp/aws", HASH, ""),
        ("registry.terraform.io/example/aws", HASH, "is not one of HashiCorp's own"),
        ("mirror.example.com/hashicorp/aws", HASH, "is not one of HashiCorp's own"),
        ("registry.terraform.io/hashicorp/external", HASH, "is not one of HashiCorp's own"),
        ("registry.terraform.io/hashicorp/aws", "[]", "has no hash for"),
        ("registry.terraform.io/hashicorp/aws", '["h1:AAAA"]', 'has "h1:AAAA" for'),
        ("registry.terraform.io/hashicorp/aws", "var.x", "has no hash for"),
    ],
)
def test_a_lock_names_providers_that_are_known_and_their_hashes(
    source: str, hashes: str, problem: str
) -> None:
    text = LOCK.format(source=source, hashes=hashes)
    _, found = read_root(".", {".terraform.lock.hcl": text.encode()})
    assert [d.rule.id for d in found] == (["PT034"] if problem else [])
    assert all(problem in d.message for d in found)


def test_what_the_lock_cannot_be_read_as_is_refused() -> None:
    _, found = read_root(".", {".terraform.lock.hcl": b"provider {"})
    assert [d.rule.id for d in found] == ["PT030"]


def test_a_file_without_end_is_refused() -> None:
    _, found = read_root(".", {"main.tf.json": b" " * (MAX_BYTES + 1)})
    assert said(found) == [
        "PT030 main.tf.json:1:1 this file cannot be read: it is larger than 16 MiB"
    ]


@pytest.mark.parametrize("line_end", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_a_file_as_people_write_it_is_read_whole(line_end: str) -> None:
    text = (Path(__file__).parent / "everyday.tf").read_text().replace("\n", line_end)
    root, found = read_root(".", {"everyday.tf": text.encode()})
    assert found == []
    assert [block.address for block in root.all_blocks if block.kind != "local"] == [
        *("var.subnets", "var.create", "aws_subnet.this", "aws_vpc.this"),
        *("aws_security_group.this", "output.x", "output.splat"),
    ]
    assert len(root.blocks("local")) == 11


def test_the_compiled_root_is_read_whole(tmp_path: Path) -> None:
    assert portico(repository(tmp_path), "compile").code == 0
    folder = tmp_path / "rendered/dev/terraform"
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    root, found = read_root("rendered/dev/terraform", files)
    assert found == []
    for block in root.blocks("resource"):
        for argument, value in block.body.items():
            span = root.locate(block, (argument,))
            line = files[span.path.rpartition("/")[2]].decode().split("\n")[span.line - 1]
            assert line.strip().startswith(f'"{argument}": {json.dumps(value)[:1]}')


chunks = st.sampled_from(
    [
        *('"resource"', '"aws_lb"', '"x"', '"//"', "{", "}", "[", "]", ":", ",", "null", "1"),
        *('"${x}"', '"\\u0041"', '"\\ud800"', "\n", " ", "true", "1e999", "-", "NaN", '"', "\\"),
    ]
)


@settings(max_examples=500, deadline=1000)
@given(st.lists(chunks, max_size=50).map("".join) | st.text() | st.binary())
def test_no_content_is_too_strange(content: str | bytes) -> None:
    data = content if isinstance(content, bytes) else content.encode(errors="replace")
    for name in ("main.tf.json", "main.tf", ".terraform.lock.hcl"):
        root, found = read_root(".", {name: data})
        for block in root.all_blocks:
            assert root.locate(block, ("x", 0)).line > 0
        assert all(d.primary.span.line > 0 for d in found if d.rule.id == "PT030")


@pytest.mark.parametrize("piece", ["[", '{"a":', '{"resource":{"a":{"b":', "[{", '{"locals":['])
def test_no_depth_is_too_deep(piece: str) -> None:
    _, found = read_root(".", {"main.tf.json": (piece * 100_000).encode()})
    assert [d.rule.id for d in found] == ["PT030"]
