"""Where the values of a file stand in its text."""


class Node:
    """Where a value stands, as offsets, and what is in it by key or index."""

    __slots__ = ("children", "end", "start")

    def __init__(self, start: int, end: int) -> None:
        self.start = start
        self.end = end
        self.children: dict[str | int, Node] = {}

    def at(self, path: tuple[str | int, ...]) -> "Node":
        """What stands at the path, or the nearest that it stands in."""
        node = self
        for step in path:
            if step not in node.children:
                break
            node = node.children[step]
        return node
