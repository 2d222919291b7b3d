"""The server as a program: `python -m tests.aws_server.server`.

Prints the port that it listens on, on one line, and ends when its standard input does, so that
it never outlives the tests that started it, however those end.
"""

import logging
import os
import sys
import threading

import waitress
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from tests.aws_server import acm, cloudfront, eks, route53, wafv2
from tests.aws_server.accounts import AccountOfKey
from tests.aws_server.retries import AnswerOnce


def main() -> None:
    logging.basicConfig(format="%(asctime)s %(name)s %(message)s", level=logging.INFO)
    for service in (acm, cloudfront, eks, route53, wafv2):
        service.install()
    application = AnswerOnce(AccountOfKey(DomainDispatcherApplication(create_backend_app)))
    # Not werkzeug's development server: it closes every connection, and under load a lost answer
    # makes the client repeat a request that creates something.
    server = waitress.create_server(
        application, host="127.0.0.1", port=0, threads=16, connection_limit=1000, ident="moto"
    )
    threading.Thread(target=_end_with_stdin, daemon=True).start()
    print(server.effective_port, flush=True)
    server.run()


def _end_with_stdin() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    main()
