"""A client is signed in to the account whose number is its access key.

moto finds a caller's account by the access keys that it has issued, and puts all others into one.
Roots of several environments name several accounts, and refuse to work in another.
"""

import re
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

_KEY_IS_ACCOUNT = re.compile(r"Credential=(\d{12})/")


class AccountOfKey:
    def __init__(self, application: WSGIApplication) -> None:
        self.application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if account := _KEY_IS_ACCOUNT.search(environ.get("HTTP_AUTHORIZATION", "")):
            environ["HTTP_X_MOTO_ACCOUNT_ID"] = account[1]
        return self.application(environ, start_response)
