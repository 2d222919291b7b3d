"""The language: what a spec and an environment file may say, as strict models."""

import os

# pydantic's plugins may change what a model accepts: what a spec means must not depend on what is
# installed beside. It also takes 10 ms to look for one.
# https://docs.pydantic.dev/latest/concepts/plugins/
os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"
