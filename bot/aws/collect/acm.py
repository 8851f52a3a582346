"""Reads ACM's certificates of every key type; those that are in use once more, for what uses them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bot.aws.collect.collector import Collector, Scope
from bot.aws.collect.source import Source
from bot.errors import AwsError
from checks.inventory.acm import Certificate

KEY_TYPES = (
    "RSA_1024",
    "RSA_2048",
    "RSA_3072",
    "RSA_4096",
    "EC_prime256v1",
    "EC_secp384r1",
    "EC_secp521r1",
)
"""All that ACM knows: unasked, it lists certificates with RSA keys of 1024 and 2048 bits alone."""

_PAGE = 1000
_GONE = "ResourceNotFoundException"
_NEVER_ISSUED = {"PENDING_VALIDATION", "VALIDATION_TIMED_OUT", "FAILED"}


def certificates(source: Source) -> Iterable[Certificate]:
    """Every certificate."""
    listed = source.pages(
        "acm",
        "list_certificates",
        "CertificateSummaryList",
        size=_PAGE,
        Includes={"keyTypes": list(KEY_TYPES)},
    )
    return source.each(lambda one: _certificate(source, one), listed)


def _certificate(source: Source, listed: Mapping[str, Any]) -> Certificate:
    found = {**listed, **_details(source, listed)}
    status = found.get("Status", "")
    return Certificate(
        arn=found["CertificateArn"],
        region=source.region,
        domain=found.get("DomainName", ""),
        status=status,
        expires=None if status in _NEVER_ISSUED else found.get("NotAfter"),
        kind=found.get("Type", ""),
        renewal=found.get("RenewalSummary", {}).get("RenewalStatus", ""),
        used_by=tuple(found.get("InUseBy", ())),
    )


def _details(source: Source, listed: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the list does not say: what uses the certificate, and how its renewal goes."""
    if listed.get("Status") in _NEVER_ISSUED or listed.get("InUse") is False:
        return {}
    try:
        found: Mapping[str, Any] = source.call("acm", "describe_certificate", CertificateArn=listed["CertificateArn"])[
            "Certificate"
        ]
    except AwsError as error:
        if error.code == _GONE:
            return {}
        raise
    return found


COLLECTORS = (
    Collector(
        record=Certificate,
        scope=Scope.REGIONAL,
        actions=("acm:DescribeCertificate", "acm:ListCertificates"),
        read=certificates,
    ),
)
