"""What is known of a repository that is not there yet."""

from collections.abc import Mapping
from typing import NamedTuple

from compiler import __version__

PORTICO = "https://github.com/acme/portico"
"""Where Portico's own repository is."""

REVISION = f"v{__version__}"
"""Its tag: hooks and CI of a new repository use the very Portico that made it."""


class NewRepository(NamedTuple):
    """What a person said of it. None is left for later, and becomes a placeholder."""

    name: str
    environments: tuple[str, ...]
    """In the order in which an image goes through them."""
    accounts: Mapping[str, str]
    """Environment -> the id of its AWS account, as far as they are known."""
    region: str | None = None
    kubernetes: str | None = None
    domain: str | None = None
    """Below which each environment has a domain of its own for public hosts; prod has it itself."""
    edge_domain: str | None = None
    """Below which each environment has a domain of its own for its load balancer."""
    state_bucket: str | None = None
    organisation: str | None = None
    """Whose teams approve changes."""
    platform: str = "platform"
    """The team of the platform."""
    portico: str = PORTICO
    hosters: tuple[str, ...] = ("github", "gitlab")
    """Whose CI runs Portico."""

    def document(self, path: str) -> str:
        """The address of a page of Portico's documentation."""
        return f"{self.portico}/blob/{REVISION}/{path}"


def public_domain(new: NewRepository, environment: str) -> str | None:
    """The domain of an environment's public hosts."""
    if new.domain is None or is_production(environment):
        return new.domain
    return f"{environment}.{new.domain}"


def edge_domain(new: NewRepository, environment: str) -> str | None:
    """The domain that the name of an environment's load balancer is in."""
    return None if new.edge_domain is None else f"{environment}.{new.edge_domain}"


def earlier(new: NewRepository, environment: str) -> str | None:
    """The environment that an image is in before."""
    place = new.environments.index(environment)
    return new.environments[place - 1] if place > 0 else None


def is_production(environment: str) -> bool:
    """Whether it is what customers see."""
    return environment in ("prod", "production")
