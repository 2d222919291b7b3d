"""Operators' own definitions accept every custom resource that is compiled for them."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.definitions import validator
from tests.repository import portico, repository

HEAD = """\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
"""
TAIL = """\
environments:
  dev:
"""


def compiled(root: Path, kind: str, fields: str, environment: str) -> list[dict[str, Any]]:
    """The objects of a kind that an app with these fields becomes, without a finding."""
    files = {"apps/shop.yaml": HEAD + fields + TAIL, "environments/dev.yaml": environment}
    repository(root, files)
    for command in ("compile", "check"):
        result = portico(root, command)
        assert result.code == 0, result.err
    manifests = (root / "rendered/dev/apps/shop/manifests.yaml").read_text()
    return [obj for obj in yaml.load_all(manifests, yaml.CSafeLoader) if obj["kind"] == kind]


def test_every_form_of_a_secret_is_valid_for_external_secrets_operator(tmp_path: Path) -> None:
    operator = validator("external-secrets/external-secrets.io_externalsecrets.yaml", "v1")
    secrets = compiled(
        tmp_path,
        "ExternalSecret",
        """\
secrets:
  shop-db: prod/shop/db
  shop-mail: {secretsManager: prod/shop/mail, keys: {password: smtp_password, user: smtp.user}}
  shop-token: {parameterStore: /prod/shop/token, key: token}
  shop-json: {parameterStore: /prod/shop/json}
  registry: {secretsManager: registry, key: .dockerconfigjson}
  of.another-account: "arn:aws:secretsmanager:eu-west-1:444455556666:secret:partner/api-AbCdEf"
""",
        "# ...\nsecretStores: {secretsManager: aws-secrets, parameterStore: aws-parameters}\n",
    )

    assert len(secrets) == 6
    assert [str(error) for obj in secrets for error in operator.iter_errors(obj)] == []
    assert not operator.is_valid({**secrets[0], "spec": {**secrets[0]["spec"], "dataform": []}})
    types = {obj["metadata"]["name"]: obj["spec"]["target"].get("template") for obj in secrets}
    assert types.pop("registry") == {"type": "kubernetes.io/dockerconfigjson"}
    assert set(types.values()) == {None}


COLLECTED = "# ...\nmetrics: {kind: serviceMonitor, labels: {release: prometheus}}\n"
METRICS = {
    "on the app's port": "port: 8080\nmetrics: /metrics\n",
    "on a port of their own": "port: 8080\nmetrics: {port: 9090, interval: 30s}\n",
    "of a sidecar": """\
port: 8080
sidecars:
  exporter: {image: "ghcr.io/acme/exporter:1.0.0", ports: {exporter: 9113}}
metrics: {port: exporter}
""",
}
METRICS_OF_PODS = {
    "of a worker": "metrics: {port: 9090}\n",
    "of a worker beside the app": "port: 8080\nworkers: {mailer: {metrics: {port: 9090}}}\n",
    "of a job": 'schedule: "30 2 * * *"\nmetrics: {port: 9090, interval: 5m}\n',
    "of pods with disks": """\
port: 8080
volumes: {data: {mountPath: /data, claim: {size: 10Gi}}}
metrics: /metrics
""",
}


@pytest.mark.parametrize("fields", METRICS.values(), ids=METRICS)
def test_a_service_monitor_is_valid_for_prometheus_operator(fields: str, tmp_path: Path) -> None:
    operator = validator("prometheus-operator/monitoring.coreos.com_servicemonitors.yaml", "v1")
    [monitor] = compiled(tmp_path, "ServiceMonitor", fields, COLLECTED)

    assert [str(error) for error in operator.iter_errors(monitor)] == []
    assert not operator.is_valid({**monitor, "spec": {**monitor["spec"], "endpoint": []}})


@pytest.mark.parametrize("fields", METRICS_OF_PODS.values(), ids=METRICS_OF_PODS)
def test_a_pod_monitor_is_valid_for_prometheus_operator(fields: str, tmp_path: Path) -> None:
    operator = validator("prometheus-operator/monitoring.coreos.com_podmonitors.yaml", "v1")
    [monitor] = compiled(tmp_path, "PodMonitor", fields, COLLECTED)

    assert [str(error) for error in operator.iter_errors(monitor)] == []
    assert not operator.is_valid({**monitor, "spec": {**monitor["spec"], "endpoints": []}})


@pytest.mark.parametrize(
    "fields", [*METRICS.values(), *METRICS_OF_PODS.values()], ids=[*METRICS, *METRICS_OF_PODS]
)
def test_what_a_monitor_names_is_there(fields: str, tmp_path: Path) -> None:
    """The label of one Service or of pods, the name of a port of theirs; and who reads is let in."""
    files = {"apps/shop.yaml": HEAD + fields + TAIL, "environments/dev.yaml": COLLECTED}
    assert portico(repository(tmp_path, files), "compile").code == 0
    manifests = (tmp_path / "rendered/dev/apps/shop/manifests.yaml").read_text()
    objects = list(yaml.load_all(manifests, yaml.CSafeLoader))
    [monitor] = [obj for obj in objects if obj["kind"] in ("ServiceMonitor", "PodMonitor")]
    selected = monitor["spec"]["selector"]["matchLabels"].items()
    by_service = monitor["kind"] == "ServiceMonitor"
    [endpoint] = monitor["spec"]["endpoints" if by_service else "podMetricsEndpoints"]

    pods = [t for obj in objects for t in templates(obj) if selected <= t["labels"].items()]
    names = {port["name"] for pod in pods for port in pod["ports"]}
    if by_service:
        [service] = [
            obj
            for obj in objects
            if obj["kind"] == "Service" and selected <= obj["metadata"]["labels"].items()
        ]
        target = {p["name"]: p["targetPort"] for p in service["spec"]["ports"]}[endpoint["port"]]
    else:
        target = endpoint["port"]
    assert target in names
    [policy] = [
        obj
        for obj in objects
        if obj["kind"] == "NetworkPolicy"
        and obj["spec"]["podSelector"]["matchLabels"].items() == selected
    ]
    [rule] = [
        rule
        for rule in policy["spec"]["ingress"]
        if rule["from"]
        == [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}}]
    ]
    assert rule["ports"] == [{"protocol": "TCP", "port": target}]


CILIUM = """\
# ...
cluster: {name: acme-dev, kubernetes: "1.34", vpcCidrs: [10.0.0.0/16], networkPolicies: cilium}
"""
NAMES = """\
egress:
- {cidr: 10.20.0.0/16, port: 5432}
- {dns: api.stripe.com, port: 443}
- {dns: "*.s3.eu-west-1.amazonaws.com", ports: [80, 443]}
- {dns: time.aws.com, port: 123, protocol: UDP}
"""


def test_a_policy_of_dns_names_is_valid_for_cilium(tmp_path: Path) -> None:
    cilium = validator("cilium/ciliumnetworkpolicies.yaml", "v2")
    [policy] = compiled(tmp_path, "CiliumNetworkPolicy", NAMES, CILIUM)

    assert [str(error) for error in cilium.iter_errors(policy)] == []
    assert not cilium.is_valid({**policy, "spec": {**policy["spec"], "egres": []}})


def test_a_policy_of_dns_names_says_nothing_of_addresses(tmp_path: Path) -> None:
    """Each destination is in one policy; both select the same pods, and Cilium adds them up."""
    [names] = compiled(tmp_path, "CiliumNetworkPolicy", NAMES, CILIUM)
    [addresses] = compiled(tmp_path, "NetworkPolicy", NAMES, CILIUM)

    dns, *rules = names["spec"]["egress"]
    assert dns["toPorts"][0]["rules"] == {"dns": [{"matchPattern": "*"}]}
    assert [(rule["toFQDNs"], rule["toPorts"][0]["ports"]) for rule in rules] == [
        ([{"matchName": "api.stripe.com"}], [{"port": "443", "protocol": "TCP"}]),
        (
            [{"matchPattern": "*.s3.eu-west-1.amazonaws.com"}],
            [{"port": "80", "protocol": "TCP"}, {"port": "443", "protocol": "TCP"}],
        ),
        ([{"matchName": "time.aws.com"}], [{"port": "123", "protocol": "UDP"}]),
    ]
    assert names["spec"]["endpointSelector"] == addresses["spec"]["podSelector"]
    assert addresses["spec"]["egress"] == [
        {
            "to": [{"ipBlock": {"cidr": "10.20.0.0/16"}}],
            "ports": [{"protocol": "TCP", "port": 5432}],
        }
    ]


def templates(obj: dict[str, Any]) -> list[dict[str, Any]]:
    """The labels and ports of the pods that an object makes."""
    spec = obj.get("spec", {})
    template = spec.get("jobTemplate", {}).get("spec", spec).get("template")
    if template is None:
        return []
    pod = template["spec"]
    containers = [*pod["containers"], *pod.get("initContainers", [])]
    ports = [port for container in containers for port in container.get("ports", [])]
    return [{"labels": template["metadata"]["labels"], "ports": ports}]
