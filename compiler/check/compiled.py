"""What an environment compiles to, against the schemas and the rules."""

from collections.abc import Iterator
from functools import lru_cache, partial

from compiler.check.hosts import claimed, claims_of
from compiler.check.policy import Judged, Locate, Rules
from compiler.check.schema import Schemas, Subject, schema_errors
from compiler.diagnostics.model import Diagnostic
from compiler.foreign.terraform import read_root
from compiler.foreign.yaml import span
from compiler.kubernetes.files import File
from compiler.policies.shape import Context, Object


def judged(
    manifests: dict[str, File],
    texts: dict[str, str],
    rules: Rules,
    context: Context,
    kubernetes: str,
) -> list[Diagnostic]:
    """What is wrong with the objects and the Terraform root of one environment.

    Both dictionaries are by the path below the repository; `texts` holds every rendered file.
    """
    found = schema_errors(
        (
            Subject(obj, locate, f"it was compiled from {file.source}")
            for file, obj, locate in _objects(manifests, texts)
        ),
        _schemas(kubernetes),
    )
    claims = (
        c for path, file in manifests.items() for o in file.objects for c in claims_of(o, path)
    )
    context = context._replace(hosts=claimed(claims))
    objects = (Judged(obj, locate) for _, obj, locate in _objects(manifests, texts))
    found += rules.judge(objects, context)
    # Read as Terraform will read it: the rules follow references from file to file.
    roots: dict[str, dict[str, bytes]] = {}
    for path, text in texts.items():
        if path not in manifests:
            folder, _, name = path.rpartition("/")
            roots.setdefault(folder, {})[name] = text.encode()
    for folder, files in roots.items():
        root, problems = read_root(folder, files)
        blocks = [Judged(block, partial(root.locate, block)) for block in root.all_blocks]
        found += problems + rules.judge(blocks, context)
    return found


def _objects(
    manifests: dict[str, File], texts: dict[str, str]
) -> Iterator[tuple[File, Object, Locate]]:
    for path, file in manifests.items():
        for index, obj in enumerate(file.objects):
            yield file, obj, partial(span, path, texts[path], index)


@lru_cache(maxsize=4)
def _schemas(kubernetes: str) -> Schemas:
    """Kept, because environments of one version share what is compiled."""
    return Schemas(kubernetes)
