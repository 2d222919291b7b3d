"""Real Terraform on the tables of tests/hcl and tests/foreign: what is accepted here is accepted
there and means the same, and what is refused as wrong is wrong."""

import base64
import json
import random
import subprocess
from pathlib import Path
from typing import Any

import pytest

from compiler.foreign.terraform import read_root
from compiler.policies.terraform import Unknown, settled
from tests import programs
from tests.foreign import json_texts
from tests.hcl import texts

LONGEST = 120


def terraform(folder: Path, *arguments: str, stdin: str = "") -> str:
    program = programs.require(programs.terraform())
    environment = programs.terraform_environment() | {"CHECKPOINT_DISABLE": "1"}
    done = subprocess.run(
        [str(program.path), *arguments],
        cwd=folder,
        env=environment,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=LONGEST,
    )
    return done.stdout or done.stderr


def console(folder: Path, expression: str) -> Any:
    """The value of an expression on one line."""
    # The console prints strings as HCL source, where `${` is escaped: base64 has none.
    said = terraform(folder, "console", stdin=f"base64encode(jsonencode({expression}))\n")
    assert said.startswith('"'), said
    return json.loads(base64.b64decode(said.strip().strip('"')))


def refused(folder: Path) -> dict[str, list[str]]:
    """The files that Terraform finds an error in, and what it says of them."""
    found: dict[str, list[str]] = {}
    for diagnostic in json.loads(terraform(folder, "validate", "-json"))["diagnostics"]:
        if diagnostic["severity"] == "error":
            file = diagnostic.get("range", {}).get("filename", "?")
            found.setdefault(file, []).append(f"{diagnostic['summary']}: {diagnostic['detail']}")
    return found


def test_what_is_read_of_an_expression_is_what_terraform_makes_of_it(tmp_path: Path) -> None:
    sources = [source for source, _ in texts.EXPRESSIONS]
    written = "".join(f"locals {{\n  v{i} = {source}\n}}\n" for i, source in enumerate(sources))
    (tmp_path / "main.tf").write_text(written)
    root, found = read_root(".", {"main.tf": written.encode()})
    assert found == []
    assert refused(tmp_path) == {}

    evaluated = console(tmp_path, f"[{', '.join(f'local.v{i}' for i in range(len(sources)))}]")

    known: list[tuple[str, Any, Any]] = []
    for source, block, value in zip(sources, root.blocks("local"), evaluated, strict=True):
        ours = settled(block.body.get("value"), root)
        if not contains_unknown(ours):
            known.append((source, ours, value))
    assert [ours for _, ours, _ in known] == [value for _, _, value in known]
    assert len(known) > 40


def contains_unknown(value: Any) -> bool:
    if isinstance(value, Unknown):
        return True
    if isinstance(value, dict):
        return any(map(contains_unknown, (*value, *value.values())))
    return isinstance(value, list) and any(map(contains_unknown, value))


def test_an_expression_in_the_shape_of_json_means_the_same(tmp_path: Path) -> None:
    written = "".join(
        f"locals {{\n  v{i} = {source}\n}}\n" for i, (source, _) in enumerate(texts.EXPRESSIONS)
    )
    root, _ = read_root(".", {"main.tf": written.encode()})
    as_json = {f"j{i}": block.body.get("value") for i, block in enumerate(root.blocks("local"))}
    (tmp_path / "main.tf").write_text(written)
    (tmp_path / "again.tf.json").write_text(json.dumps({"locals": as_json}))

    [hcl, again] = console(
        tmp_path,
        f"[[{', '.join(f'local.v{i}' for i in range(len(as_json)))}],"
        f" [{', '.join(f'local.j{i}' for i in range(len(as_json)))}]]",
    )
    assert again == hcl


PIECES = (
    *('"', "${", "}", "{", "[", "]", "(", ")", "\n", "\r\n", "\t", ",", "=", "=>", ":", "::", "?"),
    *("a", "1", " ", ".", "...", "<<E\n", "<<-E\n", "\nE\n", "#", "/*", "*/", "%", "$", "\\", "~"),
    *("for ", "in ", "if ", "null", "-", "!", "*", "upper(", '"x"', "%{ if true }", "%{ endif }"),
)
# The order of directives is not looked at here: a rule refuses all of them.
OF_DIRECTIVES = (
    *("Unexpected end of template", "Unexpected endif directive", "Unexpected else directive"),
    "Unexpected endfor directive",
)


def mutated(chance: random.Random) -> str:
    """One of the expressions with a few pieces put in, taken out, or of another one."""
    sources = [source for source, _ in texts.EXPRESSIONS]
    text = chance.choice(sources)
    for _ in range(chance.randint(1, 3)):
        at = chance.randint(0, len(text))
        kind = chance.random()
        if kind < 0.4:
            text = text[:at] + chance.choice(PIECES) + text[at:]
        elif kind < 0.7:
            text = text[:at] + text[at + chance.randint(1, 3) :]
        else:
            other = chance.choice(sources)
            begin, end = sorted((chance.randint(0, len(other)), chance.randint(0, len(other))))
            text = text[:at] + other[begin:end] + text[at:]
    return text


def test_terraform_and_we_accept_the_same_of_broken_hcl(tmp_path: Path) -> None:
    chance = random.Random(5)
    accepted: list[str] = []
    others: list[str] = []
    while len(accepted) < 300 or len(others) < 300:
        index = len(accepted) + len(others)
        text = f"locals {{\n  v{index} = {mutated(chance)}\n}}\n"
        _, found = read_root(".", {"main.tf": text.encode()})
        (others if found else accepted).append(text)

    for name, written in (("accepted", accepted), ("refused", others)):
        (tmp_path / name).mkdir()
        for index, text in enumerate(written):
            (tmp_path / name / f"file{index}.tf").write_bytes(text.encode())
    wrong = {
        file: said
        for file, said in refused(tmp_path / "accepted").items()
        if not all(line.startswith(OF_DIRECTIVES) for line in said)
    }
    assert wrong == {}
    assert len(refused(tmp_path / "refused")) == len(others)


def test_terraform_accepts_every_file_that_is_read_here(tmp_path: Path) -> None:
    for index, (text, _) in enumerate(texts.FILES):
        folder = tmp_path / str(index)
        folder.mkdir()
        (folder / "main.tf").write_bytes(text.encode())
        assert refused(folder) == {}, text


def test_terraform_refuses_what_is_refused_here_as_wrong(tmp_path: Path) -> None:
    for index, (text, _) in enumerate(texts.REFUSED):
        (tmp_path / f"file{index}.tf").write_bytes(text.encode())
    wrong = refused(tmp_path)
    assert sorted(wrong) == sorted(f"file{index}.tf" for index in range(len(texts.REFUSED)))


def test_terraform_accepts_what_is_only_doubtful(tmp_path: Path) -> None:
    for index, (text, _) in enumerate(texts.DOUBTFUL):
        folder = tmp_path / str(index)
        folder.mkdir()
        (folder / "main.tf").write_bytes(text.encode())
        assert refused(folder) == {}, text
    for index, (content, _) in enumerate(json_texts.DOUBTFUL):
        folder = tmp_path / f"json{index}"
        folder.mkdir()
        (folder / "main.tf.json").write_bytes(content)
        assert refused(folder) == {}, content


@pytest.mark.parametrize(("text", "addresses"), json_texts.ACCEPTED)
def test_terraform_finds_the_same_blocks_in_json(
    text: str, addresses: list[str], tmp_path: Path
) -> None:
    (tmp_path / "main.tf.json").write_bytes(text.encode())
    assert refused(tmp_path) == {}
    outputs = [address.removeprefix("output.") for address in addresses if "output" in address]
    # Only a plan says what outputs there are; none needs a provider.
    said = terraform(tmp_path, "plan", "-no-color", "-input=false") if outputs else ""
    assert [name for name in outputs if f"+ {name} " in said] == outputs


def test_terraform_refuses_json_that_is_refused_here(tmp_path: Path) -> None:
    accepted: list[str] = []
    for index, (text, _) in enumerate(json_texts.REFUSED):
        folder = tmp_path / str(index)
        folder.mkdir()
        (folder / "main.tf.json").write_bytes(text)
        if not refused(folder):
            accepted.append(text.decode(errors="replace"))
    assert accepted == []
