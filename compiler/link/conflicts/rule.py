"""The rule about fields that are right alone and cannot both hold."""

from compiler.diagnostics.model import Rule

CONFLICT = Rule(
    "PT108",
    "fields that exclude each other",
    "Every field is rendered or refused, never dropped: one of the two would have no effect.",
    what="Refuses fields, or values of fields, that are right alone and cannot both hold: a job on "
    "a schedule that has replicas, a request above its limit, a range from 5 to 2.",
    fix="Keep one of the two, or make both agree. The message shows where each of them stands; one "
    "may come from the environment's defaults.",
    failing="""\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
schedule: "30 2 * * *"
replicas: 3
environments:
  dev:
""",
    passing="""\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
schedule: "30 2 * * *"
environments:
  dev:
""",
)
