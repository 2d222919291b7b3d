"""`portico diff`: what a change means, environment by environment, and what is dangerous in it."""

import argparse
import os
import sys
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import cache
from typing import NamedTuple

from compiler.cache.digest import Digest
from compiler.cache.memory import Memory, recall
from compiler.cache.survey import NOTHING, digest_in, survey_sources
from compiler.cli.main import CLEAN, FINDINGS, UNUSABLE
from compiler.cli.output import (
    UnusableTarget,
    choose_output,
    print_document,
    refuse_targets,
    takes_colour,
    write_files,
)
from compiler.cli.progress import Progress
from compiler.cli.report import judged, say
from compiler.cli.repository import choose_memory, choose_repository
from compiler.diagnostics.model import Diagnostic, Rejected
from compiler.diagnostics.stopped import Stopped
from compiler.pipeline import linking
from compiler.pipeline.learning import known_of
from compiler.pipeline.unread import NOTHING_KNOWN
from compiler.review.comparison import compare
from compiler.review.report import FORMATS, Report, document
from compiler.review.revision import Kept, kept, merge_base, revision
from compiler.review.risk import Side
from compiler.review.specs import differing_specs
from compiler.source.repository import NotARepository
from compiler.source.yaml import Reader, examine
from compiler.watch import Watch

EXAMPLE = "portico diff main --format markdown --output sarif=risks.sarif"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "revision",
        nargs="*",
        metavar="REVISION",
        help="one: compare it with the work tree; two: compare the first with the second "
        "(default: where this branch left the main branch, with the work tree)",
    )
    parser.add_argument(
        "--from", dest="folder", metavar="DIR", help="compare with the repository in this folder"
    )
    choose_repository(parser)
    choose_memory(parser)
    choose_output(parser, FORMATS)


def run(options: argparse.Namespace) -> int:
    if len(options.revision) > 2 or (options.folder is not None and options.revision):
        say("give one revision, two, or --from DIR alone")
        return UNUSABLE
    try:
        refuse_targets(options.output, options.root)
    except UnusableTarget as unusable:
        say(str(unusable))
        return UNUSABLE
    try:
        with _sides(options) as (base, head):
            memory = None if options.no_cache else _read(recall(options.root))
            # What both sides have alike is read once.
            reading = _Reading(cache(examine), memory, Progress().watch)
            return _concluded(options, _report(base, head, options.environment, reading))
    except Stopped as reason:
        return _concluded(options, Report(stopped=str(reason)))
    except BrokenPipeError:
        raise
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        _concluded(options, Report(stopped=f"{where}{error.strerror or error}"))
        return UNUSABLE


class _Tree(NamedTuple):
    """One side: a folder, or what git keeps of a commit and a folder to write it to."""

    name: str
    folder: str
    identity: dict[str, str]
    kept: Kept | None = None
    is_there: bool = True
    """False if this revision has nothing that could be compiled."""

    def written(self, paths: Collection[str] | None = None) -> str:
        """The folder, with these files of the commit in it, or all of them."""
        if self.kept is not None:
            here = {p for p in self.kept.entries if os.path.lexists(os.path.join(self.folder, p))}
            wanted = set(self.kept.entries if paths is None else paths)
            self.kept.only(wanted - here).write(self.folder)
        return self.folder

    def digests(self, memory: Memory) -> dict[str, Digest] | None:
        """Of its sources, if they can be told; `memory` is that of the work tree."""
        if self.kept is not None:
            return self.kept.digests()
        known = memory.sources if self.name == _HERE else NOTHING
        seen = survey_sources(self.folder, known).seen
        return {path: digest_in(record) for path, record in seen.files.items()}


_HERE = "the work tree"


@contextmanager
def _sides(options: argparse.Namespace) -> Iterator[tuple[_Tree, _Tree]]:
    """Both sides; folders of revisions go when it is over. Raises UnusableRevision."""
    root: str = options.root
    if not os.path.isdir(root):
        raise NotARepository(f'"{root}" is not a folder')
    with tempfile.TemporaryDirectory(prefix="portico-diff-") as temporary:
        here = _Tree(_HERE, root, {"name": "work tree"})
        if options.folder is not None:
            folder: str = options.folder
            yield _Tree(folder, folder, {"name": folder}), here
            return
        named = [revision(root, name) for name in options.revision] or [merge_base(root)]
        trees = []
        for number, (name, commit) in enumerate(named):
            folder = os.path.join(temporary, str(number))
            os.mkdir(folder)
            found = kept(root, commit)
            identity = {"name": name, "commit": commit}
            trees.append(_Tree(name, folder, identity, found, found is not None))
        yield trees[0], trees[1] if len(trees) > 1 else here


class _Reading(NamedTuple):
    """How both sides are read."""

    reader: Reader
    memory: Memory | None
    """What is known of the work tree, and of whatever has the same content."""
    watch: Watch


def _report(base: _Tree, head: _Tree, only: list[str] | None, reading: _Reading) -> Report:
    """Link both sides and compare them.

    Raises NotARepository, UnknownEnvironment and ChangedMeanwhile.
    """
    is_work_tree = head.name == _HERE
    title = f"Since {base.name}" if is_work_tree else f"From {base.name} to {head.name}"
    report = Report(
        title=title if base.is_there else f"{title}, which had no apps/ and environments/",
        command=f"portico diff {base.name}" + ("" if is_work_tree else f" {head.name}"),
        root=head.folder,
        base=base.identity,
        head=head.identity,
    )
    before = _linked(base, None, reading, is_judged=False) if base.is_there else None
    earlier = None if isinstance(before, Rejected) else before
    after = _linked(head, earlier, reading, is_judged=is_work_tree)
    if isinstance(after, Rejected):
        return report._replace(
            root=head.written(),
            rejected=f"{head.name} does not compile, so there is nothing to compare",
            diagnostics=tuple(after.diagnostics),
            specs=tuple(differing_specs(base.written(), head.written())),
        )
    if isinstance(before, Rejected):
        return report._replace(
            root=base.written(),
            rejected=f"{base.name} does not compile, so there is nothing to compare with",
            diagnostics=tuple(
                found._replace(message=f"{found.message} (in {base.name})")
                for found in before.diagnostics
            ),
            specs=tuple(differing_specs(base.written(), head.written())),
        )
    old, new = _environments(before), _environments(after)
    if only is not None:
        linking.refuse_unknown(only, [*old, *(name for name in new if name not in old)])
        old = {name: side for name, side in old.items() if name in only}
        new = {name: side for name, side in new.items() if name in only}
    found = compare(old, new, before.policies.own() if before else [], after.policies.own())
    # The lines that the risks point at are shown.
    head.written({risk.primary.span.path for risk in found.risks})
    return report._replace(changes=tuple(found.changes), diagnostics=tuple(found.risks))


def _read(memory: Memory) -> Memory | None:
    """The same with its facts, if there are any."""
    facts = memory.facts.read()
    return memory._replace(facts=facts) if facts.apps else None


def _linked(
    tree: _Tree, earlier: linking.Linked | None, reading: _Reading, *, is_judged: bool
) -> linking.Linked | Rejected:
    reader, memory, watch = reading
    specs = None
    if tree.kept is not None:
        specs = tree.kept.specs()
        part = tree.kept if specs is None else tree.kept.rules()
        part.write(tree.folder)
    digests = None if memory is None else tree.digests(memory)
    known = NOTHING_KNOWN
    if memory is not None and digests is not None:
        known = known_of(memory.facts.read(), digests)
    try:
        return linking.link_in_memory(
            tree.folder,
            reader=reader,
            files=specs,
            earlier=earlier,
            known=known,
            digests=digests,
            watch=watch,
            is_judged=is_judged,
        )
    except Rejected as rejected:
        return rejected
    except NotARepository as reason:
        raise NotARepository(f"{tree.name}: {reason}") from None


def _environments(linked: linking.Linked | None) -> dict[str, Side]:
    if linked is None:
        return {}
    return {
        member.environment.name: Side(member.estate(), member.document, member.placement())
        for member in linked.members
    }


def _concluded(options: argparse.Namespace, report: Report) -> int:
    """Print and write the documents, say how much was found, and give the exit code."""
    problems = write_files(options.output, lambda format: document(format, report))
    if options.format != "text":
        print_document(document(options.format, report))
    elif not report.stopped:
        print_document(document("text", report, colour=takes_colour(sys.stdout)))
    sys.stdout.flush()
    found: list[Diagnostic] = list(report.diagnostics)
    counts, failed = judged(found, strict=options.strict)
    if counts:
        say(counts)
    if report.stopped:
        say(report.stopped)
    for problem in problems:
        say(problem)
    if report.stopped or problems:
        return UNUSABLE
    return FINDINGS if failed or report.rejected else CLEAN
