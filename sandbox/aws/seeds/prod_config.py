"""acme-prod: AWS Config, right in us-east-1 and wrong in another way in each other region."""

from datetime import datetime
from typing import TYPE_CHECKING

from sandbox.aws.accounts import PROD
from sandbox.aws.seeds import recorders
from sandbox.aws.seeds.log_archive import ARCHIVE

if TYPE_CHECKING:
    from sandbox.aws.cloud import Cloud


def build(cloud: "Cloud", now: datetime) -> None:
    """Rows 42 (eu-west-1), 43 and 44 (eu-north-1), and 41 (ap-southeast-2, where there is nothing)."""
    recorders.record(cloud, PROD, "us-east-1", ARCHIVE)
    recorders.record(cloud, PROD, "eu-west-1", ARCHIVE, types=("AWS::EC2::Instance", "AWS::S3::Bucket"))
    recorders.record(cloud, PROD, "eu-north-1", ARCHIVE, frequency=None)
    for region in ("us-east-1", "eu-west-1"):
        recorders.notify(cloud, PROD, region)
