"""The numbers and lists that an operator may set; the defaults are those of the practices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

ENVIRONMENTS: Mapping[str, tuple[str, ...]] = {
    "prod": ("production", "prd", "live"),
    "stage": ("staging", "stg", "uat", "preprod"),
    "dev": ("development",),
    "test": ("testing", "qa"),
}
"""Other names of an environment, by its own."""

TAG_PATTERNS: Mapping[str, str] = {
    "Environment": "(?i)"
    + "|".join([*(name for own, others in ENVIRONMENTS.items() for name in (own, *others)), "sandbox"]),
    "Name": r"[A-Za-z0-9][A-Za-z0-9 ._/-]{1,127}",
}

SHARED_NAMES = (
    "shared",
    "common",
    "generic",
    "team",
    "everyone",
    "group",
    "temp",
    "test",
    "demo",
    "user",
    "guest",
    "root",
    "admin",
    "administrator",
    "ops",
    "support",
)
SENSITIVE_SERVICES = (
    "iam",
    "sts",
    "organizations",
    "kms",
    "secretsmanager",
    "ssm",
    "s3",
    "ec2",
    "lambda",
    "cloudtrail",
    "config",
    "guardduty",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckSettings:
    """Every number and list of the checks, in days unless named otherwise."""

    key_max_age: int = 90
    key_very_old: int = 365
    key_unused: int = 30
    user_inactive: int = 90
    root_used: int = 90
    password_length: int = 14
    password_max_age: int = 90
    password_remembered: int = 24
    trail_delivery: int = 1
    break_glass: tuple[str, ...] = ()
    """Names of users and roles for emergencies, left out of the checks on people."""
    known_accounts: tuple[str, ...] = ()
    """Ids of accounts that things may be shared with, beside the account's own and those of its organisation."""
    ssh_key_max_age: int = 90
    wide_port_range: int = 100
    """In ports."""
    broad_public: int = 24
    """In bits of an IPv4 prefix."""
    broad_private: int = 16
    """In bits of an IPv4 prefix."""
    common_tcp_ports: tuple[int, ...] = (80, 443)
    common_udp_ports: tuple[int, ...] = (443,)
    security_groups_per_vpc: int = 50
    bastion_tag: str = "Role=bastion"
    bastion_words: tuple[str, ...] = ("bastion", "jump", "jumpbox", "jumphost")
    """Whole words of a name."""
    environment_tags: tuple[str, ...] = ("Environment", "Env")
    """Keys, the first that a resource has."""
    environments: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: dict(ENVIRONMENTS))
    required_tags: tuple[str, ...] = ("Environment", "Owner")
    required_tags_ec2: tuple[str, ...] = ("Name",)
    """Besides, of EC2's own things."""
    tag_patterns: Mapping[str, str] = field(default_factory=lambda: dict(TAG_PATTERNS))
    """Regular expressions that the whole value must match, by key."""
    shared_names: tuple[str, ...] = SHARED_NAMES
    """Words of which a name is made that several people share."""
    sensitive_services: tuple[str, ...] = SENSITIVE_SERVICES
    """Services of which no policy should allow everything."""
    iam_groups: int = 30
    certificate_expiring: int = 30
    guardduty_left_open: int = 7
    event_queue: str = ""
    """URL of the queue that GuardDuty's findings are to reach; empty: none."""
    severity: Mapping[str, str] = field(default_factory=dict)
    """Severity by check id, in place of the check's own."""
    disabled: tuple[str, ...] = ()
    """Ids of checks switched off."""
