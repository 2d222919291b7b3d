"""detect-secrets, asked about single texts: which of its plugins, and what they are given.

Only their patterns are used. Its command line reads files, passes over some by their names and may
ask vendors whether a token is valid; none of that happens here.
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import quote, unquote

from detect_secrets.filters import heuristic
from detect_secrets.plugins import keyword
from detect_secrets.plugins.aws import AWSKeyDetector
from detect_secrets.plugins.azure_storage_key import AzureStorageKeyDetector
from detect_secrets.plugins.basic_auth import BasicAuthDetector
from detect_secrets.plugins.discord import DiscordBotTokenDetector
from detect_secrets.plugins.github_token import GitHubTokenDetector
from detect_secrets.plugins.high_entropy_strings import (
    Base64HighEntropyString,
    HexHighEntropyString,
)
from detect_secrets.plugins.jwt import JwtTokenDetector
from detect_secrets.plugins.mailchimp import MailchimpDetector
from detect_secrets.plugins.npm import NpmDetector
from detect_secrets.plugins.private_key import PrivateKeyDetector
from detect_secrets.plugins.sendgrid import SendGridDetector
from detect_secrets.plugins.slack import SlackDetector
from detect_secrets.plugins.square_oauth import SquareOAuthDetector
from detect_secrets.plugins.stripe import StripeDetector
from detect_secrets.plugins.twilio import TwilioKeyDetector


class Found(NamedTuple):
    """Something that looks like a credential."""

    kind: str
    text: str
    """The credential itself: to find its place, and never to be shown."""


# The plugins that know a credential by its shape. Those for IBM's clouds know theirs by a name
# before it as well, which is what `by_name` is for, and that for Artifactory takes a millisecond
# for each time that its name is in a text.
_PLUGINS: dict[str, Any] = {
    "an AWS access key": AWSKeyDetector(),
    "a Discord token": DiscordBotTokenDetector(),
    "a GitHub token": GitHubTokenDetector(),
    "a JSON web token": JwtTokenDetector(),
    "a Mailchimp key": MailchimpDetector(),
    "an npm token": NpmDetector(),
    "a SendGrid key": SendGridDetector(),
    "a Slack token": SlackDetector(),
    "a Square secret": SquareOAuthDetector(),
    "a Stripe key": StripeDetector(),
    "a Twilio key": TwilioKeyDetector(),
}
_EXAMPLE = re.compile("example", re.IGNORECASE)
_AZURE = AzureStorageKeyDetector()
_BASIC_AUTH = BasicAuthDetector()
_KEYWORD = keyword.KeywordDetector()
_PRIVATE_KEY = PrivateKeyDetector()
_RANDOM = (Base64HighEntropyString(), HexHighEntropyString())


def by_shape(text: str) -> Iterator[Found]:
    """What shows by itself that it is a credential."""
    for kind, plugin in _PLUGINS.items():
        for secret in plugin.analyze_string(text):
            yield Found(kind, secret)
    for secret in _PRIVATE_KEY.analyze_string(_in_lines(text)):
        yield Found("a private key", secret)
    for secret in _BASIC_AUTH.analyze_string(_in_canonical_urls(text)):
        if not heuristic.is_templated_secret(secret):
            yield Found("a password in a URL", unquote(secret))
    # The pattern alone takes every digest of 64 bytes for a key; this looks at what is around it.
    for found in _AZURE.analyze_line("", text):
        yield Found("an Azure storage key", found.secret_value or "")


def by_name(words: list[str], text: str) -> bool:
    """Whether a text is a credential because its name, of these words, says so."""
    # The plugin passes over lines with this word, which are those of a manual, and takes nothing
    # for a value that begins with some signs.
    value = _EXAMPLE.sub("x", text).lstrip("()*+,-:;=?[]|")
    line = f"{'_'.join(words)}: {value}"
    return not heuristic.is_indirect_reference(line) and (
        any(_KEYWORD.analyze_string(line, keyword.CONFIG_DENYLIST_REGEX_TO_GROUP))
        or is_random(text)
    )


def is_random(text: str) -> bool:
    """Whether a text looks like a random one."""
    return any(
        plugin.calculate_shannon_entropy(secret) > plugin.entropy_limit
        for plugin in _RANDOM
        for secret in plugin.analyze_string(f'"{text}"')
    )


def _in_lines(text: str) -> str:
    """A key as its file has it, where indentation or spaces came between its lines."""
    return "\n".join(line.strip() for line in text.replace("----- ", "-----\n").split("\n"))


def _in_canonical_urls(text: str) -> str:
    """The text with URLs as RFC 3986 wants them: the plugin knows no others, nor a password
    without a user, as URLs of Redis have it."""
    first, *others = text.split("://")
    return "://".join((first, *(_with_canonical_user(rest) for rest in others)))


def _with_canonical_user(rest: str) -> str:
    end = next((i for i, character in enumerate(rest) if character in "/?#\"'`<>\\ \t\n"), None)
    authority = rest[:end]
    user_and_password, at, host = authority.rpartition("@")
    user, _, password = user_and_password.partition(":")
    if not at or not password or "$(" in password or heuristic.is_templated_secret(password):
        return rest.replace(":", " ", 1) if at else rest
    return f"{quote(user) or '-'}:{quote(password)}@{host}{rest[len(authority) :]}"
