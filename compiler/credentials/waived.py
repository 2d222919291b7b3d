"""What looks like a credential, and of which somebody said that it is none.

The last day of a waiver is for `check`, which knows what day it is.
"""

from compiler.cache.inputs import WAIVERS
from compiler.credentials.exposed import CREDENTIAL, Exposed
from compiler.diagnostics.model import Rejected
from compiler.source.repository import load_file
from compiler.spec.parse import parse, places_of
from compiler.spec.waivers import Waiver, WaiverFile, covers


def without_waived(root: str, found: list[Exposed]) -> list[Exposed]:
    """Those that no waiver of the repository lets pass."""
    waivers = _waivers(root) if found else []
    return [one for one in found if not any(_waives(waiver, one) for waiver in waivers)]


def _waives(waiver: Waiver, one: Exposed) -> bool:
    return covers(waiver, CREDENTIAL.id, one.about, one.diagnostic.primary.span.path)


def _waivers(root: str) -> list[Waiver]:
    """None of a file in which something is wrong: `check` says what."""
    try:
        document = load_file(root, WAIVERS)
    except Rejected:
        return []
    parsed = parse(WaiverFile, document.data, places_of(document))
    return parsed.waivers if isinstance(parsed, WaiverFile) else []
