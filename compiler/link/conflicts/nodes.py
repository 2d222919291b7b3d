"""Which nodes pods may run on: said once, and in a way that Kubernetes takes."""

from collections.abc import Iterator

from compiler.diagnostics.model import Diagnostic
from compiler.link.conflicts.rule import CONFLICT
from compiler.link.unit import Unit
from compiler.link.workloads import has_main

_ARCHITECTURE = "kubernetes.io/arch"


def nodes(unit: Unit) -> Iterator[Diagnostic]:
    app = unit.app
    if app.architecture is not None and _ARCHITECTURE in app.node_selector:
        yield Diagnostic(
            CONFLICT,
            f"`architecture` and `nodeSelector` both say {_ARCHITECTURE}",
            unit.place("nodeSelector", _ARCHITECTURE),
            (unit.place("architecture"),),
            help=f"keep `architecture: {app.architecture}`, and remove the label",
        )
    for index, taint in enumerate(app.tolerations):
        # Kubernetes, ValidateTolerations.
        if taint.toleration_seconds is not None and taint.effect != "NoExecute":
            yield Diagnostic(
                CONFLICT,
                "`tolerationSeconds` is for taints that drive pods away, with the effect NoExecute",
                unit.place("tolerations", index, "tolerationSeconds"),
                help="add `effect: NoExecute`, or remove `tolerationSeconds`",
            )
        if taint in app.tolerations[:index]:
            yield Diagnostic(
                CONFLICT,
                f"the taint {taint.key} is listed twice",
                unit.place("tolerations", index),
                (unit.place("tolerations", app.tolerations.index(taint)),),
                help="remove one of the two",
            )
    stays = app.schedule is None and has_main(app)
    if app.spread is not None and not stays and not app.workers:
        yield Diagnostic(
            CONFLICT,
            "`spread` is for pods that run all the time, and the app has jobs only",
            unit.place("spread"),
            help="remove `spread`",
        )
