"""A file of blocks and arguments -> data in the shape that Terraform JSON has.

Source: the HCL native syntax specification, "Structural Elements".
"""

from typing import Any, NamedTuple

from compiler.hcl.expression import Reader, written
from compiler.hcl.places import Node
from compiler.hcl.tokens import NotUnderstood, Token, tokens


class Element(NamedTuple):
    """A block, with all that is in it."""

    kind: str
    labels: tuple[str, ...]
    body: dict[str, Any]
    """Arguments; of each kind of nested block a list of bodies, below its labels if it has any."""
    node: Node


class Body(NamedTuple):
    """What stands in a file."""

    arguments: dict[str, Any]
    elements: list[Element]


def parse(text: str) -> Body:
    """Read a file. Raises NotUnderstood."""
    return _Bodies(text).file()


class _Bodies:
    def __init__(self, text: str) -> None:
        self._reader = Reader(text, tokens(text))

    def file(self) -> Body:
        node = Node(0, 0)
        arguments, elements = self._items("end", node)
        return Body(arguments, elements)

    def _items(self, closing: str, node: Node) -> tuple[dict[str, Any], list[Element]]:
        """Arguments and blocks, one to a line, up to what closes them, which stays."""
        reader = self._reader
        arguments: dict[str, Any] = {}
        elements: list[Element] = []
        while (token := reader.peek()).kind != closing:
            if token.kind == "newline":
                reader.take()
                continue
            name = reader.take("name")
            if reader.peek().kind == "=":
                self._argument(name, arguments, node)
            else:
                elements.append(self._block(name))
            if reader.peek().kind != "end":
                reader.take("newline")
        return arguments, elements

    def _argument(self, name: Token, arguments: dict[str, Any], node: Node) -> None:
        reader = self._reader
        if name.text in arguments:
            raise NotUnderstood(f"the argument {name.text} is set twice", name.start)
        reader.take("=")
        start = reader.peek().start
        arguments[name.text] = written(reader.expression())
        node.children[name.text] = Node(start, reader.tokens[reader.at - 1].end)

    def _block(self, name: Token) -> Element:
        """A block whose first word was read, up to its closing brace."""
        reader = self._reader
        labels: list[str] = []
        while reader.peek().kind != "{":
            labels.append(self._label())
        opening = reader.take("{")
        node = Node(name.start, opening.start)
        with reader.deeper():
            if reader.peek().kind == "newline":
                arguments, elements = self._items("}", node)
            else:
                arguments, elements = {}, []
                # A block on one line has one argument, or none.
                if reader.peek().kind != "}":
                    self._argument(reader.take("name"), arguments, node)
            reader.take("}")
        body = _merged(arguments, elements, node)
        return Element(name.text, tuple(labels), body, node)

    def _label(self) -> str:
        reader = self._reader
        if reader.peek().kind != "open quote":
            return reader.take("name").text
        reader.take()
        text = ""
        while reader.tokens[reader.at].kind != "close":
            text += reader.take("text").text
        reader.take("close")
        return text


def _merged(arguments: dict[str, Any], elements: list[Element], node: Node) -> dict[str, Any]:
    """Arguments and nested blocks in one mapping, as Terraform JSON has them."""
    body = dict(arguments)
    for element in elements:
        *above, last = (element.kind, *element.labels)
        within: Any = body
        beside = node
        for step in above:
            within = within.setdefault(step, {})
            beside = beside.children.setdefault(step, element.node)
            if not isinstance(within, dict):
                raise _mixed(element)
        listed = within.setdefault(last, [])
        if not isinstance(listed, list) or (element.kind in arguments):
            raise _mixed(element)
        place = beside.children.setdefault(last, Node(element.node.start, element.node.end))
        place.children[len(listed)] = element.node
        listed.append(element.body)
    return body


def _mixed(element: Element) -> NotUnderstood:
    return NotUnderstood(
        f"{element.kind} is written in two different ways in one block", element.node.start
    )
