"""What a router is to the rest of the compiler.

To add one: a module beside this one with a class of this shape, a line in `routers.ROUTERS`, and
its name in `spec.environment.Router.kind`.
"""

from typing import Protocol

from compiler.diagnostics.model import Diagnostic
from compiler.kubernetes.metadata import Object
from compiler.link.estate import Estate
from compiler.link.hosts import Host
from compiler.link.unit import Unit


class Router(Protocol):
    """An ingress controller that runs in the entrance's namespace, behind the shared Service."""

    @property
    def selector(self) -> dict[str, str]:
        """The labels of its pods: what the shared Service selects and network policies admit."""

    @property
    def health_path(self) -> str:
        """The path, on its HTTP port and for any host, that answers 200 while it works."""

    def objects(self, estate: Estate) -> list[Object]:
        """The controller itself: its IngressClass, permissions, configuration, pods."""

    def host(self, host: Host, estate: Estate) -> list[Object]:
        """What the platform owns of a public host, in the entrance's namespace."""

    def routes(self, unit: Unit) -> list[Object]:
        """What sends a public app's paths of its hosts to its Service, in the app's namespace."""

    def refuse(self, unit: Unit) -> list[Diagnostic]:
        """What the app's spec says that this router cannot express."""
