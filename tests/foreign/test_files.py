"""What kubectl, Flux and Terraform would read below a path is read; nothing makes a scan hang."""

import os
import socket
from pathlib import Path

import pytest

from tests.scanned import HARMLESS, ROGUE, SETTINGS, findings, lay, rules, scan


@pytest.mark.parametrize(
    "path",
    [
        "service.yaml",
        "service.yml",
        "service.json",
        "Service.YAML",
        "a/b/c/service.yaml",
        ".hidden/service.yaml",
        ".service.yaml",
        "a b/ü.yaml",
        "templates/service.yaml",
        "charts/service.yaml",
        "node_modules/x/service.yml",
    ],
)
def test_a_manifest_is_found_wherever_it_lies(path: str, tmp_path: Path) -> None:
    [finding] = findings(tmp_path, {path: ROGUE})
    assert (finding.rule, finding.place) == ("PT201", f"{path}:5:9")


@pytest.mark.parametrize("path", [".git/service.yaml", "service.txt", "service.yaml~", "service"])
def test_what_nobody_reads_is_not_judged(path: str, tmp_path: Path) -> None:
    assert findings(tmp_path, {path: ROGUE, "settings.yaml": SETTINGS}) == []


def test_what_flux_is_told_to_ignore_is_judged(tmp_path: Path) -> None:
    assert rules(tmp_path, {".sourceignore": "*.yaml\n", "service.yaml": ROGUE}) == ["PT201"]


def test_a_file_that_is_named_is_a_manifest_whatever_its_ending(tmp_path: Path) -> None:
    lay(tmp_path, {"service": ROGUE, "other.yaml": ROGUE})
    result = scan(tmp_path, "service")
    assert result.code == 1
    assert "--> service:5:9" in result.err
    assert "other.yaml" not in result.err


def test_several_paths_are_one_scan_and_no_file_is_judged_twice(tmp_path: Path) -> None:
    lay(tmp_path, {"a/one.yaml": ROGUE, "b/two.yaml": SETTINGS})
    result = scan(tmp_path, "a", "b/two.yaml", "a/one.yaml", ".")
    assert result.err.count("error[") == 1
    lay(tmp_path, {"a/one.yaml": HARMLESS})
    assert scan(tmp_path, "a", "b/two.yaml", ".").out == "scanned 2 objects in 2 files: clean\n"


def test_a_path_outside_of_the_current_folder_is_shown_as_it_is(tmp_path: Path) -> None:
    lay(tmp_path, {"here/x.yaml": SETTINGS, "there/service.yaml": ROGUE})
    assert "--> ../there/service.yaml:5:9" in scan(tmp_path / "here", "../there").err
    assert (
        f"--> {tmp_path}/there/service.yaml:5:9"
        in scan(tmp_path / "here", str(tmp_path / "there")).err
    )


def test_a_path_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    code, out, err = scan(tmp_path, "nowhere")
    assert (code, out) == (2, "")
    assert err == "portico: nowhere: there is no such file or folder\n"


@pytest.mark.parametrize("files", [{}, {"README.md": "x"}, {"compose.yaml": "services: {}\n"}])
def test_a_run_that_checked_nothing_fails(files: dict[str, str | bytes], tmp_path: Path) -> None:
    [finding] = findings(tmp_path, files)
    assert finding.rule == "PT021"
    assert finding.message == "there is no Kubernetes object and no Terraform block in ."


def test_links_within_the_tree_are_followed_and_each_real_file_is_judged_once(
    tmp_path: Path,
) -> None:
    lay(tmp_path, {"real/service.txt": ROGUE, "real/settings.yaml": SETTINGS})
    (tmp_path / "link.yaml").symlink_to("real/service.txt")
    (tmp_path / "again.yaml").symlink_to("real/service.txt")
    (tmp_path / "folder").symlink_to("real")
    (tmp_path / "real" / "circle").symlink_to("..")
    [finding] = findings(tmp_path, {})
    assert finding.rule == "PT201"


def test_links_within_the_repository_are_followed(tmp_path: Path) -> None:
    lay(tmp_path, {".git/HEAD": "", "elsewhere/service.yaml": ROGUE, "prod/x.yaml": SETTINGS})
    (tmp_path / "prod" / "folder").symlink_to("../elsewhere")
    (tmp_path / "prod" / "link.yaml").symlink_to("../elsewhere/service.yaml")
    assert [f.rule for f in findings(tmp_path / "prod", {})] == ["PT201"]


@pytest.mark.parametrize(
    ("target", "problem"),
    [
        ("/etc/hosts", "is a link that leads out of what is scanned"),
        ("/etc", "is a link that leads out of what is scanned"),
        ("nothing.txt", "is a link that leads to nothing that can be read"),
        ("link.yaml", "is a link that leads in a circle"),
        (".git/config", "is a link into git's own files"),
    ],
)
def test_a_link_that_cannot_be_followed_is_refused(
    target: str, problem: str, tmp_path: Path
) -> None:
    lay(tmp_path, {"settings.yaml": SETTINGS, ".git/config": "x"})
    (tmp_path / "link.yaml").symlink_to(target)
    [finding] = findings(tmp_path, {})
    assert finding == ("PT024", f"link.yaml {problem}", "link.yaml")


@pytest.mark.parametrize("name", ["x.yaml", "kustomization.yaml", "main.tf", "Kustomization"])
def test_what_is_no_ordinary_file_is_refused_and_never_waited_for(
    name: str, tmp_path: Path
) -> None:
    lay(tmp_path, {"settings.yaml": SETTINGS})
    os.mkfifo(tmp_path / name)
    [finding] = findings(tmp_path, {})
    assert finding == ("PT024", f"{name} is no ordinary file", name)


def test_a_device_behind_a_link_is_refused(tmp_path: Path) -> None:
    lay(tmp_path, {"settings.yaml": SETTINGS})
    (tmp_path / "x.yaml").symlink_to("/dev/zero")
    assert rules(tmp_path, {}) == ["PT024"]
    assert "PT024" in scan(tmp_path, "/dev/zero").err


def test_a_socket_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay(tmp_path, {"settings.yaml": SETTINGS})
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as opened:
        opened.bind("x.yaml")
        assert rules(tmp_path, {}) == ["PT024"]


def test_a_folder_with_the_name_of_a_file_is_refused_and_walked(tmp_path: Path) -> None:
    found = findings(tmp_path, {"x.yaml/service.yaml": ROGUE})
    assert found[0] == ("PT024", "x.yaml is a folder with the name of a file", "x.yaml")
    assert found[1].place == "x.yaml/service.yaml:5:9"


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_what_may_not_be_read_is_refused(tmp_path: Path) -> None:
    lay(tmp_path, {"a.yaml": SETTINGS, "secret.yaml": SETTINGS, "closed/x.yaml": SETTINGS})
    (tmp_path / "secret.yaml").chmod(0)
    (tmp_path / "closed").chmod(0)
    try:
        assert {f.message for f in findings(tmp_path, {})} == {
            "secret.yaml cannot be read: permission denied",
            "closed cannot be walked: permission denied",
        }
    finally:
        (tmp_path / "closed").chmod(0o700)


def test_a_file_of_fifty_megabytes_is_refused_unread(tmp_path: Path) -> None:
    lay(tmp_path, {"settings.yaml": SETTINGS})
    with (tmp_path / "large.yaml").open("wb") as file:
        file.truncate(50_000_000)
    [finding] = findings(tmp_path, {})
    assert finding.message == "the file is larger than 16 MiB, and is not read"


def test_a_chart_is_one_finding_whatever_its_templates_hold(tmp_path: Path) -> None:
    found = findings(
        tmp_path,
        {
            "chart/Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\n",
            "chart/values.yaml": "service: {type: LoadBalancer}\n",
            "chart/templates/service.yaml": "{{- if .Values.x }}\n" + ROGUE + "{{- end }}\n",
            "chart/templates/NOTES.txt": "x",
            "chart/charts/sub/Chart.yaml": "apiVersion: v2\nname: sub\nversion: 1.0.0\n",
            "chart/crds/rogue.yaml": ROGUE,
        },
    )
    assert [(f.rule, f.place) for f in found] == [
        ("PT020", "chart/Chart.yaml:1:13"),
        ("PT201", "chart/crds/rogue.yaml:5:9"),
    ]
    assert found[0].message == "this is a Helm chart, and what its templates render cannot be told"


def test_what_only_calls_itself_a_chart_hides_nothing(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"Chart.yaml": "name: x\n", "templates/service.yaml": ROGUE}
    assert rules(tmp_path, files) == ["PT201"]


def test_terraform_and_manifests_are_counted_together(tmp_path: Path) -> None:
    lay(
        tmp_path,
        {
            "settings.yaml": SETTINGS,
            "edge/main.tf.json": '{"locals": {"a": 1}}',
            "edge/more.tf": "locals {\n  b = 2\n}\n",
        },
    )
    assert scan(tmp_path).out == "scanned 1 object and 2 Terraform blocks in 3 files: clean\n"
