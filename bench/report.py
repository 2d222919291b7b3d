"""What was measured, as text for people and as JSON for programs."""

import json
import os
import platform
import statistics
from collections.abc import Sequence

from bench.measure import Table
from bench.peer import Absent, Compared
from bench.profile import Profile


def text(tables: Sequence[Table], peers: Sequence[Compared | Absent]) -> str:
    """The tables."""
    return "\n".join([*(_rows(t) + "\n" + _floors(t) for t in tables), _peers(peers)])


def document(
    tables: Sequence[Table], peers: Sequence[Compared | Absent], profiles: Sequence[Profile]
) -> str:
    """Everything, with each single run."""
    content = {
        "machine": {
            "python": platform.python_version(),
            "system": platform.platform(),
            "cores": os.cpu_count(),
            "load": os.getloadavg(),
        },
        "estates": [
            {
                "apps": table.work.size.apps,
                "environments": table.work.size.environments,
                "rows": [
                    {
                        "name": measured.row.name,
                        "command": ["portico", *measured.row.command],
                        "target": measured.target,
                        "seconds": measured.seconds,
                        "least": measured.least,
                        "cpu": measured.cpu,
                        "peak": measured.peak,
                        "floor": measured.floor,
                        "floors": measured.row.floor,
                        "ratio": measured.ratio,
                        "runs": [[run.seconds, run.cpu, run.peak] for run in measured.runs],
                    }
                    for measured in table.rows
                ],
                "floors": table.floors,
            }
            for table in tables
        ],
        "peers": [peer._asdict() for peer in peers],
        "profiles": [profile._asdict() for profile in profiles],
    }
    return json.dumps(content, indent=2) + "\n"


def _rows(table: Table) -> str:
    lines = [
        ("portico", "target", "median", "least", "CPU", "floor", "ratio", "memory"),
        *(
            (
                measured.row.name,
                f"{measured.target:.2f} s",
                _seconds(measured.seconds),
                _seconds(measured.least),
                _seconds(measured.cpu),
                _seconds(measured.floor),
                f"{measured.ratio:.1f} ×",
                f"{measured.peak / 1e6:.0f} MB",
            )
            for measured in table.rows
        ),
    ]
    return f"{table.work.size} environments\n\n{_columns(lines)}"


def _floors(table: Table) -> str:
    lines = [
        ("floor", "median", "least"),
        *(
            (name, _seconds(statistics.median(taken)), _seconds(min(taken)))
            for name, taken in table.floors.items()
        ),
    ]
    return _columns(lines)


def _peers(peers: Sequence[Compared | Absent]) -> str:
    lines = [("peer", "objects", "median", "objects/s", "portico", "faster")]
    notes: list[str] = []
    for peer in peers:
        if isinstance(peer, Absent):
            notes.append(f"{peer.name}: skipped, {peer.reason}\n")
            continue
        lines.append(
            (
                f"{peer.name} {peer.version}: {peer.what}",
                f"{peer.objects:,}" if peer.objects else "–",
                _seconds(peer.seconds),
                f"{peer.objects / peer.seconds:,.0f}" if peer.objects else "–",
                f"{_seconds(peer.portico)}, {peer.against}",
                f"{peer.faster:.0f} ×",
            )
        )
        notes.append(
            f"{peer.name}: {peer.what}\n  $ {peer.command}\n"
            f"  does: {peer.does}\n  does not: {peer.does_not}\n"
        )
    if not peers:
        return ""
    return "\n".join([_columns(lines), *notes])


def _seconds(value: float) -> str:
    return f"{value:.2f} s" if value >= 0.995 else f"{value * 1000:.0f} ms"


def _columns(lines: Sequence[tuple[str, ...]]) -> str:
    """The first column to the left, the others to the right, as far apart as they must be."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    rows = [
        "  ".join(
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]
    return "\n".join([rows[0], "-" * len(rows[0]), *rows[1:]]) + "\n"
