"""A placement, once made, stays: adding or removing an app moves no other."""

import random
from functools import cache

import pytest
import yaml

from compiler.link import placement
from compiler.link.hosts import Host, Redirect, Route
from compiler.link.placement import MAX_HOSTS, place
from compiler.link.unit import unit_of
from compiler.source.yaml import Document, read
from compiler.spec.app import App
from compiler.spec.environment import Environment, PublicDomain
from tests import repository

ENVIRONMENT = Environment.model_validate(yaml.safe_load(repository.ENVIRONMENT))
SPEC = read("apps/x.yaml", b"name: x\n")
LAYERS = ((SPEC, ("defaults",)), (SPEC, ()))
DOMAIN = PublicDomain.model_validate({"name": "acme.example", "hostedZoneId": "Z0000000PUBLIC"})


@cache
def host(name: str, cache: str = "none", edge: str = "cloudfront") -> Host:
    app = App.model_validate(
        {
            "name": "x",
            "team": "x",
            "image": "x:1",
            "port": 80,
            "expose": {"host": name, "cache": cache, "edge": edge},
        }
    )
    unit = unit_of(app, ENVIRONMENT, LAYERS)
    return Host(f"{name}.acme.example", DOMAIN, (Route("/", unit),))


def redirecting(name: str, target: Host) -> Host:
    redirect = Redirect(target.name, target.unit, 0, ("redirects", 0))
    return Host(f"{name}.acme.example", DOMAIN, (), redirect)


def committed(hosts: dict[str, str]) -> Document:
    lines = "".join(f"  {name}: {distribution}\n" for name, distribution in hosts.items())
    return read("environments/x.placement.yaml", f"hosts:\n{lines}".encode())


def test_5000_random_changes_move_no_other_host() -> None:
    choose = random.Random(20261123)
    present: dict[str, str] = {}
    placed: dict[str, str] = {}
    for step in range(500):
        for _ in range(10):
            if present and choose.random() < 0.45:
                del present[choose.choice(sorted(present))]
            else:
                name = f"h{step}-{choose.randrange(10_000)}"
                present[name] = choose.choice(["none", "origin"])
        hosts = tuple(host(name, cache) for name, cache in sorted(present.items()))

        distributions, now, problems = place(hosts, committed(placed) if placed else None)

        assert problems == []
        assert {n: d for n, d in now.items() if n in placed} == {
            n: d for n, d in placed.items() if n in now
        }
        assert set(now) == {f"{name}.acme.example" for name in present}
        assert all(len(d.hosts) <= MAX_HOSTS for d in distributions)
        assert all(placement.profile_of(h) == d.profile for d in distributions for h in d.hosts)
        placed = now
    assert len({*placed.values()}) > 2


@pytest.mark.parametrize(
    ("was", "cache", "edge", "field"),
    [
        ("standard-1", "origin", "cloudfront", "cache"),
        ("caching-1", "none", "cloudfront", "cache"),
        ("standard-1", "none", "direct", "edge"),
        ("direct", "none", "cloudfront", "edge"),
    ],
)
def test_a_live_host_is_never_moved_in_one_step(
    was: str, cache: str, edge: str, field: str
) -> None:
    before = {"a.acme.example": was, "b.acme.example": "standard-1"}

    _, now, [problem] = place((host("a", cache, edge), host("b")), committed(before))

    assert now == before
    assert problem.rule.id == "PT115"
    assert f'"a.acme.example" is served by {was}, and `{field}: ' in problem.message


def test_a_host_that_skips_cloudfront_is_in_the_placement_and_in_no_distribution() -> None:
    distributions, now, _ = place((host("a", "none", "direct"), host("b")), None)

    assert now == {"a.acme.example": "direct", "b.acme.example": "standard-1"}
    assert [d.name for d in distributions] == ["standard-1"]


def test_a_host_that_a_person_moved_stays_there() -> None:
    moved = {"a.acme.example": "standard-7"}

    distributions, now, _ = place((host("a"), host("b")), committed(moved))

    assert now == {"a.acme.example": "standard-7", "b.acme.example": "standard-1"}
    assert [d.name for d in distributions] == ["standard-1", "standard-7"]


def test_more_hosts_than_a_distribution_takes_are_an_error_not_a_reshuffle() -> None:
    hosts = tuple(host(f"h{number}") for number in range(MAX_HOSTS + 1))
    crowded = {h.name: "standard-1" for h in hosts}

    _, now, [problem] = place(hosts, committed(crowded))

    assert now == crowded
    assert problem.message == "standard-1 has 101 hosts, and a distribution takes 100"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("hosts: []\n", "must have one field, hosts"),
        ("host: {}\n", "must have one field, hosts"),
        ("hosts: {a.acme.example: 1}\n", "the number 1 is not the name of one"),
        ("hosts: {a.acme.example: vip}\n", 'the text "vip" is not the name of one'),
    ],
)
def test_a_placement_that_cannot_be_followed_is_an_error(text: str, message: str) -> None:
    document = read("environments/x.placement.yaml", text.encode())

    _, _, [problem] = place((host("a"),), document)

    assert message in problem.message
    assert problem.primary.span.path == "environments/x.placement.yaml"


def test_a_host_that_redirects_stays_where_it_was_served() -> None:
    shop = host("shop")
    now = (redirecting("old", shop), shop)

    for place_of_old in ("caching-3", "standard-1"):
        lines = {"old.acme.example": place_of_old, "shop.acme.example": "standard-1"}
        _, placement_now, problems = place(now, committed(lines))
        assert (placement_now, problems) == (lines, [])

    _, placement_now, problems = place(now, None)
    assert placement_now["old.acme.example"] == "standard-1"
    _, _, problems = place(now, committed({"old.acme.example": "direct"}))
    assert "as a redirect it would move to CloudFront" in problems[0].message


def test_the_redirects_of_a_distribution_fit_into_its_function() -> None:
    shop = host("shop")
    long = tuple(redirecting("x" * 60 + f"{n:03}", shop) for n in range(150))

    distributions, placement_now, problems = place(long, None)

    assert problems == []
    sizes = [sum(len(f'  "{h.name}": "{shop.name}",\n') for h in d.hosts) for d in distributions]
    assert len(sizes) > 1
    assert max(sizes) <= placement.MOST_REDIRECTING < max(sizes) + 120

    # Two branches put as many into one: that is said, and nothing moves.
    everything_in_one = committed(dict.fromkeys(placement_now, "standard-1"))
    _, _, problems = place(long[:95], everything_in_one)
    assert [problem.rule for problem in problems] == [placement.BAD_PLACEMENT]
    assert "the redirects of standard-1 have" in problems[0].message
