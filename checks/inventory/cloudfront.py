"""CloudFront: distributions, how viewers reach them, and how they reach their origins."""

from __future__ import annotations

from dataclasses import dataclass

from checks.inventory import GLOBAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Behavior:
    """One cache behaviour."""

    path: str
    """Its path pattern; `default` for the default one."""
    viewers: str
    """ViewerProtocolPolicy: `allow-all`, `https-only` or `redirect-to-https`."""
    origins: tuple[str, ...]
    """Ids of the origins it leads to, those of its origin group if it has one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """One origin."""

    id: str
    domain: str
    protocol: str = ""
    """OriginProtocolPolicy: `http-only`, `match-viewer` or `https-only`; empty where AWS chooses (S3, VPC origins)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """One distribution."""

    id: str
    arn: str
    domain: str
    enabled: bool
    behaviors: tuple[Behavior, ...]
    origins: tuple[Origin, ...]
    aliases: tuple[str, ...] = ()
    default_certificate: bool = False
    """Whether it serves *.cloudfront.net's own certificate, whose protocol cannot be chosen."""
    minimum_tls: str = ""
    """MinimumProtocolVersion, as `TLSv1.2_2021`."""
    iam_certificate: str = ""
    """Id of the IAM server certificate that it serves."""

    @property
    def region(self) -> str:
        """CloudFront is global."""
        return GLOBAL
