"""`policies/waivers.yaml`: what is let pass, why, who answers for it, and until when."""

from datetime import date
from typing import Annotated

from pydantic import Field
from pydantic_core import PydanticCustomError

from compiler.spec.model import Form, Model, invalid, quoted
from compiler.spec.types import Text


def _why_date(value: str) -> PydanticCustomError | None:
    try:
        date.fromisoformat(value)
    except ValueError:
        return invalid(f"{quoted(value)} is not a date", 'write year, month and day: "2026-12-31"')
    return None


def _why_rule(value: str) -> PydanticCustomError:
    return invalid(
        f"{quoted(value)} is not the id of a rule",
        "write the id that stands in the finding, such as PT210",
    )


def _why_said(value: str) -> PydanticCustomError:
    return invalid(
        f"{quoted(value)} says too little", "say it so that somebody else understands it in a year"
    )


RuleId = Annotated[str, Form("rule id", "PT[0-9]{3}", "the id of a rule: PT210", _why_rule)]
Date = Annotated[
    str,
    Form(
        "date",
        "[0-9]{4}-[0-9]{2}-[0-9]{2}",
        'year, month and day in quotes: "2026-12-31"',
        _why_date,
        suffices=False,
    ),
]
Reason = Annotated[str, Form("reason", "(?=.*\\S.{8,}\\S)[^\\n]*", "a sentence", _why_said)]


class Waiver(Model):
    """One finding that is let pass for a while."""

    rule: RuleId = Field(description="The rule that is waived: the id in the finding.")
    object: Text = Field(
        description="The object as the finding names it: `DaemonSet monitoring/node-exporter`, or "
        "the address of a Terraform block, `aws_lb.shop`."
    )
    path: Text = Field(
        "rendered",
        description="The file or folder, from the repository's root, in which it stands.",
    )
    reason: Reason = Field(description="Why it may pass.")
    owner: Text = Field(description="The team or person that answers for it.")
    expires: Date = Field(description="The last day on which it counts, at most a year ahead.")


class WaiverFile(Model):
    """The whole file."""

    waivers: list[Waiver] = Field(description="The waivers.")


def covers(waiver: Waiver, rule: str, about: str, path: str) -> bool:
    """Whether a waiver is for what a rule finds of this object, in the file at `path`."""
    return (waiver.rule, waiver.object) == (rule, about) and is_below(path, waiver.path)


def is_below(path: str, folder: str) -> bool:
    """Whether a path is that of a folder or file, or of something in it."""
    return path == folder or folder in ("", ".") or path.startswith(f"{folder.rstrip('/')}/")


def last_day(waiver: Waiver) -> date:
    """The last day on which the waiver counts."""
    return date.fromisoformat(waiver.expires)
