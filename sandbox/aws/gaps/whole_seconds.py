"""IAM: dates are whole seconds in every answer, so that the credential report and the lists agree."""

from datetime import datetime
from typing import Any

from sandbox.aws.patch import Patch


def install(patch: Patch) -> None:
    """Give moto's IAM a clock without fractions."""
    from moto.iam import models

    now: Any = models.utcnow

    def whole() -> datetime:
        moment: datetime = now()
        return moment.replace(microsecond=0)

    patch.attribute(models, "utcnow", whole)
