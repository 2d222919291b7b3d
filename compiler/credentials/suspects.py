"""Which documents and texts may hold a credential. In the others the detector would find none.

It takes 0.2 s to import, and almost no document needs it. What is looked for here has no white
space in it: a file has other line breaks than the texts that were read from it, but the same words.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from compiler.source.yaml import Document

ELSEWHERE = frozenset(("secret", "secrets", "secretRef", "secretKeyRef", "imagePullSecrets"))
"""What has a name below these keys is kept elsewhere, and is no credential itself."""

# In small letters: one of these is in every name that `names` takes for that of a credential.
_NAMING = (
    "pass",
    "secret",
    "token",
    "key",
    "pwd",
    "credential",
    "authorization",
    "salt",
    "contrase",
)

# How tokens begin, the fewest characters that follow, and the case that these have.
_Beginnings = tuple[tuple[str, int, Callable[[str], str]], ...]
_PLAIN: _Beginnings = (
    *(("AKIA", 16, str.upper), ("ASIA", 16, str.upper), ("A3T", 17, str.upper)),
    *(("ABIA", 16, str.upper), ("ACCA", 16, str.upper)),
    *(("AC", 32, str.lower), ("SK", 32, str.lower)),
)
_JOINED: _Beginnings = (
    *(("ghp_", 36, str), ("gho_", 36, str), ("ghu_", 36, str), ("ghs_", 36, str)),
    *(("ghr_", 36, str), ("npm_", 36, str), ("sq0csp-", 43, str), ("SG.", 66, str)),
    *(("sk_live_", 24, str), ("rk_live_", 24, str)),
)
_JOINING = str.maketrans("", "", "-_.\\")

# What patterns take for these letters where they make no difference between capitals and others.
_ALIKE = str.maketrans("\u0131\u0130\u017f\u212a", "iisk")


def is_suspect(document: Document) -> bool:
    """Whether a document may hold a credential."""
    text = document.text
    if "\\" in text:
        # In double quotes, a text may be written in other characters than it has.
        return True
    lowered = _lowered(text)
    if has_shape(text, lowered):
        return True
    return _is_naming(_without_references(lowered)) and _has_name(document.data)


def has_shape(text: str, lowered: str | None = None) -> bool:
    """Whether a text may hold what shows by itself that it is a credential."""
    lowered = _lowered(text) if lowered is None else lowered
    if not text.isascii():
        # To a pattern, the digits of every script are digits.
        text = "".join("0" if c > "9" and c.isdecimal() else c for c in text)
    return (
        ("@" in text and any(map(_has_password, text.split())))
        or ("J" in text and any("." in word.partition("eyJ")[2] for word in text.split()))
        or ("PRIVATE" in text and "BEGIN" in text)
        or "PuTTY-User-Key-File" in text
        or ("xox" in lowered and any(f"xox{kind}-" in lowered for kind in "abposr"))
        or "hooks.slack.com" in lowered
        or ("aws" in lowered and _has_key_of_aws(lowered))
        or ("=" in text and "==" in text and ("azure" in lowered or "account" in lowered))
        # As many as a key of AWS has, and the first part of a token of Discord: the shortest.
        or (_has_plain_run(text, 20) and _has_beginning(text, _PLAIN))
        or (_has_joined_run(text, 24) and _has_joined_token(text))
    )


@lru_cache(maxsize=4096)
def may_name(name: str) -> bool:
    """Whether this may be the name of a credential."""
    return _is_naming(_lowered(name))


def may_assign(text: str) -> bool:
    """Whether a text may name something in it, as `--password=abc` and `token: abc` do."""
    return any(sign in text for sign in ("=", ":", "</")) and _is_naming(_lowered(text))


def is_reference(text: str) -> bool:
    """Whether a text may be the name of a Secret, or a key of one: `name/key`."""
    name, _, key = text.partition("/")
    name = name.replace("-", "").replace(".", "")
    key = key.replace("-", "").replace(".", "").replace("_", "")
    return name.isalnum() and name == name.lower() and (not key or key.isalnum())


_ALPHANUMERIC = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _runs_of(characters: str) -> Callable[[str, int], bool]:
    """Whether a text has so many of these characters in a row.

    For a spec that takes 1 µs, as long as to look for two words.
    """
    table = bytearray(b" " * 256)
    for character in characters.encode():
        table[character] = ord("x")

    def has_run(text: str, length: int) -> bool:
        return b"x" * length in text.encode().translate(table)

    return has_run


_has_plain_run = _runs_of(_ALPHANUMERIC)
_has_joined_run = _runs_of(_ALPHANUMERIC + "-_\\")
_has_slashed_run = _runs_of(_ALPHANUMERIC + "/+")


def _has_beginning(text: str, beginnings: _Beginnings) -> bool:
    return any(
        beginning in text and _continues(text, beginning, more, case)
        for beginning, more, case in beginnings
    )


def _continues(text: str, beginning: str, more: int, case: Callable[[str], str]) -> bool:
    """Whether enough characters of a token follow its beginning."""
    start = text.find(beginning) + len(beginning)
    while start >= len(beginning):
        rest = text[start : start + more]
        if _is_joined(rest, more) and case(rest) == rest:
            return True
        start = text.find(beginning, start) + len(beginning)
    return False


def _is_joined(text: str, length: int) -> bool:
    """Whether it has this length, and nothing in it but what tokens are made of."""
    plain = text.translate(_JOINING)
    return len(text) == length and (not plain or plain.isalnum())


def _has_joined_token(text: str) -> bool:
    return (
        _has_beginning(text, _JOINED)
        or "_authToken" in text
        or ("NPM" in text and "TOKEN" in text)
        or ("-us" in text and _has_key_of_mailchimp(text))
        or _has_token_of_discord(text)
    )


def _has_key_of_mailchimp(text: str) -> bool:
    *parts, _ = text.split("-us")
    return any(len(part) >= 32 and part[-32:].isalnum() for part in parts)


def _has_token_of_discord(text: str) -> bool:
    parts = text.split(".")
    return any(
        len(part) == 6
        and _is_joined(parts[index][-24:], 24)
        and _is_joined(parts[index + 2][:27], 27)
        for index, part in enumerate(parts[1:-1])
    )


def _has_password(word: str) -> bool:
    """Whether there may be a password in a URL in this word, other than a variable."""
    return any("@" in rest and _begins_with_password(rest) for rest in word.split("://")[1:])


def _begins_with_password(rest: str) -> bool:
    for end, character in enumerate(rest):
        if character in '"<>`\\':
            # It may end here or not: the detector knows.
            return ":" in rest
        if character in "/?#'":
            rest = rest[:end]
            break
    user, at, _ = rest.rpartition("@")
    password = user.partition(":")[2]
    return at != "" and password != "" and "$(" not in password


def _has_key_of_aws(lowered: str) -> bool:
    # Where neither slash nor plus is in it, it is not a part of a longer run, as that of a digest.
    return (
        any(word in lowered for word in ("key", "pass", "token", "pw"))
        and _has_slashed_run(lowered, 40)
        and any(
            len(word) == 40 or (len(word) > 40 and not word.isalnum())
            for word in lowered.translate(_ENDING_KEYS_OF_AWS).split()
        )
    )


_ENDING_KEYS_OF_AWS = str.maketrans(dict.fromkeys("\"'.,:;-@&?=", " "))


def _without_references(lowered: str) -> str:
    """Without the lines that only name a key of a Secret: most of those that name a credential."""
    before, *others = lowered.split(": {secret: ")
    kept = []
    for rest in others:
        start = before.rfind("\n") + 1
        reference, brace, after = rest.partition("}")
        if brace and before[start:].strip().isidentifier() and is_reference(reference):
            kept.append(before[:start])
            before = after
        else:
            before = f"{before}: {{secret: {rest}"
    return "".join((*kept, before))


def _has_name(data: Any) -> bool:
    """Whether a text in it has, or gives to something in it, the name of a credential."""
    # What it is called, by its key or by one above it, and whether it is kept elsewhere.
    left = [(data, False, False)]
    while left:
        node, is_named, elsewhere = left.pop()
        if type(node) is dict:
            has_name_beside = "name" in node or "path" in node
            for key, value in node.items():
                named = may_name(key) or (key == "value" and (is_named or has_name_beside))
                if type(value) is str:
                    if key == "secret" and is_reference(value):
                        continue
                    if (named and (key == "secret" or not elsewhere)) or may_assign(value):
                        return True
                elif type(value) in (dict, list):
                    is_elsewhere = elsewhere or key in ELSEWHERE
                    left.append((value, named and not is_elsewhere, is_elsewhere))
                elif named and not elsewhere and type(value) in (int, float):
                    return True
        else:
            for item in node:
                if type(item) is str:
                    is_option = item[:1] == "-" and not elsewhere and may_name(item)
                    if is_named or is_option or may_assign(item):
                        return True
                elif type(item) in (dict, list):
                    left.append((item, is_named, elsewhere))
                elif is_named and type(item) in (int, float):
                    return True
    return False


def _is_naming(lowered: str) -> bool:
    return any(word in lowered for word in _NAMING)


def _lowered(text: str) -> str:
    return text.lower() if text.isascii() else text.translate(_ALIKE).lower()
