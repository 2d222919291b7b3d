"""Text as a terminal shows it: no character hides, and each has its width."""

_TAB = "    "

# The vowels and final consonants of Hangul syllables; they join the letter before them.
_JOINING = range(0x1160, 0x1200)


def visible(text: str) -> str:
    """The text on one line. What cannot be printed is named, so that it can neither hide nor act
    as a control sequence of the terminal or as a command of the program that keeps the log."""
    return text if text.isprintable() else "".join(glyph for glyph, _ in cells(text))


def cells(text: str) -> list[tuple[str, int]]:
    """For each character what to print for it and how many columns of a terminal that takes."""
    if text.isascii() and text.isprintable():
        return [(character, 1) for character in text]
    from unicodedata import category, east_asian_width

    def cell(character: str) -> tuple[str, int]:
        if character == "\t":
            return _TAB, len(_TAB)
        if not character.isprintable():
            name = f"<U+{ord(character):04X}>"
            return name, len(name)
        if category(character) in ("Mn", "Me") or ord(character) in _JOINING:
            return character, 0
        return character, 2 if east_asian_width(character) in "WF" else 1

    return [cell(character) for character in text]
