"""CPU, memory and local disk of a container, with defaults for what is not said."""

from functools import cache

from compiler.constant import Constant
from compiler.spec.quantity import bytes_of, millicores_of
from compiler.spec.resources import LIMITS, REQUESTS, Amounts


@cache
def resources(asked: Amounts, allowed: Amounts, disk: str | None = None) -> Constant:
    """What a container asks for and may have: what is said, and for the rest a default.

    `disk` is the default limit of local disk where it is another one than usual.
    """
    requests, limits = {}, {}
    defaults = LIMITS if disk is None else {**LIMITS, "ephemeral-storage": disk}
    for amount, measure in (
        ("cpu", millicores_of),
        ("memory", bytes_of),
        ("ephemeral-storage", bytes_of),
    ):
        field = amount.replace("-", "_")
        request = getattr(asked, field) or REQUESTS[amount]
        limit = getattr(allowed, field)
        if limit is None:
            limit = max(request, defaults[amount], key=lambda text: measure(text) or 0)
        elif getattr(asked, field) is None:
            request = min(request, limit, key=lambda text: measure(text) or 0)
        requests[amount], limits[amount] = request, limit
    return Constant({"requests": requests, "limits": limits})
