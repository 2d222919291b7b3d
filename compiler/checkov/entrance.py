"""What the rules hold a file against that Checkov reads: the entrance of the file's environment."""

import os
from collections.abc import Iterable, Mapping
from functools import cached_property

from compiler.diagnostics.model import Rejected
from compiler.kubernetes.context import context_of
from compiler.pipeline import compile_in_memory
from compiler.policies.shape import Context, Shared
from compiler.source.repository import NotARepository

STATED = {
    "PORTICO_SHARED": "--shared",
    "PORTICO_INGRESS_CLASS": "--ingress-class",
    "PORTICO_DOMAIN": "--domain",
    "PORTICO_ORIGIN": "--origin",
    "PORTICO_KIND": "--kind",
}
"""Environment variable -> the option of `portico scan` that it stands for; values are separated by
commas."""


class UnknownEntrance(Exception):
    """What is allowed cannot be known, so nothing can be judged; the message says why."""


class Entrance:
    """The contexts of a repository's environments, compiled when the first file is judged."""

    def __init__(self, folders: Iterable[str], variables: Mapping[str, str]) -> None:
        self._root = next((f for f in folders if os.path.isdir(f"{f}/environments")), None)
        self._variables = variables

    def context_for(self, file: str) -> Context:
        """The context of the environment below whose `rendered/<env>/` the file lies; for any
        other file, that of all environments together. Raises UnknownEntrance."""
        environment = self._environment_of(file)
        if environment in self._contexts:
            return self._contexts[environment]
        return self._everywhere

    @cached_property
    def _contexts(self) -> dict[str, Context]:
        if self._root is None:
            return {}
        try:
            compiled = compile_in_memory(self._root)
        except NotARepository as reason:
            raise UnknownEntrance(str(reason)) from reason
        except Rejected as rejected:
            raise UnknownEntrance(
                f"the environments of {self._root} do not compile ({len(rejected.diagnostics)} "
                "findings): run `portico check`"
            ) from rejected
        return {
            estate.environment.name: stated(context_of(estate), self._variables)
            for estate in compiled.estates
        }

    @cached_property
    def _everywhere(self) -> Context:
        return stated(merged(self._contexts.values()), self._variables)

    def _environment_of(self, file: str) -> str:
        if self._root is None:
            return ""
        rendered = os.path.join(os.path.realpath(self._root), "rendered") + os.sep
        real = os.path.realpath(file)
        return real.removeprefix(rendered).split(os.sep)[0] if real.startswith(rendered) else ""


def merged(contexts: Iterable[Context]) -> Context:
    """Several environments judged together: what any of them allows."""
    every = list(contexts)
    return Context(
        shared=tuple(shared for one in every for shared in one.shared),
        ingress_classes=frozenset().union(*(one.ingress_classes for one in every)),
        domains=tuple(dict.fromkeys(domain for one in every for domain in one.domains)),
        origins=tuple(dict.fromkeys(origin for one in every for origin in one.origins)),
        accounts=tuple(dict.fromkeys(account for one in every for account in one.accounts)),
        kinds=frozenset().union(*(one.kinds for one in every)),
    )


def stated(context: Context, variables: Mapping[str, str]) -> Context:
    """The context with what the user states instead of it. Raises UnknownEntrance."""
    said = {name: _listed(variables.get(name, "")) for name in STATED}
    if said["PORTICO_SHARED"]:
        context = context._replace(shared=tuple(map(_shared, said["PORTICO_SHARED"])))
    if said["PORTICO_INGRESS_CLASS"]:
        context = context._replace(ingress_classes=frozenset(said["PORTICO_INGRESS_CLASS"]))
    if said["PORTICO_DOMAIN"]:
        context = context._replace(domains=said["PORTICO_DOMAIN"])
    if said["PORTICO_ORIGIN"]:
        context = context._replace(origins=said["PORTICO_ORIGIN"])
    if said["PORTICO_KIND"]:
        context = context._replace(kinds=context.kinds | frozenset(said["PORTICO_KIND"]))
    return context


def _listed(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _shared(text: str) -> Shared:
    namespace, slash, name = text.partition("/")
    if not (namespace and slash and name) or "/" in name:
        raise UnknownEntrance(f'PORTICO_SHARED="{text}" is not NAMESPACE/NAME')
    return Shared(namespace, name)
