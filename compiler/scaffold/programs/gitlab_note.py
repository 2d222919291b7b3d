"""Write diff.md to the merge request: into the note that was written before, or a new one.

Nothing here imports Portico: CI files hold this program as it stands.
"""

import json
import os
import pathlib
import urllib.request
from typing import Any

API = os.environ["CI_API_V4_URL"]
PROJECT, NUMBER = os.environ["CI_PROJECT_ID"], os.environ["CI_MERGE_REQUEST_IID"]
NOTES = f"{API}/projects/{PROJECT}/merge_requests/{NUMBER}/notes"


def call(method: str, url: str, **data: str) -> Any:
    headers = {
        "PRIVATE-TOKEN": os.environ["PORTICO_NOTE_TOKEN"],
        "Content-Type": "application/json",
    }
    body = json.dumps(data).encode() if data else None
    request = urllib.request.Request(url, body, headers, method=method)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def written() -> int | None:
    """The note that this token wrote, if there is one."""
    me = call("GET", f"{API}/user")["id"]
    page = 1
    while notes := call("GET", f"{NOTES}?per_page=100&page={page}"):
        for note in notes:
            if note["author"]["id"] == me and note["body"].startswith("<!-- portico diff -->"):
                return int(note["id"])
        page += 1
    return None


text = pathlib.Path("diff.md").read_text()
diff = json.loads(pathlib.Path("diff.json").read_text())
note = written()
if note is not None:
    call("PUT", f"{NOTES}/{note}", body=text)
elif "error" in diff or any(diff["summary"].values()):
    call("POST", NOTES, body=text)
