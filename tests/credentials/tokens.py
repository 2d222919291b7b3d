"""Credentials that look real and are none, made when they are needed.

None is written out: whoever keeps a copy of this repository may have a program that refuses it.
"""

import random
import string

ALPHANUMERIC = string.ascii_letters + string.digits
BASE64 = ALPHANUMERIC + "+/"
HEXADECIMAL = "0123456789abcdef"
SMALL = string.ascii_lowercase + string.digits
CAPITALS = string.ascii_uppercase + string.digits


def made(length: int, characters: str = ALPHANUMERIC) -> str:
    """So many of these characters, as if by chance, and the same every time."""
    return "".join(random.Random(f"{length}/{characters}").choices(characters, k=length))


AWS_ID = "AKIA" + made(16, CAPITALS)
AWS_SECRET = made(40, BASE64)
GITHUB = "ghp_" + made(36)
GITHUB_FINE = "github_pat_" + made(22) + "_" + made(59)
GITLAB = "glpat-" + made(20)
SLACK_HOOK = f"https://hooks.slack.com/services/T{made(8)}/B{made(8)}/{made(24)}"
SLACK = f"xoxb-{made(12, string.digits)}-{made(13, string.digits)}-{made(24)}"
STRIPE = "sk_live_" + made(24)
NPM = "npm_" + made(36)
SENDGRID = f"SG.{made(22)}.{made(43)}"
TWILIO = "SK" + made(32, HEXADECIMAL)
MAILGUN = "key-" + made(32, HEXADECIMAL)
MAILCHIMP = made(32, HEXADECIMAL) + "-us12"
DISCORD = f"M{made(23)}.{made(6)}.{made(27)}"
SQUARE = "sq0csp-" + made(43)
AZURE = made(86, BASE64) + "=="
JWT = (
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
    "eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIn0." + made(43)
)
KEY_LINES = (made(64, BASE64), made(64, BASE64), made(20, BASE64))


def private_key(kind: str = "", between: str = "\n") -> str:
    """A key as `openssl` writes it, with something else than line breaks if need be."""
    lines = (f"-----BEGIN {kind}PRIVATE KEY-----", *KEY_LINES, f"-----END {kind}PRIVATE KEY-----")
    return between.join(lines)
