"""Files that Portico did not write, against the schemas and the rules."""

import os
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import NamedTuple

from compiler.check.contexts import Contexts
from compiler.check.part import Part, claims_seen, taken_away
from compiler.check.policy import Judged, Rules
from compiler.check.second import Second, shares
from compiler.diagnostics.model import Diagnostic, Place, Rule, Span
from compiler.foreign import files
from compiler.foreign.files import File
from compiler.foreign.kustomize import Graph
from compiler.foreign.source_ignore import leaving_out
from compiler.foreign.terraform import is_terraform_file, read_root
from compiler.watch import Watch, unwatched

NOTHING = Rule(
    "PT021",
    "nothing was checked",
    "A run that looks at nothing is green as well: after a folder was moved, or a pattern "
    "mistyped, everything would pass unseen.",
    what="Refuses to call files clean when there is no Kubernetes object and no Terraform block "
    "among them.",
    fix="Name the folder that Flux or Terraform reads. Leave the step out where there is nothing "
    "to check.",
    failing="""\
-- scanned/compose.yaml --
services:
  shop:
    image: ghcr.io/acme/shop:1.4.2
""",
    passing="""\
-- scanned/compose.yaml --
services:
  shop:
    image: ghcr.io/acme/shop:1.4.2
-- scanned/settings.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: shop}
""",
)


class Scanned(NamedTuple):
    """What a scan found, and how much it looked at."""

    diagnostics: list[Diagnostic]
    files: int
    objects: int
    blocks: int


def scanned(
    paths: Iterable[str],
    contexts: Contexts,
    kubernetes: str,
    rules: Rules,
    watch: Watch = unwatched,
) -> Scanned:
    """Read and judge all that is below these paths. Raises NoSuchPath."""
    paths = list(paths)
    found = files.find(paths, is_terraform_file)
    graph = Graph(found)
    plan = graph.plan()
    part = Part(contexts, kubernetes, rules)
    own, others = shares(plan.manifests)
    with Second(part, others) as second:
        diagnostics = [*found.problems, *plan.problems]
        reports = [
            part.read(watch("reading files", own)),
            *map(part.build, plan.builds),
            *second.report(),
        ]
        latest = reports
        while True:
            named = (path for report in latest for path in report.applied)
            plan = graph.plan_of_folders(_folders(named, found))
            if plan == ([], [], []):
                break
            diagnostics += plan.problems
            latest = [part.read(plan.manifests), *map(part.build, plan.builds)]
            reports += latest
        claims = claims_seen(reports)
        second.ask(claims)
        diagnostics += part.judge(claims, watch)
        diagnostics += second.answer()
    diagnostics += (problem for report in reports for problem in report.problems)
    for real, place in (shared for report in reports for shared in report.shared):
        above = graph.left_out(real)
        by = above.file.path if above is not None else leaving_out(real, found.tree)
        if by is not None:
            diagnostics.append(taken_away(by, place))
    identities = {real: ids for report in reports for real, ids in report.identities.items()}
    diagnostics += graph.twice(identities)
    read = {real for report in reports for real in report.files}
    objects = sum(report.objects for report in reports)
    blocks = _judged_terraform(found.terraform, contexts, rules, diagnostics)
    read.update(file.real for members in found.terraform.values() for file in members)
    if not objects and not blocks and not diagnostics:
        diagnostics.append(_nothing(paths))
    return Scanned(diagnostics, len(read), objects, blocks)


def _folders(paths: Iterable[str], found: files.Found) -> Iterator[str]:
    """The real folders in the tree that Flux may mean by these paths."""
    for path in paths:
        for top in found.tree:
            folder = os.path.normpath(os.path.join(top, path.lstrip("/")))
            # What was walked is known by its real path; only by way of links it is not.
            if folder in found.folders and ".." not in path:
                yield folder
            elif os.path.lexists(folder) or ".." in path:
                yield os.path.realpath(os.path.join(top, path.lstrip("/")))


def _judged_terraform(
    folders: Mapping[str, list[File]],
    contexts: Contexts,
    rules: Rules,
    diagnostics: list[Diagnostic],
) -> int:
    """Judge the roots of Terraform. Returns the number of their blocks."""
    count = 0
    for folder, members in folders.items():
        held: dict[str, bytes] = {}
        for file in members:
            content = files.content_of(file)
            if isinstance(content, Diagnostic):
                diagnostics.append(content)
            else:
                held[os.path.basename(file.path)] = content
        root, problems = read_root(folder, held)
        diagnostics += problems
        count += len(root.all_blocks)
        subjects = (Judged(block, partial(root.locate, block)) for block in root.all_blocks)
        diagnostics += rules.judge(subjects, contexts.of(members[0]))
    return count


def _nothing(paths: list[str]) -> Diagnostic:
    named = ", ".join(files.shown(path) for path in paths)
    return Diagnostic(
        NOTHING,
        f"there is no Kubernetes object and no Terraform block in {named}",
        Place(Span(files.shown(paths[0]))),
        help="name the folder that Flux or Terraform reads",
    )
