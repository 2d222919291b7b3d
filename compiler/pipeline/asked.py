"""What a judgement depends on besides what is judged: on which it holds again."""

import os
from collections.abc import Iterator, Mapping
from typing import Any

from compiler.cache.digest import Digest, digest_of, plain
from compiler.cache.inputs import WAIVERS
from compiler.cache.memory import PartFacts
from compiler.policies.shape import Claim

# Instead of a host: all of them were looked through.
EVERY_HOST = "*"


def has_waivers(root: str) -> bool:
    """Whether a repository has waivers, which end on a day."""
    return os.path.lexists(os.path.join(root, WAIVERS))


def against(environment: Digest, policies: Digest, day: str) -> Digest:
    """Of what the files of an environment are held against, but for the hosts."""
    return digest_of(environment, policies, day)


class Asked(Mapping[str, tuple[Claim, ...]]):
    """The public hosts and who claims them; knows afterwards which were asked for."""

    def __init__(self, hosts: Mapping[str, tuple[Claim, ...]]) -> None:
        self._hosts = hosts
        self._asked: set[str] = set()

    def asked(self) -> tuple[tuple[str, Any], ...]:
        return tuple((host, known_of(self._hosts, host)) for host in sorted(self._asked))

    def __getitem__(self, host: str) -> tuple[Claim, ...]:
        # A rule may ask for whatever it finds in an object; what is no text is never a host.
        if isinstance(host, str):
            self._asked.add(host)
        return self._hosts[host]

    def __iter__(self) -> Iterator[str]:
        self._asked.add(EVERY_HOST)
        return iter(self._hosts)

    def __len__(self) -> int:
        self._asked.add(EVERY_HOST)
        return len(self._hosts)


def still_holds(facts: PartFacts, hosts: Mapping[str, tuple[Claim, ...]]) -> bool:
    """Whether whoever asked for public hosts then would be told the same now."""
    return all(known_of(hosts, host) == said for host, said in facts.asked)


def known_of(hosts: Mapping[str, tuple[Claim, ...]], host: str) -> Any:
    """The plain data of who claims a host."""
    if host == EVERY_HOST:
        return digest_of(plain(tuple(hosts.items())))
    return plain(hosts.get(host, ()))
