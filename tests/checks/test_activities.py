"""Made-up events, as CloudTrail tells of them in each partition."""

import pytest

from checks.activities import IAM_CHANGE, ORGANIZATIONS_CHANGE
from checks.partitions import HOMES, partition_of


@pytest.mark.parametrize(
    ("region", "partition"), [("eu-west-1", "aws"), ("us-gov-east-1", "aws-us-gov"), ("cn-north-1", "aws-cn")]
)
def test_a_region_tells_its_partition(region, partition):
    assert partition_of(region) == partition
    assert partition_of(HOMES[partition]) == partition


@pytest.mark.parametrize(("partition", "home"), HOMES.items())
def test_global_services_tell_of_themselves_from_the_home_of_the_partition(partition, home):
    for one in (*IAM_CHANGE, *ORGANIZATIONS_CHANGE):
        event = one.event("111122223333", partition)

        assert event["awsRegion"] == home
        assert event["userIdentity"]["arn"].startswith(f"arn:{partition}:sts::")
