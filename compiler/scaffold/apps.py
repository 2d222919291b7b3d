"""`apps/`: no app yet, and a page that says what one is. Git keeps the folder for it."""

from compiler.author.value import scalar
from compiler.scaffold.new_repository import NewRepository


def apps(new: NewRepository) -> dict[str, str]:
    """What app teams read first."""
    first, last = scalar(new.environments[0]), scalar(new.environments[-1])
    block = f"  {first}:" + (
        f"\n  {last}:\n    replicas: {{min: 3, max: 12}}" if last != first else ""
    )
    return {
        "apps/README.md": f"""\
# Apps

One file for each app, `apps/<name>.yaml`. This is a whole one:

```yaml
# apps/hello.yaml
name: hello
team: platform                 # who answers for it; also its namespace
image: ghcr.io/acme/hello:1.0.0
port: 8080
expose:
  host: hello                  # hello.<the environment's domain>
environments:
{block}
```

`portico new app NAME` asks for these few things and writes the file. Everything else has a default:
[what a spec can say]({new.document("docs/spec.md")}).
"""
    }
