"""The small repository that the steps begin with: a bit of everything that apps share."""

_ENVIRONMENT = """\
name: {name}
aws:
  account: "111122223333"
  region: eu-west-1
cluster:
  name: acme-{name}
  kubernetes: "1.34"
  vpcCidrs: [10.0.0.0/16]
domains:
- name: {name}.acme.example
  hostedZoneId: Z0000000{zone}
loadBalancer:
  dnsName: lb.acme-{name}.example
  hostedZone:
    name: acme-{name}.example
    hostedZoneId: Z0000000EDGE
  access:
    {access}
router: nginx
edge: {{waf: {{rateLimit: 500}}}}
terraform:
  stateBucket: acme-terraform
  stateRegion: eu-west-1
defaults: {{replicas: 2}}
"""
_CLOSED = "cloudfrontSecurityGroups: [sg-0123456789abcdef0]"


def environment(name: str) -> str:
    """An environment file. Only in dev may a host skip CloudFront."""
    access = "openToTheWorld: true" if name == "dev" else _CLOSED
    return _ENVIRONMENT.format(name=name, zone=name.upper(), access=access)


def spec(name: str, team: str, *lines: str, environments: tuple[str, ...] = ("dev", "prod")) -> str:
    """A spec with these lines between the image and the environments."""
    image = f"image: ghcr.io/acme/{name}:1.0.0"
    where = ("environments:", *(f"  {environment}:" for environment in environments))
    return "\n".join((f"name: {name}", f"team: {team}", image, *lines, *where, ""))


STARTING = {
    "environments/dev.yaml": environment("dev"),
    "environments/prod.yaml": environment("prod"),
    "apps/shop.yaml": spec(
        "shop", "sales", "port: 8080", "expose: {host: shop}", "calls: [cart, login]"
    ),
    "apps/cart.yaml": spec("cart", "sales", "port: 8080", "expose: {host: shop, path: /cart}"),
    "apps/login.yaml": spec("login", "identity", "port: 8080", "expose: {host: login}"),
    "apps/hooks.yaml": spec(
        "hooks",
        "data",
        "port: 8080",
        "expose: {host: hooks, edge: direct}",
        environments=("dev",),
    ),
    "apps/nightly.yaml": spec("nightly", "data", 'schedule: "30 2 * * mon-fri"', "calls: [cart]"),
}
