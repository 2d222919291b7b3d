"""Runs Checkov's own catalogue, as a process of its own: `python -m` and the name of this module.

Reads one JSON document from standard input: `{"configuration": FILE or "", "units": [UNIT, ...]}`,
where UNIT is `{"framework": ..., "files": [...]}` with paths below the current folder. Writes a
line of JSON for each unit, in order, as soon as it is done: `{"failed": [...], "checked": 12,
"read": {FILE: documents}, "left_out": false}`.
"""

import fnmatch
import json
import os
import re
import sys
from typing import Any


def main() -> None:
    """Run every unit. An exception ends the process: whoever waits then misses a line."""
    request = json.load(sys.stdin)
    # Checkov prints and logs where it likes; what is written there must be lines of ours only.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    configuration = _configuration(request["configuration"])
    for unit in request["units"]:
        answer = _run(unit["framework"], unit["files"], configuration)
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def _configuration(path: str) -> Any:
    """What Checkov itself makes of a file, or if none is given of those of the current folder."""
    from checkov.main import Checkov

    # It would look into the user's home as well, but whoever starts this gives it an empty one.
    return Checkov(argv=["--config-file", path] if path else []).config


def _run(framework: str, files: list[str], configuration: Any) -> dict[str, Any]:
    from checkov.kubernetes.runner import Runner
    from checkov.runner_filter import RunnerFilter
    from checkov.terraform_json.runner import TerraformJsonRunner

    runners = {"kubernetes": Runner, "terraform_json": TerraformJsonRunner}
    chosen = [f for f in configuration.framework if f not in configuration.skip_framework]
    left_out = [path for path in files if _is_left_out(path, configuration.skip_path or [])]
    files = [path for path in files if path not in left_out]
    if not files or (framework not in chosen and "all" not in chosen):
        return {"failed": [], "checked": 0, "read": dict.fromkeys(left_out), "left_out": True}
    runner = runners[framework]()
    report = runner.run(
        None,
        files=files,
        external_checks_dir=configuration.external_checks_dir,
        runner_filter=RunnerFilter(
            framework=[framework],
            checks=configuration.check,
            skip_checks=configuration.skip_check,
            all_external=configuration.run_all_external_checks,
            show_progress_bar=False,
        ),
    )
    counts = {path: len(runner.definitions.get(path, ())) for path in files}
    failed = [record for record in report.failed_checks if record.check_class != "_checkov"]
    return {
        "failed": [_record(record, configuration) for record in failed],
        "checked": len(report.passed_checks) + len(report.failed_checks),
        "read": {**counts, **dict.fromkeys(left_out)},
        "left_out": False,
    }


def _record(record: Any, configuration: Any) -> dict[str, Any]:
    return {
        "id": record.check_id,
        "title": record.check_name,
        # Checkov makes some paths absolute.
        "file": os.path.relpath(record.file_abs_path).replace(os.sep, "/"),
        "line": record.file_line_range[0],
        "resource": record.resource,
        "guideline": record.guideline or "",
        "soft": _is_soft(record.check_id, configuration),
    }


def _is_soft(id: str, configuration: Any) -> bool:
    """Whether a failure of this check is not to fail the run."""

    def named(patterns: list[str] | None) -> bool:
        every = [one for entry in patterns or [] for one in entry.split(",")]
        return any(fnmatch.fnmatchcase(id, pattern) for pattern in every)

    if named(configuration.hard_fail_on):
        return False
    return bool(configuration.soft_fail) or named(configuration.soft_fail_on)


def _is_left_out(path: str, patterns: list[str]) -> bool:
    return any(
        re.search(pattern.replace(".terraform", r"\.terraform"), path) for pattern in patterns
    )


if __name__ == "__main__":
    main()
