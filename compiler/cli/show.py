"""`portico show`: an app's spec as it holds in one environment, and where each value came from."""

import argparse

from compiler.cli.report import Outcome, concluded
from compiler.cli.repository import choose_root
from compiler.inventory.one_app import one_app
from compiler.inventory.resolved import Resolved, resolved

EXAMPLE = "portico show shop --environment prod"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("app", metavar="APP", help="the app: apps/APP.yaml")
    parser.add_argument(
        "--environment",
        metavar="ENV",
        help="where; not needed if the app is in one environment only",
    )
    choose_root(parser)
    parser.add_argument(
        "--format",
        dest="shown_as",
        choices=("text", "json"),
        default="text",
        help="json for programs (default: text, which is a spec itself)",
    )
    parser.set_defaults(format="text", output=[], strict=False)


def run(options: argparse.Namespace) -> int:
    def work() -> Outcome:
        spec = resolved(one_app(options.root, options.app, options.environment))
        text = spec.text if options.shown_as == "text" else _document(spec)
        return Outcome([], text.rstrip("\n"))

    return concluded(options, work)


def _document(spec: Resolved) -> str:
    import json

    return json.dumps({"version": 1, **spec.data}, indent=2, ensure_ascii=False)
