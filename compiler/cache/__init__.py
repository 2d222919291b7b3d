"""What an earlier run learned, kept in `.portico-cache/` of the repository; see docs/speed.md.

The folder can be deleted at any time. What is in it is sealed with a key that is not in the
repository: whoever can commit a file there must not be able to say what a run has found.
"""
