"""CloudTrail: a trail without event selectors has the default one, all management events."""

from typing import Any

from sandbox.aws.patch import Patch

DEFAULT = {
    "ReadWriteType": "All",
    "IncludeManagementEvents": True,
    "DataResources": [],
    "ExcludeManagementEventSources": [],
}


def install(patch: Patch) -> None:
    """Answer the default selector where none was put."""
    from moto.cloudtrail.models import Trail

    @patch.around(Trail, "get_event_selectors")
    def get_event_selectors(original: Any, trail: Any) -> Any:
        basic, advanced = original(trail)
        return (basic, advanced) if basic or advanced else ([dict(DEFAULT)], [])
