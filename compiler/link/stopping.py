"""How long a pod goes on once it is told to stop."""

from collections.abc import Iterator
from typing import NamedTuple

from compiler.link.workloads import Container, Workload
from compiler.spec.environment import Environment

# Seconds that an app has to finish its requests after the signal to stop.
_SHUTDOWN = 30


class Wait(NamedTuple):
    """Seconds for which a hook of a container does nothing."""

    container: Container
    hook: str
    seconds: int


def drain(environment: Environment) -> int:
    """Seconds for which an app goes on serving after its pod is taken out of service.

    Longer than the load balancer keeps sending to a target that it is draining, so that no request
    is cut off.
    """
    return environment.load_balancer.draining + 5


def grace_period(workload: Workload, environment: Environment) -> int:
    """Seconds to the end: at least as long as CloudFront waits, and as the longest hook takes."""
    rollout = workload.rollout
    if rollout is not None and rollout.termination_grace_period_seconds is not None:
        return rollout.termination_grace_period_seconds
    # The API server takes no sleep that is longer. Source: Kubernetes 1.34, validateSleepAction.
    longest = max((wait.seconds for wait in waits(workload, environment)), default=0)
    if not workload.serves:
        return longest + _SHUTDOWN
    shortest = max(drain(environment) + _SHUTDOWN, environment.edge.origin_read_timeout + 5)
    return max(longest + _SHUTDOWN, shortest)


def waits(workload: Workload, environment: Environment) -> Iterator[Wait]:
    """The sleeps of the pod's containers, be they said or the one of an app that serves."""
    main = workload.container
    if workload.serves and (main.lifecycle is None or main.lifecycle.pre_stop is None):
        yield Wait(main, "preStop", drain(environment))
    for container in (main, *workload.sidecars):
        lifecycle = container.lifecycle
        if lifecycle is None:
            continue
        for name, hook in (("postStart", lifecycle.post_start), ("preStop", lifecycle.pre_stop)):
            if hook is not None and hook.sleep is not None:
                yield Wait(container, name, hook.sleep)
