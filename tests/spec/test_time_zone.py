"""Time zones are those of the IANA database, and what is near to one leads there."""

import zoneinfo

import pytest

from compiler.spec.time_zone import time_zone_problem


@pytest.mark.parametrize("name", ["Etc/UTC", "UTC", "Europe/Kyiv", "America/Port-au-Prince"])
def test_a_zone_of_the_database_is_taken(name: str) -> None:
    assert time_zone_problem(name) is None


def test_every_zone_that_is_taken_has_times() -> None:
    zones = [name for name in zoneinfo.available_timezones() if time_zone_problem(name) is None]

    assert len(zones) > 400
    assert all(zoneinfo.ZoneInfo(name).key == name for name in zones)


@pytest.mark.parametrize(
    ("name", "help"),
    [
        ("Europe/Berln", "did you mean Europe/Berlin?"),
        ("berlin", "did you mean Europe/Berlin?"),
        ("Asia/Calcuta", "did you mean Asia/Calcutta?"),
        ("UTC+2", "write Etc/GMT-2, in which the sign is the other way round"),
        ("GMT-05", "write Etc/GMT+5, in which the sign is the other way round"),
        ("Local", "write a name of the IANA time zone database"),
    ],
)
def test_what_is_none_leads_to_one(name: str, help: str) -> None:
    problem = time_zone_problem(name)

    assert problem is not None
    assert problem.context is not None
    assert problem.context["message"] == f'"{name}" is not a time zone'
    assert problem.context["help"].startswith(help)


@pytest.mark.parametrize(("said", "hours"), [("UTC+2", 2), ("GMT-05", -5)])
def test_an_offset_in_everyday_words_is_told_as_the_zone_that_has_it(said: str, hours: int) -> None:
    problem = time_zone_problem(said)
    assert problem is not None
    assert problem.context is not None
    zone = problem.context["help"].split()[1].rstrip(",")

    offset = zoneinfo.ZoneInfo(zone).utcoffset(None)

    assert offset is not None
    assert offset.total_seconds() == hours * 3600
