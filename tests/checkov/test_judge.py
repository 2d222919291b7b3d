"""What Checkov hands to a check, judged without Checkov."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from compiler.checkov.entrance import Entrance, UnknownEntrance, stated
from compiler.checkov.judge import Check, Judge, Read, Scanned, checks
from compiler.policies.shape import Block, Context, Finding, Object, Policy, Shared
from tests.repository import repository

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


def judge_of(*policies: Policy, root: Path | None = None) -> Judge:
    return Judge(Entrance([str(root)] if root else [], {}), list(policies))


def test_a_finding_is_said_with_its_help_and_its_field() -> None:
    judge = Judge(Entrance([], {}))
    scanned = Scanned("PT201", "k8", "shop.yaml", service("LoadBalancer"), "Service", "Service")

    verdict = judge.judge(scanned, None)

    assert verdict.messages == [
        "Service shop/shop makes a load balancer of its own; write type: ClusterIP, and let an app "
        "spec expose it through the shared one"
    ]
    assert verdict.keys == ["spec/type"]
    assert judge.judge(scanned._replace(conf=service("ClusterIP")), None).messages == []


def test_the_shared_service_is_that_of_the_environment_whose_file_it_is(tmp_path: Path) -> None:
    root = repository(tmp_path)
    judge = Judge(Entrance([str(root)], {}))
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


@pytest.mark.parametrize("block", ["k8", "resource"])
def test_a_rule_that_fails_refuses_what_it_could_not_judge(block: str) -> None:
    def findings(subject: Any, context: Context) -> Iterator[Finding]:
        raise KeyError("spec")

    rule = policy(KINDS=("Service",), BLOCKS=("resource",), findings=findings)
    scanned = Scanned("PT901", block, "x", service("ClusterIP"), "Service", "shop")

    [message] = judge_of(rule).judge(scanned, None).messages

    assert message == "PT901 could not judge this: KeyError: 'spec'; correct the rule"


def test_environments_that_do_not_compile_refuse_everything(tmp_path: Path) -> None:
    root = repository(tmp_path, {"environments/dev.yaml": "name: dev\n"})
    scanned = Scanned("PT201", "k8", "x.yaml", service("ClusterIP"), "Service", "Service")

    [message] = Judge(Entrance([str(root)], {})).judge(scanned, None).messages

    assert message.startswith("PT201 could not judge this: the environments of ")
    assert message.endswith("run `portico check`")


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


def test_a_rule_sees_the_block_and_the_whole_root_it_stands_in() -> None:
    seen: list[Block] = []

    def findings(block: Block, context: Context) -> Iterator[Finding]:
        seen.append(block)
        yield Finding(("internal",), "internal", "")

    lb = {
        "internal": [False],
        "subnets": [["a", "b"]],
        "name": [None],
        "access_logs": [{"bucket": ["b"], **LINES}],
        "subnet_mapping": [{"subnet_id": ["a"], **LINES}, {"subnet_id": ["b"], **LINES}],
        "count": [0],
        **LINES,
    }
    definitions = {
        "root/a.tf.json": {
            "resource": [{"aws_lb": {"shop": lb}}],
            "locals": [{"x": [1], **LINES}],
            "provider": [{"aws": {"region": ["r"], **LINES}}],
        },
        "root/b.tf.json": {"module": [{"m": {"source": ["./x"], **LINES}}]},
        "another/c.tf.json": {"resource": [{"aws_lb": {"other": {**LINES}}}]},
    }

    verdict = judge_of(policy(BLOCKS=("resource.aws_lb",), findings=findings)).judge(
        Scanned("PT901", "resource", "/a.tf.json", lb, "aws_lb", "shop"), Read(definitions, "root")
    )

    assert verdict.messages == ["internal"]
    [block] = seen
    assert block.address == "aws_lb.shop"
    assert block.body == {
        "internal": False,
        "subnets": ["a", "b"],
        "name": None,
        "access_logs": [{"bucket": "b"}],
        "subnet_mapping": [{"subnet_id": "a"}, {"subnet_id": "b"}],
        "count": 0,
    }
    assert [b.address for b in block.root.blocks("resource")] == ["aws_lb.shop"]
    assert [b.body for b in block.root.blocks("local")] == [{"value": 1}]
    assert [b.address for b in block.root.blocks("provider", "aws")] == ["provider.aws"]
    assert [b.body for b in block.root.blocks("module")] == [{"source": "./x"}]


def test_what_the_user_states_stands_for_what_the_environments_say() -> None:
    known = Context(shared=(Shared("a", "b"),), domains=("x.org",), kinds=frozenset(("g/K",)))

    assert stated(known, {}) == known
    assert stated(
        known,
        {
            "PORTICO_SHARED": "edge/public",
            "PORTICO_INGRESS_CLASS": "edge, other",
            "PORTICO_DOMAIN": "example.com",
            "PORTICO_ORIGIN": "lb.example.com",
            "PORTICO_KIND": "acme.example/Thing",
        },
    ) == Context(
        shared=(Shared("edge", "public"),),
        ingress_classes=frozenset(("edge", "other")),
        domains=("example.com",),
        origins=("lb.example.com",),
        kinds=frozenset(("g/K", "acme.example/Thing")),
    )


def test_a_shared_service_without_a_namespace_is_refused() -> None:
    with pytest.raises(UnknownEntrance, match='PORTICO_SHARED="public" is not NAMESPACE/NAME'):
        stated(Context(), {"PORTICO_SHARED": "public"})
