"""The server as pytest fixtures."""

from collections.abc import Iterator

import pytest

from tests.aws_server.process import AwsServer


@pytest.fixture(scope="session")
def aws_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AwsServer]:
    """The server of this test process: it starts with the first test that asks for AWS."""
    server = AwsServer(tmp_path_factory.mktemp("aws") / "server.log")
    yield server
    server.stop()


@pytest.fixture(scope="module")
def aws_server(aws_process: AwsServer) -> AwsServer:
    """The server with every account empty, for the tests of one file."""
    aws_process.reset()
    return aws_process
