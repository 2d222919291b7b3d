"""What all tests may ask for."""

import os

import pytest
from hypothesis import settings

from tests.aws_server.fixture import aws_process, aws_server

__all__ = ["aws_process", "aws_server"]

# In CI the examples are the same in every run, so that a change is judged by what it changes;
# on a developer's machine they are new each time.
settings.register_profile("ci", derandomize=True, deadline=None)
if os.environ.get("CI"):
    settings.load_profile("ci")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Terraform, which takes a gigabyte and both cores, runs in one process after the other."""
    for item in items:
        if item.path.is_relative_to(item.config.rootpath / "tests" / "real"):
            item.add_marker(pytest.mark.xdist_group("programs"))
