"""The routers that an environment can choose, by the name it writes."""

from compiler.kubernetes.routers.ingress_nginx import IngressNginx
from compiler.kubernetes.routers.interface import Router
from compiler.kubernetes.routers.nginx import Nginx
from compiler.spec.environment import Environment

ROUTERS: dict[str, Router] = {"nginx": Nginx(), "ingress-nginx": IngressNginx()}


def router_of(environment: Environment) -> Router:
    return ROUTERS[environment.router.kind]
