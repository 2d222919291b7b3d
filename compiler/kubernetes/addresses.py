"""Variables that hold the addresses of other apps, as the texts that they are in this environment.

Kubernetes has no reference to a Service that a variable could be.
"""

from compiler.link.workloads import Container, Workload
from compiler.spec.env import EnvValue


def with_addresses(workload: Workload, addresses: dict[str, str]) -> Workload:
    """The workload with each variable that names an app told its address; `addresses` has all."""
    return workload._replace(
        container=_told(workload.container, addresses),
        init=tuple(_told(one, addresses) for one in workload.init),
        sidecars=tuple(_told(one, addresses) for one in workload.sidecars),
    )


def _told(container: Container, addresses: dict[str, str]) -> Container:
    told = {
        name: value if value.app is None else EnvValue(value=addresses[value.app])
        for name, value in container.env.items()
    }
    return container._replace(env=told)
