"""Every file of a new repository."""

from collections.abc import Callable

from compiler.scaffold.apps import apps
from compiler.scaffold.ci import ci_files
from compiler.scaffold.editor import schemas
from compiler.scaffold.environment import environments
from compiler.scaffold.git import git_files
from compiler.scaffold.new_repository import NewRepository
from compiler.scaffold.owners import code_owners
from compiler.scaffold.policies import policies
from compiler.scaffold.pre_commit import hooks
from compiler.scaffold.readme import readme

Maker = Callable[[NewRepository], dict[str, str]]
"""What makes some of the files: path -> text."""

MAKERS: tuple[Maker, ...] = (
    readme,
    apps,
    environments,
    policies,
    hooks,
    ci_files,
    git_files,
    code_owners,
    schemas,
)


def files(new: NewRepository) -> dict[str, str]:
    """Path -> text of all of them."""
    return {path: text for make in MAKERS for path, text in make(new).items()}
