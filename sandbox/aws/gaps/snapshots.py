"""EC2 DescribeSnapshots: `OwnerIds` and `RestorableByUserIds` are honoured, so `self` and `all` mean what they say."""

from typing import Any

from sandbox.aws.patch import Patch


def install(patch: Patch) -> None:
    """Keep only the snapshots of the owners asked for, and those that the accounts asked for may use."""
    from moto.ec2.responses.elastic_block_store import ElasticBlockStore

    @patch.around(ElasticBlockStore, "describe_snapshots")
    def describe_snapshots(original: Any, response: Any) -> Any:
        result = original(response)
        owners = response._get_param("OwnerIds", [])
        if owners:
            ids = {response.current_account if owner == "self" else owner for owner in owners}
            result.result["Snapshots"] = [one for one in result.result["Snapshots"] if one.owner_id in ids]
        users = set(response._get_param("RestorableByUserIds", []))
        if users:
            result.result["Snapshots"] = [one for one in result.result["Snapshots"] if users & _users(one, response)]
        return result


def _users(snapshot: Any, response: Any) -> set[str]:
    """Who may make a volume of a snapshot, in the words of the request."""
    users = {*snapshot.create_volume_permission_groups, *snapshot.create_volume_permission_userids}
    return users | ({"self"} if snapshot.owner_id == response.current_account else set())
