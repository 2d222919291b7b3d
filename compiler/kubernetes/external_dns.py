"""external-dns: gives the shared load balancer its stable name, and can do nothing else.

Source: kubernetes-sigs/external-dns v0.22.0, source/service.go, docs/flags.md.
"""

from compiler.kubernetes.metadata import Object, platform_metadata
from compiler.kubernetes.network import to_dns
from compiler.kubernetes.pod_security import container_security_context, pod_security_context
from compiler.link.estate import Estate
from compiler.link.names import EXTERNAL_DNS as NAME
from compiler.link.names import external_dns_role_arn

IMAGE = "registry.k8s.io/external-dns/external-dns:v0.22.0"

# A prefix of our own: annotations with the well-known one, on any object, are not even read.
ANNOTATION_PREFIX = "edge.portico.dev/"
HOSTNAME = f"{ANNOTATION_PREFIX}hostname"

_USER = 65532


def external_dns(estate: Estate) -> list[Object]:
    namespace = estate.environment.load_balancer.namespace
    cluster = estate.environment.cluster
    role = external_dns_role_arn(estate.environment)

    def metadata(annotations: dict[str, str] | None = None) -> Object:
        return platform_metadata(NAME, estate.source, namespace=namespace, annotations=annotations)

    return [
        {
            "apiVersion": "v1",
            "kind": "ServiceAccount",
            # With EKS Pod Identity the association, in Terraform, says which role it gets.
            "metadata": metadata(
                {"eks.amazonaws.com/role-arn": role} if cluster.oidc_issuer else None
            ),
            "automountServiceAccountToken": False,
        },
        {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "Role",
            "metadata": metadata(),
            "rules": [
                {"apiGroups": [""], "resources": ["services"], "verbs": ["get", "list", "watch"]}
            ],
        },
        {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "RoleBinding",
            "metadata": metadata(),
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": NAME},
            "subjects": [{"kind": "ServiceAccount", "name": NAME, "namespace": namespace}],
        },
        _deployment(estate, metadata()),
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "NetworkPolicy",
            "metadata": metadata(),
            "spec": {
                "podSelector": {"matchLabels": _selector()},
                "policyTypes": ["Ingress", "Egress"],
                "ingress": [],
                "egress": [
                    to_dns(),
                    # The API server, Route 53 and STS have no address that could be written here.
                    {
                        "to": [{"ipBlock": {"cidr": "0.0.0.0/0"}}],
                        "ports": [{"protocol": "TCP", "port": 443}],
                    },
                    # The EKS Pod Identity agent of the node.
                    *(
                        []
                        if cluster.oidc_issuer
                        else [
                            {
                                "to": [{"ipBlock": {"cidr": "169.254.170.23/32"}}],
                                "ports": [{"protocol": "TCP", "port": 80}],
                            }
                        ]
                    ),
                ],
            },
        },
    ]


def _selector() -> dict[str, str]:
    return {"app.kubernetes.io/name": NAME}


def _deployment(estate: Estate, metadata: Object) -> Object:
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": metadata,
        "spec": {
            # It has no leader election: two would write the same records.
            "replicas": 1,
            "revisionHistoryLimit": 5,
            "selector": {"matchLabels": _selector()},
            "strategy": {"type": "Recreate"},
            "template": {
                "metadata": {"labels": metadata["labels"]},
                "spec": {
                    "serviceAccountName": NAME,
                    "automountServiceAccountToken": True,
                    "enableServiceLinks": False,
                    "securityContext": pod_security_context(_USER),
                    "containers": [
                        {
                            "name": NAME,
                            "image": IMAGE,
                            "imagePullPolicy": "Always",
                            "args": _arguments(estate),
                            "ports": [{"name": "http", "containerPort": 7979, "protocol": "TCP"}],
                            "env": [{"name": "AWS_REGION", "value": estate.environment.aws.region}],
                            "readinessProbe": {
                                "httpGet": {"path": "/healthz", "port": "http", "scheme": "HTTP"},
                                "periodSeconds": 10,
                                "timeoutSeconds": 5,
                                "failureThreshold": 6,
                            },
                            "livenessProbe": {
                                "httpGet": {"path": "/healthz", "port": "http", "scheme": "HTTP"},
                                "initialDelaySeconds": 10,
                                "periodSeconds": 10,
                                "timeoutSeconds": 5,
                                "failureThreshold": 3,
                            },
                            "resources": {
                                "requests": {
                                    "cpu": "10m",
                                    "memory": "64Mi",
                                    "ephemeral-storage": "64Mi",
                                },
                                "limits": {
                                    "cpu": "500m",
                                    "memory": "128Mi",
                                    "ephemeral-storage": "256Mi",
                                },
                            },
                            "securityContext": container_security_context(),
                        }
                    ],
                },
            },
        },
    }


def _arguments(estate: Estate) -> list[str]:
    """One Service of one namespace, one zone, one owner: nothing else is read or written."""
    environment = estate.environment
    balancer = environment.load_balancer
    return [
        "--source=service",
        f"--namespace={balancer.namespace}",
        "--service-type-filter=LoadBalancer",
        f"--label-filter=app.kubernetes.io/name={balancer.service}",
        f"--annotation-prefix={ANNOTATION_PREFIX}",
        "--provider=aws",
        "--aws-zone-type=public",
        f"--zone-id-filter={balancer.hosted_zone.hosted_zone_id}",
        f"--domain-filter={balancer.hosted_zone.name}",
        "--managed-record-types=A",
        "--managed-record-types=AAAA",
        # Never deletes: without the name no public host would have an origin.
        "--policy=upsert-only",
        "--registry=txt",
        f"--txt-owner-id={environment.cluster.name}",
        # A label of its own, so that the record of who owns the zone's own name is in the zone.
        "--txt-prefix=extdns-%{record_type}.",
        "--interval=1m",
        "--events",
        "--metrics-address=:7979",
        "--log-format=json",
    ]
