"""What is passed over unseen: nothing that the detector would find.

The detector is asked about everything here, above all about texts that its own patterns make.
"""

import re
from typing import Any

import pytest
import yaml
from detect_secrets.plugins import keyword
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from compiler.credentials import detector, suspects
from compiler.credentials.found import credentials
from compiler.credentials.names import could_be_random, is_credential, is_key, words_of
from compiler.credentials.suspects import has_shape, is_suspect
from compiler.source.yaml import examine
from tests.credentials import tokens
from tests.credentials.test_found import NONE, found

# To import the detector takes longer than all else.
LAWS = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

PATTERNS = [
    pattern
    for plugin in (
        *detector._PLUGINS.values(),
        detector._AZURE,
        detector._BASIC_AUTH,
        detector._PRIVATE_KEY,
    )
    for pattern in plugin.denylist
]
TOKENS = [
    value
    for name, value in vars(tokens).items()
    if name.isupper() and isinstance(value, str) and len(value) < 200
]

# What may stand around a token, and come into it by a slip. Of some letters and digits there are
# others that a pattern takes for the same.
WORDS = ("azure ", "AccountKey=", "aws_key ", "https://", "a:", "@b", "NPM_TOKEN=", "é")
OTHER = st.sampled_from((*WORDS, " ", "\n", "-", "_", ".", "=", "/", "A", "0", "ſ", "ı", "٣"))


@st.composite
def texts(draw: st.DrawFn, patterns: tuple[re.Pattern[str], ...] = tuple(PATTERNS)) -> str:
    """What a pattern matches, between other words, and maybe spoilt."""
    made = st.sampled_from(patterns).flatmap(st.from_regex)
    text = draw(st.one_of(made, st.sampled_from(TOKENS)))
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(OTHER) + text[at + draw(st.integers(0, 1)) :]
    return draw(OTHER) + text + draw(OTHER)


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern.pattern[:30])
@settings(LAWS, max_examples=40)
@given(st.data())
def test_what_a_pattern_matches_is_looked_at(pattern: re.Pattern[str], data: st.DataObject) -> None:
    text = data.draw(texts((pattern,)))
    if any(detector.by_shape(text)):
        assert has_shape(text)


@settings(LAWS, max_examples=300)
@given(texts())
def test_what_has_a_shape_is_looked_at(text: str) -> None:
    if any(detector.by_shape(text)):
        assert has_shape(text)


@settings(LAWS, max_examples=300)
@given(st.text("0123456789abcdefABCDEFghijklmnopqrstuvwxyzGHIJ+/=:\"' -\\", max_size=60))
def test_what_looks_random_is_looked_at(text: str) -> None:
    if detector.is_random(text):
        assert could_be_random(text)


@pytest.mark.parametrize("word", keyword.DENYLIST)
@settings(LAWS, max_examples=20)
@given(st.data())
def test_every_name_that_the_detector_knows_is_known(word: str, data: st.DataObject) -> None:
    before = data.draw(st.sampled_from(("", "shop_", "SHOP_")))
    name = before + data.draw(st.from_regex(word.replace(r"\b", ""), fullmatch=True))
    # A name alone has nothing before it: `_pass` is that of nothing.
    assume(name != "_pass" and not name.startswith("recaptcha"))

    assert is_credential(words_of(name)) or "recaptcha" in name
    assert suspects.may_name(name)


@settings(LAWS, max_examples=300)
@given(st.text("aekoprstwy_-.TOKENPASSKEYsecret0", max_size=12))
def test_every_name_of_a_credential_is_looked_at(name: str) -> None:
    words = words_of(name)
    if is_credential(words) or is_key(words):
        assert suspects.may_name(name)


NAMES = st.sampled_from(
    (
        "DB_PASSWORD",
        "apiKey",
        "TOKEN_URL",
        "LOG_LEVEL",
        "value",
        "name",
        "path",
        "secret",
        "secrets",
    )
)
VALUES = st.one_of(
    st.sampled_from(("hunter2", "db/password", "--password", "it's", "a: b", "token: x y", "12")),
    st.sampled_from(("--token=abc", 'say "hi" to\n\nall', "Authorization: Basic abc", "é: #1", "")),
    st.sampled_from([*TOKENS, tokens.private_key(), f"aws key\n{tokens.AWS_SECRET}"]),
    st.integers(0, 99),
)
DATA = st.dictionaries(
    NAMES,
    st.recursive(
        VALUES,
        lambda below: st.lists(below, max_size=3) | st.dictionaries(NAMES, below, max_size=3),
        max_leaves=6,
    ),
    min_size=1,
    max_size=4,
)


@settings(LAWS, max_examples=300)
@given(
    DATA,
    st.sampled_from((None, "'", '"', "|", ">")),
    st.sampled_from((True, False, None)),
    st.integers(10, 200),
)
def test_however_a_file_is_written_its_credentials_are_looked_for(
    data: dict[str, Any], style: str | None, flow: bool | None, width: int
) -> None:
    text = yaml.safe_dump(
        data, default_style=style, default_flow_style=flow, width=width, allow_unicode=True
    )
    read = examine("apps/shop.yaml", text.encode()).document
    assume(read is not None)
    assert read is not None

    if credentials(read):
        assert is_suspect(read)


def test_the_detector_is_asked_about_almost_nothing_that_is_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[Any] = []

    def asks(*about: Any) -> tuple[()]:
        asked.append(about)
        return ()

    for question in ("by_shape", "by_name", "is_random"):
        monkeypatch.setattr(detector, question, asks)

    for data in NONE.values():
        found(data)

    # What is to be replaced and what is called are told apart by the detector alone.
    assert asked == [
        ("https://{user}:{password}@host",),
        ("https://<user>:<password>@host/a",),
        (["token"], "get_token(user)"),
    ]
