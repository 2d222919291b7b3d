"""Runs a command of Portico and looks at its stack whenever it has used some CPU time.

`python -m bench.sampler FILE COMMAND...` writes two maps to FILE, function of the compiler ->
samples: where the innermost of them was on the stack, and where any was. A library's time is its
caller's. Time that is waited, for a disk or a core, is not counted; nor is another process.
"""

import gc
import json
import os
import signal
import sys
from collections import Counter
from types import FrameType

_REPOSITORY = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_OURS = tuple(os.path.join(_REPOSITORY, folder) + os.sep for folder in ("compiler", "policies"))
# The system rounds it up to its own clock, which is often 4 ms.
_SECONDS = 0.001


def sampled(arguments: list[str]) -> tuple[Counter[str], Counter[str]]:
    """The samples of one run of `portico ARGUMENTS`, own and within."""
    own: Counter[str] = Counter()
    within: Counter[str] = Counter()

    def sample(_: int, frame: FrameType | None) -> None:
        names: list[str] = []
        while frame is not None:
            code = frame.f_code
            if code.co_filename.startswith(_OURS):
                file = code.co_filename.removeprefix(_REPOSITORY + os.sep)
                names.append(
                    f"import of {file}"
                    if code.co_qualname == "<module>"
                    else f"{file} {code.co_qualname}"
                )
            frame = frame.f_back
        own[names[0] if names else "start of Python"] += 1
        within.update(set(names))

    signal.signal(signal.SIGPROF, sample)
    signal.setitimer(signal.ITIMER_PROF, _SECONDS, _SECONDS)
    from compiler.cli.main import main

    try:
        main(arguments)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return own, within


if __name__ == "__main__":
    # As the compiler does.
    gc.disable()
    counted = sampled(sys.argv[2:])
    with open(sys.argv[1], "w", encoding="utf-8") as target:
        json.dump(counted, target)
