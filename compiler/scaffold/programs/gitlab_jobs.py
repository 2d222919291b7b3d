"""Write terraform.yml: the child pipeline of .gitlab/terraform.yml with jobs for ROOTS.

Nothing here imports Portico: CI files hold this program as it stands.
"""

import json
import os
import pathlib

roots = json.loads(pathlib.Path(os.environ["ROOTS"]).read_text())
jobs: dict[str, object] = {}
for kind in ("plan", "apply"):
    for root in roots[kind]:
        environment = root["environment"]
        variables = {
            "ENVIRONMENT": environment,
            "AWS_REGION": root["region"],
            "AWS_ROLE_ARN": root["role"],
        }
        job = {"extends": f".{kind}", "variables": variables}
        if kind == "apply":
            job["needs"] = [f"plan {environment}"]
            job["environment"] = {"name": environment}
            job["resource_group"] = environment
        jobs[f"{kind} {environment}"] = job

# GitLab refuses a pipeline without jobs.
if not jobs:
    jobs["nothing to plan"] = {"stage": "plan", "script": ["true"], "rules": [{"when": "always"}]}

text = pathlib.Path(".gitlab/terraform.yml").read_text()
for name, content in jobs.items():
    # JSON is YAML, and quotes whatever stands in it.
    text += f"\n{json.dumps(name)}: {json.dumps(content, indent=2)}\n"
pathlib.Path("terraform.yml").write_text(text)
