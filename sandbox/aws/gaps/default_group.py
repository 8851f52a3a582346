"""EC2: a default security group lets its own members in, as every new VPC has it."""

from typing import Any

from sandbox.aws.patch import Patch


def install(patch: Patch) -> None:
    """Add the self-reference to each default group that is made."""
    from moto.ec2.models import EC2Backend

    @patch.around(EC2Backend, "create_security_group")
    def create_security_group(original: Any, backend: Any, *args: Any, **kwargs: Any) -> Any:
        group = original(backend, *args, **kwargs)
        if group.is_default:
            own = {"GroupId": group.id, "OwnerId": backend.account_id}
            backend.authorize_security_group_ingress(
                group.id, "-1", None, None, ip_ranges=[], source_groups=[own], vpc_id=group.vpc_id
            )
        return group
