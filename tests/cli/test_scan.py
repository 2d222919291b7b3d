"""`portico scan` as a user meets it: its options, where its context comes from, how it ends."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path

import pytest

from compiler.cache import aside
from tests.repository import portico, repository
from tests.scanned import ENTRANCE, HARMLESS, ROGUE, SETTINGS, SHARED, findings, lay, rules, scan

ROOT = Path(__file__).parent.parent.parent

INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: blog, namespace: blog}
spec:
  ingressClassName: edge
  rules:
  - host: HOST
    http:
      paths: [{path: /, pathType: Prefix, backend: {service: {name: blog, port: {number: 80}}}}]
"""


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--shared", "public", '"public" is not NAMESPACE/NAME'),
        ("--shared", "a/b/c", '"a/b/c" is not NAMESPACE/NAME'),
        ("--shared", "Edge/public", '"Edge/public" is not NAMESPACE/NAME'),
        ("--ingress-class", "a b", '"a b" is not the name of a Kubernetes object'),
        ("--domain", "example", '"example" is not a domain name'),
        ("--domain", "*.example.com", '"*.example.com" is not a domain name'),
        ("--origin", "https://example.com", '"https://example.com" is not a domain name'),
        ("--account", "1234", '"1234" is not an AWS account'),
        ("--kind", "ServiceMonitor", '"ServiceMonitor" is not GROUP/KIND'),
        ("--kubernetes", "1.2", 'there are no schemas of Kubernetes "1.2"; there are 1.25 to '),
        ("--kubernetes", "latest", 'there are no schemas of Kubernetes "latest"'),
    ],
)
def test_a_malformed_option_is_wrong_usage(
    option: str, value: str, said: str, tmp_path: Path
) -> None:
    code, out, err = scan(lay(tmp_path, {"x.yaml": SETTINGS}), ".", option, value)
    assert (code, out) == (2, "")
    assert f"portico scan: error: argument {option}: {said}" in err


def test_what_is_let_in_on_the_command_line_is_let_in(tmp_path: Path) -> None:
    monitor = "apiVersion: monitoring.coreos.com/v1\nkind: ThanosRuler\nmetadata: {name: x}\n"
    assert rules(tmp_path, {"x.yaml": monitor}) != []
    assert rules(tmp_path, {}, ".", "--kind", "monitoring.coreos.com/ThanosRuler") == []


def test_the_version_of_kubernetes_decides_which_kinds_exist(tmp_path: Path) -> None:
    budget = (
        "apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: {name: x, namespace: y}\n"
    )
    [finding] = findings(tmp_path, {"x.yaml": budget}, ".", "--kubernetes", "1.30")
    assert finding.message == "Kubernetes 1.30 has no PodDisruptionBudget in policy/v1beta1"
    assert "see --kubernetes" in scan(tmp_path).err


@pytest.mark.parametrize(
    ("text", "message", "place"),
    [
        ("spec: {prots: []}\n", "prots", "x.yaml:4:15"),
        ("spec: {ports: [{port: http}]}\n", "http", "x.yaml:4:23"),
    ],
)
def test_an_object_is_held_against_its_schema_with_the_place_of_the_value(
    text: str, message: str, place: str, tmp_path: Path
) -> None:
    service = "apiVersion: v1\nkind: Service\nmetadata: {name: x, namespace: shop}\n"
    found = findings(tmp_path, {"x.yaml": service + text})
    assert [f.place for f in found if f.rule == "PT203" and message in f.message] == [place]


@pytest.mark.parametrize("value", ["null", "1", "[]", "text", "{a: b}", "[{a: [b]}]"])
@pytest.mark.parametrize(
    "text",
    [
        "apiVersion: v1\nkind: Service\nmetadata: {0}\nspec: {0}\n",
        "apiVersion: {0}\nkind: {0}\n",
        "apiVersion: v1\nkind: List\nitems: {0}\n",
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{name: {0}}}\nspec: {{rules: {0}}}\n",
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {0}\n"
        "spec: {{rules: [{{host: {0}, http: {0}}}]}}\n",
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {0}\n"
        "spec: {{path: {0}}}\n",
        "apiVersion: ../../etc/passwd\nkind: ../x\nmetadata: {0}\n",
    ],
)
def test_an_object_of_any_shape_gets_a_verdict(text: str, value: str, tmp_path: Path) -> None:
    lay(tmp_path, {"x.yaml": text.format(value), "settings.yaml": SETTINGS})
    code, out, err = scan(tmp_path)
    assert code == (1 if err else 0)
    assert ("error[" in err) != ("clean" in out)


def test_who_else_claims_a_host_is_seen_across_files_and_forms_of_it(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "a.yaml": INGRESS.replace("HOST", "shop.example.com"),
        "b/b.yaml": INGRESS.replace("HOST", "SHOP.example.com.").replace("blog", "other"),
    }
    assert {f.place.split(":")[0] for f in findings(tmp_path, files)} == {"a.yaml", "b/b.yaml"}
    assert "Ingress other/other (b/b.yaml:1)" in scan(tmp_path).err


def test_findings_come_in_every_format(tmp_path: Path) -> None:
    lay(tmp_path, {"a b/x.yaml": ROGUE})
    code, out, err = scan(tmp_path, ".", "--format", "json", "--output", "sarif=scan.sarif")
    assert code == 1
    assert '"path": "a b/x.yaml"' in out
    assert err == "portico: 1 error\n"
    [run] = json.loads((tmp_path / "scan.sarif").read_text())["runs"]
    assert [result["ruleId"] for result in run["results"]] == ["PT201"]


def test_in_a_repository_the_environments_say_what_is_allowed(tmp_path: Path) -> None:
    assert portico(repository(tmp_path), "compile").code == 0
    with contextlib.chdir(tmp_path):
        assert portico(tmp_path, "scan", "rendered").err == ""
        lay(tmp_path, {"rendered/dev/apps/shop/more.yaml": HARMLESS, "clusters/s.yaml": ROGUE})
        result = portico(tmp_path, "scan", "rendered", "clusters")
        assert "clusters/s.yaml:5:9" in result.err
        assert result.err.count("error[") == 1
        assert "the shared one" not in portico(tmp_path, "scan", "rendered").err
    with contextlib.chdir(tmp_path / "clusters"):
        assert "s.yaml:5:9" in portico(tmp_path, "scan", ".").err
        assert portico(tmp_path, "scan", "../rendered").err == ""
        assert (
            portico(tmp_path, "scan", "--root", "..", "--environment", "dev", "../rendered").err
            == ""
        )


def test_a_host_of_an_app_is_not_claimed_by_a_file_beside_the_specs(tmp_path: Path) -> None:
    assert portico(repository(tmp_path), "compile").code == 0
    rendered = (tmp_path / "rendered/dev/apps/shop/manifests.yaml").read_text()
    host = rendered.partition("host: ")[2].partition("\n")[0]
    lay(tmp_path, {"clusters/i.yaml": INGRESS.replace("HOST", host)})
    with contextlib.chdir(tmp_path):
        result = portico(tmp_path, "scan", "clusters")
    assert result.code == 1
    assert "(apps/shop.yaml)" in result.err


def test_a_waiver_holds_for_what_is_scanned_from_any_folder(tmp_path: Path) -> None:
    last_day = date.today() + timedelta(days=90)
    waiver = f"""\
waivers:
- rule: PT210
  object: Pod shop/agent
  path: clusters
  reason: it measures the network of the node itself
  owner: platform
  expires: "{last_day}"
"""
    pod = """\
apiVersion: v1
kind: Pod
metadata: {name: agent, namespace: shop}
spec:
  hostNetwork: yes
  containers: [{name: a, image: a}]
"""
    lay(repository(tmp_path), {"policies/waivers.yaml": waiver, "clusters/pod.yaml": pod})
    with contextlib.chdir(tmp_path):
        assert portico(tmp_path, "scan", "clusters").err == ""
    with contextlib.chdir(tmp_path / "clusters"):
        assert portico(tmp_path, "scan", ".").err == ""
        lay(tmp_path, {"clusters/pod.yaml": pod.replace("  hostNetwork: yes\n", "")})
        err = portico(tmp_path, "scan", ".").err
    assert "PT210 refuses nothing of Pod shop/agent below clusters" in err


def test_an_environment_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    lay(repository(tmp_path), {"clusters/x.yaml": SETTINGS})
    with contextlib.chdir(tmp_path):
        result = portico(tmp_path, "scan", "--environment", "prd", "clusters")
    assert (result.code, result.out) == (2, "")
    assert 'there is no environment "prd"' in result.err


def test_a_repository_that_does_not_compile_says_nothing_about_files(tmp_path: Path) -> None:
    lay(repository(tmp_path, {"apps/shop.yaml": "name: 3\n"}), {"clusters/x.yaml": SETTINGS})
    with contextlib.chdir(tmp_path):
        result = portico(tmp_path, "scan", "clusters")
    assert (result.code, result.out) == (2, "")
    assert "the environments of . cannot be compiled: see `portico check`" in result.err


def many(root: Path) -> Path:
    """As many files as two processes are worth, a few of them refused."""
    files: dict[str, str | bytes] = {f"{n:03}.yaml": SETTINGS for n in range(300)}
    files |= {f"r{n}/s.yaml": ROGUE for n in range(7)}
    files |= {
        f"h{n}/i.yaml": INGRESS.replace("HOST", "a.example.com").replace("blog", f"b{n}")
        for n in range(7)
    }
    files |= {"shared.yaml": SHARED, "bad.yaml": "kind: &a x\n", "f.yaml": SETTINGS}
    return lay(root, files)


def test_two_processes_find_what_one_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    many(tmp_path)
    monkeypatch.setattr(aside, "processors", lambda: 2)
    two = scan(tmp_path)
    monkeypatch.setattr(aside, "processors", lambda: 1)
    assert scan(tmp_path) == two
    assert two.err.count("error[PT201]") == 7


@pytest.mark.skipif(
    not Path("/proc/self/task").is_dir() or aside.processors() < 2,
    reason="needs Linux and two processors",
)
def test_an_interrupted_scan_ends_without_a_word_about_its_insides(tmp_path: Path) -> None:
    lay(
        tmp_path,
        {f"{n:03}.yaml": SETTINGS + "---\n" + (SETTINGS + "---\n") * 60 for n in range(400)},
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "compiler", "scan", *ENTRANCE, str(tmp_path)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    # Once there is a second process, the first one is at work.
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    while process.poll() is None and not children.read_text():
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (out, err) == ("", "portico: interrupted; run it again to finish\n")
    assert process.returncode == 130
