"""Reads CloudFront's distributions, all of which one list tells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.aws.collect.collector import Collector, Scope
from bot.aws.collect.source import Source
from checks.inventory.cloudfront import Behavior, Distribution, Origin


def distributions(source: Source) -> list[Distribution]:
    """Every distribution, those that are switched off too; none in GovCloud, which has no CloudFront."""
    if source.partition == "aws-us-gov":
        return []
    pages = source.whole("cloudfront", "list_distributions")
    # an account without any has no Items
    return [_distribution(found) for page in pages for found in page.get("DistributionList", {}).get("Items", ())]


def _distribution(found: Mapping[str, Any]) -> Distribution:
    certificate = found.get("ViewerCertificate", {})
    groups = {
        group["Id"]: tuple(member["OriginId"] for member in group.get("Members", {}).get("Items", ()))
        for group in found.get("OriginGroups", {}).get("Items", ())
    }
    behaviors = [("default", found["DefaultCacheBehavior"])]
    behaviors += [(one["PathPattern"], one) for one in found.get("CacheBehaviors", {}).get("Items", ())]
    return Distribution(
        id=found["Id"],
        arn=found["ARN"],
        domain=found.get("DomainName", ""),
        enabled=bool(found.get("Enabled")),
        behaviors=tuple(_behavior(path, one, groups) for path, one in behaviors),
        origins=tuple(_origin(one) for one in found.get("Origins", {}).get("Items", ())),
        aliases=tuple(found.get("Aliases", {}).get("Items", ())),
        default_certificate=not (certificate.get("ACMCertificateArn") or certificate.get("IAMCertificateId")),
        minimum_tls=certificate.get("MinimumProtocolVersion", ""),
        iam_certificate=certificate.get("IAMCertificateId", ""),
    )


def _behavior(path: str, found: Mapping[str, Any], groups: Mapping[str, tuple[str, ...]]) -> Behavior:
    target = found.get("TargetOriginId", "")
    return Behavior(
        path=path, viewers=found.get("ViewerProtocolPolicy", "allow-all"), origins=groups.get(target, (target,))
    )


def _origin(found: Mapping[str, Any]) -> Origin:
    custom = found.get("CustomOriginConfig", {})
    return Origin(id=found["Id"], domain=found.get("DomainName", ""), protocol=custom.get("OriginProtocolPolicy", ""))


COLLECTORS = (
    Collector(record=Distribution, scope=Scope.GLOBAL, actions=("cloudfront:ListDistributions",), read=distributions),
)
