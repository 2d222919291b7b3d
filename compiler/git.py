"""git, as this program asks it: plumbing, in git's own words, and without a trace.

No setting of a person's language changes what it says, and no question writes a refreshed index.
"""

import os


def command(root: str, *arguments: str) -> list[str]:
    """What to run in a folder of a repository; what people replaced objects by does not count."""
    return ["git", "--no-replace-objects", "-C", root, *arguments]


def environment() -> dict[str, str]:
    """What to run it with, also in a hook.

    There git's own variables are about the folder that the hook runs in, and `-C` is another.
    https://git-scm.com/docs/githooks#_description
    """
    found = {**os.environ, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"}
    if "GIT_DIR" in found:
        found.setdefault("GIT_WORK_TREE", os.getcwd())
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        if name in found:
            found[name] = os.path.abspath(found[name])
    return found
