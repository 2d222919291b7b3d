"""The rules under Checkov: `checkov --directory rendered --external-checks-dir policies`.

Checkov imports every file of the folder and knows each check by an instance that registers itself.
Portico's own loader passes over this file.
"""

import os
import sys
from pathlib import Path
from types import FrameType
from typing import Any

from checkov.common.bridgecrew.severities import Severities
from checkov.common.checks.base_check import BaseCheck
from checkov.common.checks.base_check_registry import BaseCheckRegistry
from checkov.common.models.enums import CheckCategories, CheckResult
from checkov.common.runners.base_runner import BaseRunner
from checkov.common.typing import _CheckResult, _SkippedCheck
from checkov.kubernetes.checks.resource.registry import registry as kubernetes
from checkov.terraform.checks.data.registry import data_registry
from checkov.terraform.checks.module.registry import module_registry
from checkov.terraform.checks.provider.registry import provider_registry
from checkov.terraform.checks.resource.registry import resource_registry

try:
    from compiler.checkov.entrance import Entrance
    from compiler.checkov.judge import Check, Judge, Read, Scanned, Verdict, checks, own
except ImportError:
    INSTALLED = False
else:
    INSTALLED = True

REGISTRIES: dict[str, BaseCheckRegistry] = {
    "k8": kubernetes,
    "resource": resource_registry,
    "data": data_registry,
    "provider": provider_registry,
    "module": module_registry,
}
NOT_INSTALLED = (
    "the rules did not run: Portico is not installed beside Checkov, or not in the version of "
    "these rules; run `pip install portico` with the Python that runs Checkov"
)


class CheckovCheck(BaseCheck):
    """A check that nothing in a checked file can silence."""

    def __init__(self, id: str, title: str, severity: str, block: str, entities: list[str]) -> None:
        super().__init__(title, id, [CheckCategories.NETWORKING], entities, block)
        self.severity = Severities[severity]  # type: ignore[assignment]  # declared as None
        REGISTRIES[block].register(self)

    def said(self, messages: list[str], keys: list[str]) -> _CheckResult:
        """The result of one run. Of a Kubernetes check, Checkov shows no other text than its
        guideline, which it reads when the object's checks have run."""
        self.details, self.evaluated_keys = [], keys
        self.guideline = " / ".join(messages) or None
        result = CheckResult.FAILED if messages else CheckResult.PASSED
        return {"result": result, "evaluated_keys": keys}

    def scan_entity_conf(self, conf: dict[str, Any], entity_type: str) -> CheckResult:
        raise NotImplementedError("run() is given more, and is what is called")


class Missing(CheckovCheck):
    """Stands for rules that cannot run, and fails everything: Checkov logs what it cannot import,
    and goes on without it."""

    def __init__(self, why: str, block: str) -> None:
        entity = "module" if block == "module" else "*"
        super().__init__("PORTICO", "rules that did not run", "HIGH", block, [entity])
        self.why = why

    def run(
        self,
        scanned_file: str,
        entity_configuration: dict[str, Any],
        entity_name: str,
        entity_type: str,
        skip_info: _SkippedCheck,
    ) -> _CheckResult:
        return self.said([self.why], [])


class RuleCheck(CheckovCheck):
    """A rule, for one kind of thing that it judges."""

    def __init__(self, check: "Check", judge: "Judge") -> None:
        super().__init__(check.id, check.title, check.severity, check.block, list(check.entities))
        self.judge = judge

    def run(
        self,
        scanned_file: str,
        entity_configuration: dict[str, Any],
        entity_name: str,
        entity_type: str,
        skip_info: _SkippedCheck,
    ) -> _CheckResult:
        scanned = Scanned(
            self.id, self.block_type, scanned_file, entity_configuration, entity_type, entity_name
        )
        verdict: Verdict = self.judge.judge(scanned, _read())
        return self.said(verdict.messages, verdict.keys)


def _read() -> "Read | None":
    """All that the runner has read: it hands a check one object or block only, and is itself
    nowhere but among the callers."""
    frame: FrameType | None = sys._getframe()
    while frame is not None:
        runner = frame.f_locals.get("self")
        if isinstance(runner, BaseRunner) and "root_folder" in frame.f_locals:
            return Read(runner.definitions or {}, frame.f_locals["root_folder"])
        frame = frame.f_back
    return None


def _register() -> None:
    if not INSTALLED:
        _refuse_everything(NOT_INSTALLED)
        return
    above = str(Path(__file__).absolute().parent.parent)
    rules = own(above)
    for problem in rules.problems:
        _refuse_everything(problem)
    judge = Judge(Entrance(above, os.environ), rules)
    for check in checks(rules.policies):
        RuleCheck(check, judge)


def _refuse_everything(why: str) -> None:
    print(f"portico: {why}", file=sys.stderr)
    for block in REGISTRIES:
        Missing(why, block)


_register()
