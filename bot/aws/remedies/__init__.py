"""The remedies, one module a service; each is facts and a few functions (`bot.remedy.Remedy`)."""

from __future__ import annotations

from bot.aws.remedies import (
    cloudfront,
    cloudtrail,
    config,
    databases,
    detector,
    ebs,
    ec2,
    guardduty,
    iam,
    iam_account,
    iam_roles,
    iam_users,
    instances,
    s3,
    sharing,
)
from bot.remedy import Remedy

_MODULES = (
    iam,
    iam_users,
    iam_roles,
    iam_account,
    ec2,
    instances,
    sharing,
    ebs,
    s3,
    cloudtrail,
    databases,
    cloudfront,
    config,
    detector,
    guardduty,
)
REMEDIES: dict[str, Remedy] = {remedy.id: remedy for module in _MODULES for remedy in module.REMEDIES}
"""By id, in the order in which they are offered."""
