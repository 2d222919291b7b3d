"""A stand-in for GitLab's API, on this machine: the calls that the pipeline makes, and no other."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

BOT = 41


class GitLabApi:
    """Notes on merge request 7 of project 12, for who has the token `glpat-note`."""

    def __init__(self, notes: list[dict[str, Any]]) -> None:
        self.notes = notes
        self.calls: list[str] = []
        self.pipelines: list[str] = []
        self.url = ""

    def answer(self, method: str, path: str, headers: Message, body: bytes) -> tuple[int, Any]:
        parts = urlsplit(path)
        asked = parse_qs(parts.query)
        self.calls.append(f"{method} {parts.path}")
        if (method, parts.path) == ("POST", "/api/v4/projects/12/trigger/pipeline"):
            self.pipelines.append(body.decode())
            return 201, {}
        if headers["PRIVATE-TOKEN"] != "glpat-note":
            return 401, {}
        notes = "/api/v4/projects/12/merge_requests/7/notes"
        match method, parts.path.removeprefix(notes):
            case "GET", "/api/v4/user":
                return 200, {"id": BOT}
            case "GET", "":
                size, page = int(asked["per_page"][0]), int(asked["page"][0])
                return 200, self.notes[(page - 1) * size : page * size]
            case "POST", "":
                made = {"id": 900, "author": {"id": BOT}, "body": json.loads(body)["body"]}
                self.notes.append(made)
                return 201, made
            case "PUT", id:
                [note] = [note for note in self.notes if f"/{note['id']}" == id]
                note["body"] = json.loads(body)["body"]
                return 200, note
        return 404, {}


@contextmanager
def gitlab_api(notes: list[dict[str, Any]]) -> Iterator[GitLabApi]:
    """The stand-in, while it listens."""
    api = GitLabApi(notes)

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"] or 0))
            status, answer = api.answer(self.command, self.path, self.headers, body)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        do_GET = do_POST = do_PUT = _answer

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    api.url = f"http://127.0.0.1:{server.server_port}/api/v4"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield api
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
