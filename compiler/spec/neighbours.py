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
from compiler.spec.metrics import Collector, Metrics
from compiler.spec.network import Egress
from compiler.spec.resources import Amounts, Resources
from compiler.spec.rollout import Rollout
from compiler.spec.scale import Replicas
from compiler.spec.schedule import Once, Schedule
from compiler.spec.secrets import SecretSource, SecretStores
from compiler.spec.spread import Spread
from compiler.spec.tolerations import Toleration
from compiler.spec.workers import Job, Worker

# What an app says for all of its workloads.
_OF_ALL = (
    "labels annotations links contact nodeSelector tolerations architecture runAsUser runAsGroup "
    "fsGroup readOnlyRootFilesystem imagePullSecrets calls egress secrets"
)
_SHARED = "it is the same for the app and all of its workers and jobs: write it once"

# Words are compared without hyphens, underscores and capitals.
_FIELDS: dict[type[BaseModel], dict[str, str]] = {
    App: {
        "name": "app appName containerName fullnameOverride nameOverride id nom nombre",
        "team": "namespace owner squad department equipe equipo",
        "image": "container containers repository tag version build dockerfile",
        "command": "entrypoint cmd run exec",
        "args": "arguments parameters params flags",
        "port": "containerPort containerPorts targetPort service servicePort listen",
        "env": "environment envs envVars envFile variables vars config configMap secret "
        "secretKeyRef",
        "envFrom": "secretRef configMapRef",
        "volumes": "volumeMounts volumeClaimTemplates persistence storage pvc tmpfs",
        "init": "initContainer initContainers",
        "sidecars": "sidecar sidecarContainers extraContainers",
        "workers": "worker processes consumers",
        "jobs": "cronJobs tasks",
        "secrets": "externalSecret externalSecrets secretsManager parameterStore ssm vault",
        "health": "healthcheck healthz livenessProbe readinessProbe startupProbe probe probes",
        "schedule": "cron cronjob crontab job",
        "replicas": "replicaCount scale scaling instances count deploy",
        "disruptionBudget": "podDisruptionBudget pdb",
        "spread": "topologySpreadConstraints topologySpread",
        "nodeSelector": "node nodes nodePool nodeGroup nodeLabels",
        "tolerations": "taints",
        "architecture": "arch platform",
        "resources": "cpu cpus memory mem memLimit requests limits size",
        "labels": "podLabels commonLabels tags",
        "annotations": "podAnnotations",
        "links": "runbook docs wiki",
        "contact": "maintainer maintainers slack email",
        "runAsUser": "user uid securityContext podSecurityContext",
        "expose": "ingress ingresses host hosts hostname domain domains domainname url route "
        "routes httpRoute gateway public fqdn",
        "calls": "dependsOn dependencies upstreams",
        "egress": "networks outbound firewall",
        "metrics": "prometheus monitoring serviceMonitor podMonitor scrape",
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
        "memory": "targetMemoryUtilizationPercentage targetMemory",
        "requests": "rps requestsPerSecond",
        "scaleDownAfter": "stabilizationWindowSeconds cooldownPeriod",
    },
    Rollout: {"strategy": "type"},
    Spread: {"zone": "zones az", "node": "nodes host hostname"},
    Schedule: {
        "cron": "schedule expression at",
        "timeZone": "tz",
        "concurrencyPolicy": "concurrency",
        "suspend": "suspended disabled paused",
        "activeDeadlineSeconds": "timeout deadline",
        "backoffLimit": "retries attempts",
    },
    Once: {
        "activeDeadlineSeconds": "timeout deadline",
        "backoffLimit": "retries attempts",
    },
    Job: {"schedule": "cron crontab at"},
    Resources: {
        "size": "preset class",
        "cpu": "cpus",
        "memory": "mem ram",
        "ephemeral-storage": "storage disk",
        "requests": "reservations",
    },
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
    Metrics: {
        "path": "metricsPath endpoint url uri",
        "port": "targetPort containerPort",
        "interval": "scrapeInterval every",
    },
    Collector: {"kind": "type", "labels": "selector matchLabels release"},
    Environment: {
        "aws": "account accountId region",
        "loadBalancer": "lb elb nlb",
        "domains": "zones hostedZones",
        "metrics": "prometheus monitoring serviceMonitor",
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
        "write a range: `replicas: {min: 3, max: 12}`": (
            "autoscaling autoscaler hpa horizontalPodAutoscaler minReplicas maxReplicas"
        ),
        "write it below `rollout`: `rollout: {strategy: Recreate}`": (
            "strategy updateStrategy deploymentStrategy rollingUpdate updateConfig"
        ),
        "say which nodes with `nodeSelector`, and how evenly over them with `spread`": (
            "affinity nodeAffinity podAffinity podAntiAffinity"
        ),
        "an app whose `volumes` have a `claim` is one": "statefulSet",
        "an app runs as many pods as its `replicas` say, and not one on each node": "daemonSet",
        "it is compiled for each app, and cannot be chosen: remove it": (
            "selector serviceAccount serviceAccountName restart restartPolicy imagePullPolicy "
            "logging networkPolicy priorityClassName hostNetwork dnsPolicy"
        ),
    },
    Worker: {
        "what runs at certain times is one of the app's `jobs`": "schedule cron once",
        "no Service leads to a worker: make it an app of its own": "expose service",
        "only the app itself has init containers and sidecars": "init sidecars",
        f"{_SHARED}, beside `workers`": f"{_OF_ALL} spread",
    },
    Job: {
        "a job is done when its pods have ended, and nothing waits for it": (
            "port ports expose service health replicas disruptionBudget rollout lifecycle metrics"
        ),
        "only the app itself has init containers and sidecars": "init sidecars",
        f"{_SHARED}, beside `jobs`": _OF_ALL,
    },
    Toleration: {
        "with a `value` it is Equal, without one Exists: remove it": "operator",
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
