"""A kustomization is judged by what it builds, and a build that cannot be judged is refused."""

import subprocess
import time
from pathlib import Path

import pytest
import yaml

from compiler.foreign import build
from compiler.foreign.files import find
from compiler.foreign.kustomize import Graph
from compiler.foreign.terraform import is_terraform_file
from tests.programs import kubectl, require
from tests.scanned import HARMLESS, ROGUE, SETTINGS, SHARED, findings, lay, rules, scan

Files = dict[str, str | bytes]

HEAD = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"
FLUX = """\
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps, namespace: flux-system}
spec:
  interval: 10m
  prune: true
  path: %s
  sourceRef: {kind: GitRepository, name: flux-system}
"""
TO_LOAD_BALANCER = """\
patches:
- target: {kind: Service}
  patch: |-
    - {op: replace, path: /spec/type, value: LoadBalancer}
"""
TO_CLUSTER_IP = TO_LOAD_BALANCER.replace("LoadBalancer", "ClusterIP")


def of(*resources: str, more: str = "") -> str:
    """A kustomization of these resources."""
    return f"{HEAD}resources:\n" + "".join(f"- {name}\n" for name in resources) + more


@pytest.mark.parametrize(
    ("files", "place"),
    [
        ({"kustomization.yaml": of("s.yaml"), "s.yaml": ROGUE}, "s.yaml:5:9"),
        ({"kustomization.yml": of("s"), "s": ROGUE}, "s:5:9"),
        ({"Kustomization": of("s.txt"), "s.txt": ROGUE}, "s.txt:5:9"),
        ({"kustomization.yaml": of("a"), "a/kustomization.yaml": of("s"), "a/s": ROGUE}, "a/s:5:9"),
        (
            {"kustomization.yaml": "bases:\n- a\n", "a/Kustomization": of("s"), "a/s": ROGUE},
            "a/s:5:9",
        ),
        ({"kustomization.yaml": of("x.yaml"), "x.yaml": SETTINGS, "s.yaml": ROGUE}, "s.yaml:5:9"),
    ],
)
def test_a_resource_is_judged_where_it_stands(files: Files, place: str, tmp_path: Path) -> None:
    [finding] = findings(tmp_path, files)
    assert (finding.rule, finding.place) == ("PT201", place)


BUILT_ROGUES: dict[str, Files] = {
    "a patch": {"kustomization.yaml": of("s.yaml", more=TO_LOAD_BALANCER)},
    "a patch in a file": {
        "kustomization.yaml": of("s.yaml", more="patches:\n- path: p.yaml\n"),
        "p.yaml": ROGUE,
    },
    "an old patch": {
        "kustomization.yaml": of("s.yaml", more="patchesStrategicMerge:\n- p.yaml\n"),
        "p.yaml": ROGUE,
    },
    "an inline old patch": {
        "kustomization.yaml": of(
            "s.yaml",
            more="patchesStrategicMerge:\n- |\n" + "".join(f"  {x}\n" for x in ROGUE.splitlines()),
        )
    },
    "an old JSON patch": {
        "kustomization.yaml": of(
            "s.yaml",
            more="patchesJson6902:\n- path: p.json\n  target: {version: v1, kind: Service, name: rogue}\n",
        ),
        "p.json": '[{"op": "replace", "path": "/spec/type", "value": "LoadBalancer"}]',
    },
    "a component": {
        "kustomization.yaml": of("s.yaml", more="components: [edge]\n"),
        "edge/kustomization.yaml": "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n"
        + TO_LOAD_BALANCER,
    },
    "a replacement": {
        "kustomization.yaml": of(
            "s.yaml",
            "c.yaml",
            more="replacements:\n- source: {kind: ConfigMap, fieldPath: data.a}\n"
            "  targets:\n  - select: {kind: Service}\n    fieldPaths: [spec.type]\n",
        ),
        "c.yaml": SETTINGS + "data: {a: LoadBalancer}\n",
    },
    "a built-in transformer": {
        "kustomization.yaml": of("s.yaml", more="transformers: [t.yaml]\n"),
        "t.yaml": "apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: t}\n"
        "target: {kind: Service}\npatch: |\n  - {op: replace, path: /spec/type, value: LoadBalancer}\n",
    },
    "an overlay": {
        "kustomization.yaml": of("base", more=TO_LOAD_BALANCER),
        "base/kustomization.yaml": of("../s.yaml"),
    },
}


@pytest.mark.parametrize("files", BUILT_ROGUES.values(), ids=BUILT_ROGUES)
def test_what_a_build_makes_is_judged(files: Files, tmp_path: Path) -> None:
    require(kubectl())
    [finding] = findings(tmp_path, {"s.yaml": HARMLESS, **files})
    assert (finding.rule, finding.place) == ("PT201", "kustomization.yaml:1:1")
    assert " --> s.yaml:1:1\n" in scan(tmp_path).err, "the source is named too"


CLEAN: dict[str, Files] = {
    "a base that the overlay puts right": {
        "base/kustomization.yaml": of("s.yaml"),
        "base/s.yaml": ROGUE,
        "prod/kustomization.yaml": of("../base", more=TO_CLUSTER_IP),
    },
    "an object that the overlay deletes": {
        "kustomization.yaml": of(
            "s.yaml",
            "x.yaml",
            more="patches:\n- patch: |\n    $patch: delete\n    apiVersion: v1\n    kind: Service\n"
            "    metadata: {name: rogue, namespace: shop}\n",
        ),
        "s.yaml": ROGUE,
        "x.yaml": SETTINGS,
    },
    "labels, images and generators": {
        "kustomization.yaml": of(
            "s.yaml",
            more="namePrefix: a-\nlabels: [{pairs: {a: b}}]\nimages: [{name: a, newTag: b}]\n"
            "configMapGenerator:\n- name: c\n  files: [config.yaml, b=values.txt]\n  envs: [x.env]\n"
            "  literals: ['a={{b}}']\nsecretGenerator: [{name: d, literals: [a=b]}]\n"
            "generatorOptions: {disableNameSuffixHash: true}\n",
        ),
        "s.yaml": HARMLESS,
        "config.yaml": "a: &a !x b\n" + ROGUE,
        "values.txt": b"\x00\xff",
        "x.env": "# comment\nA=b\n\n",
    },
    "a component that nobody uses here": {
        "edge/kustomization.yaml": "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n"
        "resources: [x.yaml]\n",
        "edge/x.yaml": SETTINGS,
    },
    "a file that two kustomizations use": {
        "a/kustomization.yaml": of("../x.yaml"),
        "b/kustomization.yaml": of("../x.yaml"),
        "x.yaml": SETTINGS,
    },
    "another folder of the repository": {
        "a/kustomization.yaml": of("../x/x.yaml"),
        "x/x.yaml": SETTINGS,
    },
}


@pytest.mark.parametrize("files", CLEAN.values(), ids=CLEAN)
def test_what_is_harmless_once_built_is_clean(files: Files, tmp_path: Path) -> None:
    require(kubectl())
    assert findings(tmp_path, files) == []


@pytest.mark.parametrize(
    "where",
    [
        "https://raw.githubusercontent.com/example/base/main/svc.yaml",
        "http://example.com/x.yaml",
        "github.com/example/base",
        "github.com/example/base/deploy?ref=main",
        "git::https://example.com/x",
        "git@github.com:example/base.git",
        "ssh://git@example.com/x",
        "org@host.example.com/x",
        "gitlab.example.com/org/repo//deploy?ref=v1",
        "example.com/org/repo.git",
        "https://example.com/org/_git/repo",
        "file:///etc/x.yaml",
        "gh:example/base",
    ],
)
@pytest.mark.parametrize(
    "field",
    [
        "resources: ['%s']",
        "bases: ['%s']",
        "components: ['%s']",
        "patches: [{path: '%s'}]",
        "patchesStrategicMerge: ['%s']",
        "transformers: ['%s']",
        "configMapGenerator: [{name: x, files: ['a=%s']}]",
        "configMapGenerator: [{name: x, env: '%s'}]",
        "replacements: [{path: '%s'}]",
    ],
)
def test_nothing_is_loaded_from_elsewhere(field: str, where: str, tmp_path: Path) -> None:
    [finding] = findings(tmp_path, {"kustomization.yaml": HEAD + field % where + "\n"})
    assert finding.rule == "PT022"
    assert "is loaded from elsewhere, and may be anything tomorrow" in finding.message


def test_a_folder_with_the_name_of_a_host_is_not_taken_for_the_file_system(tmp_path: Path) -> None:
    files: Files = {
        "kustomization.yaml": of("github.com/example/base"),
        "github.com/example/base/kustomization.yaml": of("x.yaml"),
        "github.com/example/base/x.yaml": SETTINGS,
    }
    assert rules(tmp_path, files) == ["PT022"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (of("missing.yaml"), '"missing.yaml" is not there'),
        (of("/etc/hosts"), '"/etc/hosts" is another file on every machine'),
        (of("../../../../../../etc/hosts"), "is outside of what is scanned"),
        (of("folder"), 'the folder "folder" has no kustomization'),
        (of("."), "refers to itself"),
        (HEAD + "components: [x.yaml]\n", '"x.yaml" is a file, and a component is a folder'),
        (HEAD + "patches: [{path: folder}]\n", '"folder" is a folder, and must be a file'),
        (HEAD + "resorces: [x.yaml]\n", "kustomize does not know the field `resorces`"),
        (HEAD + "Resources: [x.yaml]\n", "kustomize does not know the field `Resources`"),
        (HEAD + "resources: x.yaml\n", "`resources` does not have the form"),
        (HEAD + "resources: [{a: b}]\n", "`resources` does not have the form"),
        (HEAD + "patches: [x]\n", "`patches` does not have the form"),
        (HEAD + "openapi: {path: x.json}\n", "`openapi` changes how patches are applied"),
        (HEAD + "openapi: x\n", "`openapi` changes how patches are applied"),
        (HEAD + "helmCharts: [{name: x}]\n", "`helmCharts` runs Helm"),
        (HEAD + "helmGlobals: {chartHome: x}\n", "`helmGlobals` runs Helm"),
        ("kind: Foo\n", 'this one has the kind "Foo"'),
        ("apiVersion: v1\nkind: Kustomization\n", "kustomize does not know Kustomization in v1"),
        (FLUX % "./x", "kustomize does not know Kustomization in kustomize.toolkit"),
        ("", "this kustomization is not one mapping"),
        ("- a\n", "this kustomization is not one mapping"),
        ("resources: []\n---\nresources: [x.yaml]\n", "this kustomization is not one mapping"),
        (HEAD + "generators: [f.yaml]\n", "this runs a function"),
        (HEAD + "generators: [h.yaml]\n", "this runs Helm"),
        (HEAD + "transformers: [u.yaml]\n", "is loaded from elsewhere"),
        (HEAD + "configMapGenerator: [{name: x, envs: [bare.env]}]\n", "takes HOME from the"),
        (of("x.yaml", "x.yaml", more="namePrefix: a-\n"), "kustomize refuses this: "),
        (of("x.yaml", more="patches: [{path: loose.yaml}]\n"), "kustomize refuses this: "),
    ],
)
def test_a_build_that_cannot_be_judged_is_refused(text: str, message: str, tmp_path: Path) -> None:
    require(kubectl())
    found = findings(
        tmp_path,
        {
            "kustomization.yaml": text,
            "folder/x.txt": "",
            "x.yaml": SETTINGS,
            "bare.env": "A=b\nHOME\n",
            "loose.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other}\n",
            "f.yaml": "apiVersion: x/v1\nkind: X\nmetadata: {name: x, annotations: "
            "{config.kubernetes.io/function: 'exec: {path: ./x}'}}\n",
            "h.yaml": "apiVersion: builtin\nkind: HelmChartInflationGenerator\nmetadata: {name: x}\n",
            "u.yaml": "apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: x}\n"
            "path: https://example.com/x\n",
        },
    )
    assert [f.rule for f in found if message in f.message] == ["PT022"]


GATED = [
    "a: &a b\n",
    "a: " + "[" * 20_000,
    "a: 1\na: 2\n",
    "a: !x b\n",
    "a: # \u2028\nb: c\n",
]


@pytest.mark.parametrize("text", GATED, ids=["anchor", "deep", "twice", "tag", "break"])
@pytest.mark.parametrize("way", ["patch file", "inline patch", "resource", "transformer"])
def test_what_the_reader_refuses_never_reaches_kustomize(
    text: str, way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "_run", lambda *_: pytest.fail("it was run"))
    inline = yaml.safe_dump({"patches": [{"patch": HARMLESS + text}]}, allow_unicode=False)
    kustomization = {
        "patch file": of("s.yaml", more="patches: [{path: p.yaml}]\n"),
        "inline patch": of("s.yaml", more=inline),
        "resource": of("p.yaml", more="namePrefix: a-\n"),
        "transformer": of("s.yaml", more="transformers: [p.yaml]\n"),
    }[way]
    files: Files = {
        "kustomization.yaml": kustomization,
        "s.yaml": HARMLESS,
        "p.yaml": HARMLESS + text,
    }
    assert set(rules(tmp_path, files)) <= {"PT020", "PT022"}


def test_an_alias_bomb_in_a_build_ends_quickly(tmp_path: Path) -> None:
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n"
        for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    started = time.monotonic()
    assert rules(
        tmp_path,
        {"kustomization.yaml": of("s.yaml", more="namePrefix: a-\n"), "s.yaml": HARMLESS + bomb},
    )
    assert time.monotonic() - started < 20


def test_two_kustomizations_in_one_folder_are_refused(tmp_path: Path) -> None:
    files: Files = {
        "kustomization.yaml": of("x.yaml"),
        "Kustomization": of("x.yaml"),
        "x.yaml": SETTINGS,
    }
    [finding] = findings(tmp_path, files)
    assert finding.rule == "PT022"
    assert "are both the kustomization of this folder" in finding.message


def test_kustomizations_that_refer_to_each_other_are_refused(tmp_path: Path) -> None:
    files: Files = {"a/kustomization.yaml": of("../b"), "b/kustomization.yaml": of("../a")}
    assert rules(tmp_path, files) == ["PT022", "PT022"]


def test_without_kustomize_what_needs_a_build_is_a_finding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    build._program.cache_clear()
    try:
        files: Files = {
            "kustomization.yaml": of("s.yaml", more="namePrefix: a-\n"),
            "s.yaml": HARMLESS,
        }
        [finding] = findings(tmp_path, files)
        assert finding == (
            "PT022",
            "`namePrefix` needs a build to be judged, and no program for it is installed here",
            "kustomization.yaml:5:13",
        )
        assert rules(tmp_path, {"kustomization.yaml": of("s.yaml")}) == []
    finally:
        build._program.cache_clear()


def test_an_annotation_does_not_hide_an_object_from_kubectl(tmp_path: Path) -> None:
    hidden = ROGUE.replace(
        "namespace: shop}",
        "namespace: shop, annotations: {config.kubernetes.io/local-config: 'true'}}",
    )
    plain: Files = {
        "kustomization.yaml": of("s.yaml", "x.yaml"),
        "s.yaml": hidden,
        "x.yaml": SETTINGS,
    }
    assert rules(tmp_path / "plain", plain) == ["PT201"]
    require(kubectl())
    built = plain | {"kustomization.yaml": of("s.yaml", "x.yaml", more="namePrefix: a-\n")}
    assert rules(tmp_path / "built", built) == ["PT201"]


FLUX_ROGUES: dict[str, Files] = {
    "a base that another overlay puts right": {
        "flux/apps.yaml": FLUX % "./base",
        "base/kustomization.yaml": of("s.yaml"),
        "base/s.yaml": ROGUE,
        "prod/kustomization.yaml": of("../base", more=TO_CLUSTER_IP),
    },
    "a folder without a kustomization": {
        "flux/apps.yaml": FLUX % "./prod/inner/",
        "prod/kustomization.yaml": of("inner/s.yaml", more=TO_CLUSTER_IP),
        "prod/inner/s.yaml": ROGUE,
    },
    "a Flux object that a build makes": {
        "flux/kustomization.yaml": of("apps.yaml", more="namePrefix: a-\n"),
        "flux/apps.yaml": FLUX % "base",
        "base/kustomization.yaml": of("s.yaml"),
        "base/s.yaml": ROGUE,
        "prod/kustomization.yaml": of("../base", more=TO_CLUSTER_IP),
    },
}


@pytest.mark.parametrize("files", FLUX_ROGUES.values(), ids=FLUX_ROGUES)
def test_what_flux_is_told_to_apply_is_judged_by_itself(files: Files, tmp_path: Path) -> None:
    require(kubectl())
    assert [f.place for f in findings(tmp_path, files) if f.rule == "PT201"] == [
        next(path for path, text in files.items() if text == ROGUE) + ":5:9"
    ]


@pytest.mark.parametrize(
    "files",
    [
        {"kustomization.yaml": of("x.yaml"), "s.yaml": SHARED},
        {"kustomization.yaml": of("x.yaml"), "deep/er/s.yaml": SHARED},
        {"kustomization.yaml": of("x.yaml", "s.yaml", more="namePrefix: a-\n"), "s.yaml": SHARED},
        {
            "kustomization.yaml": of(
                "x.yaml",
                "s.yaml",
                more="patches:\n- target: {kind: Service}\n  patch: |\n    $patch: delete\n"
                "    apiVersion: v1\n    kind: Service\n    metadata: {name: any}\n",
            ),
            "s.yaml": SHARED,
        },
    ],
    ids=["not named", "below", "renamed", "deleted"],
)
def test_the_shared_service_is_not_taken_away(files: Files, tmp_path: Path) -> None:
    require(kubectl())
    found = findings(tmp_path, {"x.yaml": SETTINGS, **files})
    [finding] = [f for f in found if f.rule == "PT023"]
    assert finding.message == (
        "kustomization.yaml keeps the shared Service from Flux, which would remove it from the cluster"
    )


@pytest.mark.parametrize(
    "files",
    [
        {"s.yaml": SHARED},
        {"kustomization.yaml": of("s.yaml"), "s.yaml": SHARED},
        {"kustomization.yaml": of("s.yaml", more="labels: [{pairs: {a: b}}]\n"), "s.yaml": SHARED},
        {
            "kustomization.yaml": of("x.yaml"),
            "edge/kustomization.yaml": of("s.yaml"),
            "edge/s.yaml": SHARED,
        },
        {"kustomization.yaml": of("f.yaml"), "f.yaml": FLUX % "./edge", "edge/s.yaml": SHARED},
    ],
    ids=["no kustomization", "named", "built", "another below", "by Flux itself"],
)
def test_the_shared_service_where_it_is_applied_is_clean(files: Files, tmp_path: Path) -> None:
    require(kubectl())
    assert rules(tmp_path, {"x.yaml": SETTINGS, **files}) == []


def test_a_build_reads_nothing_but_copies_of_what_was_judged(tmp_path: Path) -> None:
    """Also through links, in folders that lie beside each other, from a path with a space."""
    program = require(kubectl())
    root = lay(
        tmp_path / "a b",
        {
            "outside/kustomization.yaml": of("../s.yaml", more="nameSuffix: -b\n"),
            "s.yaml": HARMLESS,
            "prod/kustomization.yaml": of("base", "link.yaml", more="namePrefix: a-\n"),
            "settings.txt": SETTINGS,
        },
    )
    (root / "prod" / "base").symlink_to("../outside")
    (root / "prod" / "link.yaml").symlink_to("../settings.txt")
    plan = Graph(find([str(root)], is_terraform_file)).plan()
    [planned] = plan.builds
    made, problems = build.built(planned, [])
    expected = subprocess.run(
        [program.path, "kustomize", "--load-restrictor=LoadRestrictionsNone", str(root / "prod")],
        capture_output=True,
        check=True,
    )
    assert problems == []
    assert [m.obj for m in made] == [*yaml.safe_load_all(expected.stdout)]
    assert [path.name for path in tmp_path.iterdir()] == ["a b"]


@pytest.mark.parametrize(
    ("ignore", "left_out"),
    [
        ("/edge/\n", True),
        ("edge\n", True),
        ("*.yaml\n", True),
        ("/*\n", True),
        ("**/lb.yaml\n", True),
        ("edge/**\n", True),
        ("e?g[a-f]/lb.yaml\n", True),
        ("/*\n!/edge\n", False),
        ("# edge\n\n/apps/\nlb.yaml/\n", False),
        ("!edge\n", False),
        ("/lb.yaml\n", False),
        ("[z-a]\n\\!edge\n", False),
    ],
)
@pytest.mark.parametrize("kustomization", ["", of("lb.yaml"), of("lb.yaml", more="labels: []\n")])
def test_the_shared_service_is_not_kept_from_flux(
    ignore: str, left_out: bool, kustomization: str, tmp_path: Path
) -> None:
    files: Files = {".sourceignore": ignore, "edge/lb.yaml": SHARED, "x.yaml": SETTINGS}
    if kustomization:
        require(kubectl())
        files["edge/kustomization.yaml"] = kustomization
    found = findings(tmp_path, files)
    assert [f.message.split()[0] for f in found] == [".sourceignore"] * left_out


@pytest.mark.parametrize(
    "files",
    [
        {"kustomization.yaml": of("x.yaml", "y.yaml"), "y.yaml": SETTINGS},
        {"kustomization.yaml": of("y.yaml"), "y.yaml": f"{SETTINGS}---\n{SETTINGS}"},
        {"kustomization.yaml": of("x.yaml", "x.yaml")},
        {
            "kustomization.yaml": of("a", "b"),
            "a/kustomization.yaml": of("../c"),
            "b/kustomization.yaml": of("../c"),
            "c/kustomization.yaml": of("../x.yaml"),
        },
    ],
    ids=["two files", "one file", "named twice", "by two ways"],
)
def test_an_object_that_comes_twice_is_refused_as_kustomize_does(
    files: Files, tmp_path: Path
) -> None:
    program = require(kubectl())
    [finding] = findings(tmp_path, {"x.yaml": SETTINGS, **files})
    assert finding.rule == "PT022"
    assert "ConfigMap shop/settings comes to this build twice" in finding.message
    done = subprocess.run(
        [program.path, "kustomize", "--load-restrictor=LoadRestrictionsNone", str(tmp_path)],
        capture_output=True,
        text=True,
    )
    assert "may not add resource with an already registered id" in done.stderr
