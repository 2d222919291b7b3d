"""The ONE Service of type LoadBalancer.

Sources: kubernetes/cloud-provider-aws v1.36 (Classic ELB), AWS Load Balancer Controller v3.5 (NLB).
"""

from compiler.kubernetes.external_dns import HOSTNAME
from compiler.kubernetes.metadata import KEEP, Object, platform_metadata
from compiler.kubernetes.routers.interface import Router
from compiler.link.estate import Estate
from compiler.spec.environment import Environment, LoadBalancer

_AWS = "service.beta.kubernetes.io/aws-load-balancer"


def listener_ports(balancer: LoadBalancer) -> list[int]:
    return [80, 443] if balancer.https is not None else [80]


def node_ports(balancer: LoadBalancer) -> int:
    """How many node ports the Service may take; an NLB reaches the pods without them.

    Two for a Classic ELB with one listener too: Flux tries the Service before it raises the quota,
    so that a second listener would be refused for ever.
    """
    return 0 if balancer.kind == "network" else 2


def load_balancer_class(balancer: LoadBalancer) -> str | None:
    """Who makes the load balancer: the AWS Load Balancer Controller, or the cloud provider."""
    return "service.k8s.aws/nlb" if balancer.kind == "network" else None


def shared_service(estate: Estate, router: Router) -> Object:
    environment = estate.environment
    balancer = environment.load_balancer
    network = balancer.kind == "network"
    names = {80: "http", 443: "https"}
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": platform_metadata(
            balancer.service,
            estate.source,
            namespace=balancer.namespace,
            annotations={
                **KEEP,
                HOSTNAME: balancer.dns_name,
                **(_network(environment, router) if network else _classic(environment, router)),
            },
        ),
        "spec": {
            "type": "LoadBalancer",
            # Named outright, so that no webhook of the cluster chooses another controller.
            **({"loadBalancerClass": load_balancer_class(balancer)} if network else {}),
            **({"allocateLoadBalancerNodePorts": False} if network else {}),
            "externalTrafficPolicy": "Cluster",
            **(
                {"loadBalancerSourceRanges": _admitted(balancer)}
                if not network and _admitted(balancer)
                else {}
            ),
            "selector": router.selector,
            "ports": [
                {"name": names[port], "port": port, "protocol": "TCP", "targetPort": "http"}
                for port in listener_ports(balancer)
            ],
        },
    }


def _admitted(balancer: LoadBalancer) -> list[str]:
    """The source ranges; security groups replace them, and then AWS ignores them."""
    if balancer.access.open_to_the_world:
        return ["0.0.0.0/0"]
    return balancer.access.source_ranges or []


def _classic(environment: Environment, router: Router) -> dict[str, str]:
    balancer = environment.load_balancer
    return {
        # TCP, not HTTP: an HTTP listener would add a second X-Forwarded-For entry and say "http".
        f"{_AWS}-backend-protocol": "tcp",
        f"{_AWS}-connection-draining-enabled": "true",
        f"{_AWS}-connection-draining-timeout": str(balancer.draining),
        f"{_AWS}-connection-idle-timeout": str(balancer.idle_timeout),
        f"{_AWS}-cross-zone-load-balancing-enabled": str(balancer.cross_zone).lower(),
        **_shared(environment, router),
    }


def _network(environment: Environment, router: Router) -> dict[str, str]:
    balancer = environment.load_balancer
    attributes = f"load_balancing.cross_zone.enabled={str(balancer.cross_zone).lower()}"
    idle = f"tcp.idle_timeout.seconds={balancer.idle_timeout}"
    return {
        f"{_AWS}-attributes": attributes,
        **{
            f"{_AWS}-listener-attributes.{'TLS' if port == 443 else 'TCP'}-{port}": idle
            for port in listener_ports(balancer)
            # The idle timeout of a TLS listener is fixed at 350 s.
            if port != 443
        },
        f"{_AWS}-nlb-target-type": "ip",
        f"{_AWS}-scheme": "internet-facing",
        f"{_AWS}-target-group-attributes": ",".join(
            (
                "deregistration_delay.connection_termination.enabled=true",
                f"deregistration_delay.timeout_seconds={balancer.draining}",
                "preserve_client_ip.enabled=false",
            )
        ),
        **_shared(environment, router),
        # Groups that are given are not opened towards the pods unless the controller is told.
        **(
            {f"{_AWS}-manage-backend-security-group-rules": "true"}
            if balancer.access.cloudfront_security_groups
            else {}
        ),
    }


def _shared(environment: Environment, router: Router) -> dict[str, str]:
    """What both kinds of load balancer read."""
    balancer, check = environment.load_balancer, environment.load_balancer.health_check
    tags = {"Environment": environment.name, "ManagedBy": "portico"}
    return {
        f"{_AWS}-additional-resource-tags": ",".join(f"{k}={v}" for k, v in tags.items()),
        f"{_AWS}-healthcheck-healthy-threshold": str(check.healthy),
        f"{_AWS}-healthcheck-interval": str(check.interval),
        f"{_AWS}-healthcheck-path": router.health_path,
        # The Classic ELB's API knows the word in capitals only, and gets it as it stands here.
        f"{_AWS}-healthcheck-protocol": "http" if balancer.kind == "network" else "HTTP",
        f"{_AWS}-healthcheck-timeout": str(check.timeout),
        f"{_AWS}-healthcheck-unhealthy-threshold": str(check.unhealthy),
        **(
            {f"{_AWS}-security-groups": ",".join(balancer.access.cloudfront_security_groups)}
            if balancer.access.cloudfront_security_groups
            else {}
        ),
        **(
            {
                f"{_AWS}-ssl-cert": balancer.https.certificate_arn,
                f"{_AWS}-ssl-negotiation-policy": (
                    "ELBSecurityPolicy-TLS13-1-2-2021-06"
                    if balancer.kind == "network"
                    else "ELBSecurityPolicy-TLS-1-2-2017-01"
                ),
                f"{_AWS}-ssl-ports": "https",
            }
            if balancer.https is not None
            else {}
        ),
    }
