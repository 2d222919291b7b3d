"""What need not be read of a repository, because an earlier run knows what comes of it."""

from collections.abc import Callable, Mapping
from functools import cached_property, partial
from typing import NamedTuple

from compiler.cache.digest import Digest, content_digest
from compiler.cache.inputs import app_path
from compiler.diagnostics.stopped import Stopped
from compiler.link.environments import Environments
from compiler.link.resolve import Resolved, resolve
from compiler.link.unit import Content, Interface, Unit
from compiler.source.yaml import Reader, read


class ChangedMeanwhile(Stopped):
    """A file is no longer what it was when the run began."""


class Known(NamedTuple):
    """What is known of a repository that need not be read for it."""

    interfaces: Mapping[str, Mapping[str, Interface]]
    """App whose spec nothing is wrong with -> environment -> its interface there."""
    linked: Mapping[str, Digest]
    """Environment -> the key of all that was linked when there was nothing to say about it."""
    policies: bool
    """Whether nothing is wrong with the repository's own rules."""


NOTHING_KNOWN = Known({}, {}, policies=False)


class Files(NamedTuple):
    """How a file is read that need not be read at first."""

    content: Callable[[str], bytes]
    reader: Reader


class UnreadApp:
    """An app whose interfaces are known: its spec is read when something asks for more."""

    def __init__(
        self,
        name: str,
        digest: Digest,
        files: Files,
        environments: Environments,
        environment_names: tuple[str, ...],
    ) -> None:
        self._name = name
        self._path = app_path(name)
        self._digest = digest
        self._files = files
        self._environments = environments
        self._environment_names = environment_names

    def resolved(self, interfaces: Mapping[str, Interface]) -> Resolved:
        units = [
            Unit(interface, self._environments[name][0], self._path, partial(self._content, name))
            for name, interface in interfaces.items()
        ]
        return Resolved(units, frozenset(interfaces), [])

    def _content(self, environment: str) -> Content:
        return next(u for u in self._units if u.environment.name == environment).content

    @cached_property
    def _units(self) -> list[Unit]:
        content = self._files.content(self._path)
        if content_digest(content) != self._digest:
            raise ChangedMeanwhile(f"{self._path} was changed during the run: run it again")
        document = read(self._path, content, self._files.reader)
        return resolve(self._name, document, self._environments, self._environment_names).units
