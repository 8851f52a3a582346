"""Load balancers, as far as security groups and certificates of IAM go."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadBalancer:
    """A load balancer of any generation; read where some security group is on no network interface."""

    arn: str
    region: str
    groups: tuple[str, ...] = ()
    """Ids of its security groups."""
