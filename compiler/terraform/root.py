"""An Estate -> one Terraform JSON root, one file per concern."""

from compiler.link.estate import Estate
from compiler.terraform.cdn import cdn
from compiler.terraform.certificate import certificate
from compiler.terraform.dns import dns
from compiler.terraform.expression import Block, finish
from compiler.terraform.iam import iam
from compiler.terraform.outputs import outputs
from compiler.terraform.settings import providers, settings
from compiler.terraform.waf import waf


def terraform_files(estate: Estate) -> dict[str, Block]:
    """File name -> content, for `rendered/<env>/terraform/`; text is escaped, `"//"` left out."""
    # The settings block is read before any evaluation: nothing in it is a template.
    files = {"settings.tf.json": settings(estate)}
    for name, content in (
        ("providers", providers(estate)),
        ("waf", waf(estate)),
        ("certificate", certificate(estate)),
        ("redirects", _redirects(estate)),
        ("cdn", cdn(estate)),
        ("dns", dns(estate)),
        ("iam", iam(estate)),
        ("app_roles", _app_roles(estate)),
        ("outputs", outputs(estate)),
    ):
        if content:
            files[f"{name}.tf.json"] = finish(content)
    return files


def _redirects(estate: Estate) -> Block:
    if not any(distribution.redirects for distribution in estate.distributions):
        return {}
    # Few environments have any.
    from compiler.terraform.redirects import redirects

    return redirects(estate)


def _app_roles(estate: Estate) -> Block:
    if not estate.permitted:
        return {}
    from compiler.terraform.app_roles import app_roles

    return app_roles(estate)
