"""The one place that calls the stages in order: read, resolve, link, lower, emit, sync, verify.

What an earlier run learned is taken over, by content: a run after a change makes and judges only
what depends on it. A run that knows nothing does the same with everything. `whole` is the usual
way; `amending` and `confirming` are short ways for the change that is made most often.
"""
