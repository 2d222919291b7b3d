"""`README.md`: the first hour in the new repository, and what is where."""

from compiler.emit.tree import RENDERED
from compiler.scaffold.new_repository import REVISION, NewRepository
from compiler.scaffold.owners import command

README = "README.md"
INSTEAD = "PORTICO.md"
"""Its name where there is a README already."""


def readme(new: NewRepository) -> dict[str, str]:
    """For who has never seen Portico."""
    first = new.environments[0]
    return {
        README: f"""\
# {new.name}

App teams write one small file for each app, in `apps/`. [Portico]({new.portico}) compiles it,
for each environment in `environments/`, into Kubernetes manifests for Flux and Terraform for
CloudFront, WAF, certificates and DNS. All of that is committed too, in `{RENDERED}/`. Every public
host goes through one shared load balancer, and `portico check` refuses any other way in.

## The first hour

1. Install Portico and pre-commit:

   ```sh
   pip install "portico @ git+{new.portico}@{REVISION}" pre-commit
   ```

2. Fill in `environments/`. `portico check` points at each value that is still open (`CHANGE-ME`),
   and says what belongs there and where to find it. Some things have to [be in AWS first][setup].
   An environment that you do not have yet can wait: remove its file.
3. Run `portico compile`. From then on `portico check` finds everything clean.
4. Commit, with the hooks in place. They lay out, compile and check what you commit:

   ```sh
   git init
   pre-commit install
   git add --all
   git commit --message "The platform"
   ```

5. Begin the first app. At a terminal, Portico asks for what it needs to know:

   ```sh
   portico new app hello --environment {first}
   git add --all
   git commit --message "hello, in {first}"
   ```

6. Let Terraform and Flux apply `{RENDERED}/`, [in this order][order].
{_ci(new)}
## What is where

| folder | what |
|---|---|
| `apps/` | one file for each app: [what it can say][spec] |
| `environments/` | one file for each environment: [what it can say][environment] |
| `{RENDERED}/` | what Portico compiles; committed, never edited |
| `policies/` | waivers, and rules of your own: [how to write them][policies] |
| `.portico/` | schemas, by which an editor completes and checks what you write |

## Every day

| to | run |
|---|---|
| write to `{RENDERED}/` what the specs mean | `portico compile` |
| find mistakes | `portico check` |
| see what a change means | `portico diff` |
| give an app another image | `portico set image APP REF --environment ENV` |
| take it to the next environment | `portico promote APP --from ENV --to ENV` |
| name anew who approves what | `{command(new)} > CODEOWNERS` |
| understand an error | `portico explain PT015` |

[setup]: {new.document("docs/setup.md")}
[order]: {new.document("docs/setup.md#order")}
{_ci_link(new)}[spec]: {new.document("docs/spec.md")}
[environment]: {new.document("docs/environment.md")}
[policies]: {new.document("docs/policies.md")}
"""
    }


def _ci(new: NewRepository) -> str:
    if not new.hosters:
        return ""
    return """\
7. Push. CI checks each change and shows what it means. [Tell it][ci] which roles may plan and
   apply.
"""


def _ci_link(new: NewRepository) -> str:
    return f"[ci]: {new.document('docs/ci.md')}\n" if new.hosters else ""
