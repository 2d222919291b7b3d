"""A permission that is not exact is refused wherever no waiver lets it pass, on the day of the run."""

import time
from datetime import date, timedelta
from pathlib import Path

import pytest

from compiler.pipeline import judging, waived
from tests.git import committed
from tests.repository import ENVIRONMENT, portico, repository

TEST = (
    ENVIRONMENT.replace("dev", "test")
    .replace("acme-edge", "acme-edge-test")
    .replace("0000000PUBLIC", "0000000PUBTEST")
)
ENVIRONMENTS = {"environments/dev.yaml": ENVIRONMENT, "environments/test.yaml": TEST}


def spec(actions: str = '["sqs:Send*"]', resources: str = "*", places: str = "dev test") -> str:
    return (
        "name: shop\nteam: sales\nimage: ghcr.io/acme/shop:1.4.2\npermissions:\n  statements:\n"
        f'  - actions: {actions}\n    resources: ["{resources}"]\nenvironments:\n'
        + "".join(f"  {place}:\n" for place in places.split())
    )


QUEUE = "arn:aws:sqs:eu-west-1:111122223333:orders"


def waiver(object: str, path: str = "rendered", days: int = 60) -> str:
    return (
        f'- rule: PT121\n  object: "{object}"\n  path: {path}\n'
        "  reason: the queues have many names\n  owner: sales\n"
        f'  expires: "{date.today() + timedelta(days=days)}"\n'
    )


def estate(root: Path, text: str, *waivers: str) -> Path:
    body = "".join(waivers)
    files = {"apps/shop.yaml": text, **ENVIRONMENTS}
    return repository(
        root, files | ({"policies/waivers.yaml": f"waivers:\n{body}"} if body else {})
    )


def messages(root: Path, command: str = "compile") -> list[str]:
    """What is refused, each with its rule."""
    lines = portico(root, command).err.splitlines()
    return [line for line in lines if line.startswith(("error", "warning"))]


def test_an_action_and_a_resource_are_waived_each_by_name(tmp_path: Path) -> None:
    root = estate(tmp_path, spec())
    assert messages(root) == [
        'error[PT121]: "sqs:Send*" is every action of such a name, also those that AWS adds later',
        'error[PT121]: "*" is every resource that there is',
    ]

    estate(tmp_path, spec(), waiver("sqs:Send*"), waiver("sqs:Send* on *"))

    assert portico(root, "compile").code == 0
    assert portico(root, "check").err == ""


def test_a_waiver_for_some_actions_is_none_for_more_of_them(tmp_path: Path) -> None:
    root = estate(tmp_path, spec("[sqs:ListQueues]"), waiver("sqs:ListQueues on *"))
    assert messages(root) == []

    estate(tmp_path, spec("[sqs:ListQueues, sqs:PurgeQueue]"), waiver("sqs:ListQueues on *"))

    assert messages(root) == ['error[PT121]: "*" is every resource that there is']


def test_a_waiver_for_one_environment_is_none_for_another(tmp_path: Path) -> None:
    text = waiver("sqs:Send*", "rendered/dev/apps/shop")
    root = estate(tmp_path, spec(resources=QUEUE), text)

    assert messages(root) == [
        'error[PT121]: "sqs:Send*" is every action of such a name, also those that AWS adds later'
        " (in test)"
    ]
    assert messages(estate(tmp_path, spec(resources=QUEUE, places="dev"), text)) == []


def test_a_waiver_for_another_app_lets_nothing_pass(tmp_path: Path) -> None:
    text = waiver("sqs:Send*", "rendered/dev/apps/cart")

    assert len(messages(estate(tmp_path, spec(resources=QUEUE), text))) == 1


def test_one_that_has_ended_is_told_with_what_it_would_let_pass(tmp_path: Path) -> None:
    root = estate(tmp_path, spec(resources=QUEUE), waiver("sqs:Send*", days=-1))

    yesterday = date.today() - timedelta(days=1)
    for command in ("compile", "check"):
        assert messages(root, command) == [
            'error[PT121]: "sqs:Send*" is every action of such a name, also those that AWS adds '
            "later",
            f"error[PT241]: the waiver of sales for sqs:Send* ended on {yesterday}",
        ]


def test_a_waiver_that_nothing_needs_is_told(tmp_path: Path) -> None:
    root = estate(tmp_path, spec("[sqs:SendMessage]", QUEUE), waiver("sqs:Send*"))

    assert portico(root, "compile").code == 0
    assert messages(root, "check") == [
        "error[PT242]: PT121 refuses nothing of sqs:Send* below rendered"
    ]
    # What is scanned has no specs.
    assert portico(root, "scan", str(root / "rendered"), "--root", str(root)).err == ""


def test_what_is_known_from_yesterday_does_not_outlive_a_waiver(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = estate(tmp_path, spec(resources=QUEUE), waiver("sqs:Send*", days=20))
    for command in ("compile", "check", "compile"):
        assert portico(root, command).code == 0
    other = (root / "apps/shop.yaml").read_text().replace(":1.4.2", ":1.4.3")

    later = date.today() + timedelta(days=21)

    class Date(date):
        @classmethod
        def today(cls) -> "Date":
            return cls.fromordinal(later.toordinal())

    for module in (judging, waived):
        monkeypatch.setattr(module, "date", Date)
    monkeypatch.setattr(time, "strftime", lambda *_: str(later))

    assert portico(root, "compile").code == 1
    assert portico(root, "check").code == 1
    (root / "apps/shop.yaml").write_text(other)
    assert portico(root, "compile").code == 1


def test_what_is_known_does_not_outlive_the_file_of_waivers(tmp_path: Path) -> None:
    root = estate(tmp_path, spec(resources=QUEUE), waiver("sqs:Send*"))
    for command in ("compile", "check", "compile"):
        assert portico(root, command).code == 0

    (root / "policies/waivers.yaml").unlink()

    assert portico(root, "compile").code == 1
    assert portico(root, "check").code == 1


def test_a_diff_is_of_what_was_let_pass_then(tmp_path: Path) -> None:
    root = estate(tmp_path, spec(resources=QUEUE), waiver("sqs:Send*"))
    committed(root)
    (root / "policies/waivers.yaml").unlink()
    (root / "apps/shop.yaml").write_text(spec("[sqs:SendMessage]", QUEUE))

    result = portico(root, "diff")

    assert (result.code, result.err) == (0, "")
    assert f"+ permissions allows: sqs:SendMessage on {QUEUE}" in result.out

    (root / "apps/shop.yaml").write_text(spec(resources=QUEUE) + "# to be refused\n")
    assert "does not compile" in portico(root, "diff").out + portico(root, "diff").err


def test_what_opens_an_entrance_needs_a_waiver_of_its_own(tmp_path: Path) -> None:
    wide = waiver("s3:Put*")
    root = estate(tmp_path, spec('["s3:Put*"]', "arn:aws:s3:::acme/*", "dev"), wide)
    assert portico(root, "compile").code == 0
    assert messages(root, "check") == [
        'error[PT333]: data.aws_iam_policy_document.app_shop allows s3:PutBucketAcl, by "s3:Put*"'
    ]

    opening = wide.replace("PT121", "PT333").replace(
        "s3:Put*", "data.aws_iam_policy_document.app_shop"
    )
    estate(tmp_path, spec('["s3:Put*"]', "arn:aws:s3:::acme/*", "dev"), wide, opening)

    assert portico(root, "check").err == ""
    # Both are judged alike where nobody knows of specs.
    assert portico(root, "scan", str(root / "rendered"), "--root", str(root)).err == ""
