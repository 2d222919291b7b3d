"""`portico explain`: what a rule does, why, examples, and how to fix what it found."""

import argparse
import sys
from difflib import get_close_matches
from textwrap import indent, wrap

from compiler.cli.main import CLEAN, UNUSABLE
from compiler.diagnostics.model import Rule
from compiler.rules import all_rules, files_of, is_object, is_terraform, shown

EXAMPLE = "portico explain PT102"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "rules",
        nargs="*",
        metavar="RULE",
        help="the id of a rule, as in error[PT102]; without one, all rules are listed",
    )


def run(options: argparse.Namespace) -> int:
    rules = {rule.id: rule for rule in all_rules()}
    unknown = [word for word in options.rules if word.upper() not in rules]
    for word in unknown:
        print(f'portico: there is no rule "{word}": {_hint(word, rules)}', file=sys.stderr)
    if unknown:
        return UNUSABLE
    if options.rules:
        wanted = dict.fromkeys(word.upper() for word in options.rules)
        print("\n".join(_explained(rules[word]) for word in wanted), end="")
    else:
        for rule in rules.values():
            print(f"{rule.id}  {rule.severity:7}  {rule.title}")
    return CLEAN


def _hint(word: str, rules: dict[str, Rule]) -> str:
    """The rules that may be meant by what is almost an id, or a word of a title."""
    area = [id for id in rules if id.startswith(word.upper()[:3])]
    near = get_close_matches(word.upper(), area or list(rules), cutoff=0.7)
    near = near or [id for id, rule in rules.items() if word.lower() in rule.title.lower()]
    if not near:
        return "`portico explain` lists all rules"
    return "did you mean " + " or ".join(f"{id} ({rules[id].title})" for id in near[:3]) + "?"


def _explained(rule: Rule) -> str:
    """The rule under fixed headings, for a terminal of 80 columns."""
    return (
        f"{rule.severity}[{rule.id}]: {rule.title}\n"
        f"\nWhat it does\n{_paragraph(rule.what)}"
        f"\nWhy it matters\n{_paragraph(rule.why)}"
        f"\nFailing example\n{_example(rule.failing)}"
        f"\nPassing example\n{_example(rule.passing)}"
        f"\nHow to fix it\n{_paragraph(rule.fix)}"
    )


def _paragraph(text: str) -> str:
    lines = wrap(text, width=78, break_long_words=False, break_on_hyphens=False)
    return "".join(f"  {line}\n" for line in lines)


def _example(example: str) -> str:
    if is_object(example) or is_terraform(example):
        return indent(example, "  ")
    return "".join(
        f"  {path}\n{indent(shown(text), '    ')}" if text else f"  {path} (not there)\n"
        for path, text in files_of(example).items()
    )
