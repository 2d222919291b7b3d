"""The function that answers for hosts that redirect, run by a real JavaScript engine.

CloudFront runs it in a runtime of its own; what it gives a function is written here as the
developer guide has it, "CloudFront Functions event structure" and "General helper methods".
"""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from compiler.link.placement import MOST_REDIRECTING
from tests import programs
from tests.repository import portico, repository

# https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
MOST_CODE = 10 * 1024

SPEC = """\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
port: 8080
expose:
- {host: shop, redirects: [www, old.dev.acme.example]}
- {host: store, redirects: [www-store]}
environments:
  dev:
"""

# For each event what the handler answers; an event's query is a method, which JSON cannot say.
_CALL = """
for (const [host, uri, query] of JSON.parse(process.argv[1])) {
  const request = {
    method: 'POST', uri, querystring: {}, headers: { host: { value: host } },
    rawQueryString: () => query === null ? undefined : query
  };
  const answer = handler({ version: '1.0', request });
  console.log(JSON.stringify(answer === request ? 'the request as it is' : answer));
}
"""


def answers(folder: Path, function: str, *requests: tuple[str, str, str | None]) -> list[Any]:
    node = programs.require(programs.node())
    done = subprocess.run(
        [node.path, "--use_strict", "-e", function + _CALL, json.dumps(requests)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        cwd=folder,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def function(tmp_path: Path) -> str:
    root = repository(tmp_path, {"apps/shop.yaml": SPEC})
    assert portico(root, "compile").code == 0
    rendered = json.loads((root / "rendered/dev/terraform/redirects.tf.json").read_text())
    [only] = rendered["resource"]["aws_cloudfront_function"].values()
    # Terraform would read these as an expression or a directive.
    assert not re.search(r"[$%]\{", only["code"])
    return str(only["code"])


def test_a_redirect_keeps_path_and_query_as_they_were_sent(function: str, tmp_path: Path) -> None:
    told = answers(
        tmp_path,
        function,
        ("www.dev.acme.example", "/", None),
        ("www.dev.acme.example", "/a%2Fb/", "q=%C3%A9&q=2&flag"),
        ("old.dev.acme.example", "/x", ""),
        ("www-store.dev.acme.example", "//evil.example/", "to=https://evil.example"),
    )

    assert [answer["statusCode"] for answer in told] == [308] * 4
    assert [answer["headers"]["location"]["value"] for answer in told] == [
        "https://shop.dev.acme.example/",
        "https://shop.dev.acme.example/a%2Fb/?q=%C3%A9&q=2&flag",
        "https://shop.dev.acme.example/x",
        "https://store.dev.acme.example//evil.example/?to=https://evil.example",
    ]


def test_the_spelling_of_the_host_does_not_matter(function: str, tmp_path: Path) -> None:
    told = answers(
        tmp_path,
        function,
        ("WWW.Dev.Acme.Example", "/", None),
        ("www.dev.acme.example:443", "/", None),
    )

    assert {answer["headers"]["location"]["value"] for answer in told} == {
        "https://shop.dev.acme.example/"
    }


def test_every_other_request_goes_on_as_it_is(function: str, tmp_path: Path) -> None:
    hosts = ("shop.dev.acme.example", "x.dev.acme.example", "constructor", "__proto__", "")

    told = answers(tmp_path, function, *((host, "/", None) for host in hosts))

    assert told == ["the request as it is"] * len(hosts)


def test_the_largest_function_is_one_that_cloudfront_takes(tmp_path: Path) -> None:
    long = "x" * 60
    old = [f"{long}-{n:02}.{long}.dev.acme.example" for n in range(60)]
    spec = SPEC.replace("[www, old.dev.acme.example]", json.dumps(old))
    root = repository(tmp_path, {"apps/shop.yaml": spec})
    result = portico(root, "compile")
    assert result.code == 0, result.err

    rendered = json.loads((root / "rendered/dev/terraform/redirects.tf.json").read_text())
    functions = rendered["resource"]["aws_cloudfront_function"]

    assert len(functions) > 1, "what does not fit is answered by another distribution"
    assert MOST_REDIRECTING / 2 < max(len(f["code"]) for f in functions.values()) <= MOST_CODE
