"""`portico promote`: an app gets in one environment the image that it has in another."""

import argparse

from compiler.author.edited import Edited
from compiler.author.promote import PROMOTABLE, promoted
from compiler.author.spec import spec_of_app
from compiler.cli.edit import choose_edit, concluded_edit
from compiler.source.repository import load
from compiler.source.yaml import Reader

EXAMPLE = "portico promote shop --from test --to acceptance --with env --with resources"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("app", metavar="APP", help="the app: apps/APP.yaml")
    parser.add_argument(
        "--from", dest="source", required=True, metavar="ENV", help="the environment that has it"
    )
    parser.add_argument(
        "--to", dest="target", required=True, metavar="ENV", help="the environment that gets it"
    )
    parser.add_argument(
        "--with",
        action="append",
        default=[],
        dest="further",
        metavar="FIELD",
        help="what the spec says of this field too, beside the image; may be given several times: "
        + ", ".join(field for field in PROMOTABLE if field != "image"),
    )
    choose_edit(parser)


def run(options: argparse.Namespace) -> int:
    def edit(reader: Reader) -> Edited:
        sources = load(options.root, reader)
        spec = spec_of_app(options.root, options.app, sources.app_names)
        return promoted(
            spec, options.source, options.target, options.further, sources.environment_names
        )

    return concluded_edit(options, edit)
