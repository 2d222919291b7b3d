"""`python -m compiler` is `portico`."""

from compiler.cli.main import run

run()
