"""EC2: an instance runs from an image that exists, or the call is refused."""

from sandbox.aws.patch import Patch


def install(patch: Patch) -> None:
    """Switch moto's own check on, which it reads from the environment too early for us to set it there."""
    from moto import settings

    patch.attribute(settings, "ENABLE_AMI_VALIDATION", True)
