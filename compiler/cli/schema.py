"""`portico schema`: what a spec or an environment file may say, for editors and other tools."""

import argparse
import sys

from compiler.cli.main import CLEAN
from compiler.spec import json_schema

EXAMPLE = "portico schema app > .portico/app.schema.json"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "kind",
        choices=("app", "environment"),
        help="of apps/<name>.yaml, or of environments/<name>.yaml",
    )


def run(options: argparse.Namespace) -> int:
    sys.stdout.write(json_schema.text(options.kind))
    return CLEAN
