"""The root's frame: versions, state, and the account that it may touch."""

from compiler.link.estate import Estate
from compiler.terraform.expression import Block

# `use_lockfile` of the S3 backend is stable since Terraform 1.11.
TERRAFORM_VERSION = ">= 1.11.0"
PROVIDER_VERSION = "5.100.0"

# CloudFront's web ACLs and certificates live in us-east-1, whatever the region of the origin.
US_EAST_1 = "aws.us_east_1"


def settings(estate: Estate) -> Block:
    environment = estate.environment
    return {
        "terraform": {
            "required_version": TERRAFORM_VERSION,
            "required_providers": {
                "aws": {"source": "hashicorp/aws", "version": PROVIDER_VERSION},
            },
            "backend": {
                "s3": {
                    "bucket": environment.terraform.state_bucket,
                    "key": f"portico/{environment.name}/terraform.tfstate",
                    "region": environment.terraform.state_region,
                    "encrypt": True,
                    "use_lockfile": True,
                    "allowed_account_ids": [environment.aws.account],
                }
            },
        }
    }


def providers(estate: Estate) -> Block:
    environment = estate.environment
    common = {
        # With another account's credentials nothing is read or planned.
        "allowed_account_ids": [environment.aws.account],
        "default_tags": {
            "tags": {
                "Environment": environment.name,
                "ManagedBy": "portico",
                "Source": estate.source,
            }
        },
    }
    return {
        "provider": {
            "aws": [
                {"region": environment.aws.region, **common},
                {"alias": "us_east_1", "region": "us-east-1", **common},
            ]
        }
    }
