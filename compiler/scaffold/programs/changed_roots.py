"""Which Terraform roots changed since BASE, and who plans and applies them: JSON, into OUTPUT.

Nothing here imports Portico: CI files hold this program as it stands.
"""

import json
import os
import pathlib
import subprocess
import sys


def roles(variable: str) -> dict[str, str]:
    """The roles of a variable, by environment. Ends the program if it is no JSON object."""
    text = os.environ.get(variable) or "{}"
    try:
        given = json.loads(text)
    except ValueError:
        given = None
    if not isinstance(given, dict):
        example = '{"prod": "arn:aws:iam::111122223333:role/portico-plan"}'
        sys.exit(f"PORTICO_{variable} is not JSON such as {example}")
    return given


def git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], check=True, capture_output=True, text=True).stdout


def warn(text: str) -> None:
    print(f"::warning::{text}" if "GITHUB_ACTIONS" in os.environ else f"warning: {text}")


base = os.environ.get("BASE") or "none"
known = subprocess.run(["git", "cat-file", "-e", f"{base}^{{commit}}"], capture_output=True)
if known.returncode:
    # Started by hand, or after a forced push: everything differs from the empty tree.
    base = git("hash-object", "-t", "tree", os.devnull).strip()
paths = git("diff", "--name-only", "--no-renames", "-z", base, "HEAD", "--", "rendered").split("\0")

plan_roles, apply_roles = roles("PLAN_ROLES"), roles("APPLY_ROLES")
plan, apply = [], []
for environment in sorted({path.split("/")[1] for path in paths if "/terraform/" in path}):
    root = f"rendered/{environment}/terraform"
    providers = pathlib.Path(root, "providers.tf.json")
    if not providers.is_file():
        warn(
            f"{root} is gone. Terraform destroys nothing by itself: "
            "run terraform destroy on the last commit that had it."
        )
        continue
    if environment not in plan_roles:
        warn(f"{root} changed and is not planned: PORTICO_PLAN_ROLES has no role for {environment}")
        continue
    region = json.loads(providers.read_text())["provider"]["aws"][0]["region"]
    job = {"environment": environment, "region": region}
    plan.append({**job, "role": plan_roles[environment]})
    if environment in apply_roles:
        apply.append({**job, "role": apply_roles[environment]})

text = json.dumps({"plan": plan, "apply": apply})
pathlib.Path(os.environ["OUTPUT"]).write_text(text + "\n")
print(text)
