"""What an environment compiles to, against the schemas and the rules."""

from collections.abc import Sequence
from functools import partial

from compiler.check.policy import Judged, Rules
from compiler.check.schema import Schemas, Subject, schema_errors
from compiler.diagnostics.model import Diagnostic
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
                locate = partial(span, file.path, file.text, index)
                why = f"it was compiled from {file.source}"
                found += schema_errors([Subject(obj, locate, why)], schemas)
            if refused := rules.refused(obj, context):
                locate = partial(span, file.path, file.text, index)
                found += rules.kept(refused, obj, locate)
    roots: dict[str, dict[str, bytes]] = {}
    for file in files:
        folder, _, name = file.path.rpartition("/")
        if name.endswith(".tf.json"):
            roots.setdefault(folder, {})[name] = file.text.encode()
    for folder, texts in roots.items():
        found += _judged_root(folder, texts, rules, context)
    return found


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
