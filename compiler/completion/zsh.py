"""Completion for zsh, with its own descriptions."""

from collections.abc import Iterator

from compiler.completion.grammar import Command, Kind, Value

_SCRIPT = """\
#compdef portico
# Completion of portico for zsh; made by `portico completion zsh`.

# Where the repository is: what --root says, or this folder.
_portico_root() {
  local root=${opt_args[--root]:-.}
  print -r -- ${(Q)root/#\\~/$HOME}
}

_portico_names() {
  local -a names
  names=("$(_portico_root)"/$1/*.yaml(N:t:r))
  compadd -- ${names:#*.placement}
}

_portico_revisions() {
  local -a names
  names=(${(f)"$(git -C "$(_portico_root)" for-each-ref --format='%(refname:short)' 2>/dev/null)"})
  compadd -- $names
}

_portico_rules() {
  local -a names
  names=(${${(f)"$(portico explain 2>/dev/null)"}%% *})
  compadd -- $names
}

_portico() {
  local curcontext=$curcontext state line
  typeset -A opt_args
  _arguments -C '(- *)--help[show help]' '(- *)--version[show the version]' \\
    '1:command:->command' '*::argument:->argument'
  case $state in
    command)
      local -a commands
      commands=(
@COMMANDS@
      )
      _describe command commands
      ;;
    argument)
      curcontext=${curcontext%:*:*}:portico-$words[1]:
      case $words[1] in
@ARGUMENTS@
      esac
      ;;
  esac
}

if [[ $funcstack[1] == _portico ]]; then
  _portico "$@"
else
  compdef _portico portico
fi
"""

# A space first: what zsh would put between a function and its arguments is of no use to these.
_ACTIONS: dict[Kind, str] = {
    "apps": " _portico_names apps",
    "environments": " _portico_names environments",
    "rules": " _portico_rules",
    "revisions": " _portico_revisions",
    "files": "_files",
    "folders": "_files -/",
    "anything": "",
}


def script(commands: list[Command]) -> str:
    """The script, to be sourced or to stand in a folder of `fpath` as `_portico`."""
    described = [_quoted(f"{command.name}:{command.summary}") for command in commands]
    arguments = [line for command in commands for line in _arguments(command)]
    return _SCRIPT.replace(
        "@COMMANDS@", "\n".join(f"        {line}" for line in described)
    ).replace("@ARGUMENTS@", "\n".join(arguments))


def _arguments(command: Command) -> Iterator[str]:
    yield f"        {command.name})"
    specs = ["(- *)--help[show help]"]
    for option in command.options:
        star = "*" if option.repeatable else ""
        equals = "=" if option.value is not None else ""
        spec = f"{star}{option.name}{equals}[{_plain(option.help)}]"
        specs.append(
            spec + (f":{_name(option.name)}:{_action(option.value)}" if option.value else "")
        )
    for number, place in enumerate(command.places, 1):
        where = "*" if place.repeatable else str(number)
        specs.append(f"{where}:{_plain(place.name)}:{_action(place.value)}")
    lines = [f"            {_quoted(spec)}" for spec in specs]
    yield "          _arguments \\\n" + " \\\n".join(lines)
    yield "          ;;"


def _action(value: Value) -> str:
    return f"({' '.join(value.words)})" if value.words else _ACTIONS[value.kind]


def _name(option: str) -> str:
    return option.lstrip("-").replace("-", " ")


def _plain(text: str) -> str:
    """A text in a specification, where brackets and colons mean something."""
    return text.replace("\\", "").replace("[", "(").replace("]", ")").replace(":", "\\:")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
