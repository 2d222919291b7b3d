"""Text with marks, filled in."""

from collections.abc import Mapping
from importlib import resources


def filled(template: str, marks: Mapping[str, str]) -> str:
    """The template with each line that is `@NAME@` alone replaced by a text, at its indent."""
    lines = []
    for line in template.splitlines():
        mark = line.strip()
        if mark.startswith("@") and mark.endswith("@"):
            indent = line[: len(line) - len(line.lstrip())]
            text = marks[mark.strip("@")]
            lines += [f"{indent}{row}" if row else "" for row in text.splitlines()]
        else:
            lines.append(line)
    return "\n".join(lines) + "\n"


def program(name: str) -> str:
    """The text of a program in programs/."""
    folder = resources.files("compiler.scaffold.programs")
    return (folder / f"{name}.py").read_text("utf-8")
