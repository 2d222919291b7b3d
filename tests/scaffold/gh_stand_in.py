"""A stand-in for `gh`, GitHub's own program: it answers out of a file, and changes that.

It knows the calls that the workflows make, and no other; `--jq` is done by the real jq.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

BOT = {"login": "github-actions[bot]"}


def main(arguments: list[str]) -> int:
    file = Path(os.environ["GH_STAND_IN"])
    state = json.loads(file.read_text())
    answer: object = None
    if arguments[0] == "api":
        method, fields, query, rest = "GET", {}, "", []
        words = iter(arguments[1:])
        for word in words:
            if word == "--method":
                method = next(words)
            elif word == "--jq":
                query = next(words)
            elif word == "--field":
                name, _, value = next(words).partition("=")
                fields[name] = Path(value[1:]).read_text() if value.startswith("@") else value
            elif word not in ("--paginate", "--silent"):
                rest.append(word)
        [path] = rest
        match method, path.partition("?")[0].split("/")[3:]:
            case "GET", ["issues", number, "comments"]:
                answer = state["comments"][number]
            case "POST", ["issues", number, "comments"]:
                last = max((c["id"] for c in state["comments"][number]), default=0)
                made = {"id": last + 1, "user": BOT, "body": fields["body"]}
                state["comments"][number].append(made)
            case "PATCH", ["issues", "comments", id]:
                [comment] = [
                    c for of in state["comments"].values() for c in of if str(c["id"]) == id
                ]
                comment["body"] = fields["body"]
            case "POST", ["statuses", commit]:
                state["statuses"].setdefault(commit, []).append(fields)
            case "GET", ["environments", name] if name in state["environments"]:
                answer = {"protection_rules": [{"type": t} for t in state["environments"][name]]}
            case _:
                print("gh: Not Found (HTTP 404)", file=sys.stderr)
                return 1
        if query:
            asked = ["jq", "--raw-output", query]
            subprocess.run(asked, input=json.dumps(answer), text=True, check=True)
    file.write_text(json.dumps(state))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
