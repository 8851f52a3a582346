"""The remedies, one module a service; each is facts and a few functions (`bot.remedy.Remedy`)."""

from __future__ import annotations

from bot.aws.remedies import ec2, guardduty, iam
from bot.remedy import Remedy

REMEDIES: dict[str, Remedy] = {remedy.id: remedy for remedy in (*iam.REMEDIES, *ec2.REMEDIES, *guardduty.REMEDIES)}
"""By id."""
