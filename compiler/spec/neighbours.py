"""Words of neighbouring tools for what a spec says in another word, or does not say at all.

Sources: the Compose specification, the chart that `helm create` writes, Kubernetes' own kinds.
"""

from functools import cache

from pydantic import BaseModel

from compiler.spec.app import App
from compiler.spec.env import EnvValue
from compiler.spec.environment import Aws, Cluster, Environment, PublicDomain
from compiler.spec.expose import Expose, ExposedPath
from compiler.spec.health import Health
from compiler.spec.network import Egress
from compiler.spec.resources import Amounts, Resources
from compiler.spec.scale import Replicas
from compiler.spec.secrets import SecretSource, SecretStores

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
        "secretRef secretKeyRef",
        "secrets": "externalSecret externalSecrets secretsManager parameterStore ssm vault",
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
        "environments": "stages overrides umgebungen entornos",
    },
    EnvValue: {"secret": "valueFrom secretRef secretKeyRef"},
    SecretSource: {
        "secretsManager": "name secret secretName secretId arn aws remoteRef",
        "parameterStore": "ssm parameter",
        "keys": "data properties",
    },
    SecretStores: {
        "secretsManager": "store secretStore clusterSecretStore name",
        "parameterStore": "ssm",
        "refreshInterval": "refresh interval",
    },
    Health: {"path": "httpGet endpoint url uri"},
    Replicas: {
        "min": "minReplicas minimum count",
        "max": "maxReplicas maximum",
        "cpu": "targetCPUUtilizationPercentage targetCpu",
    },
    Resources: {"requests": "cpu memory ephemeralStorage reservations"},
    Amounts: {"memory": "mem ram", "ephemeral-storage": "storage disk"},
    Expose: {
        "host": "hostname domain name url fqdn dns",
        "hosts": "hostnames domains aliases serverAlias",
        "path": "pathPrefix prefix route location",
        "paths": "routes rules",
        "port": "ports servicePort targetPort backendPort",
        "bodySize": "proxyBodySize clientMaxBodySize maxBodySize maxRequestBodyBytes",
        "timeout": "timeouts proxyReadTimeout readTimeout idleTimeout",
        "websocket": "websockets ws upgrade",
        "sticky": "affinity sessionAffinity stickySessions session",
        "redirects": "redirect permanentRedirect fromToWwwRedirect",
        "cache": "caching cdn",
    },
    ExposedPath: {"exact": "pathType type"},
    Egress: {"cidr": "ip ipBlock host hostname address range to", "port": "ports"},
    Environment: {
        "aws": "account accountId region",
        "loadBalancer": "lb elb nlb",
        "domains": "zones hostedZones",
        "secretStores": "secretStore clusterSecretStore externalSecrets",
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
