"""What an environment compiles to, against the schemas and the rules."""

from collections.abc import Sequence
from functools import partial

from compiler.check.policy import Judged, Rules
from compiler.check.schema import Schemas, Subject, schema_errors
from compiler.diagnostics.model import Diagnostic, Span
from compiler.emit.rendered import Rendered
from compiler.foreign.yaml import span
from compiler.policies.shape import Context


def judged(
    files: Sequence[Rendered], rules: Rules, context: Context, schemas: Schemas
) -> list[Diagnostic]:
    """What is wrong with files of one environment that are compiled together.

    If there is a Terraform root among them, all of it is.
    """
    found: list[Diagnostic] = []
    for file in files:
        for index, obj in enumerate(file.objects):
            # Where an object stands in the text is looked up for those that are refused only.
            if not schemas.accept(obj):
                why = f"it was compiled from {file.source}"
                found += schema_errors([Subject(obj, partial(_place, file, index), why)], schemas)
            if refused := rules.refused(obj, context):
                locate = partial(_place, file, index)
                found += rules.kept(refused, obj, locate, file.path)
    roots: dict[str, dict[str, bytes]] = {}
    for file in files:
        folder, _, name = file.path.rpartition("/")
        if name.endswith(".tf.json"):
            roots.setdefault(folder, {})[name] = file.text.encode()
    for folder, texts in roots.items():
        found += _judged_root(folder, texts, rules, context)
    return found


def _place(file: Rendered, index: int, path: tuple[str | int, ...]) -> Span:
    """Where a value of an object stands: in the spec, if a person wrote it there like this."""
    written = None if file.written is None else file.written(index, path)
    return written or span(file.path, file.text, index, path)


def _judged_root(
    folder: str, texts: dict[str, bytes], rules: Rules, context: Context
) -> list[Diagnostic]:
    """What is wrong with a Terraform root."""
    # Of no use to a run that judges apps only: 5 ms.
    from compiler.foreign.terraform import read_root

    # Read as Terraform will read it: the rules follow references from file to file.
    root, problems = read_root(folder, texts)
    blocks = [Judged(block, partial(root.locate, block)) for block in root.all_blocks]
    return problems + rules.judge(blocks, context)
