"""What Checkov hands to a check, judged without Checkov."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from compiler.check.own_rules import UNUSABLE
from compiler.check.waivers import NONE
from compiler.checkov.entrance import Entrance, UnknownEntrance
from compiler.checkov.judge import Check, Judge, Own, Read, Scanned, checks, own
from compiler.policies.shape import Block, Context, Finding, Object, Policy, Shared
from tests.repository import repository

# What is stated needs no repository, and the tests run in one.
NOWHERE = {"PORTICO_SHARED": "edge/service-public-loadbalancer"}
LINES = {"__startline__": 1, "__endline__": 9}


def service(type: str, **metadata: Any) -> dict[str, Any]:
    """A Service as Checkov reads it."""
    said = {"name": "shop", "namespace": "shop", **metadata, **LINES}
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": said,
        "spec": {"type": type, **LINES},
    }


def policy(**names: Any) -> Policy:
    texts = dict.fromkeys(("RATIONALE", "WHAT", "FIX", "FAILING", "PASSING"), "")
    defaults = {"ID": "PT901", "TITLE": "own rule", "SEVERITY": "error", "ONE_DOOR": False}
    return cast(Policy, SimpleNamespace(**texts, **{**defaults, **names}))


def judge_of(*policies: Policy) -> Judge:
    return Judge(Entrance("/", NOWHERE), Own("/", list(policies), NONE, []))


def test_a_finding_is_said_with_its_help_and_its_field() -> None:
    judge = Judge(Entrance("/", NOWHERE), own("/"))
    scanned = Scanned("PT201", "k8", "shop.yaml", service("LoadBalancer"), "Service", "Service")

    verdict = judge.judge(scanned, None)

    assert verdict.messages == [
        "Service shop/shop makes a load balancer of its own; write type: ClusterIP, and let an app "
        "spec expose it through the shared one"
    ]
    assert verdict.keys == ["spec/type"]
    assert judge.judge(scanned._replace(conf=service("ClusterIP")), None).messages == []


def test_the_shared_service_is_that_of_the_environment_whose_file_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = repository(tmp_path)
    monkeypatch.chdir(root)
    judge = Judge(Entrance(str(root), {}), own(str(root)))
    shared = service("LoadBalancer", name="service-public-loadbalancer", namespace="edge")
    shared["spec"]["loadBalancerClass"] = None

    def said(file: Path) -> list[str]:
        return judge.judge(Scanned("PT201", "k8", str(file), shared, "Service", ""), None).messages

    assert said(root / "rendered" / "dev" / "platform" / "x.yaml") == []
    assert said(tmp_path.parent / "elsewhere.yaml") == []
    shared["metadata"]["name"] = "another"
    assert "makes a load balancer of its own" in said(root / "rendered" / "dev" / "x.yaml")[0]


def test_a_rule_sees_the_object_of_the_file_and_nothing_that_checkov_adds() -> None:
    seen: list[Object] = []

    def findings(obj: Object, context: Context) -> Iterator[Finding]:
        seen.append(obj)
        yield from ()

    conf = service("ClusterIP", annotations=[{"a": "b", **LINES}])
    conf["spec"]["ports"] = [{"port": 80, **LINES}]
    judge_of(policy(KINDS=("Service",), findings=findings)).judge(
        Scanned("PT901", "k8", "x.yaml", conf, "Service", "Service"), None
    )

    assert seen == [
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": "shop", "namespace": "shop", "annotations": {"a": "b"}},
            "spec": {"type": "ClusterIP", "ports": [{"port": 80}]},
        }
    ]
    assert conf["metadata"]["annotations"] == [{"a": "b", **LINES}], "it is Checkov's"


def test_a_rule_that_fails_refuses_what_it_could_not_judge() -> None:
    def findings(subject: Any, context: Context) -> Iterator[Finding]:
        raise KeyError("spec")

    rule = policy(KINDS=("Service",), findings=findings)
    scanned = Scanned("PT901", "k8", "x", service("ClusterIP"), "Service", "Service")

    [message] = judge_of(rule).judge(scanned, None).messages

    assert message == "PT901 could not judge this: KeyError: 'spec'; correct the rule"


def test_environments_that_do_not_compile_refuse_everything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = repository(tmp_path, {"environments/dev.yaml": "name: dev\n"})
    monkeypatch.chdir(root)
    scanned = Scanned("PT201", "k8", "x.yaml", service("ClusterIP"), "Service", "Service")

    [message] = Judge(Entrance(str(root), {}), own(str(root))).judge(scanned, None).messages

    assert message.startswith("PT201 could not judge this: the environments of ")
    assert "cannot be compiled: see `portico check`" in message


def test_each_rule_becomes_a_check_for_every_kind_of_block_that_checkov_knows() -> None:
    rules = [
        policy(ID="PT901", KINDS=("Service", "Ingress")),
        policy(ID="PT902", SEVERITY="warning", BLOCKS=("resource.aws_lb", "data", "module")),
        policy(ID="PT903", BLOCKS=("*", "resource.aws_lb")),
        policy(ID="PT904", BLOCKS=("locals",)),
    ]

    assert list(checks(rules)) == [
        Check("PT901", "own rule", "HIGH", "k8", ("Service", "Ingress")),
        Check("PT902", "own rule", "LOW", "resource", ("aws_lb",)),
        Check("PT902", "own rule", "LOW", "data", ("*",)),
        Check("PT902", "own rule", "LOW", "module", ("module",)),
        Check("PT903", "own rule", "HIGH", "resource", ("*", "aws_lb")),
        Check("PT903", "own rule", "HIGH", "data", ("*",)),
        Check("PT903", "own rule", "HIGH", "provider", ("*",)),
        Check("PT903", "own rule", "HIGH", "module", ("module",)),
    ]


def test_a_rule_sees_the_block_as_terraform_would_and_the_whole_root_it_stands_in(
    tmp_path: Path,
) -> None:
    seen: list[Block] = []

    def findings(block: Block, context: Context) -> Iterator[Finding]:
        seen.append(block)
        yield Finding(("subnets", 0), "subnets", "")

    (tmp_path / "a.tf.json").write_text(
        '{"resource": {"aws_lb": {"shop": {"subnets": [["a"], "${local.b}"], "internal": "true"}}}}'
    )
    (tmp_path / "b.tf").write_text('locals {\n  b = "c"\n}\nmodule "m" {\n  source = "./x"\n}\n')
    judge = judge_of(policy(BLOCKS=("resource.aws_lb",), findings=findings))
    # Checkov loses lists in lists, and makes a truth value of the text.
    scanned = Scanned(
        "PT901", "resource", "/a.tf.json", {"internal": [True], **LINES}, "aws_lb", "shop"
    )

    verdict = judge.judge(scanned, Read({}, str(tmp_path)))

    assert (verdict.messages, verdict.keys) == (["subnets"], ["subnets/0"])
    [block] = seen
    assert block.address == "aws_lb.shop"
    assert block.body == {"subnets": [["a"], "${local.b}"], "internal": "true"}
    assert [b.body for b in block.root.blocks("local")] == [{"value": "c"}]
    assert [b.address for b in block.root.blocks("module")] == ["module.m"]
    assert judge.judge(scanned._replace(name="shop[0]"), Read({}, str(tmp_path))) == verdict


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"resource": {"aws_lb": {}}}', "Terraform would not find it in "),
        (
            '{"resource": {"aws_lb": {"shop": {"name": "a", "name": "b"}}}}',
            "this file cannot be read as Terraform reads it",
        ),
    ],
)
def test_a_block_that_terraform_would_read_otherwise_is_refused(
    text: str, said: str, tmp_path: Path
) -> None:
    (tmp_path / "a.tf.json").write_text(text)
    rule = policy(BLOCKS=("resource",), findings=lambda block, context: iter(()))
    scanned = Scanned("PT901", "resource", "/a.tf.json", {}, "aws_lb", "shop")

    [message] = judge_of(rule).judge(scanned, Read({}, str(tmp_path))).messages

    assert message.startswith("PT901 could not judge this: ")
    assert said in message


def ingress(namespace: str, host: str) -> dict[str, Any]:
    path = {"path": "/", "pathType": "Prefix", **LINES}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {"name": "web", "namespace": namespace, **LINES},
        "spec": {"rules": [{"host": host, "http": {"paths": [path], **LINES}, **LINES}], **LINES},
        "__startline__": 7,
        "__endline__": 20,
    }


def test_a_host_that_two_namespaces_claim_is_found_across_files() -> None:
    judge = Judge(Entrance("/", NOWHERE), own("/"))
    mine, theirs = ingress("shop", "a.example.com"), ingress("blog", "A.example.com")
    scanned = Scanned("PT215", "k8", "mine.yaml", mine, "Ingress", "Ingress")

    [message] = judge.judge(scanned, Read({"mine.yaml": [mine], "b.yaml": [theirs]}, ".")).messages

    assert message.startswith(
        "Ingress shop/web serves a.example.com, and so does Ingress blog/web (b.yaml:7); "
    )
    assert judge.judge(scanned, Read({"mine.yaml": [mine]}, ".")).messages == []


def test_what_the_user_states_stands_for_what_the_environments_say() -> None:
    stated = {
        "PORTICO_SHARED": "edge/public",
        "PORTICO_INGRESS_CLASS": "edge, other",
        "PORTICO_DOMAIN": "example.com",
        "PORTICO_ORIGIN": "lb.example.com",
        "PORTICO_ACCOUNT": "123456789012",
        "PORTICO_KIND": "acme.example/Thing",
    }

    assert Entrance("/", stated).context_of("x.yaml") == (
        "",
        Context(
            shared=(Shared("edge", "public"),),
            ingress_classes=frozenset(("edge", "other")),
            domains=("example.com",),
            origins=("lb.example.com",),
            accounts=("123456789012",),
            kinds=frozenset(("acme.example/Thing",)),
        ),
    )


def test_a_shared_service_without_a_namespace_is_refused() -> None:
    with pytest.raises(UnknownEntrance, match=r'--shared: "public" is not NAMESPACE/NAME'):
        Entrance("/", {"PORTICO_SHARED": "public"}).context_of("x.yaml")


def test_rules_and_waivers_of_the_repository_apply(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = repository(
        tmp_path,
        {
            "policies/labelled.py": rule_of(UNUSABLE.passing),
            "policies/broken.py": 'ID = "PT902"\n',
            "policies/waivers.yaml": f"""\
waivers:
- rule: PT900
  object: Deployment shop/old
  path: clusters
  reason: it is replaced by an app in the spring
  owner: platform
  expires: "{date.today() + timedelta(days=30)}"
""",
        },
    )
    monkeypatch.chdir(root)
    rules = own("/")
    judge = Judge(Entrance("/", NOWHERE), rules)

    def said(name: str, file: str) -> list[str]:
        conf = {"apiVersion": "apps/v1", "kind": "Deployment"}
        conf["metadata"] = {"name": name, "namespace": "shop"}  # type: ignore[assignment]
        return judge.judge(
            Scanned("PT900", "k8", str(root / file), conf, "Deployment", "Deployment"), None
        ).messages

    assert "PT900" in {check.id for check in checks(rules.policies)}
    assert said("new", "clusters/x.yaml") == ["nothing manages this; let a spec make it"]
    assert said("old", "clusters/x.yaml") == []
    assert said("old", "elsewhere/x.yaml") != []
    assert [problem.partition(": ")[0] for problem in rules.problems] == ["policies/broken.py"]


def rule_of(example: str) -> str:
    return example.partition("\n")[2]
