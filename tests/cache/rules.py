"""Rules of a repository's own that look at more than the object that they judge."""

_RULE = '''\
ID = "{id}"
TITLE = "a rule of these tests"
SEVERITY = "error"
RATIONALE = "It looks at more than its object."
WHAT = "Refuses objects."
FIX = "Change the hosts."
KINDS = ("Deployment",)
ONE_DOOR = False
FAILING = """
apiVersion: apps/v1
kind: Deployment
metadata: {{name: refused}}
"""
PASSING = """
apiVersion: apps/v1
kind: Deployment
metadata: {{name: shop}}
"""


def findings(obj, context):
    name = obj["metadata"]["name"]
    if name == "refused":
        yield ("metadata", "name"), "this name is taken", "choose another"
{body}
'''


def rule(id: str, body: str) -> str:
    """A rule about Deployments, whose `body` says what more it refuses."""
    lines = (f"    {line}" if line else "" for line in body.splitlines())
    return _RULE.format(id=id, body="\n".join(lines))


EVERY_HOST = rule(
    "PT901",
    """\
long = [host for host in context.hosts if len(host.partition(".")[0]) > 6]
if long:
    yield ("metadata", "name"), f"{name} runs beside {long}", "shorten them"
""",
)
ONE_HOST = rule(
    "PT902",
    """\
for claim in context.hosts.get("news.dev.acme.example", ()):
    yield ("metadata", "name"), f"{name} meets {claim.namespace}/{claim.name}", "move one of them"
""",
)
HOSTS_IF_DEBUG = rule(
    "PT903",
    """\
image = obj["spec"]["template"]["spec"]["containers"][0]["image"] if "spec" in obj else ""
if image.endswith("debug"):
    try:
        number = len([host for host in context.hosts])
    except Exception:
        number = 0
    if number:
        yield ("metadata", "name"), f"{name} is debugged beside {number} hosts", "release it"
""",
)
GUARD_OF_HOSTS = (
    rule("PT904", "")
    + """

NAME = "hosts"


def admission(context):
    return {
        "matchConstraints": {"resourceRules": []},
        "validations": [{"expression": repr(sorted(context.hosts))}],
    }
"""
)
