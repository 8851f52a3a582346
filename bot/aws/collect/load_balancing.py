"""Reads load balancers: the certificates of IAM that they serve, and their security groups.

Nothing is asked where IAM holds no certificate, and every group is on a network interface.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from bot.aws.collect import ec2, iam
from bot.aws.collect.collector import Collector, Scope
from bot.aws.collect.source import Source
from checks.inventory import GLOBAL
from checks.inventory.load_balancing import CertificateUse, LoadBalancer

_PAGE = 400
_SECURE = {"HTTPS", "TLS"}


def certificate_uses(source: Source) -> list[CertificateUse]:
    """The load balancers of the region, each with the certificates of IAM that it serves."""
    uploaded = {one.arn for one in replace(source, region=GLOBAL).once(iam.server_certificates)}
    if not uploaded:
        return []
    found = dict.fromkeys((*_served_by_classic(source), *_served_by_newer(source)))
    return [
        CertificateUse(arn=balancer, region=source.region, certificate=certificate)
        for balancer, certificate in found
        if certificate in uploaded
    ]


def load_balancers(source: Source) -> list[LoadBalancer]:
    """The region's load balancers; none where each group is on an interface, for they could tell of no further use."""
    attached = {group for interface in source.once(ec2.network_interfaces) for group in interface.groups}
    if all(group.id in attached or group.name == "default" for group in source.once(ec2.security_groups)):
        return []
    balancers = [(_arn_of(source, one), one) for one in source.once(_classic)]
    balancers += [(one["LoadBalancerArn"], one) for one in source.once(_newer)]
    return [
        LoadBalancer(arn=arn, region=source.region, groups=tuple(one.get("SecurityGroups", ())))
        for arn, one in balancers
    ]


def _classic(source: Source) -> list[Mapping[str, Any]]:
    return source.pages("elb", "describe_load_balancers", "LoadBalancerDescriptions", size=_PAGE)


def _newer(source: Source) -> list[Mapping[str, Any]]:
    return source.pages("elbv2", "describe_load_balancers", "LoadBalancers", size=_PAGE)


def _arn_of(source: Source, classic: Mapping[str, Any]) -> str:
    name = classic["LoadBalancerName"]
    return f"arn:{source.partition}:elasticloadbalancing:{source.region}:{source.account}:loadbalancer/{name}"


Served = tuple[str, str]
"""ARNs of a load balancer and of a certificate."""


def _served_by_classic(source: Source) -> Iterator[Served]:
    for balancer in source.once(_classic):
        for description in balancer.get("ListenerDescriptions", ()):
            if certificate := description["Listener"].get("SSLCertificateId"):
                yield _arn_of(source, balancer), certificate


def _served_by_newer(source: Source) -> list[Served]:
    """Those of the second generation; a listener serves more than the one certificate that its list shows."""
    balancers = [one["LoadBalancerArn"] for one in source.once(_newer) if one.get("Type") in ("application", "network")]

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
    Collector(
        record=LoadBalancer,
        scope=Scope.REGIONAL,
        actions=(
            "ec2:DescribeNetworkInterfaces",
            "ec2:DescribeSecurityGroups",
            "elasticloadbalancing:DescribeLoadBalancers",
        ),
        read=load_balancers,
    ),
)
