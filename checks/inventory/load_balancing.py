"""Load balancers, as far as they serve certificates of IAM."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateUse:
    """A load balancer of any generation that serves a certificate; read where IAM holds certificates at all."""

    arn: str
    """The load balancer's."""
    region: str
    certificate: str
    """ARN."""
