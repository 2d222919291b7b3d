"""The reference pages of the rules, made of what stands beside the code that reports them.

`python -m compiler.rules_reference FOLDER` writes them; `make docs` does it for this repository.
"""

from textwrap import fill

from compiler.diagnostics.model import Rule
from compiler.rules import AREAS, ELIDED, all_rules, files_of, is_object, is_terraform, shown

_INDEX = f"""\
# Rules

Everything that Portico reports has the id of a rule, as in `error[PT102]`. `portico explain PT102`
prints the page of that rule. An error fails the run; a warning does so with `--strict` only.

The examples on the pages are run as tests. They are laid over a small repository that was compiled
before: one app, `shop`, in one environment, `dev`. A file that begins with `{ELIDED}` shows what
matters; the rest is as in that repository. Files below `before/` and `after/` are two states that
`portico diff` compares; a file in neither folder is in both. A character that nobody could see is
shown by its code, such as `<U+200B>`.

The pages are generated from the code; `make docs` writes them anew. Ids from PT900 on are left to
rules of your own.
"""

_GENERATED = "<!-- Generated from the code that reports it: edit it there, run `make docs`. -->\n"


def pages() -> dict[str, str]:
    """File name -> Markdown, for `docs/rules/`."""
    rules = all_rules()
    return {"README.md": _index(rules)} | {f"{rule.id}.md": _page(rule) for rule in rules}


def _index(rules: list[Rule]) -> str:
    text = _INDEX
    for beginning, area in AREAS.items():
        rows = [
            f"| [{rule.id}]({rule.id}.md) | {rule.severity} | {rule.title} |\n"
            for rule in rules
            if rule.id.startswith(beginning)
        ]
        if rows:
            text += f"\n## {area}\n\n| rule | severity | what is reported |\n|---|---|---|\n"
            text += "".join(rows)
    return text


def _page(rule: Rule) -> str:
    return (
        f"{_GENERATED}\n# {rule.id}: {rule.title}\n\nSeverity: {rule.severity}\n"
        f"\n## What it does\n\n{_paragraph(rule.what)}\n"
        f"\n## Why it matters\n\n{_paragraph(rule.why)}\n"
        f"\n## Failing example\n\n{_example(rule.failing)}"
        f"\n## Passing example\n\n{_example(rule.passing)}"
        f"\n## How to fix it\n\n{_paragraph(rule.fix)}\n"
    )


def _paragraph(text: str) -> str:
    return fill(text, width=100, break_long_words=False, break_on_hyphens=False)


def _example(example: str) -> str:
    if is_terraform(example):
        return f"```json\n{example}```\n"
    if is_object(example):
        return f"```yaml\n{example}```\n"
    return "\n".join(
        f"**{path}**\n\n```yaml\n{shown(text)}```\n" if text else f"**{path}** (not there)\n"
        for path, text in files_of(example).items()
    )


if __name__ == "__main__":
    import sys
    from pathlib import Path

    folder = Path(sys.argv[1]) / "rules"
    folder.mkdir(exist_ok=True)
    written = pages()
    for page in folder.glob("*.md"):
        if page.name not in written:
            page.unlink()
    for name, text in written.items():
        (folder / name).write_text(text, encoding="utf-8")
