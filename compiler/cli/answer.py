"""Questions to a person at a terminal."""

from collections.abc import Callable

from compiler.author.refused import Refused


def answer(question: str, wrong: Callable[[str], str], default: str = "") -> str:
    """What a person answers, asked until nothing is wrong with it.

    `wrong` says what is, or nothing. Raises Refused when the input ends.
    """
    while True:
        try:
            said = input(f"{question} [{default}]: " if default else f"{question}: ").strip()
        except EOFError:
            print()
            raise Refused("the answers ended early, and nothing was written") from None
        said = said or default
        complaint = wrong(said) if said else "this one is needed"
        if not complaint:
            return said
        print(f"  {complaint}")
