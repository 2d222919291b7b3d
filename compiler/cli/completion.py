"""`portico completion`: a script by which a shell completes what is typed."""

import argparse
import sys
from functools import partial
from importlib import import_module

from compiler.author.promote import PROMOTABLE
from compiler.cli.main import CLEAN, COMMANDS, parser
from compiler.completion.grammar import Command, Kind, Option, Place, Value

EXAMPLE = "portico completion bash > ~/.local/share/bash-completion/completions/portico"

# What a value is, by the word that stands for it in a command's help.
_KINDS: dict[str, Kind] = {
    "APP": "apps",
    "DIR": "folders",
    "ENV": "environments",
    "FORMAT=FILE": "files",
    "PATH": "files",
    "REVISION": "revisions",
    "RULE": "rules",
}


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("shell", choices=("bash", "zsh", "fish"), help="for which shell")


def run(options: argparse.Namespace) -> int:
    shell = import_module(f"compiler.completion.{options.shell}")
    sys.stdout.write(shell.script([command(name) for name in COMMANDS]))
    return CLEAN


def command(name: str) -> Command:
    """What may follow a command, as its own options say."""
    options: list[Option] = []
    places: list[Place] = []
    for action in _actions(name):
        repeatable = isinstance(action, argparse._AppendAction) or action.nargs in ("*", "+")
        takes = action.nargs != 0
        value = _value(action) if takes else None
        if action.option_strings and action.dest != "help":
            help = (action.help or "").partition(" (default")[0]
            options.append(Option(action.option_strings[-1], help, value, repeatable))
        elif value is not None:
            places.append(Place(str(action.metavar or action.dest), value, repeatable))
    return Command(name, COMMANDS[name], tuple(options), tuple(places))


def _actions(name: str) -> list[argparse.Action]:
    for action in parser(name)._actions:
        if isinstance(action, argparse._SubParsersAction):
            of_command: list[argparse.Action] = action.choices[name]._actions
            return of_command
    raise AssertionError("portico has commands")


def _value(action: argparse.Action) -> Value:
    if action.choices is not None:
        return Value("anything", tuple(map(str, action.choices)))
    metavar = str(action.metavar)
    if metavar == "FORMAT":
        assert isinstance(action.type, partial)
        return Value("anything", action.type.args[0])
    if metavar == "FIELD":
        return Value("anything", PROMOTABLE)
    return Value(_KINDS.get(metavar, "anything"))
