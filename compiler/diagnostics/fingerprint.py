"""What makes a finding the same one in two runs, though lines have moved in between."""

from collections import Counter
from hashlib import sha256

from compiler.diagnostics.lines import lines_below
from compiler.diagnostics.model import Diagnostic


def fingerprints(diagnostics: list[Diagnostic], root: str) -> list[str]:
    """32 hexadecimal digits for each diagnostic, no two alike.

    They depend on the rule, the message, the file and the text of the line, not on its number or
    indentation. Where all of these agree, the findings are counted from the top of the file.
    """
    lines = lines_below(root, diagnostics)
    seen: Counter[tuple[str, ...]] = Counter()
    found: list[str] = []
    for diagnostic in diagnostics:
        span = diagnostic.primary.span
        text = "".join(lines(span.path)[span.line - 1 : span.line]) if span.line else ""
        said = (diagnostic.rule.id, diagnostic.message)
        identity = (*said, span.path, " ".join(text.split()))
        seen[identity] += 1
        whole = "\0".join((*identity, str(seen[identity])))
        found.append(sha256(whole.encode(errors="backslashreplace")).hexdigest()[:32])
    return found
