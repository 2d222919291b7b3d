"""What all tests may ask for."""

from tests.aws_server.fixture import aws_process, aws_server

__all__ = ["aws_process", "aws_server"]
