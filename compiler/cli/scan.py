"""`portico scan`: judge any files as Kubernetes, Flux and Terraform would read them."""

import argparse
import os
import re

from compiler import scanning
from compiler.cli.output import choose_output
from compiler.cli.progress import Progress
from compiler.cli.report import Outcome, amount, concluded
from compiler.policies.shape import Context, Shared

EXAMPLE = "portico scan --shared edge/public --ingress-class edge --domain example.com clusters/"

_NAME = r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", nargs="+", metavar="PATH", help="a folder or file to judge")
    entrance = parser.add_argument_group(
        "what the files are held against",
        "By default this comes from the environments of the repository that the files are in.",
    )
    entrance.add_argument(
        "--shared",
        action="append",
        default=[],
        type=_shared,
        metavar="NAMESPACE/NAME",
        help="the one Service that may be a load balancer",
    )
    entrance.add_argument(
        "--ingress-class",
        action="append",
        default=[],
        type=_name,
        metavar="NAME",
        help="an IngressClass of the router behind it",
    )
    entrance.add_argument(
        "--domain",
        action="append",
        default=[],
        type=_domain,
        metavar="NAME",
        help="a domain that public hosts live in",
    )
    entrance.add_argument(
        "--origin",
        action="append",
        default=[],
        type=_domain,
        metavar="NAME",
        help="a stable name of the shared load balancer, for CloudFront",
    )
    entrance.add_argument(
        "--account",
        action="append",
        default=[],
        type=_account,
        metavar="ID",
        help="an AWS account that Terraform may change",
    )
    entrance.add_argument(
        "--kind",
        action="append",
        default=[],
        type=_kind,
        metavar="GROUP/KIND",
        help="a kind of custom resources that is let in",
    )
    entrance.add_argument(
        "--root",
        metavar="DIR",
        dest="repository",
        help="the repository whose environments say it",
    )
    entrance.add_argument(
        "--environment",
        action="append",
        metavar="ENV",
        help="only this environment; may be given several times (default: all)",
    )
    parser.add_argument(
        "--kubernetes",
        type=_version,
        metavar="VERSION",
        help="the version whose schemas hold (default: that of the environments, or 1.34)",
    )
    choose_output(parser)
    parser.set_defaults(root=".")


def run(options: argparse.Namespace) -> int:
    def work() -> Outcome:
        scanned = scanning.scan(options.path, held_against(options), Progress().watch)
        looked_at = amount(scanned.objects, "object", "objects")
        if scanned.blocks:
            looked_at += f" and {amount(scanned.blocks, 'Terraform block', 'Terraform blocks')}"
        return Outcome(
            scanned.diagnostics,
            f"scanned {looked_at} in {amount(scanned.files, 'file', 'files')}: clean",
        )

    return concluded(options, work)


def held_against(options: argparse.Namespace) -> scanning.Against:
    """What the command line says, and what it leaves to the repository's environments.

    Raises what `scanning.against_repository` raises.
    """
    given = Context(
        shared=tuple(options.shared),
        ingress_classes=frozenset(options.ingress_class),
        domains=tuple(options.domain),
        origins=tuple(options.origin),
        accounts=tuple(options.account),
        kinds=frozenset(options.kind),
    )
    repository = options.repository
    if repository is None and options.environment:
        repository = "."
    if repository is None and given._replace(kinds=frozenset()) == Context():
        repository = repository_of(options.path[0])
    if repository is None:
        return scanning.against(given, options.kubernetes)
    return scanning.against_repository(repository, options.environment, given, options.kubernetes)


def repository_of(path: str) -> str | None:
    """The nearest folder with apps/ and environments/: this one, or one that the path is in."""
    candidates = [os.path.abspath(".")]
    above = os.path.abspath(path)
    while above != os.path.dirname(above):
        candidates.append(above)
        above = os.path.dirname(above)
    for folder in candidates:
        if all(os.path.isdir(os.path.join(folder, name)) for name in ("apps", "environments")):
            return folder
    return None


def _shared(text: str) -> Shared:
    namespace, slash, name = text.partition("/")
    if not slash or not re.fullmatch(_NAME, namespace) or not re.fullmatch(_NAME, name):
        raise argparse.ArgumentTypeError(
            f'"{text}" is not NAMESPACE/NAME; write for example edge/public'
        )
    return Shared(namespace, name)


def _name(text: str) -> str:
    if not re.fullmatch(_NAME, text):
        raise argparse.ArgumentTypeError(f'"{text}" is not the name of a Kubernetes object')
    return text


def _domain(text: str) -> str:
    domain = text.lower().removesuffix(".")
    if not re.fullmatch(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]*[a-z0-9]", domain):
        raise argparse.ArgumentTypeError(
            f'"{text}" is not a domain name; write for example example.com'
        )
    return domain


def _account(text: str) -> str:
    if not re.fullmatch(r"[0-9]{12}", text, re.ASCII):
        raise argparse.ArgumentTypeError(f'"{text}" is not an AWS account: that has 12 digits')
    return text


def _kind(text: str) -> str:
    if not re.fullmatch(rf"{_NAME}/[A-Z][A-Za-z0-9]*", text):
        raise argparse.ArgumentTypeError(
            f'"{text}" is not GROUP/KIND; write for example monitoring.coreos.com/ServiceMonitor'
        )
    return text


def _version(text: str) -> str:
    known = scanning.kubernetes_versions()
    if text not in known:
        raise argparse.ArgumentTypeError(
            f'there are no schemas of Kubernetes "{text}"; there are {known[0]} to {known[-1]}'
        )
    return text
