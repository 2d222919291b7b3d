"""`policies/`: waivers, and room for rules of the repository's own."""

from compiler.scaffold.new_repository import NewRepository


def policies(new: NewRepository) -> dict[str, str]:
    """No waiver and no rule yet; Portico's own rules need no file."""
    return {
        "policies/README.md": f"""\
# Policies

Portico brings its rules along: `portico explain` lists them, and nothing here can switch one off.

- `waivers.yaml` lets a finding pass for a while, with a reason, an owner and a last day.
- A file `<name>.py` is a rule of this repository's own, PT900 to PT999.

[How to write both]({new.document("docs/policies.md")}).
""",
        "policies/waivers.yaml": """\
# What is let pass, why, who answers for it, and until when:
# - rule: PT210
#   object: DaemonSet monitoring/node-exporter
#   path: clusters/prod
#   reason: it measures the network of the node itself
#   owner: platform
#   expires: "2027-03-31"
waivers: []
""",
    }
