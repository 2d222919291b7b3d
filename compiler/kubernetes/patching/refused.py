"""Why a patch cannot be applied."""


class Refused(Exception):
    """A place in the patch itself, what is wrong there, and what to write instead."""

    def __init__(self, path: tuple[str | int, ...], message: str, help: str) -> None:
        super().__init__(message)
        self.path = path
        self.message = message
        self.help = help
