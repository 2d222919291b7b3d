"""`.pre-commit-config.yaml`: Portico before each commit."""

from compiler.author.value import scalar
from compiler.scaffold.new_repository import REVISION, NewRepository


def hooks(new: NewRepository) -> dict[str, str]:
    """The hooks of the Portico that makes the repository, at its own tag."""
    return {
        ".pre-commit-config.yaml": f"""\
# To begin: pre-commit install
default_install_hook_types: [pre-commit, pre-merge-commit]
repos:
- repo: {scalar(new.portico)}
  rev: {REVISION}
  hooks:
  - id: portico-fmt
  - id: portico-compile
  - id: portico-check
  # Manifests and Terraform that Portico does not compile, by their folders:
  # - id: portico-scan
  #   args: [clusters]
"""
    }
