"""CloudTrail: a trail's event selectors: the default one where none was put, and told from every region by its ARN."""

from typing import Any

from sandbox.aws.patch import Patch

DEFAULT = {
    "ReadWriteType": "All",
    "IncludeManagementEvents": True,
    "DataResources": [],
    "ExcludeManagementEventSources": [],
}


def install(patch: Patch) -> None:
    """Answer the default selector where none was put, and a trail of another region when it is named by its ARN."""
    from moto.cloudtrail.models import CloudTrailBackend, Trail, cloudtrail_backends

    @patch.around(Trail, "get_event_selectors")
    def get_event_selectors(original: Any, trail: Any) -> Any:
        basic, advanced = original(trail)
        return (basic, advanced) if basic or advanced else ([dict(DEFAULT)], [])

    @patch.around(CloudTrailBackend, "get_event_selectors")
    def anywhere(original: Any, backend: Any, trail_name: str) -> Any:
        home = trail_name.split(":")[3] if trail_name.startswith("arn:") else backend.region_name
        return original(cloudtrail_backends[backend.account_id][home], trail_name)
