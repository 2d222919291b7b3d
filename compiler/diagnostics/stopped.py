"""What ends a run before anything could be said about the files themselves."""


class Stopped(Exception):
    """Nothing was examined, or nothing could be written; the message says why."""
