"""acme-prod: GuardDuty in three of four regions, one high finding that nobody has looked at for days."""

from datetime import datetime
from typing import TYPE_CHECKING

from sandbox.aws.accounts import PROD
from sandbox.aws.gaps import guardduty
from sandbox.aws.seeds.ages import ago

if TYPE_CHECKING:
    from sandbox.aws.cloud import Cloud

REGIONS = ("us-east-1", "eu-west-1", "eu-north-1")
LEFT_OPEN = "CryptoCurrency:EC2/BitcoinTool.B!DNS"


def build(cloud: "Cloud", now: datetime) -> None:
    """Row 45: off in ap-southeast-2; a finding of twelve days ago is open, a recent one is a near miss."""
    from moto.guardduty.models import guardduty_backends

    for region in REGIONS:
        cloud.client("guardduty", PROD, region).create_detector(
            Enable=True, FindingPublishingFrequency="FIFTEEN_MINUTES"
        )
    backend = guardduty_backends[PROD.id]["us-east-1"]
    for kind, age, archived in (
        (LEFT_OPEN, 12, False),
        ("Exfiltration:S3/MaliciousIPCaller", 6, False),
        ("Backdoor:Lambda/C&CActivity.B", 40, True),
    ):
        finding = guardduty.build(
            backend,
            kind,
            8.0,
            ago(now, age),
            title=f"{kind.partition('/')[2]} in acme-prod",
            description="Seen before the sandbox began.",
        )
        finding["service"]["archived"] = archived
        # they were sent when they were found, so they are not sent again
        guardduty.findings_of(backend)[finding["id"]] = finding
