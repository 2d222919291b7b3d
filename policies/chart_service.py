"""PT232: it is said what Service a chart makes."""

from collections.abc import Iterator

from compiler.policies.charts import OPEN_BY_DEFAULT, is_pinned
from compiler.policies.kinds import FLUX
from compiler.policies.reading import described, group_of, mapping
from compiler.policies.shape import Context, Finding, Object

ID = "PT232"
TITLE = "chart that decides the type of its Service"
SEVERITY = "warning"
RATIONALE = (
    "A chart is rendered in the cluster. What type its Service has unless the values say it can "
    "only be seen there, and may be another one in the chart's next version."
)
WHAT = (
    "Warns of a HelmRelease whose values do not set the type of the chart's Service to ClusterIP."
)
FIX = (
    "Set `service.type: ClusterIP` in the values, where the chart takes it. Better: render the "
    "chart, commit what comes out, and scan that."
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


def findings(obj: Object, context: Context) -> Iterator[Finding]:
    """Judge one HelmRelease."""
    if group_of(obj) != f"helm.{FLUX}":
        return
    spec = mapping(obj, "spec")
    # Of a chart that is known to make a load balancer, another rule says more.
    chart = str(mapping(spec, "chart", "spec").get("chart")).lower()
    if chart not in OPEN_BY_DEFAULT and not is_pinned(spec.get("values")):
        yield Finding(
            ("spec", "values") if "values" in spec else ("spec",),
            f"{described(obj)} leaves the type of the chart's Service to the chart",
            "set it in values, where the chart takes it: service: {type: ClusterIP}",
        )
