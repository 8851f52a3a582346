"""EC2: an instance's security groups are those of its network interface, and new ones replace the old."""

from typing import Any

from sandbox.aws.patch import Patch


def install(patch: Patch) -> None:
    """Let ModifyInstanceAttribute(Groups) and ModifyNetworkInterfaceAttribute(Groups) both replace them."""
    from moto.ec2.models import EC2Backend

    @patch.around(EC2Backend, "modify_instance_security_groups")
    def modify_instance(original: Any, backend: Any, instance_id: str, group_ids: list[str]) -> Any:
        instance = original(backend, instance_id, group_ids)
        for interface in instance.nics.values():
            interface._group_set = list(instance.security_groups)
        return instance

    @patch.around(EC2Backend, "modify_network_interface_attribute")
    def modify_interface(original: Any, backend: Any, eni_id: str, group_ids: list[str], *rest: Any) -> None:
        original(backend, eni_id, group_ids, *rest)
        interface = backend.get_network_interface(eni_id)
        if group_ids and interface.instance and interface.device_index in {0, None}:
            interface.instance.security_groups = list(interface._group_set)
