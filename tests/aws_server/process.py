"""Starts the server, talks to it and ends it."""

import os
import select
import subprocess
import sys
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

import boto3

REPOSITORY = Path(__file__).resolve().parents[2]

START_SECONDS = 120.0


class AwsServer:
    """One running server. It keeps accounts apart: a client's access key is its account's number.

    `url` takes the requests of every service and region.
    """

    def __init__(self, log: Path) -> None:
        self.log = log
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.aws_server.server"],
                cwd=REPOSITORY,
                env=_environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=output,
            )
        try:
            self.url = f"http://127.0.0.1:{self._port()}"
            self.reset()
        except BaseException:
            self.stop()
            raise

    def client(self, service: str, account: str, region: str = "us-east-1") -> Any:
        """A boto3 client that is signed in to `account`."""
        return boto3.client(
            service,
            region_name=region,
            endpoint_url=self.url,
            aws_access_key_id=account,
            aws_secret_access_key="testing",
        )

    def make_bucket(self, name: str, account: str, region: str) -> None:
        """Makes an S3 bucket, as the state of a Terraform root needs one. An own one may exist."""
        # us-east-1 is where a bucket is made when no place is named, and must not be named.
        elsewhere = {"CreateBucketConfiguration": {"LocationConstraint": region}}
        location = {} if region == "us-east-1" else elsewhere
        client = self.client("s3", account, region)
        with suppress(client.exceptions.BucketAlreadyOwnedByYou):
            client.create_bucket(Bucket=name, **location)

    def make_hosted_zone(self, zone_id: str, name: str, account: str) -> None:
        """Makes a public hosted zone with this id, since roots name their zones by id."""
        # AWS chooses the id; this server takes a caller reference that looks like one.
        self.client("route53", account).create_hosted_zone(Name=name, CallerReference=zone_id)

    def disable_distributions(self, account: str) -> None:
        """Does by hand what destroying a distribution begins with.

        The provider sleeps 30 s after it has disabled a distribution, before it first looks
        whether that is done, and not at all when it finds one disabled.
        """
        client = self.client("cloudfront", account)
        listed = client.list_distributions()["DistributionList"]
        for number in [item["Id"] for item in listed.get("Items", [])]:
            found = client.get_distribution_config(Id=number)
            client.update_distribution(
                Id=number,
                IfMatch=found["ETag"],
                DistributionConfig={**found["DistributionConfig"], "Enabled": False},
            )

    def reset(self) -> None:
        """Empties every account."""
        request = urllib.request.Request(f"{self.url}/moto-api/reset", method="POST")
        no_proxy = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with no_proxy.open(request, timeout=60):
            pass

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            if stream:
                stream.close()

    def _port(self) -> int:
        stdout: IO[bytes] | None = self.process.stdout
        assert stdout is not None
        ready, _, _ = select.select([stdout], [], [], START_SECONDS)
        line = stdout.readline() if ready else b""
        if not line.strip().isdigit():
            raise RuntimeError(f"the AWS server did not start:\n{self.log.read_text('utf-8')}")
        return int(line)


def _environment() -> dict[str, str]:
    """Without the AWS settings of whoever runs the tests: moto itself uses boto3."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return {
        **kept,
        "PYTHONUNBUFFERED": "1",
        "MOTO_ALLOW_NONEXISTENT_REGION": "true",
    }
