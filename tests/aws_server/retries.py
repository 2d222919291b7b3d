"""A request that is repeated because its answer was lost is answered again, not carried out again.

AWS does so for requests that create something; without it a retry is told that what it asked for
exists already. An SDK sends the same invocation id with each attempt.
"""

import threading
from collections.abc import Iterable
from typing import Any, NamedTuple
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

REMEMBERED = 5000


class Answer(NamedTuple):
    status: str
    headers: list[tuple[str, str]]
    body: bytes


class AnswerOnce:
    def __init__(self, application: WSGIApplication) -> None:
        self.application = application
        self.answers: dict[str, Answer] = {}
        self.lock = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        invocation = environ.get("HTTP_AMZ_SDK_INVOCATION_ID")
        if not invocation or environ["REQUEST_METHOD"] in ("GET", "HEAD"):
            return self.application(environ, start_response)
        first = environ.get("HTTP_AMZ_SDK_REQUEST", "").startswith("attempt=1;")
        answer = None if first else self.answers.get(invocation)
        if answer is None:
            answer = self._ask(environ)
            # A server error is what a retry is for.
            if not answer.status.startswith("5"):
                self._remember(invocation, answer)
        start_response(answer.status, answer.headers)
        return [answer.body]

    def _ask(self, environ: WSGIEnvironment) -> Answer:
        begun: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(
            status: str, headers: list[tuple[str, str]], exc_info: Any = None, /
        ) -> Any:
            begun.append((status, headers))
            return lambda _: None

        body = b"".join(self.application(environ, start_response))
        return Answer(*begun[-1], body)

    def _remember(self, invocation: str, answer: Answer) -> None:
        with self.lock:
            self.answers[invocation] = answer
            while len(self.answers) > REMEMBERED:
                del self.answers[next(iter(self.answers))]
