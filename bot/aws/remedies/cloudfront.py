"""The remedy for CloudFront: viewers who come by HTTP are sent on to HTTPS."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.aws.remedies.setting import Seen, by_arn, looked, setting
from bot.remedy import Clients, Effect, Facts, Remedy, Risk, Target

_OPEN, _REDIRECT = "allow-all", "redirect-to-https"
_DEFAULT = "Default (*)"


def _distribution(target: Target) -> str:
    return f"the distribution {target.parameters['distribution']}"


def _behaviors(config: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """By path."""
    yield _DEFAULT, config["DefaultCacheBehavior"]
    for behavior in config.get("CacheBehaviors", {}).get("Items", ()):
        yield behavior["PathPattern"], behavior


def _read(clients: Clients, target: Target) -> tuple[dict[str, Any], str]:
    with looked("cloudfront", target.region, _distribution(target), "NoSuchDistribution"):
        answer = clients("cloudfront").get_distribution_config(Id=target.parameters["distribution"])
    return answer["DistributionConfig"], answer["ETag"]


def _look(clients: Clients, target: Target) -> Seen:
    config, _ = _read(clients, target)
    policies = {path: behavior["ViewerProtocolPolicy"] for path, behavior in _behaviors(config)}
    aliases = ", ".join(config.get("Aliases", {}).get("Items", ())) or "its own name alone"
    return Seen(
        name=f"distribution {target.parameters['distribution']} ({aliases})",
        parts=policies,
        wanted={path: _REDIRECT if policy == _OPEN else policy for path, policy in policies.items()},
        effects=(Effect("Who asks by HTTP is answered with a redirect; what cannot follow one, or posts, fails."),),
    )


def _write(clients: Clients, target: Target, parts: Facts, _handles: Facts) -> None:
    """In one call, which AWS takes only if nobody changed the distribution since it was read."""
    config, version = _read(clients, target)
    for path, behavior in _behaviors(config):
        behavior["ViewerProtocolPolicy"] = parts.get(path, behavior["ViewerProtocolPolicy"])
    with looked("cloudfront", target.region, _distribution(target), "NoSuchDistribution"):
        clients("cloudfront").update_distribution(
            Id=target.parameters["distribution"], DistributionConfig=config, IfMatch=version
        )


REDIRECT_HTTPS = Remedy(
    id="cloudfront-redirect-https",
    title="Send viewers on to HTTPS",
    label="Redirect to HTTPS",
    risk=Risk.MEDIUM,
    fixes=("cloudfront-http-allowed",),
    answers=(),
    reads=("cloudfront:GetDistributionConfig",),
    writes=("cloudfront:UpdateDistribution", "cloudfront:GetDistributionConfig"),
    aim=by_arn(":distribution/(?P<distribution>[A-Z0-9]+)"),
    **setting(_look, _write),
)

REMEDIES = (REDIRECT_HTTPS,)
