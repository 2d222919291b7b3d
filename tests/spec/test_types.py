"""What a value may be: the whole border of each kind of text, in tables."""

import pytest
from pydantic import TypeAdapter, ValidationError

from compiler.spec import types
from compiler.spec.cron import cron_problem
from compiler.spec.quantity import bytes_of, millicores_of

GOOD = {
    "AppName": ["a", "shop", "shop-2", "a" * 40],
    "TeamName": ["shop", "platform"],
    "Image": [
        "nginx:1.27",
        "docker.io/library/nginx:1.27.3-alpine",
        "localhost:5000/team/app:v1",
        "ghcr.io/acme/shop@sha256:" + "0" * 64,
        "ghcr.io/acme/shop:1.2@sha256:" + "f" * 64,
        "123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/web:2024-01-01",
        "a/b__c/d-e:_x",
    ],
    "Host": ["@", "shop", "a-b", "shop.example.com", "1.example.com"],
    "UrlPath": ["/", "/api", "/a/b.c/~d_e-f"],
    "Text": ["", "a b", "$HOME", "$(HOME)", "100%", "%{x}"],
    "EnvName": ["A", "_a", "HTTP_PORT"],
    "SecretReference": ["db/password", "db.prod/tls.key", "a/b_C-d"],
    "Cron": ["30 2 * * *", "*/5 0-6 1,15 jan-mar MON", "@daily", "0 0 ? * 0"],
    "Cidr": ["10.0.0.0/8", "0.0.0.0/0", "203.0.113.7/32", "2001:db8::/48"],
    "PublicCidr": ["203.0.113.0/24", "2001:db8::/48"],
    "Cpu": ["1", "0.5", "250m", "12", "1.125"],
    "Memory": ["1", "256Mi", "2Gi", "500M"],
    "BodySize": ["1Ki", "999999Ki", "20Mi", "1000Mi", "1019Mi", "1024Mi", "1Gi"],
}
BAD = {
    "AppName": ["", "A", "1a", "-a", "a-", "a_b", "a.b", "a b", "a" * 41, "a\n", "é"],
    "TeamName": ["default", "kube-system", "kube-x", "flux-system", "Shop"],
    "Image": [
        *("", "nginx", "nginx:latest", "x:latest@sha256:short", "a b:1", "x:1 ", "x:"),
        *("https://x/y:1", "x@sha256:" + "0" * 63, "x:1\n", "/x:1", "x//y:1", "x:" + "a" * 129),
    ],
    "Host": [
        *(
            "",
            "*",
            "*.example.com",
            "Shop",
            "shop.",
            "shop..x",
            "-a",
            "a-",
            "a_b",
            "sh\u043ep",
            "a b",
        ),
        *("xn--shp-jua", "a\n", "a" * 64, ".a", "a/b", "a:80", "@.x"),
    ],
    "UrlPath": [
        *(
            "",
            "api",
            "/a/",
            "//",
            "/a//b",
            "/../x",
            "/a/..",
            "/./a",
            "/a b",
            "/a;b",
            "/a?b",
            "/a{b}",
        ),
        *("/a\n", '/a"', "/ä", "/a*", "/$a", "/(a)"),
    ],
    "Text": ["${x}", "a${", "$${x}"],
    "EnvName": ["", "1A", "A-B", "A.B", "A B", "A\n", "Ä"],
    "SecretReference": ["", "db", "/x", "db/", "DB/x", "db/x/y", "db/x y", "a/b\n"],
    "Cron": [
        *("", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *"),
        *(
            "* * * * 7",
            "5-1 * * * *",
            "*/0 * * * *",
            "a * * * *",
            "@every 1h",
            "TZ=UTC * * * * *",
            "1,,2 * * * *",
        ),
    ],
    "Cidr": [
        "",
        "10.0.0.1/8",
        "10.0.0.0",
        "10.0.0.0/33",
        "10.0.0/24",
        "2001:DB8::/48",
        "x/8",
        "10.0.0.0/255.0.0.0",
    ],
    "PublicCidr": ["0.0.0.0/0", "::/0"],
    "Cpu": ["", "0", "0m", "-1", "1.2345", "1e3", "1Gi", "1 ", ".5", "01", "m"],
    "Memory": ["", "0", "-1", "1.5Gi", "1e3", "256mi", "256 Mi", "1m", "Gi", "01Gi"],
    "BodySize": ["", "0Mi", "20", "20m", "20M", "1025Mi", "1030Mi", "1100Mi", "2Gi", "1Gi;"],
}


def validate(kind: str, value: str) -> str:
    adapter: TypeAdapter[str] = TypeAdapter(getattr(types, kind))
    return adapter.validate_python(value)


@pytest.mark.parametrize(("kind", "value"), [(k, v) for k, values in GOOD.items() for v in values])
def test_a_usable_value_is_taken_as_it_is(kind: str, value: str) -> None:
    assert validate(kind, value) == value


@pytest.mark.parametrize(("kind", "value"), [(k, v) for k, values in BAD.items() for v in values])
def test_an_unusable_value_is_refused_with_help(kind: str, value: str) -> None:
    with pytest.raises(ValidationError) as refused:
        validate(kind, value)
    [error] = refused.value.errors()
    assert error["ctx"]["message"].startswith('"')
    assert error["ctx"]["help"]


def test_every_kind_of_text_is_in_both_tables() -> None:
    kinds = {name for name in vars(types) if name in GOOD or name in BAD}
    assert kinds == set(GOOD) == set(BAD)


@pytest.mark.parametrize(
    ("text", "millicores"), [("250m", 250), ("2", 2000), ("0.5", 500), ("1.125", 1125), ("x", None)]
)
def test_cpu_is_counted_in_thousandths_of_a_core(text: str, millicores: int | None) -> None:
    assert millicores_of(text) == millicores


@pytest.mark.parametrize(
    ("text", "number"),
    [("1", 1), ("1k", 1000), ("256Mi", 268435456), ("2G", 2 * 10**9), ("x", None)],
)
def test_memory_is_counted_in_bytes(text: str, number: int | None) -> None:
    assert bytes_of(text) == number


def test_a_wrong_schedule_is_explained() -> None:
    assert cron_problem("61 2 * * *") == "minute 61: not between 0 and 59"
    assert cron_problem("* * * * 5-1") == "day of week 5-1: the range runs backwards"
    assert cron_problem("a") == "it has 1 fields, not five"


@pytest.mark.parametrize(
    ("image", "tag"),
    [("x:1.2", "1.2"), ("localhost:5000/x:v1", "v1"), ("x@sha256:" + "0" * 64, None)],
)
def test_the_tag_of_an_image(image: str, tag: str | None) -> None:
    assert types.image_tag(image) == tag
