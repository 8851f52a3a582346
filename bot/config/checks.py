"""The checks' numbers and lists, for all accounts or for some."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from bot.config.part import Part
from bot.config.values import AccountId, CheckId, Expression, Level, Port, Tag
from checks.settings import ENVIRONMENTS, SENSITIVE_SERVICES, SHARED_NAMES, TAG_PATTERNS, CheckSettings


class Checks(Part):
    """The checks' numbers and lists; names as in the reference of settings."""

    key_max_age: Annotated[int, Field(ge=1)] = 90
    """iam-key-old: days."""
    key_very_old: Annotated[int, Field(ge=1)] = 365
    """iam-key-old is high above so many days."""
    key_unused: Annotated[int, Field(ge=1)] = 30
    """iam-key-unused: days."""
    user_inactive: Annotated[int, Field(ge=1)] = 90
    """iam-user-inactive: days."""
    root_used: Annotated[int, Field(ge=1)] = 90
    """iam-root-used, iam-root-as-daily-user: days."""
    password_length: Annotated[int, Field(ge=6, le=128)] = 14
    """iam-password-policy-weak: characters."""
    password_max_age: Annotated[int, Field(ge=1)] = 90
    """iam-password-no-expiry: days."""
    password_remembered: Annotated[int, Field(ge=1, le=24)] = 24
    """iam-password-reuse: passwords."""
    trail_delivery: Annotated[int, Field(ge=1)] = 1
    """cloudtrail-no-cloudwatch-logs: days within which a trail has delivered into its log group."""
    break_glass: tuple[str, ...] = ()
    """Names of users and roles for emergencies, left out of the checks on people."""
    known_accounts: tuple[AccountId, ...] = ()
    """ec2-ami-shared: accounts to share with, beside the account's own and those of its organisation."""
    ssh_key_max_age: Annotated[int, Field(ge=1)] = 90
    """ec2-key-pair-old, iam-ssh-key-old: days."""
    wide_port_range: Annotated[int, Field(ge=1, le=65535)] = 100
    """ec2-sg-wide-port-range: ports."""
    broad_public: Annotated[int, Field(ge=0, le=32)] = 24
    """ec2-sg-broad-source: bits of the widest prefix of public IPv4 addresses that passes."""
    broad_private: Annotated[int, Field(ge=0, le=32)] = 16
    """ec2-sg-broad-source: bits of the widest prefix of private IPv4 addresses that passes."""
    common_tcp_ports: tuple[Port, ...] = (80, 443)
    """ec2-sg-open-uncommon-port, ec2-sg-broad-source: TCP ports that may be open to the world."""
    common_udp_ports: tuple[Port, ...] = (443,)
    """ec2-sg-open-uncommon-port, ec2-sg-broad-source: UDP ports that may be open to the world."""
    security_groups_per_vpc: Annotated[int, Field(ge=1)] = 50
    """ec2-sg-too-many: groups."""
    bastion_tag: Tag = "Role=bastion"
    """ec2-admin-port-not-bastion: the tag of a bastion, as `key=value`."""
    bastion_words: tuple[str, ...] = ("bastion", "jump", "jumpbox", "jumphost")
    """ec2-admin-port-not-bastion: whole words, one of which a bastion's name has."""
    environment_tags: tuple[str, ...] = ("Environment", "Env")
    """vpc-mixed-environments: keys of the tag that names an environment; the first that a resource has counts."""
    environments: Mapping[str, tuple[str, ...]] = ENVIRONMENTS
    """vpc-mixed-environments: other names of an environment, by its own."""
    required_tags: tuple[str, ...] = ("Environment", "Owner")
    """tag-missing, tag-value-invalid: keys that everything must have."""
    required_tags_ec2: tuple[str, ...] = ("Name",)
    """tag-missing: keys that instances, volumes, VPCs and security groups must have besides."""
    tag_patterns: Mapping[str, Expression] = TAG_PATTERNS
    """tag-value-invalid, name-invalid: regular expressions that the whole value must match, by key."""
    shared_names: tuple[str, ...] = SHARED_NAMES
    """iam-shared-user: words of which a shared name is made, digits and punctuation aside."""
    sensitive_services: tuple[str, ...] = SENSITIVE_SERVICES
    """iam-policy-service-admin: services of which no policy should allow everything."""
    iam_groups: Annotated[int, Field(ge=1)] = 30
    """iam-group-too-many: groups."""
    certificate_expiring: Annotated[int, Field(ge=0)] = 30
    """acm-certificate-expiring, iam-certificate-expiring: days that are left."""
    guardduty_left_open: Annotated[int, Field(ge=0)] = 7
    """guardduty-finding-left-open: days."""
    event_queue: str = ""
    """guardduty-not-relayed: URL of the SQS queue that findings are to reach; empty: the one in aws.queue_url."""
    severity: Mapping[CheckId, Level] = {}
    """Severity by check id, in place of its own."""
    disabled: tuple[CheckId, ...] = ()
    """Ids of checks that are switched off."""

    def for_judging(self) -> CheckSettings:
        """The same, as the checks know them."""
        given = self.model_dump()
        given["severity"] = {check: str(severity) for check, severity in self.severity.items()}
        return CheckSettings(**given)

    def with_own(self, own: Checks) -> Checks:
        """These, but for the keys that `own` sets."""
        return self.model_copy(update={key: getattr(own, key) for key in own.model_fields_set})
