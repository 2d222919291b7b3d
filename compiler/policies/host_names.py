"""What a public host's name looks like, for all rules that meet one."""

import re
from typing import Any

LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
"""One label of a name, as a regular expression that Python and RE2 understand alike."""

_NAME = rf"(?=.{{1,253}}\Z){LABEL}(?:\.{LABEL})+"


def problem_of_host(host: Any, domains: tuple[str, ...]) -> str:
    """What is wrong with a host, in words that follow its name; nothing if it is right."""
    if not isinstance(host, str) or not re.fullmatch(_NAME, host):
        return "which is not a lowercase DNS name"
    domain = next((d for d in domains if host == d or host.endswith(f".{d}")), None)
    if domains and domain is None:
        return f"which is not in {' or '.join(domains)}"
    own = host.removesuffix(domain or "")
    if any(label.startswith("xn--") for label in own.split(".")):
        return "whose letters may look like another name's"
    if host.rpartition(".")[2].isdigit():
        return "which is an address"
    return ""
