"""What foreign files are held against: one entrance, or that of the environment they belong to."""

import os
from collections.abc import Iterable, Mapping
from functools import reduce
from typing import NamedTuple

from compiler.check.hosts import together
from compiler.foreign.files import File
from compiler.policies.shape import Context, Object


class Contexts(NamedTuple):
    """What the files are held against."""

    everywhere: Context
    below: Mapping[str, Context] = {}
    """Real path of a folder -> the context of all that stands below it instead."""

    def folder_of(self, file: File) -> str:
        """The folder by which a file has its context; empty if it is in none of them."""
        for folder in self.below:
            if file.real.startswith(folder + os.sep):
                return folder
        return ""

    def of(self, file: File) -> Context:
        """The context of a file."""
        return self.below.get(self.folder_of(file), self.everywhere)

    def names_shared(self, obj: Object) -> bool:
        """Whether the object has the name of a shared Service."""
        return obj["kind"] == "Service" and any(
            context.shared_named_by(obj) for context in (self.everywhere, *self.below.values())
        )


def merged(contexts: Iterable[Context]) -> Context:
    """All that one of these knows."""
    contexts = list(contexts)
    shared = [s for c in contexts for s in c.shared]
    guards = [c.guard for c in contexts if c.guard]
    return Context(
        shared=tuple(s for index, s in enumerate(shared) if s not in shared[:index]),
        ingress_classes=frozenset().union(*(c.ingress_classes for c in contexts)),
        domains=tuple(dict.fromkeys(d for c in contexts for d in c.domains)),
        origins=tuple(dict.fromkeys(o for c in contexts for o in c.origins)),
        accounts=tuple(dict.fromkeys(a for c in contexts for a in c.accounts)),
        kinds=frozenset().union(*(c.kinds for c in contexts)),
        roles=frozenset().union(*(c.roles for c in contexts)),
        # What stands in no environment's folder is no environment's guard.
        guard=guards[0] if len(guards) == 1 else {},
        sources=frozenset().union(*(c.sources for c in contexts)),
        hosts=reduce(together, (c.hosts for c in contexts), {}),
    )
