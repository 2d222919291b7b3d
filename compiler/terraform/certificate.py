"""The certificate of the public hosts, with its validation in Route 53."""

from compiler.link.estate import Estate
from compiler.spec.environment import Environment
from compiler.terraform.expression import Block, Expression, address_part, ref
from compiler.terraform.settings import US_EAST_1


def certificate_arn(environment: Environment) -> str:
    """What CloudFront is given: never a certificate that is not yet validated."""
    if environment.edge.certificate is not None:
        return environment.edge.certificate.arn
    return ref("aws_acm_certificate_validation.public.certificate_arn")


def certificate(estate: Estate) -> Block:
    if estate.environment.edge.certificate is not None:
        return {}
    names = list(estate.certificate_names)
    records = {
        f"certificate_{address_part(name.removeprefix('*.'))}": name.removeprefix("*.")
        for name in names
    }
    return {
        "resource": {
            "aws_acm_certificate": {
                "public": {
                    "provider": US_EAST_1,
                    "domain_name": names[0],
                    "subject_alternative_names": names[1:],
                    "validation_method": "DNS",
                    # A distribution must never be without one while a name is added.
                    "lifecycle": {"create_before_destroy": True},
                }
            },
            "aws_route53_record": {
                record: _validation_record(estate, base) for record, base in records.items()
            },
            "aws_acm_certificate_validation": {
                "public": {
                    "provider": US_EAST_1,
                    "certificate_arn": ref("aws_acm_certificate.public.arn"),
                    "validation_record_fqdns": [
                        ref(f"aws_route53_record.{record}.fqdn") for record in records
                    ],
                }
            },
        },
        "locals": {
            "certificate_validation": Expression(
                "{for option in aws_acm_certificate.public.domain_validation_options :"
                ' trimprefix(option.domain_name, "*.") => option...}'
            )
        },
    }


def _validation_record(estate: Estate, base: str) -> Block:
    """One static record for a name and its wildcard: AWS gives both the same one."""
    zone = max(
        (d for d in estate.environment.domains if base == d.name or base.endswith("." + d.name)),
        key=lambda domain: len(domain.name),
    ).hosted_zone_id
    option = f'local.certificate_validation["{base}"][0]'
    return {
        "zone_id": zone,
        "name": Expression(f"{option}.resource_record_name"),
        "type": Expression(f"{option}.resource_record_type"),
        "ttl": 300,
        "records": [Expression(f"{option}.resource_record_value")],
        # An earlier certificate for the same name was validated by the same record.
        "allow_overwrite": True,
    }
