"""What moto 5.2.5 lacks or answers otherwise than AWS does, one module a gap, each with a contract test."""

from importlib import import_module

from sandbox.aws.patch import Patch

MODULES = (
    "alarms",
    "assume_role",
    "certificates",
    "credential_report",
    "default_encryption",
    "default_group",
    "event_selectors",
    "events",
    "foreign_buckets",
    "guardduty",
    "images",
    "managed_policies",
    "mfa_delete",
    "module_list",
    "network_interfaces",
    "organizations",
    "recorder_status",
    "regions",
    "security_hub",
    "server_certificates",
    "snapshots",
    "sns",
    "trail_status",
    "whole_seconds",
)


def install(patch: Patch) -> None:
    """Fill every gap; `patch.undo` empties them again."""
    for name in MODULES:
        import_module(f"{__name__}.{name}").install(patch)
