"""Certificates are issued when their validation records stand in a public zone, and not before.

moto issues every certificate after a minute, and gives all names of one the same record.
https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html
"""

import hashlib
from typing import Any, NamedTuple

from moto.acm import urls
from moto.acm.models import AWSCertificateManagerBackend, CertBundle, acm_backends
from moto.acm.responses import AWSCertificateManagerResponse
from moto.core.exceptions import AWSError
from moto.core.responses import ActionResult

from tests.aws_server.cloudfront import configurations
from tests.aws_server.route53 import public_records


def install() -> None:
    acm_backends.backend = Certificates
    urls.url_paths.update(dict.fromkeys(urls.url_paths, Requests.dispatch))


class ResourceInUse(AWSError):
    TYPE = "ResourceInUseException"


class Certificates(AWSCertificateManagerBackend):
    @property
    def _url_module(self) -> Any:
        return urls

    def get_certificate(self, arn: str) -> CertBundle:
        certificate = self._certificates.get(arn)
        if certificate and certificate.status == "PENDING_VALIDATION":
            if not all(_stands(validation_record(name)) for name in certificate.sans):
                return certificate
            certificate.status = "ISSUED"
        return super().get_certificate(arn)

    def delete_certificate(self, arn: str) -> None:
        for distribution in configurations():
            if distribution.ViewerCertificate.acm_certificate_arn == arn:
                raise ResourceInUse(f"Certificate {arn} in account {self.account_id} is in use.")
        super().delete_certificate(arn)


class Requests(AWSCertificateManagerResponse):
    def describe_certificate(self) -> ActionResult:
        answer = super().describe_certificate()
        assert isinstance(answer.result, dict)
        options = answer.result["Certificate"].get("DomainValidationOptions") or []
        for option in options:
            record = validation_record(option["DomainName"])
            option["ResourceRecord"] = {
                "Name": record.name,
                "Type": "CNAME",
                "Value": record.value,
            }
        # moto keeps the names as a set, so their order changes from one process to the next.
        options.sort(key=lambda option: str(option["DomainName"]))
        return answer


class Record(NamedTuple):
    name: str
    value: str


def validation_record(name: str) -> Record:
    """A wildcard and the name that it stands under are validated by one and the same record."""
    base = name.removeprefix("*.")
    token = hashlib.sha256(base.encode()).hexdigest()
    return Record(f"_{token[:32]}.{base}.", f"_{token[32:]}.{token[:10]}.acm-validations.aws.")


def _stands(record: Record) -> bool:
    return any(
        found.type == "CNAME"
        and found.name.rstrip(".") == record.name.rstrip(".")
        and any(value.rstrip(".") == record.value.rstrip(".") for value in found.records)
        for found in public_records()
    )
