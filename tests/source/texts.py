"""Texts for property tests: any, and documents in one of many layouts."""

from typing import Any

import yaml
from hypothesis import strategies as st

from compiler.emit import yaml as emit_yaml

PIECES = [
    *" \n\t:#-?,[]{}&*!|>'\"%@`~=<\\/.+_0123456789aeynoxé日😀\r\x00\x07\x7f\x85\u00a0\u2028\u200b\ufeff",
    *["a: ", "b: ", "- ", "\n  ", "\n    ", "\n- ", "\n\n", ": ", " #", "? ", "---\n", "...\n", "<<"],
    *["yes", "null", "true", "1.5", "0x1F", "12:30", "2024-01-01", "|\n", ">-\n", "'x'", '"x"', "{a: b}"],
    *["[a, b]", "&a ", "*a", "!!str ", "%YAML 1.2\n", "<<<<<<< ", "\\u", "key: value\n", "\r\n", "{{ x }}"],
]  # fmt: skip
anything = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)

words = st.sampled_from(["name", "a", "b c", "é", "x-y", "1.4.2", "100m", "it's", "a: b", "no", "", " x", "x ", "#", "1", "a #b", "- a", "[x", "日本", "l1\nl2", "l1\n\n l2\n", "long " * 12 + "text", "t\tt"])  # fmt: skip
scalars = (
    words | st.integers(-9999, 9999) | st.booleans() | st.none() | st.sampled_from([1.5, -0.25])
)
trees: st.SearchStrategy[Any] = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
    max_leaves=12,
)
documents = st.dictionaries(words, trees, min_size=1, max_size=4)


def spelled(data: dict[str, Any], style: int, flow: bool | None, width: int, comment: bool) -> str:
    """The data as YAML in one of many layouts."""
    if style == 4:
        text = emit_yaml.document(data)
    else:
        text = yaml.dump(
            data,
            Dumper=yaml.CSafeDumper,
            default_style=[None, "'", '"', "|"][style],
            default_flow_style=flow,
            width=width,
            allow_unicode=True,
            sort_keys=False,
        )
    return text.replace("\n", "  # c\n\n", 1) if comment else text
