"""Jobs: what runs at certain times, or once."""

from typing import Annotated, Literal

from pydantic import Field

from compiler.spec.model import Exactly, Model, ShortForm, becomes
from compiler.spec.types import Cron, TimeZone

_True = Annotated[Literal[True], Exactly(bool)]
_Deadline = Annotated[
    Annotated[int, Field(ge=1, le=604800)],
    Field(
        description="Seconds that one run may take; an hour by default.",
        examples=[7200],
        json_schema_extra=becomes("Becomes the Job's `activeDeadlineSeconds`."),
    ),
]
_BackoffLimit = Annotated[
    Annotated[int, Field(ge=0, le=100)],
    Field(
        description="How often a failed run is tried again.",
        examples=[0],
        json_schema_extra=becomes("Becomes the Job's `backoffLimit`."),
    ),
]
_RestartPolicy = Annotated[
    Literal["Never", "OnFailure"],
    Field(
        description="`Never`: each try is a new pod, and those that failed stay to look at; "
        "`OnFailure`: the same pod tries again, and is gone with its log after the last try.",
        examples=["OnFailure"],
        json_schema_extra=becomes("Becomes the pod's `restartPolicy`."),
    ),
]
_Pods = Annotated[int, Field(ge=1, le=1000)]
_Parallelism = Annotated[
    _Pods | None,
    Field(
        description="How many pods of a run work at the same time; one by default. Without "
        "`completions` they share what there is to do: once one has succeeded, none is started.",
        examples=[4],
        json_schema_extra=becomes("Becomes the Job's `parallelism`."),
    ),
]
_Completions = Annotated[
    _Pods | None,
    Field(
        description="How many pods must succeed for a run to be complete; one by default.",
        examples=[10],
        json_schema_extra=becomes("Becomes the Job's `completions`."),
    ),
]
_Kept = Annotated[int, Field(ge=0, le=100)]


class Schedule(Model):
    """When a job runs, and what becomes of a run that is late, long or unlucky."""

    cron: Cron = Field(
        description="Minute, hour, day of month, month, day of week.",
        examples=["30 2 * * *"],
        json_schema_extra=becomes("Becomes the CronJob's `schedule`."),
    )
    time_zone: TimeZone = Field(
        "Etc/UTC",
        description="The time zone of these times. Where clocks change, a time at night comes "
        "twice on one day of the year and not at all on another.",
        examples=["Europe/Berlin"],
        json_schema_extra=becomes("Becomes the CronJob's `timeZone`."),
    )
    concurrency_policy: Literal["Forbid", "Allow", "Replace"] = Field(
        "Forbid",
        description="What happens when a run is due and the last one still works: `Forbid` leaves "
        "it out, `Allow` runs both, `Replace` stops the old one.",
        examples=["Replace"],
        json_schema_extra=becomes("Becomes `concurrencyPolicy`."),
    )
    starting_deadline_seconds: Annotated[int, Field(ge=10, le=604800)] = Field(
        600,
        description="Seconds that a run may begin late, after an outage of the cluster.",
        examples=[3600],
        json_schema_extra=becomes("Becomes `startingDeadlineSeconds`."),
    )
    suspend: _True | None = Field(
        None,
        description="`true`: it is there, and does not run.",
        examples=[True],
        json_schema_extra=becomes("Becomes `suspend`."),
    )
    successful_jobs_history_limit: _Kept = Field(
        3,
        description="How many runs that succeeded are kept to look at, until "
        "`ttlSecondsAfterFinished`.",
        examples=[1],
        json_schema_extra=becomes("Becomes `successfulJobsHistoryLimit`."),
    )
    failed_jobs_history_limit: _Kept = Field(
        3,
        description="How many runs that failed are kept to look at, until "
        "`ttlSecondsAfterFinished`.",
        examples=[5],
        json_schema_extra=becomes("Becomes `failedJobsHistoryLimit`."),
    )
    active_deadline_seconds: _Deadline = 3600
    backoff_limit: _BackoffLimit = 2
    ttl_seconds_after_finished: Annotated[int, Field(ge=0, le=2592000)] = Field(
        86400,
        description="Seconds after which a run that has ended is deleted.",
        examples=[3600],
        json_schema_extra=becomes("Becomes the Job's `ttlSecondsAfterFinished`."),
    )
    parallelism: _Parallelism = None
    completions: _Completions = None
    restart_policy: _RestartPolicy = "Never"


class Once(Model):
    """A job that runs once for each version of what it runs."""

    run: Annotated[int, Field(ge=1, le=1_000_000)] = Field(
        1,
        description="Which run of it this is: with another number it runs again.",
        examples=[2],
        json_schema_extra=becomes("Is part of what the Job's name is made of, and nothing else."),
    )
    active_deadline_seconds: _Deadline = 3600
    backoff_limit: _BackoffLimit = 2
    ttl_seconds_after_finished: Annotated[int, Field(ge=0, le=2592000)] | None = Field(
        None,
        description="Seconds after which the Job is deleted when it has ended. Flux then makes it "
        "anew and it runs again, so it is kept unless this says otherwise.",
        examples=[604800],
        json_schema_extra=becomes("Becomes the Job's `ttlSecondsAfterFinished`."),
    )
    parallelism: _Parallelism = None
    completions: _Completions = None
    restart_policy: _RestartPolicy = "Never"


ScheduleField = Annotated[
    Annotated[Schedule, ShortForm("cron", str)] | None,
    Field(
        description="Runs as a job at these times instead of all the time: cron in UTC, or "
        "`{cron, timeZone, ...}`.",
        examples=["30 2 * * *", {"cron": "0 6 * * 1-5", "timeZone": "Europe/Berlin"}],
        json_schema_extra=becomes(
            "Becomes a CronJob instead of a Deployment: one run at a time, each at most an hour."
        ),
    ),
]
OnceField = Annotated[
    Once | None,
    Field(
        description="Runs once, and again whenever what it runs changes: its image, command, "
        "arguments, variables, files or volumes, its own or those that it has from the app. `{}`, "
        "or how long it may take and how often it is tried.",
        examples=[{}, {"backoffLimit": 0}],
        json_schema_extra=becomes(
            "Becomes a Job whose name ends with a digest of what it runs. Kubernetes can change no "
            "Job, so Flux leaves one alone that is there; what else changes counts for the next."
        ),
    ),
]
