"""`portico init`: a new repository, from options or, at a terminal, from answers."""

import argparse
import os
import re
import shlex
import sys
from functools import partial
from typing import Any, get_args

from compiler.author.given import one_of, problem
from compiler.author.refused import Refused
from compiler.cli.answer import answer
from compiler.cli.codeowners import owner_name
from compiler.cli.main import CLEAN, UNUSABLE
from compiler.cli.report import amount, say
from compiler.diagnostics.stopped import Stopped
from compiler.scaffold.ci import FILES
from compiler.scaffold.files import files
from compiler.scaffold.folder import names_in, place
from compiler.scaffold.new_repository import PORTICO, NewRepository
from compiler.scaffold.readme import INSTEAD, README
from compiler.source.placeholder import WORD
from compiler.spec.environment import AccountId, BucketName, Domain, KubernetesVersion, Region
from compiler.spec.types import Name

EXAMPLE = "portico init estate --environment dev --environment prod --domain example.com"

ENVIRONMENTS = ("dev", "test", "acceptance", "prod")

_LATER = "later"

_HOSTERS: dict[str | None, tuple[str, ...]] = {None: tuple(FILES), "none": ()}


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folder",
        metavar="DIR",
        help="the folder: not there yet, empty, or a git repository with a README and the like",
    )
    parser.add_argument(
        "--environment",
        action="append",
        metavar="ENV",
        help="an environment; may be given several times, in the order in which an image goes "
        f"through them (default: {', '.join(ENVIRONMENTS)})",
    )
    known = parser.add_argument_group(
        "what is known",
        "A person at a terminal is asked for most of it. What stays open is a placeholder\n"
        "in environments/, and `portico check` points at each of them.",
    )
    known.add_argument(
        "--domain",
        metavar="DOMAIN",
        help="where public hosts live: prod has the domain itself, dev has dev.DOMAIN",
    )
    known.add_argument(
        "--edge-domain",
        metavar="DOMAIN",
        help="another domain, for the names of load balancers: that of dev is lb.dev.DOMAIN",
    )
    known.add_argument("--region", metavar="REGION", help="the AWS region of everything")
    known.add_argument(
        "--account",
        action="append",
        metavar="[ENV=]ID",
        help="the AWS account of all environments, or of one; may be given several times",
    )
    known.add_argument(
        "--kubernetes",
        choices=get_args(KubernetesVersion),
        metavar="VERSION",
        help="the Kubernetes version of the clusters",
    )
    known.add_argument(
        "--state-bucket", metavar="BUCKET", help="the S3 bucket of Terraform's state"
    )
    known.add_argument(
        "--organisation",
        type=owner_name,
        metavar="NAME",
        help="the organisation, or group, whose teams are named in CODEOWNERS",
    )
    known.add_argument(
        "--platform",
        default="platform",
        type=owner_name,
        metavar="TEAM",
        help="its team that approves what no other team does (default: platform)",
    )
    known.add_argument(
        "--ci",
        choices=(*FILES, "none"),
        metavar="HOSTER",
        help="whose CI gets files: github, gitlab, or none (default: github and gitlab)",
    )
    known.add_argument(
        "--portico",
        default=PORTICO,
        type=_url,
        metavar="URL",
        help=f"the git repository that hooks and CI take Portico from (default: {PORTICO})",
    )


def run(options: argparse.Namespace) -> int:
    folder: str = options.folder
    try:
        there = names_in(folder)
        new = _asked_for(options)
        made = files(new)
        kept = _kept(made, {name.lower() for name in there})
        place(folder, made)
    except (Refused, Stopped) as reason:
        say(str(reason))
        return UNUSABLE
    for line in kept:
        say(line)
    print("\n".join(_said(folder, made, is_git=".git" in there)))
    return CLEAN


def _url(text: str) -> str:
    if not re.fullmatch(r"[a-z+]+://[A-Za-z0-9._~:/@%+-]+", text):
        raise argparse.ArgumentTypeError(f'"{text}" is no address: write it in full, {PORTICO}')
    return text.rstrip("/").removesuffix(".git")


def _asked_for(options: argparse.Namespace) -> NewRepository:
    """What the options say, and answers say where they leave something out. Raises Refused."""
    names = tuple(dict.fromkeys(options.environment or ENVIRONMENTS))
    for name in names:
        _refuse_wrong("--environment", Name, name)
    for option, kind in _ASKED.items():
        given = getattr(options, option)
        if given is not None:
            _refuse_wrong(f"--{option.replace('_', '-')}", kind, given)
    accounts = _accounts(options.account or [], names)
    if sys.stdin.isatty() and sys.stdout.isatty():
        _ask(options)
    if options.domain is not None and options.domain == options.edge_domain:
        raise Refused(
            f"--edge-domain: {options.domain} is the domain of public hosts, which external-dns in "
            f"the cluster must not reach: take another one, such as edge.{options.domain}"
        )
    return NewRepository(
        os.path.basename(os.path.abspath(options.folder)),
        names,
        accounts,
        region=options.region,
        kubernetes=options.kubernetes,
        domain=options.domain,
        edge_domain=options.edge_domain,
        state_bucket=options.state_bucket,
        organisation=options.organisation,
        platform=options.platform,
        portico=options.portico,
        hosters=_HOSTERS.get(options.ci, (options.ci,)),
    )


_ASKED: dict[str, Any] = {
    "domain": Domain,
    "edge_domain": Domain,
    "region": Region,
    "state_bucket": BucketName,
}


def _refuse_wrong(option: str, kind: Any, text: str) -> None:
    wrong = problem(kind, text)
    if wrong:
        raise Refused(f"{option}: {wrong}")


def _accounts(given: list[str], environments: tuple[str, ...]) -> dict[str, str]:
    """Environment -> account; one for all gives way to one for an environment. Raises Refused."""
    accounts: dict[str, str] = {}
    for text in sorted(given, key=lambda text: "=" in text):
        environment, named, account = text.rpartition("=")
        _refuse_wrong("--account", AccountId, account)
        if named:
            accounts[one_of("environment", environment, environments)] = account
        else:
            accounts |= dict.fromkeys(environments, account)
    return accounts


def _ask(options: argparse.Namespace) -> None:
    """Fill in what was not given and a person knows."""
    questions = {
        "domain": "Domain of public hosts: prod has the domain itself, dev has dev.DOMAIN",
        "edge_domain": "Another domain, for the names of the load balancers",
        "region": "AWS region",
        "state_bucket": "S3 bucket of Terraform's state",
    }
    for option, question in questions.items():
        if getattr(options, option) is None:
            said = answer(question, partial(_wrong, _ASKED[option]), _LATER)
            setattr(options, option, None if said == _LATER else said)
    if options.organisation is None:
        said = answer("Organisation whose teams approve changes", _wrong_owner, _LATER)
        options.organisation = None if said == _LATER else said


def _wrong(kind: Any, text: str) -> str:
    return "" if text == _LATER else problem(kind, text)


def _wrong_owner(text: str) -> str:
    try:
        owner_name(text)
    except argparse.ArgumentTypeError as wrong:
        return str(wrong)
    return ""


def _kept(made: dict[str, str], there: set[str]) -> list[str]:
    """Leave out what is there already, and say so."""
    kept: list[str] = []
    if any(name.startswith("readme") for name in there):
        made[INSTEAD] = made.pop(README)
        kept.append(f"the README that is there stays as it is; the new one is {INSTEAD}")
    for path in [path for path in made if path in there]:
        lines = [line for line in made.pop(path).splitlines() if line and line[0] != "#"]
        kept.append(f"{path} is there already, and stays as it is; add to it: {', '.join(lines)}")
    return kept


def _said(folder: str, made: dict[str, str], *, is_git: bool) -> list[str]:
    """What was done, and what comes next."""
    environments = [text for path, text in made.items() if path.startswith("environments/")]
    still_open = sum(text.count(f'"{WORD}: ') for text in environments)
    is_here = os.path.samefile(folder, ".")
    guide = README if README in made else INSTEAD
    steps = [
        *([] if is_here else [(f"cd {shlex.quote(folder)}", "")]),
        *([] if is_git else [("git init", "")]),
        *([("portico check", "points at each value that is still open")] if still_open else []),
        ("portico compile", "once nothing is open" if still_open else ""),
        ("portico new app NAME", ""),
    ]
    name = os.path.basename(os.path.abspath(folder)) if is_here else folder
    return [
        f"{name}: a repository for {amount(len(environments), 'environment', 'environments')}"
        + (f"; {amount(still_open, 'value is', 'values are')} still open" if still_open else ""),
        f"next, as {guide} explains:",
        *(f"  {command:<22} {f'# {why}' if why else ''}".rstrip() for command, why in steps),
    ]
