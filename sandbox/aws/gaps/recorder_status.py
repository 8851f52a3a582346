"""Config: a recorder that was started has soon delivered, and says SUCCESS."""

from typing import Any

from sandbox.aws.patch import Patch


def install(patch: Patch) -> None:
    """Leave out the first minutes, in which the status is PENDING."""
    from moto.config.models import ConfigRecorderStatus

    @patch.around(ConfigRecorderStatus, "start")
    def start(original: Any, status: Any) -> None:
        original(status)
        status.last_status = "SUCCESS"
