"""What cannot be done as it was asked for."""


class Refused(Exception):
    """Nothing was written; the message says why, and what to do instead."""
