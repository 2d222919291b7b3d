"""Words of neighbouring tools for what a spec says in another word, or does not say at all.

Sources: the Compose specification, the chart that `helm create` writes, Kubernetes' own kinds.
"""

from functools import cache

from pydantic import BaseModel

from compiler.spec.app import App
from compiler.spec.containers import Init, Sidecar
from compiler.spec.env import EnvValue
from compiler.spec.env_from import EnvFrom
from compiler.spec.environment import Aws, Cluster, Environment, PublicDomain
from compiler.spec.expose import Expose
from compiler.spec.files import File
from compiler.spec.health import Health
from compiler.spec.lifecycle import Hook, Lifecycle
from compiler.spec.metrics import Collector, Metrics
from compiler.spec.network import Egress
from compiler.spec.ports import NamedPort
from compiler.spec.probe import Probe
from compiler.spec.resources import Amounts, Resources
from compiler.spec.scale import Replicas
from compiler.spec.secrets import SecretSource, SecretStores
from compiler.spec.volumes import Claim, Volume

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
        "env": "environment envs envVars envFile variables vars config configMap secret secretRef "
        "secretKeyRef",
        "files": "configs configFiles configMaps file",
        "volumes": "volumeMounts volumeClaimTemplates volume mounts persistence storage pvc tmpfs "
        "emptyDir persistentVolumeClaim",
        "init": "initContainers initContainer",
        "sidecars": "sidecar sidecarContainers extraContainers",
        "secrets": "externalSecret externalSecrets secretsManager parameterStore ssm vault",
        "health": "healthcheck healthz livenessProbe readinessProbe startupProbe probe probes",
        "lifecycle": "hooks preStop postStart",
        "schedule": "cron cronjob crontab job",
        "replicas": "replicaCount scale scaling instances count autoscaling autoscaler hpa deploy "
        "minReplicas maxReplicas",
        "disruptionBudget": "podDisruptionBudget pdb",
        "rollout": "strategy updateStrategy deploymentStrategy minReadySeconds "
        "terminationGracePeriodSeconds",
        "spread": "topologySpreadConstraints podAntiAffinity",
        "resources": "cpu cpus memory mem memLimit requests limits",
        "runAsUser": "user uid securityContext podSecurityContext",
        "readOnlyRootFilesystem": "readOnly",
        "labels": "podLabels commonLabels extraLabels",
        "annotations": "podAnnotations",
        "expose": "ingress ingresses host hosts hostname domain domains domainname url route "
        "routes httpRoute gateway public fqdn",
        "calls": "dependsOn dependencies upstreams",
        "egress": "networks outbound firewall",
        "metrics": "prometheus monitoring serviceMonitor podMonitor scrape",
        "environments": "stages overrides umgebungen entornos",
    },
    NamedPort: {
        "port": "containerPort targetPort number internal",
        "servicePort": "published external",
    },
    EnvValue: {
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
    Replicas: {
        "min": "minReplicas minimum count",
        "max": "maxReplicas maximum",
        "cpu": "targetCPUUtilizationPercentage targetCpu",
    },
    Resources: {"requests": "reservations", "memory": "mem ram", "size": "preset"},
    Amounts: {"memory": "mem ram", "ephemeral-storage": "storage disk"},
    Expose: {
        "host": "hosts hostname domain name url fqdn dns",
        "path": "paths pathPrefix prefix route location",
        "cache": "caching cdn",
    },
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
        "the first container is the app itself, and says its `image`, `args` and `env` here; "
        "others stand in `init` and `sidecars`": "container containers",
        "nodes are chosen with `nodeSelector` and `tolerations`, and pods are kept apart with "
        "`spread`": "affinity nodeAffinity",
        "it is compiled for each app, and cannot be chosen: remove it": (
            "selector serviceAccount serviceAccountName restart restartPolicy imagePullPolicy "
            "logging networkPolicy"
        ),
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
