"""Words of neighbouring tools for what a spec says in another word, or does not say at all.

Sources: the Compose specification, the chart that `helm create` writes, Kubernetes' own kinds.
"""

from functools import cache

from pydantic import BaseModel

from compiler.spec.app import App
from compiler.spec.env import EnvValue
from compiler.spec.environment import Aws, Cluster, Environment, PublicDomain
from compiler.spec.expose import Expose
from compiler.spec.health import Health
from compiler.spec.network import Egress
from compiler.spec.permissions import Permissions, Statement
from compiler.spec.resources import Amounts, Resources
from compiler.spec.scale import Replicas

# Words are compared without hyphens, underscores and capitals.
_FIELDS: dict[type[BaseModel], dict[str, str]] = {
    App: {
        "name": "app appName containerName fullnameOverride nameOverride id nom nombre",
        "team": "namespace owner squad department equipe equipo",
        "image": "container containers repository tag version build dockerfile",
        "command": "entrypoint cmd run exec",
        "args": "arguments parameters params flags",
        "port": "ports containerPort containerPorts targetPort service servicePort listen",
        "env": "environment envs envVars envFrom envFile variables vars config configMap secret "
        "secrets secretRef secretKeyRef",
        "health": "healthcheck healthz livenessProbe readinessProbe startupProbe probe probes",
        "schedule": "cron cronjob crontab job",
        "replicas": "replicaCount scale scaling instances count autoscaling autoscaler hpa deploy "
        "minReplicas maxReplicas",
        "resources": "cpu cpus memory mem memLimit requests limits",
        "runAsUser": "user uid securityContext podSecurityContext",
        "expose": "ingress ingresses host hosts hostname domain domains domainname url route "
        "routes httpRoute gateway public fqdn",
        "calls": "dependsOn dependencies links upstreams",
        "egress": "networks outbound firewall",
        "permissions": "aws iam iamRole iamPolicy roleArn role irsa podIdentity policy policies "
        "policyStatements",
        "environments": "stages overrides umgebungen entornos",
    },
    EnvValue: {"secret": "valueFrom secretRef secretKeyRef"},
    Health: {"path": "httpGet endpoint url uri"},
    Replicas: {
        "min": "minReplicas minimum count",
        "max": "maxReplicas maximum",
        "cpu": "targetCPUUtilizationPercentage targetCpu",
    },
    Resources: {"requests": "cpu memory ephemeralStorage reservations"},
    Amounts: {"memory": "mem ram", "ephemeral-storage": "storage disk"},
    Expose: {
        "host": "hosts hostname domain name url fqdn dns",
        "path": "paths pathPrefix prefix route location",
        "cache": "caching cdn",
    },
    Egress: {"cidr": "ip ipBlock host hostname address range to", "port": "ports"},
    Permissions: {
        "role": "arn roleArn iamRole roleName",
        "statements": "statement policy policies inlinePolicy policyDocument actions resources "
        "allow",
        "boundary": "permissionsBoundary permissionBoundary",
    },
    Statement: {
        "actions": "action verbs",
        "resources": "resource arn arns on",
        "conditions": "condition when if",
    },
    Environment: {
        "aws": "account accountId region",
        "loadBalancer": "lb elb nlb",
        "domains": "zones hostedZones",
    },
    Aws: {"account": "id"},
    Cluster: {"kubernetes": "version k8s"},
    PublicDomain: {"hostedZoneId": "id zone zoneId"},
}
_ABSENT: dict[type[BaseModel], dict[str, str]] = {
    App: {
        "it belongs in a Kubernetes manifest, which is compiled from the fields of a spec": (
            "kind apiVersion metadata spec"
        ),
        "each app has a file of its own, apps/<name>.yaml": "apps services",
        "specs have no volumes: what must outlive a pod belongs in a database or in S3": (
            "volumes volumeMounts volumeClaimTemplates persistence storage pvc tmpfs"
        ),
        "it is compiled for each app, and cannot be chosen: remove it": (
            "labels annotations podLabels podAnnotations selector serviceAccount "
            "serviceAccountName nodeSelector tolerations affinity topologySpreadConstraints "
            "restart restartPolicy imagePullPolicy strategy logging networkPolicy "
            "podDisruptionBudget pdb terminationGracePeriodSeconds"
        ),
    },
    Permissions: {
        "the policy is made of `statements`: remove it": "version id",
        "the ServiceAccount is compiled for the app, and the role is for it alone: remove it": (
            "serviceAccount serviceAccountName annotations trust trustPolicy assumeRolePolicy "
            "principal principals"
        ),
    },
    Statement: {
        "a statement allows what it names, and everything else is refused: remove it": (
            "effect deny sid principal principals notPrincipal"
        ),
        "a statement names what it allows, not what it leaves out: use `actions`": "notAction "
        "notActions",
        "a statement names what it allows, not what it leaves out: use `resources`": "notResource "
        "notResources",
    },
    Health: {
        "the times of probes are the same for every app: remove it": (
            "initialDelaySeconds periodSeconds timeoutSeconds failureThreshold successThreshold "
            "interval timeout retries startPeriod"
        ),
    },
    Expose: {
        "TLS belongs to the shared entrance, not to an app: remove it": (
            "tls ssl https certificate"
        ),
        "write `port:` beside `expose`": "port ports servicePort targetPort",
        "there is one entrance for all apps, and nothing to choose: remove it": (
            "ingressClass ingressClassName className loadBalancer annotations"
        ),
    },
}


def field_for(model: type[BaseModel], word: str) -> str | None:
    """The field that a neighbour's word stands for in this model."""
    return _by_word().get((model, _folded(word)))


def why_absent(model: type[BaseModel], word: str) -> str | None:
    """Why this model has nothing for a neighbour's word, and what to do instead."""
    return _absent_by_word().get((model, _folded(word)))


@cache
def _by_word() -> dict[tuple[type[BaseModel], str], str]:
    return _inverted(_FIELDS)


@cache
def _absent_by_word() -> dict[tuple[type[BaseModel], str], str]:
    return _inverted(_ABSENT)


def _inverted(
    table: dict[type[BaseModel], dict[str, str]],
) -> dict[tuple[type[BaseModel], str], str]:
    return {
        (model, _folded(word)): meaning
        for model, meanings in table.items()
        for meaning, words in meanings.items()
        for word in words.split()
    }


def _folded(word: str) -> str:
    return word.lower().replace("-", "").replace("_", "")
