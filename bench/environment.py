"""The environment file of a generated estate, as a platform team would have written it."""


def environment(name: str, number: int) -> str:
    """The text of `environments/<name>.yaml`; `number` tells its account and network apart."""
    production = name.startswith("prod")
    domain = "meridian.example" if name == "prod" else f"{name}.meridian.example"
    account = f"{111122223333 + number}"
    return f"""\
# yaml-language-server: $schema=../docs/schema/environment.schema.json
name: {name}
aws:
  account: "{account}"
  region: eu-west-1
cluster:
  name: meridian-{name}
  kubernetes: "{"1.35" if name == "dev" else "1.34"}"
  vpcCidrs: [10.{10 + number}.0.0/16]
domains:
- name: {domain}
  hostedZoneId: Z0926184PUBLIC{number:07}
loadBalancer:
  dnsName: lb.{name}.mb-edge-7k2q.example
  hostedZone:
    name: {name}.mb-edge-7k2q.example
    hostedZoneId: Z0926184EDGE{number:09}
  access:
    cloudfrontSecurityGroups: [sg-{0xF1E2D3C4B5A69700 + number:017x}]
router: {{kind: nginx, replicas: {4 if production else 2}}}
edge:
  priceClass: {"PriceClass_All" if production else "PriceClass_100"}
  waf:
    allow:
    - 203.0.113.16/28              # the office
    block:
    - 192.0.2.0/24                 # scraper, ticket SEC-418
    rateLimit: {3000 if production else 10000}
terraform:
  stateBucket: meridian-terraform-{name}
  stateRegion: eu-west-1
defaults:
  replicas: {3 if production else 1}
"""
