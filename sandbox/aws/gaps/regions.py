"""EC2 DescribeRegions: only enabled regions unless all are asked for, and its filters."""

from fnmatch import fnmatchcase
from typing import Any

from sandbox.aws.patch import Patch

enabled: dict[str, tuple[str, ...]] = {}
"""The regions of the accounts that have chosen theirs; the others have every region moto knows."""

ATTRIBUTES = {"opt-in-status": "opt_in_status", "region-name": "name", "endpoint": "endpoint"}


def install(patch: Patch) -> None:
    """Honour AllRegions, Filters and the regions that an account has enabled."""
    from moto.core.responses import ActionResult
    from moto.ec2.models.availability_zones_and_regions import Region
    from moto.ec2.responses.availability_zones_and_regions import AvailabilityZonesAndRegions

    @patch.around(AvailabilityZonesAndRegions, "describe_regions")
    def describe_regions(original: Any, response: Any) -> Any:
        regions = original(response).result["Regions"]
        chosen = enabled.get(response.current_account)
        if chosen is not None:
            regions = [Region(each.name, each.endpoint, _status(each, chosen)) for each in regions]
        if not response._get_bool_param("AllRegions", False):
            regions = [each for each in regions if each.opt_in_status != "not-opted-in"]
        for criterion in response._get_param("Filters", []):
            regions = [each for each in regions if _passes(each, criterion)]
        return ActionResult({"Regions": regions})


def _status(region: Any, chosen: tuple[str, ...]) -> str:
    if region.name not in chosen:
        return "not-opted-in"
    return "opted-in" if region.opt_in_status == "not-opted-in" else str(region.opt_in_status)


def _passes(region: Any, criterion: dict[str, Any]) -> bool:
    value = getattr(region, ATTRIBUTES[criterion["Name"]])
    return any(fnmatchcase(value, wanted) for wanted in criterion["Values"])
