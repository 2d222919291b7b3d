"""Words of neighbouring tools for what a spec says in another word, or does not say at all.

Sources: the Compose specification, the chart that `helm create` writes, Kubernetes' own kinds.
"""

from functools import cache

from pydantic import BaseModel

from compiler.spec.app import App
from compiler.spec.containers import Init, Sidecar
from compiler.spec.defaults import Size
from compiler.spec.env import EnvValue
from compiler.spec.env_from import EnvFrom
from compiler.spec.environment import Aws, Cluster, Environment, PublicDomain
from compiler.spec.expose import Expose
from compiler.spec.exposed_paths import ExposedPath
from compiler.spec.files import File
from compiler.spec.health import Health
from compiler.spec.lifecycle import Hook, Lifecycle
from compiler.spec.metrics import Collector, Metrics
from compiler.spec.network import Egress
from compiler.spec.patches import Operation, Patch
from compiler.spec.permissions import Permissions, Statement
from compiler.spec.ports import NamedPort
from compiler.spec.probe import Probe
from compiler.spec.resources import Amounts, Resources
from compiler.spec.rollout import Rollout
from compiler.spec.scale import Replicas
from compiler.spec.schedule import Once, Schedule
from compiler.spec.secrets import SecretSource, SecretStores
from compiler.spec.spread import Spread
from compiler.spec.tolerations import Toleration
from compiler.spec.volumes import Claim, Volume
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
        "image": "repository tag version build dockerfile",
        "imagePullSecrets": "pullSecret pullSecrets imagePullSecret imageCredentials",
        "command": "entrypoint cmd run exec",
        "args": "arguments parameters params flags",
        "port": "containerPort containerPorts targetPort service servicePort listen",
        "env": "environment envs envVars envFile variables vars config configMap secret "
        "secretKeyRef",
        "envFrom": "secretRef configMapRef",
        "files": "configs configFiles configMaps file",
        "volumes": "volumeMounts volumeClaimTemplates volume mounts persistence storage pvc tmpfs "
        "emptyDir persistentVolumeClaim",
        "init": "initContainer initContainers",
        "sidecars": "sidecar sidecarContainers extraContainers",
        "workers": "worker processes consumers",
        "jobs": "cronJobs tasks",
        "secrets": "externalSecret externalSecrets secretsManager parameterStore ssm vault",
        "health": "healthcheck healthz livenessProbe readinessProbe startupProbe probe probes",
        "lifecycle": "hooks preStop postStart",
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
        "readOnlyRootFilesystem": "readOnly",
        "expose": "ingress ingresses host hosts hostname domain domains domainname url route "
        "routes httpRoute gateway public fqdn",
        "calls": "dependsOn dependencies upstreams",
        "egress": "networks outbound firewall",
        "callers": "allowedCallers allowFrom clients",
        "metrics": "prometheus monitoring serviceMonitor podMonitor scrape",
        "patches": "patch patchesStrategicMerge patchesJson6902 kustomize overlay overlays",
        "manifests": "extraObjects extraManifests extraDeploy objects raw rawResources",
        "permissions": "aws iam iamRole iamPolicy roleArn role irsa podIdentity policy policies "
        "policyStatements",
        "environments": "stages overrides umgebungen entornos",
    },
    NamedPort: {
        "port": "containerPort targetPort number internal",
        "servicePort": "published external",
    },
    EnvValue: {
        "app": "service url serviceName",
        "secret": "valueFrom secretRef secretKeyRef secretName",
        "config": "configMap configMapRef configMapKeyRef",
        "field": "fieldRef fieldPath resourceFieldRef",
    },
    EnvFrom: {"secret": "secretRef secretName", "config": "configMap configMapRef"},
    File: {
        "text": "content contents data value inline",
        "secret": "secretRef secretKeyRef secretName",
        "config": "configMap configMapRef configMapKeyRef",
        "executable": "mode defaultMode permissions",
    },
    Volume: {
        "mountPath": "path mount target dir directory folder",
        "size": "sizeLimit emptyDir",
        "claim": "storage capacity pvc volumeClaimTemplate persistence",
        "existingClaim": "persistentVolumeClaim claimName",
        "secret": "secretName secretRef",
        "config": "configMap configMapName configMapRef",
        "readOnly": "ro",
    },
    Claim: {
        "size": "storage capacity resources requests",
        "storageClass": "storageClassName class type",
        "accessMode": "accessModes mode",
    },
    Init: {
        "image": "repository tag",
        "command": "entrypoint cmd run exec",
        "args": "arguments",
        "env": "environment envs envVars",
    },
    Sidecar: {
        "image": "repository tag",
        "command": "entrypoint cmd run exec",
        "args": "arguments",
        "ports": "port containerPort",
        "env": "environment envs envVars",
        "health": "healthcheck livenessProbe readinessProbe startupProbe probe probes",
    },
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
    Health: {
        "path": "httpGet http endpoint url uri",
        "readiness": "readinessProbe ready",
        "liveness": "livenessProbe live alive",
        "startup": "startupProbe",
    },
    Probe: {
        "http": "httpGet path endpoint url uri",
        "httpHeaders": "headers",
        "tcp": "tcpSocket",
        "exec": "command cmd test",
        "enabled": "disabled disable",
        "initialDelaySeconds": "initialDelay delay startPeriod",
        "periodSeconds": "period interval",
        "timeoutSeconds": "timeout",
        "failureThreshold": "retries failures",
    },
    Lifecycle: {"postStart": "onStart afterStart start", "preStop": "onStop beforeStop stop"},
    Hook: {
        "http": "httpGet path url",
        "exec": "command cmd run",
        "sleep": "seconds delay wait",
    },
    Patch: {
        "target": "kind name selector",
        "merge": "strategicMerge strategic patch mergePatch",
        "json": "json6902 jsonPatch operations ops",
    },
    Operation: {"op": "operation", "path": "pointer"},
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
    Egress: {
        "cidr": "ip ipBlock address range to",
        "dns": "host hostname name domain fqdn toFQDNs url",
    },
    Metrics: {
        "path": "metricsPath endpoint url uri",
        "port": "targetPort containerPort",
        "interval": "scrapeInterval every",
    },
    Collector: {"kind": "type", "labels": "selector matchLabels release"},
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
        "metrics": "prometheus monitoring serviceMonitor",
        "secretStores": "secretStore clusterSecretStore externalSecrets",
        "labelDomains": "labelPrefixes annotationDomains",
        "sizes": "sizeClasses resourceClasses tshirtSizes",
        "autoscaling": "hpa keda metricsAdapter",
    },
    Size: {"cpu": "cpus", "memory": "mem ram", "ephemeral-storage": "storage disk"},
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
        "the first container is the app itself, and says its `image`, `args` and `env` here; "
        "others stand in `init` and `sidecars`": "container containers",
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
        "write how many pods of a run work at the same time: `once: {parallelism: 4}`": "replicas",
        "a job ends, so nothing leads to it, asks it or replaces it: remove it": (
            "port ports expose service health disruptionBudget rollout lifecycle metrics"
        ),
        "only the app itself has init containers and sidecars": "init sidecars",
        f"{_SHARED}, beside `jobs`": _OF_ALL,
    },
    Size: {
        "a size says requests; memory and disk have the same limit, and CPU has the default one": (
            "requests limits"
        ),
    },
    Toleration: {
        "with a `value` it is Equal, without one Exists: remove it": "operator",
    },
    NamedPort: {
        "there is one entrance for all apps: `expose` leads there, and other apps call the "
        "Service": "hostPort nodePort hostIP",
        "a port's name is its key: `ports: {grpc: 9000}`": "name",
    },
    EnvFrom: {
        "say whether it is a Secret or a ConfigMap: {secret: name} or {config: name}": "name",
    },
    File: {"a file's path is its key: `files: {/etc/shop.toml: ...}`": "path mountPath name"},
    Volume: {
        "a pod sees nothing of its node's disk: use an empty folder, `claim` or `existingClaim`": (
            "hostPath local"
        ),
        "make a PersistentVolumeClaim of it, and name that as `existingClaim`": (
            "nfs csi efs iscsi awsElasticBlockStore ephemeral"
        ),
        "it belongs to a disk of its own: `claim: {size: 10Gi, storageClass: gp3}`": (
            "storageClass storageClassName accessMode accessModes"
        ),
        "variables say what Kubernetes knows of the pod: `env: {NAME: {field: metadata.name}}`": (
            "downwardAPI"
        ),
        "write a volume for each of them, or name single keys in `files`": "projected items",
        "a volume's name is its key: `volumes: {cache: {mountPath: /var/cache}}`": "name",
    },
    Init: {
        "a container's name is its key": "name",
        "the app's files and volumes are there in all of its containers": (
            "volumes volumeMounts files mounts"
        ),
        "an init container ends before the app starts, and has no probes and ports: what goes on "
        "running is one of `sidecars`": (
            "port ports health livenessProbe readinessProbe startupProbe lifecycle restartPolicy"
        ),
        "all containers of a pod run as the app's user: remove it": (
            "securityContext runAsUser user"
        ),
    },
    Sidecar: {
        "a container's name is its key": "name",
        "the app's files and volumes are there in all of its containers": (
            "volumes volumeMounts files mounts"
        ),
        "all containers of a pod run as the app's user: remove it": (
            "securityContext runAsUser user"
        ),
        "a sidecar always goes on running: remove it": "restart restartPolicy",
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
        "it belongs to one probe: `readiness: {periodSeconds: 10}`": (
            "initialDelaySeconds periodSeconds timeoutSeconds failureThreshold successThreshold "
            "interval timeout retries startPeriod scheme httpHeaders"
        ),
        "say which probe asks: `readiness: {tcp: 8080}`": "tcp grpc exec tcpSocket command test",
    },
    Probe: {
        "a probe asks the pod itself; what it calls it is `httpHeaders: {Host: shop.example}`": (
            "host"
        ),
        "the time to stop is the whole pod's: `rollout: {terminationGracePeriodSeconds: 60}`": (
            "terminationGracePeriodSeconds"
        ),
    },
    Hook: {"ask a path with `http`, or run a command with `exec`": "tcpSocket tcp grpc"},
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
