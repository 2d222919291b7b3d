"""A file that was compiled, as it is handed from the stages that make it to those that hold it."""

from typing import Any, NamedTuple


class Rendered(NamedTuple):
    """A file below `rendered/`."""

    path: str
    """Below the repository."""
    text: str
    source: str
    """The spec or the environment that it comes from."""
    objects: list[dict[str, Any]]
    """Of a manifest; a file of Terraform has none."""
