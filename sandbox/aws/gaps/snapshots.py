"""EC2 DescribeSnapshots: `OwnerIds` is honoured, so that `self` leaves Amazon's own snapshots out."""

from typing import Any

from sandbox.aws.patch import Patch


def install(patch: Patch) -> None:
    """Keep only the snapshots of the owners asked for."""
    from moto.ec2.responses.elastic_block_store import ElasticBlockStore

    @patch.around(ElasticBlockStore, "describe_snapshots")
    def describe_snapshots(original: Any, response: Any) -> Any:
        result = original(response)
        owners = response._get_param("OwnerIds", [])
        if owners:
            ids = {response.current_account if owner == "self" else owner for owner in owners}
            result.result["Snapshots"] = [one for one in result.result["Snapshots"] if one.owner_id in ids]
        return result
