"""Completion for fish, with its own descriptions."""

from collections.abc import Iterator

from compiler.completion.grammar import Command, Kind, Value

_SCRIPT = """\
# Completion of portico for fish; made by `portico completion fish`.

# Where the repository is: what --root says, or this folder.
function __portico_root
    set -l words (commandline --tokenize --cut-at-cursor --current-process)
    set -l root .
    for i in (seq (count $words))
        if test $words[$i] = --root
            set -q words[(math $i + 1)]; and set root $words[(math $i + 1)]
        else if string match --quiet -- '--root=*' $words[$i]
            set root (string replace -- --root= '' $words[$i])
        end
    end
    echo $root
end

function __portico_names
    for file in (__portico_root)/$argv[1]/*.yaml
        string match --quiet -- '*.placement.yaml' $file; and continue
        string replace --regex '.*/(.*)\\.yaml$' '$1' $file
    end
end

function __portico_revisions
    git -C (__portico_root) for-each-ref --format='%(refname:short)' 2>/dev/null
end

function __portico_rules
    portico explain 2>/dev/null | string replace --regex '^(\\S+)\\s+\\S+\\s+' '$1\\t'
end

complete --command portico --no-files
complete --command portico --condition __fish_use_subcommand --long-option version
complete --command portico --long-option help --description 'show help'
"""

_NAMES: dict[Kind, str] = {
    "apps": "(__portico_names apps)",
    "environments": "(__portico_names environments)",
    "rules": "(__portico_rules)",
    "revisions": "(__portico_revisions)",
    "folders": "(__fish_complete_directories)",
}


def script(commands: list[Command]) -> str:
    """The script, to be sourced or to stand in ~/.config/fish/completions."""
    return _SCRIPT + "".join(f"{line}\n" for command in commands for line in _lines(command))


def _lines(command: Command) -> Iterator[str]:
    yield (
        "\ncomplete --command portico --condition __fish_use_subcommand "
        f"--arguments {command.name} --description {_quoted(command.summary)}"
    )
    begin = f"complete --command portico --condition '__fish_seen_subcommand_from {command.name}'"
    for option in command.options:
        line = f"{begin} --long-option {option.name.lstrip('-')}"
        if option.value is not None:
            line += f" {_values(option.value)}"
        yield f"{line} --description {_quoted(option.help)}"
    for place in command.places:
        yield f"{begin} {_values(place.value)}"


def _values(value: Value) -> str:
    """How a value is said to `complete`; without files, unless it is one."""
    if value.kind == "files":
        return "--require-parameter --force-files"
    names = " ".join(value.words) or _NAMES.get(value.kind, "")
    return "--exclusive" + (f" --arguments {_quoted(names)}" if names else "")


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
