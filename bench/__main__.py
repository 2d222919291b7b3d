"""`python -m bench`: measure Portico, its floors and its peers; print tables, write JSON."""

import argparse
import os
import re
import shlex
import sys
import tempfile
from collections.abc import Iterator

from bench import profile, report
from bench.measure import Table, measure
from bench.peer import Absent, Compared, Setting
from bench.peers.checkov import checkov
from bench.peers.helm import helm
from bench.peers.kapitan import kapitan
from bench.peers.kubeconform import kubeconform
from bench.peers.kubernetes_validate import kubernetes_validate
from bench.peers.kustomize import kustomize
from bench.process import Failed
from bench.rows import ROWS
from bench.work import REPOSITORY, Size, prepare

# In an order in which the quick ones come first.
PEERS = (kubernetes_validate, kubeconform, kustomize, checkov, helm, kapitan)
PROFILED = (("compile", "--no-cache"), ("check", "--no-cache"), ("scan", "rendered"))


def main(arguments: list[str]) -> int:
    """Returns the exit code: 1 when something that was measured did not do its work."""
    options = _parser().parse_args(arguments)
    os.makedirs(options.scratch, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=options.scratch) as folder:
        try:
            _measure_all(options, folder)
        except Failed as reason:
            print(f"bench: {reason}", file=sys.stderr)
            return 1
    return 0


def _measure_all(options: argparse.Namespace, folder: str) -> None:
    portico = tuple(shlex.split(options.portico))
    tables: list[Table] = []
    peers: list[Compared | Absent] = []
    profiles: list[profile.Profile] = []
    for number, size in enumerate(options.size):
        work = prepare(size, folder, portico)
        # A second estate shows how time grows; once is enough to see that.
        table = measure(work, ROWS, options.rounds if number == 0 else 1, _say)
        tables.append(table)
        if number > 0:
            continue
        if options.peers:
            peers = list(_compared(options, table))
        if options.profiles:
            for command in PROFILED:
                _say(f"profile of portico {' '.join(command)}")
                work.forget()
                profiles.append(profile.profile(work, *command))
    print(report.text(tables, peers))
    print(profile.text(profiles))
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            file.write(report.document(tables, peers, profiles))


def _compared(options: argparse.Namespace, table: Table) -> Iterator[Compared | Absent]:
    said = table.work.run(*table.work.portico, "check").output
    counted = re.search(r"checked ([0-9]+) objects", said)
    if counted is None:
        raise Failed(f"portico check did not say how many objects there are:\n{said}")
    setting = Setting(
        table, int(counted[1]), options.peers_folder, options.install_peers, options.peer_rounds
    )
    for peer in PEERS:
        _say(f"peer {peer.__name__}")
        yield from peer(setting)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--size",
        action="append",
        type=_size,
        metavar="APPSxENVIRONMENTS",
        required=True,
        help="the estate; given again, larger ones are measured once each",
    )
    parser.add_argument("--rounds", type=int, default=5, help="of the first estate (default: 5)")
    parser.add_argument(
        "--portico",
        default=f"{shlex.quote(sys.executable)} -m compiler",
        metavar="COMMAND",
        help="how portico is started (default: this Python with -m compiler)",
    )
    parser.add_argument("--json", metavar="FILE", help="also write everything as JSON")
    parser.add_argument(
        "--scratch",
        metavar="DIR",
        # On the disk, and in the part of it, where people have their repositories: /tmp may be in
        # memory, and in a full part of a disk new files took ten times as long.
        default=os.path.join(REPOSITORY, "build"),
        help="where estates are made for a while (default: build/)",
    )
    parser.add_argument("--profiles", action="store_true", help="profile the main commands")
    parser.add_argument("--peers", action="store_true", help="measure the peers that are here")
    parser.add_argument(
        "--install-peers", action="store_true", help="fetch peers from PyPI when they are not here"
    )
    parser.add_argument(
        "--peers-folder",
        metavar="DIR",
        default=os.environ.get("PORTICO_BENCH_PEERS") or _peers_folder(),
        help="where those are kept (default: PORTICO_BENCH_PEERS, or below the user's cache)",
    )
    parser.add_argument("--peer-rounds", type=int, default=1, help="runs of a peer (default: 1)")
    return parser


def _peers_folder() -> str:
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(cache, "portico-bench")


def _size(text: str) -> Size:
    apps, _, environments = text.partition("x")
    if not apps.isdigit() or not environments.isdigit() or not int(apps) or not int(environments):
        raise argparse.ArgumentTypeError(f'"{text}" is not APPSxENVIRONMENTS, such as 1000x4')
    return Size(int(apps), int(environments))


def _say(what: str) -> None:
    print(f"bench: {what}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
