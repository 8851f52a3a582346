"""Reads which load balancers serve certificates of IAM; nothing is asked where IAM holds none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from bot.aws.collect import iam
from bot.aws.collect.collector import Collector, Scope
from bot.aws.collect.source import Source
from checks.inventory import GLOBAL
from checks.inventory.load_balancing import CertificateUse

_PAGE = 400
_SECURE = {"HTTPS", "TLS"}


def certificate_uses(source: Source) -> list[CertificateUse]:
    """The load balancers of the region, each with the certificates of IAM that it serves."""
    uploaded = {one.arn for one in replace(source, region=GLOBAL).once(iam.server_certificates)}
    if not uploaded:
        return []
    found = dict.fromkeys((*_classic(source), *_newer(source)))
    return [
        CertificateUse(arn=balancer, region=source.region, certificate=certificate)
        for balancer, certificate in found
        if certificate in uploaded
    ]


Served = tuple[str, str]
"""ARNs of a load balancer and of a certificate."""


def _classic(source: Source) -> Iterator[Served]:
    for balancer in source.pages("elb", "describe_load_balancers", "LoadBalancerDescriptions", size=_PAGE):
        name = balancer["LoadBalancerName"]
        arn = f"arn:{source.partition}:elasticloadbalancing:{source.region}:{source.account}:loadbalancer/{name}"
        for description in balancer.get("ListenerDescriptions", ()):
            if certificate := description["Listener"].get("SSLCertificateId"):
                yield arn, certificate


def _newer(source: Source) -> list[Served]:
    """Those of the second generation; a listener serves more than the one certificate that its list shows."""
    balancers = [
        one["LoadBalancerArn"]
        for one in source.pages("elbv2", "describe_load_balancers", "LoadBalancers", size=_PAGE)
        if one.get("Type") in ("application", "network")
    ]

    def listeners(balancer: str) -> list[Mapping[str, Any]]:
        return source.pages("elbv2", "describe_listeners", "Listeners", LoadBalancerArn=balancer)

    def certificates(listener: Mapping[str, Any]) -> list[Served]:
        served = source.pages(
            "elbv2", "describe_listener_certificates", "Certificates", ListenerArn=listener["ListenerArn"]
        )
        return [(listener["LoadBalancerArn"], one["CertificateArn"]) for one in served]

    every = [one for found in source.each(listeners, balancers) for one in found if one.get("Protocol") in _SECURE]
    return [pair for pairs in source.each(certificates, every) for pair in pairs]


COLLECTORS = (
    Collector(
        record=CertificateUse,
        scope=Scope.REGIONAL,
        actions=(
            "iam:ListServerCertificates",
            "elasticloadbalancing:DescribeListenerCertificates",
            "elasticloadbalancing:DescribeListeners",
            "elasticloadbalancing:DescribeLoadBalancers",
        ),
        read=certificate_uses,
    ),
)
