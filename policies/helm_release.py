"""PT227: a chart is pinned, and its values stand where they are reviewed."""

import re
from collections.abc import Iterator

from compiler.policies.charts import OPEN_BY_DEFAULT, is_pinned
from compiler.policies.kinds import FLUX
from compiler.policies.reading import described, group_of, mapping
from compiler.policies.shape import Context, Finding, Object

ID = "PT227"
TITLE = "chart whose output nobody saw"
SEVERITY = "error"
RATIONALE = (
    "A HelmRelease says which chart to render in the cluster, and the chart decides what comes "
    "out. Values from elsewhere, a version that floats, and changes after the rendering make that "
    "something else than was reviewed; some charts make a load balancer unless they are told not "
    "to."
)
WHAT = (
    "Refuses a HelmRelease that takes values from other objects, changes what was rendered, goes "
    "to another cluster or namespace, whose chart comes from elsewhere than a HelmRepository or in "
    "no exact version, is that of a router, or is known to make a load balancer unless its values "
    "say ClusterIP."
)
FIX = (
    "Pin the version, write the values into the HelmRelease, and set `service.type: ClusterIP`. "
    "Better: render the chart, commit what comes out, and scan that. A chart without a Service "
    "needs a waiver with an owner and a date."
)
KINDS = ("HelmRelease",)
ONE_DOOR = False

FAILING = """\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: shop
  namespace: shop
spec:
  interval: 10m
  chart:
    spec:
      chart: podinfo
      version: 6.7.0
      sourceRef: {kind: HelmRepository, name: podinfo}
  valuesFrom:
  - {kind: ConfigMap, name: shop-values}
  values:
    service: {type: ClusterIP}
"""
PASSING = """\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: shop
  namespace: shop
spec:
  interval: 10m
  chart:
    spec:
      chart: podinfo
      version: 6.7.0
      sourceRef: {kind: HelmRepository, name: podinfo}
  values:
    service: {type: ClusterIP}
"""

# Fields that bring in values, change what was rendered, or send it elsewhere.
_CHANGES = {
    "chartRef": "takes a chart that another object names",
    "kubeConfig": "installs into another cluster",
    "postRenderers": "changes what the chart rendered",
    "storageNamespace": "keeps its state in another namespace",
    "targetNamespace": "installs into another namespace",
    "valuesFrom": "takes values from other objects",
    "commonMetadata": "adds labels and annotations to what the chart rendered",
}
_EXACT = r"v?[0-9]+\.[0-9]+\.[0-9]+(?:[-+][0-9A-Za-z.+-]+)?"
_ROUTERS = (
    r".*(?:ingress|nginx|traefik|gateway|haproxy|kong|contour|ambassador|emissary|istio|envoy|gloo"
    r"|apisix|load-?balancer|tunnel|ngrok|tailscale|cloudflare|inlets|external-dns|metallb"
    r"|crossplane|ack-).*"
)


def findings(obj: Object, context: Context) -> Iterator[Finding]:
    """Judge one HelmRelease; switches that expose something are another rule's."""
    if group_of(obj) != f"helm.{FLUX}":
        return
    spec = mapping(obj, "spec")
    for field, does in _CHANGES.items():
        if field == "targetNamespace" and spec.get(field) == mapping(obj, "metadata").get(
            "namespace"
        ):
            continue
        if spec.get(field):
            yield Finding(
                ("spec", field),
                f"{described(obj)} {does}",
                f"remove {field}; what is rendered must follow from this object and its chart",
            )
    chart = mapping(spec, "chart", "spec")
    if chart.get("valuesFiles"):
        yield Finding(
            ("spec", "chart", "spec", "valuesFiles"),
            f"{described(obj)} takes values from files in the chart",
            "write the values into the HelmRelease",
        )
    source = mapping(chart, "sourceRef").get("kind")
    if chart and source != "HelmRepository":
        yield Finding(
            ("spec", "chart", "spec", "sourceRef"),
            f"{described(obj)} takes its chart from a {source}",
            "take it from a HelmRepository, in an exact version",
        )
    if chart and not re.fullmatch(_EXACT, str(chart.get("version"))):
        yield Finding(
            ("spec", "chart", "spec", "version"),
            f'{described(obj)} takes whichever version fits "{chart.get("version", "*")}"',
            "write one exact version, such as 6.7.0",
        )
    name = str(chart.get("chart")).lower()
    if re.fullmatch(_ROUTERS, name):
        yield Finding(
            ("spec", "chart", "spec", "chart"),
            f"{described(obj)} installs {name}, a way in of its own",
            "the router comes with the environment",
        )
    elif name in OPEN_BY_DEFAULT and not is_pinned(spec.get("values")):
        yield Finding(
            ("spec", "values") if "values" in spec else ("spec",),
            f"{described(obj)} installs {name}, whose Service is a load balancer unless told "
            "otherwise",
            "set it in values: service: {type: ClusterIP}",
        )
