"""CloudTrail GetTrailStatus: when a trail last delivered to its log group."""

import json
from typing import Any

from sandbox.aws.patch import Patch


def install(patch: Patch) -> None:
    """Add the delivery to CloudWatch Logs of a trail that logs and has a log group.

    `trail.logs_delivered` (seconds since 1970), where set, says when that was; else it is now.
    """
    from moto.cloudtrail.responses import CloudTrailResponse

    @patch.around(CloudTrailResponse, "get_trail_status")
    def get_trail_status(original: Any, response: Any) -> str:
        answer = json.loads(original(response))
        name = response._get_param("Name")
        trails = response.cloudtrail_backend.describe_trails(include_shadow_trails=True)
        trail = next(each for each in trails if name in {each.trail_name, each.arn})
        if answer["IsLogging"] and trail.cw_log_group_arn:
            answer["LatestCloudWatchLogsDeliveryTime"] = vars(trail).get("logs_delivered", answer["LatestDeliveryTime"])
        return json.dumps(answer)
