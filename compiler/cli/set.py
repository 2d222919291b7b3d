"""`portico set`: another image for an app or a part of it, in some environments or in all."""

import argparse

from compiler.author.edited import Edited
from compiler.author.image import set_image
from compiler.author.spec import spec_of_app
from compiler.cli.edit import choose_edit, concluded_edit
from compiler.source.repository import load
from compiler.source.yaml import Reader

EXAMPLE = "portico set image shop ghcr.io/acme/shop:1.5.0 --environment dev --environment test"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=("image",), help="what is set")
    parser.add_argument("app", metavar="APP", help="the app: apps/APP.yaml")
    parser.add_argument("image", metavar="REF", help="the image, with a tag or digest")
    parser.add_argument(
        "--environment",
        action="append",
        metavar="ENV",
        help="in this environment; may be given several times "
        "(default: wherever the app has no image of its own)",
    )
    parser.add_argument(
        "--part",
        metavar="PART",
        help="of this part of the app, which is workers.NAME, jobs.NAME, init.NAME or "
        "sidecars.NAME (default: of the app itself)",
    )
    choose_edit(parser)


def run(options: argparse.Namespace) -> int:
    def edit(reader: Reader) -> Edited:
        sources = load(options.root, reader)
        spec = spec_of_app(options.root, options.app, sources.app_names)
        known = sources.environment_names
        return set_image(spec, options.image, options.environment, known, options.part)

    return concluded_edit(options, edit)
