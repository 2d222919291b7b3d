"""What all tests may ask for."""

import os

from hypothesis import settings

from tests.aws_server.fixture import aws_process, aws_server

__all__ = ["aws_process", "aws_server"]

# In CI the examples are the same in every run, so that a change is judged by what it changes;
# on a developer's machine they are new each time.
settings.register_profile("ci", derandomize=True, deadline=None)
if os.environ.get("CI"):
    settings.load_profile("ci")
