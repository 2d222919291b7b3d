"""The examples of rules about objects and Terraform: what they hold, and are held against."""

from compiler.foreign import yaml
from compiler.foreign.files import File
from compiler.foreign.objects import objects_of
from compiler.foreign.terraform import read_root
from compiler.policies.shape import Block, Context, Object, Shared

CONTEXT = Context(
    shared=(Shared("edge", "service-public-loadbalancer"),),
    ingress_classes=frozenset(("edge",)),
    domains=("example.com",),
)
"""What the examples of every rule are held against."""


def subjects_of(example: str) -> list[Object | Block] | str:
    """The objects or blocks of an example, or why it cannot be read."""
    if example.lstrip().startswith("{"):
        root, problems = read_root(".", {"main.tf.json": example.encode()})
        if problems or not root.all_blocks:
            return problems[0].message if problems else "it holds no block"
        return list(root.all_blocks)
    objects = objects_of(File("example", ""), yaml.read("example", example.encode()))
    if objects.problems or not objects.manifests:
        return objects.problems[0].message if objects.problems else "it holds no object"
    return [manifest.obj for manifest in objects.manifests]
