"""A small estate of two environments, and what people do to it before CI runs."""

from pathlib import Path

from tests.git import committed, git
from tests.repository import APP, ENVIRONMENT, portico, repository

PROD = ENVIRONMENT.replace("dev", "prod").replace("acme", "acme-prod")


def compiled(root: Path) -> Path:
    """A compiled repository with the app `shop` in `dev` and `prod`, committed to main."""
    files = {
        "apps/shop.yaml": APP + "  prod:\n",
        "environments/dev.yaml": ENVIRONMENT,
        "environments/prod.yaml": PROD,
    }
    repository(root, files)
    assert portico(root, "compile").code == 0
    committed(root)
    return root


def edit(root: Path, path: str, old: str, new: str) -> None:
    text = (root / path).read_text()
    assert old in text
    (root / path).write_text(text.replace(old, new))


def change_root(root: Path, *environments: str) -> None:
    """Change the Terraform root of these environments."""
    for environment in environments:
        edit(root, f"rendered/{environment}/terraform/waf.tf.json", "waf", "firewall")


def merged(root: Path) -> None:
    """Commit the work tree to a branch and check its merge with main out, as GitHub does."""
    git(root, "checkout", "--quiet", "-b", "change")
    committed(root)
    git(root, "checkout", "--quiet", "--detach", "main")
    git(root, "merge", "--quiet", "--no-ff", "--message=merge", "change")
    git(root, "branch", "--delete", "--force", "main", "change")


def pushed_by_a_bot(root: Path, origin: Path) -> None:
    """Push main to a new `origin`, and a branch `flux/images` that changes an image and no more."""
    git(root, "clone", "--quiet", "--bare", str(root), str(origin))
    git(root, "remote", "add", "origin", str(origin))
    git(root, "checkout", "--quiet", "-b", "flux/images")
    edit(root, "apps/shop.yaml", "shop:1.4.2", "shop:1.5.0")
    committed(root, "update images")
    git(root, "push", "--quiet", "origin", "flux/images")
