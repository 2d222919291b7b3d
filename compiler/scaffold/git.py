"""What git leaves out of the repository, and how it and reviewers take what is in it."""

from compiler.emit.tree import RENDERED
from compiler.scaffold.new_repository import NewRepository

IGNORED = (".portico-cache/", ".portico-*.tmp", ".terraform/", "*.tfstate", "*.tfstate.*")
"""What Portico and Terraform keep on a machine; a state holds secrets."""


def git_files(new: NewRepository) -> dict[str, str]:
    """They are the same for every repository."""
    return {
        ".gitignore": "".join(f"{pattern}\n" for pattern in (*IGNORED, "__pycache__/", ".venv/")),
        ".gitattributes": f"""\
* text=auto eol=lf

# Written by portico: folded away in reviews, LF on every system.
{RENDERED}/** text eol=lf linguist-generated=true gitlab-generated
""",
    }
