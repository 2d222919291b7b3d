"""A table in plain text: columns that stand below each other, and nothing around them."""

from compiler.diagnostics.visible import cells, visible
from compiler.inventory.listing import Listing

_BETWEEN = "  "
_CUT = "…"
# Fewer columns of a terminal than these tell nothing of a name.
_NARROWEST = 8
NOTHING = "-"


def table(listing: Listing, width: int | None) -> str:
    """The rows below a line of headings.

    With a width, cells are cut where the lines would be wider, the widest first. Where that leaves
    too little, each row is a few lines, one for each column.
    """
    rows = [[visible(cell) or NOTHING for cell in row] for row in listing.rows]
    widths = [max(map(_width, column)) for column in zip(listing.columns, *rows, strict=True)]
    if width is not None:
        narrowed = _narrowed(widths, width)
        if narrowed is None:
            return _stacked(listing.columns, rows)
        widths = narrowed
    lines = [
        _BETWEEN.join(_fitted(cell, w) for cell, w in zip(row, widths, strict=True)).rstrip()
        for row in (listing.columns, *rows)
    ]
    return "\n".join(lines) + "\n"


def _narrowed(widths: list[int], width: int) -> list[int] | None:
    """The widths of columns that fit; None if they would be too narrow."""
    narrowed = list(widths)
    room = width - len(_BETWEEN) * (len(widths) - 1)
    while sum(narrowed) > room:
        widest = max(narrowed)
        if widest <= _NARROWEST:
            return None
        narrowed[narrowed.index(widest)] -= 1
    return narrowed


def _stacked(columns: tuple[str, ...], rows: list[list[str]]) -> str:
    """Each row as lines of its own, below what it is about."""
    margin = max(map(len, columns))
    return "".join(
        f"{row[0]}\n"
        + "".join(
            f"  {column.ljust(margin)}  {cell}\n"
            for column, cell in zip(columns[1:], row[1:], strict=True)
        )
        for row in rows
    )


def _fitted(cell: str, width: int) -> str:
    """A cell in its width, with spaces after it or cut off."""
    missing = width - _width(cell)
    if missing >= 0:
        return cell + " " * missing
    kept, left = "", width - 1
    for glyph, columns in cells(cell):
        left -= columns
        if left < 0:
            break
        kept += glyph
    return kept + _CUT


def _width(text: str) -> int:
    return sum(width for _, width in cells(text))
