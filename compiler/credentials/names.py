"""What a name says about its value: that it is a credential, or something about one."""

import re
from string import ascii_letters, digits, hexdigits

_WORD = re.compile(r"[A-Z]+(?![^\W\dA-Z_])|[A-Z]?[^\W\dA-Z_]+")

_QUOTE, _BEFORE = re.compile("['\"]"), re.compile(r"[\s:]")
_HEXADECIMAL = frozenset(hexdigits)
_BASE64 = frozenset(f"{ascii_letters}{digits}+/-_=\\")

# How the names end that the detector knows, without what separates their words.
_CREDENTIALS = (
    *("password", "passwd", "pwd", "token", "secret", "contraseña", "contrasena"),
    *("dbpass", "databasepass", "keypass", "apikey", "authkey", "servicekey", "accountkey"),
    *("dbkey", "databasekey", "privkey", "privatekey", "clientkey", "nessuskey"),
)
# What follows in the name of something else: where a password is, how long a token lives.
_WORDS_ABOUT = """
    address age alg algorithm allow allowed arn attempts audience backend bucket budget cache
    change class column cookie cost count dir directory disabled domain duration email enable
    enabled encoder encoding endpoint engine env expiration expires expiry field file folder
    format header headers hint host hours id ids index interval issuer iterations kind label
    length level lifetime limit limits location login manager max method min minutes mode model
    mount name names namespace optional page param parameter parser path per period policy port
    prefix price provider queue rate ref reference refresh region required reset retries
    rotation rounds rule rules scheme scope scopes seconds separator server service size source
    store strength subject suffix table template timeout topic ttl type uri url usage validator
    validity var variable version window
"""
_ABOUT = frozenset(_WORDS_ABOUT.split())
# What comes before in the name of something that everybody may know.
_PUBLIC = frozenset(("public", "publishable", "site"))
# How a name ends whose value is a credential if it looks random.
_KEYS = frozenset(("credential", "credentials", "key", "keys", "passphrase", "salt"))

# How a value begins that says where a credential is.
_STORES = (
    *("arn:", "vault:", "file:", "env:", "ssm:", "secretsmanager:", "projects/"),
    *("%(", "$", "<", "{"),
)
_WORDS_OF_SWITCHES = """
    auto default disabled enabled false never no none null off on optional required true yes
"""
_SWITCHES = frozenset(_WORDS_OF_SWITCHES.split())


def words_of(name: str) -> list[str]:
    """`dbPassword`, `DB_PASSWORD` and `--db-password` as db and password."""
    return [word.lower() for word in _WORD.findall(name)]


def is_credential(words: list[str]) -> bool:
    """Whether what has a name of these words is a credential."""
    for index in range(len(words) - 1, -1, -1):
        if _is_credential(words[index], words[index - 1] if index else ""):
            return _PUBLIC.isdisjoint(words) and _ABOUT.isdisjoint(words[index + 1 :])
    return False


def is_key(words: list[str]) -> bool:
    """Whether what has a name of these words is a credential if it looks random."""
    return bool(words) and words[-1] in _KEYS and _PUBLIC.isdisjoint(words)


def is_password(words: list[str]) -> bool:
    """Whether a credential of this name is one that a person may have chosen: any text."""
    return any(word.endswith(("pass", "password", "passwd", "pwd")) for word in words)


def is_elsewhere(value: str) -> bool:
    """Whether a value says where a credential is, or switches something, and is none itself."""
    return (
        value.startswith(_STORES)
        or "$(" in value
        or "://" in value
        or value.lower() in _SWITCHES
        or value == "%s"
        or not any(character.isalnum() for character in value)
    )


def is_path_or_number(value: str) -> bool:
    """Whether a value may be the name of something, or how long or how often something is."""
    if value.isdigit():
        return True
    names = value.replace("-", "").replace("_", "").replace(".", "")
    return "/" in value and names == names.lower() and names.replace("/", "").isalnum()


def could_be_random(value: str) -> bool:
    """Whether the detector may take a value for a random one.

    It wants more than 4.5 bits in a character, which 23 different ones may have, or more than 3 in
    a hexadecimal digit, which 9 may have, up to a quotation mark or the end of the value.
    """
    ends = [_BEFORE.split(part)[-1] for part in _QUOTE.split(value)]
    return any(
        (len(set(end)) >= 23 and _BASE64.issuperset(end))
        or (len(set(end)) >= 9 and _HEXADECIMAL.issuperset(end.rpartition("=")[2]))
        for end in ends
    )


def _is_credential(word: str, before: str) -> bool:
    if word in ("key", "keys", "pass"):
        if word == "pass" and before:
            return True
        word = before + word
    return word.endswith(_CREDENTIALS) or word.removesuffix("s").endswith(_CREDENTIALS)
