"""What a value may be: the whole border of each kind of text, in tables."""

import pytest
from pydantic import TypeAdapter, ValidationError

from compiler.spec import types
from compiler.spec.cron import cron_problem
from compiler.spec.model import Form
from compiler.spec.quantity import bytes_of, millicores_of

GOOD = {
    "Name": ["a", "default", "a1-b"],
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
    "EnvName": ["A", "_a", "HTTP_PORT", "discovery.type"],
    "SecretReference": ["db/password", "db.prod/tls.key", "a/b_C-d", "a/.env", "a" * 253 + "/x"],
    "ConfigReference": ["shop-settings/theme", "company.ca/ca.crt"],
    "AppReference": ["cart", "catalog-api/grpc", "a/0"],
    "ObjectName": ["a", "shop-media", "data.shop-0", "0", "a" * 253],
    "FieldPath": [
        *("metadata.name", "metadata.labels['app']", "metadata.annotations['acme.example/x_y']"),
        *("status.podIP", "status.hostIPs", "spec.nodeName", "limits.cpu"),
        *("requests.ephemeral-storage",),
    ],
    "FileText": ["", "a\n\tb\n", "${HOME} %{x} $$", "ä"],
    "MountPath": ["/tmp", "/var/lib/shop", "/a.b/_c@d+e~f", "/dev/shm", "/dev/shm/x", "/devices"],
    "SubPath": ["a", "uploads/2026", ".cache"],
    "VolumeName": ["tmp", "cache", "files-2"],
    "PortName": ["grpc", "a", "0a", "a-b-c", "a" * 15],
    "ProbePath": ["/", "/healthz?full=1&x=%20", "/a//b", "/$x"],
    "HeaderName": ["Host", "X-Probe-2"],
    "HeaderValue": ["shop.acme.example", "a b", 'W/"1"', "$x"],
    "SecretKey": ["api-key", ".env", "A_b.c"],
    "Duration": ["30s", "5m", "1h", "99999s"],
    "Cron": ["30 2 * * *", "*/5 0-6 1,15 jan-mar MON", "@daily", "0 0 ? * 0"],
    "Kind": ["Deployment", "HTTPRoute", "X1"],
    "JsonPointer": ["/", "/spec", "/spec/0/-", "/a~1b/~0", "/$a", "//"],
    "Cidr": ["10.0.0.0/8", "0.0.0.0/0", "203.0.113.7/32", "2001:db8::/48"],
    "PublicCidr": ["203.0.113.0/24", "2001:db8::/48"],
    "Cpu": ["1", "0.5", "250m", "12", "1.125"],
    "Memory": ["1", "256Mi", "2Gi", "500M"],
    "BodySize": ["1Ki", "999999Ki", "20Mi", "1000Mi", "1019Mi", "1024Mi", "1Gi"],
    "LabelKey": ["a", "cost-center", "A_b.c-1", "acme.example/x", "a.b/" + "x" * 63],
    "LabelValue": ["", "a", "4711", "A_b.c-1", "x" * 63],
    "Url": [
        *("https://wiki.acme.example", "http://localhost:8080/a?b=c&d=e#f", "https://a.b/$x/~y"),
        *("https://a.b?x", "https://a.b#x", "https://a.b/100%25"),
    ],
    "MetricName": ["http_requests_per_second", "nginx:rps", "a.b-c"],
    "SizeName": ["small", "x-large", "gpu-2"],
    "TimeZone": ["Etc/UTC", "UTC", "Europe/Berlin", "America/Argentina/Ushuaia", "Etc/GMT-14"],
}
BAD = {
    "Name": ["", "A", "1a", "a-", "a" * 41],
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
    "EnvName": ["", "1A", "A-B", ".A", "A B", "A\n", "Ä"],
    "SecretReference": [
        *("", "db", "/x", "db/", "DB/x", "db/x/y", "db/x y", "a/b\n", "a..b/x", "a/..", "a/."),
        *("a/..x", "a" * 254 + "/x", "a/" + "x" * 254),
    ],
    "ConfigReference": ["", "a", "a/", "A/x", "a./x", "a/.."],
    "AppReference": ["", "Cart", "cart/", "cart/a/b", "cart/-a", "a" * 41 + "/x" * 16, "1a"],
    "ObjectName": ["", "A", "a_b", "-a", "a-", "a..b", "a/b", "a" * 254, "a\n"],
    "FieldPath": [
        *("", "metadata", "metadata.generateName", "metadata.labels", "metadata.labels[app]"),
        *("metadata.labels['a b']", "spec.containers", "limits.gpu", "status.phase"),
    ],
    "FileText": ["a\rb", "\x00", "\x1b[0m"],
    "MountPath": [
        *("", "/", "tmp", "/a/", "//a", "/a//b", "/./a", "/a/..", "/..a", "/a b", "/a:b", "/a\n"),
        *("/proc", "/proc/self", "/sys", "/dev", "/dev/null", "/${x}", "/" + "a" * 253),
    ],
    "SubPath": ["", "/a", "a/", "..", "a/../b", ".", "a b", "$(X)"],
    "VolumeName": ["", "files", "Cache", "a_b", "-a", "a" * 41],
    "PortName": ["", "80", "a--b", "-a", "a-", "Grpc", "a_b", "a" * 16],
    "ProbePath": ["", "healthz", "/a b", "/#x", '/"', "/'", "/${x}", "/\\", "/`x`", "http://x/y"],
    "HeaderName": ["", "X Probe", "X_Probe", "-X", "X:", "Ä"],
    "HeaderValue": ["", " a", "a ", "a\nb", "${x}", "ä"],
    "SecretKey": ["", ".", "..", "..x", "a/b", "a b", "a" * 254],
    "Duration": ["", "0s", "5", "1d", "1.5h", "1m30s", " 5m"],
    "Kind": ["", "deployment", "1X", "A-B", "A\n", "A" * 64],
    "JsonPointer": ["", "/a" * 65, "spec", "/a~", "/a~2", "/${a}", "/a\n"],
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
    "LabelKey": [
        *("", "-a", "a-", "a b", "a/", "/a", "a/b/c", "a_b/c", "A.b/c", "x" * 64, "a\n", "é"),
        "a." * 127 + "b/x",
    ],
    "LabelValue": ["-a", "a-", "a b", "a/b", "x" * 64, "a\n", "é", "${x}"],
    "Url": [
        *("", "wiki", "wiki.acme.example", "//a.b", "ftp://a.b", "https://", "https://a b"),
        *("https://a.b/x y", 'https://a.b/"', "https://a.b/${x}", "https://a.b/\n", "javascript:x"),
    ],
    "MetricName": ["", "1a", "a b", "a/b", "a%b", "${x}", "a" * 254],
    "SizeName": ["", "Small", "small_1", "512Mi", "250m", "2", "a" * 41],
    "TimeZone": [
        "",
        "Local",
        "utc",
        "Europe/Berln",
        "UTC+2",
        "/etc/passwd",
        "Europe/../UTC",
        "a b",
    ],
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
    kinds = {
        name
        for name, kind in vars(types).items()
        if any(isinstance(part, Form) for part in getattr(kind, "__metadata__", ()))
    }
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
