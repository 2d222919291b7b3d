"""What an environment compiles to, against the schemas and the rules."""

from collections.abc import Sequence
from functools import lru_cache, partial

from compiler.check.policy import Judged, Rules
from compiler.check.schema import Schemas, Subject, schema_errors
from compiler.diagnostics.model import Diagnostic
from compiler.emit.rendered import Rendered
from compiler.foreign.terraform import read_root
from compiler.foreign.yaml import span
from compiler.policies.shape import Context


def judged(
    files: Sequence[Rendered], rules: Rules, context: Context, kubernetes: str
) -> list[Diagnostic]:
    """What is wrong with files of one environment that are compiled together.

    If there is a Terraform root among them, all of it is.
    """
    schemas = _schemas(kubernetes)
    found: list[Diagnostic] = []
    for file in files:
        for index, obj in enumerate(file.objects):
            is_wrong = not schemas.accept(obj)
            refusals = rules.refusals(obj, context)
            if is_wrong or refusals:
                locate = partial(span, file.path, file.text, index)
                help = f"it was compiled from {file.source}"
                found += schema_errors([Subject(obj, locate, help)], schemas)
                found += rules.kept(refusals, obj, locate)
    # Read as Terraform will read it: the rules follow references from file to file.
    roots: dict[str, dict[str, bytes]] = {}
    for file in files:
        folder, _, name = file.path.rpartition("/")
        if name.endswith(".tf.json"):
            roots.setdefault(folder, {})[name] = file.text.encode()
    for folder, texts in roots.items():
        root, problems = read_root(folder, texts)
        blocks = [Judged(block, partial(root.locate, block)) for block in root.all_blocks]
        found += problems + rules.judge(blocks, context)
    return found


@lru_cache(maxsize=4)
def _schemas(kubernetes: str) -> Schemas:
    """Kept, because environments of one version share what is compiled."""
    return Schemas(kubernetes)
