"""What the rules hold an environment's objects and resources against."""

from compiler.kubernetes.load_balancer import load_balancer_class, shared_service
from compiler.kubernetes.routers import pods, router_of
from compiler.link.estate import Estate
from compiler.policies.shape import Context, Shared


def context_of(estate: Estate) -> Context:
    """The entrance of this environment, as compiled."""
    environment = estate.environment
    balancer = environment.load_balancer
    shared = Shared(
        balancer.namespace,
        balancer.service,
        load_balancer_class(balancer),
        shared_service(estate, router_of(environment)),
    )
    return Context(
        shared=(shared,),
        ingress_classes=frozenset((pods.INGRESS_CLASS,)),
        domains=tuple(domain.name for domain in environment.domains),
        origins=(balancer.dns_name,),
        accounts=(environment.aws.account,),
    )
