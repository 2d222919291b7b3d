"""Completion for bash 3.2 and newer, without any package for it."""

from collections.abc import Iterator

from compiler.completion.grammar import Command, Value

_SCRIPT = """\
# Completion of portico for bash; made by `portico completion bash`.

# The names of the specs in a folder.
_portico_names() {
  local file
  for file in "$1"/*.yaml; do
    [[ -e $file && $file != *.placement.yaml ]] || continue
    file=${file##*/}
    printf '%s\\n' "${file%.yaml}"
  done
}

_portico() {
  local IFS=$'\\n' word command='' root=. value='' skip='' place=0 i
  local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}
  # bash takes `--root=DIR` for three words.
  if [[ $current == = ]]; then
    current=''
  elif [[ $before == = ]]; then
    before=${COMP_WORDS[COMP_CWORD-2]}
  fi

  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if [[ $word == = ]]; then
      skip=yes
    elif [[ -n $skip ]]; then
      skip=''
    elif [[ -z $command ]]; then
      [[ $word == -* ]] || command=$word
    elif [[ $word == -* ]]; then
      _portico_takes "$command" "$word" && [[ ${COMP_WORDS[i+1]} != = ]] && skip=yes
      if [[ $word == --root ]]; then
        root=${COMP_WORDS[i+1]}
        [[ $root != = ]] || root=${COMP_WORDS[i+2]}
      fi
    else
      place=$((place + 1))
    fi
  done

  if [[ -z $command ]]; then
    COMPREPLY=($(compgen -W $'@COMMANDS@' -- "$current"))
    return
  elif _portico_takes "$command" "$before"; then
    value=$_portico_value
  elif [[ $current == -* ]]; then
    value=$(_portico_options "$command")
  else
    value=$(_portico_place "$command" "$place")
  fi

  case $value in
    apps) value=$(_portico_names "$root/apps") ;;
    environments) value=$(_portico_names "$root/environments") ;;
    rules) value=$(portico explain 2>/dev/null | cut -d ' ' -f 1) ;;
    revisions) value=$(git -C "$root" for-each-ref --format='%(refname:short)' 2>/dev/null) ;;
    anything) value='' ;;
    files | folders)
      # Not for all: a word like apps would become a folder of that name.
      compopt -o filenames 2>/dev/null
      [[ $value == files ]] && COMPREPLY=($(compgen -f -- "$current"))
      [[ $value == folders ]] && COMPREPLY=($(compgen -d -- "$current"))
      return
      ;;
  esac
  COMPREPLY=($(compgen -W "$value" -- "$current"))
}

# Whether an option of a command takes a value; what it may be is left in _portico_value.
_portico_takes() {
  case "$1 $2" in
@TAKES@
    *) return 1 ;;
  esac
}

_portico_options() {
  case $1 in
@OPTIONS@
  esac
}

# What stands in a place of a command, counted from 0.
_portico_place() {
  case "$1 $2" in
@PLACES@
  esac
}

complete -F _portico portico
"""


def script(commands: list[Command]) -> str:
    """The script, to be sourced."""
    names = [*(command.name for command in commands), "--help", "--version"]
    return (
        _SCRIPT.replace("@COMMANDS@", "\\n".join(names))
        .replace("@TAKES@", "\n".join(_takes(commands)))
        .replace("@OPTIONS@", "\n".join(_options(commands)))
        .replace("@PLACES@", "\n".join(_places(commands)))
    )


def _takes(commands: list[Command]) -> Iterator[str]:
    of: dict[Value, list[str]] = {}
    for command in commands:
        for option in command.options:
            if option.value is not None:
                of.setdefault(option.value, []).append(f"'{command.name} {option.name}'")
    for value, patterns in of.items():
        yield f"    {'|'.join(patterns)}) _portico_value={_said(value)} ;;"


def _options(commands: list[Command]) -> Iterator[str]:
    for command in commands:
        names = " ".join([*(option.name for option in command.options), "--help"])
        yield f"    {command.name}) printf '%s\\n' {names} ;;"


def _places(commands: list[Command]) -> Iterator[str]:
    for command in commands:
        for number, place in enumerate(command.places):
            pattern = f"{command.name}\\ *" if place.repeatable else f"'{command.name} {number}'"
            yield f"    {pattern}) printf '%s' {_said(place.value)} ;;"


def _said(value: Value) -> str:
    words = "\\n".join(value.words)
    return f"$'{words}'" if words else value.kind
