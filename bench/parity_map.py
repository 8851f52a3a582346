"""Which of Prowler's checks answers the question of which of ours: the table by which the two are compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Scope = Literal["resource", "region", "account"]


@dataclass(frozen=True, slots=True)
class Pair:
    """One question that both ask."""

    row: int
    """Of the best practices."""
    ours: str
    theirs: tuple[str, ...]
    """Several when Prowler asks in parts; one FAIL among them is a FAIL."""
    scope: Scope = "resource"
    """What an answer is about; Prowler names any resource it likes for a region or an account."""
    told: str = ""
    """Where Prowler asks about several things at once: what a FAIL says if it is about ours; else it is a PASS."""


def _alarms() -> tuple[Pair, ...]:
    theirs = {
        "unauthorized-api": "cloudwatch_log_metric_filter_unauthorized_api_calls",
        "console-no-mfa": "cloudwatch_log_metric_filter_sign_in_without_mfa",
        "root-use": "cloudwatch_log_metric_filter_root_usage",
        "iam-change": "cloudwatch_log_metric_filter_policy_changes",
        "cloudtrail-change": ("cloudwatch_log_metric_filter_and_alarm_for_cloudtrail_configuration_changes_enabled"),
        "console-failure": "cloudwatch_log_metric_filter_authentication_failures",
        "cmk-disable": "cloudwatch_log_metric_filter_disable_or_scheduled_deletion_of_kms_cmk",
        "bucket-policy-change": "cloudwatch_log_metric_filter_for_s3_bucket_policy_changes",
        "config-change": "cloudwatch_log_metric_filter_and_alarm_for_aws_config_configuration_changes_enabled",
        "security-group-change": "cloudwatch_log_metric_filter_security_group_changes",
        "nacl-change": "cloudwatch_changes_to_network_acls_alarm_configured",
        "gateway-change": "cloudwatch_changes_to_network_gateways_alarm_configured",
        "route-table-change": "cloudwatch_changes_to_network_route_tables_alarm_configured",
        "vpc-change": "cloudwatch_changes_to_vpcs_alarm_configured",
        "organizations-change": "cloudwatch_log_metric_filter_aws_organizations_changes",
    }
    return tuple(Pair(3, f"cloudwatch-no-alarm-{name}", (check,), "account") for name, check in theirs.items())


def _ports() -> tuple[Pair, ...]:
    theirs = {
        "ssh": "port_22",
        "rdp": "port_3389",
        "ftp": "port_ftp_20_21",
        "telnet": "port_telnet_23",
        "mongodb": "port_mongodb_27017_27018",
        "mssql": "port_sql_server_1433_1434",
        "mysql": "port_mysql_3306",
        "oracle": "port_oracle_1521_2483",
        "postgresql": "port_postgres_5432",
    }
    prefix = "ec2_securitygroup_allow_ingress_from_internet_to_tcp_"
    alone = (Pair(40, f"ec2-sg-open-{name}", (prefix + port,)) for name, port in theirs.items())
    at_once = ("ec2_securitygroup_allow_ingress_from_internet_to_high_risk_tcp_ports",)
    said = {"cifs": 445, "rpc": 135, "smtp": 25}
    return (
        *alone,
        *(Pair(40, f"ec2-sg-open-{name}", at_once, told=rf"Internet: .*\b{port}\b") for name, port in said.items()),
    )


PAIRS: tuple[Pair, ...] = (
    Pair(1, "cloudtrail-region-uncovered", ("cloudtrail_multi_region_enabled",), "region"),
    Pair(2, "cloudtrail-no-log-validation", ("cloudtrail_log_file_validation_enabled",)),
    Pair(
        2,
        "cloudtrail-not-multi-region",
        ("cloudtrail_multi_region_enabled_logging_management_events",),
        "account",
    ),
    Pair(3, "cloudtrail-no-cloudwatch-logs", ("cloudtrail_cloudwatch_logging_enabled",)),
    *_alarms(),
    Pair(4, "cloudtrail-bucket-no-access-log", ("cloudtrail_logs_s3_bucket_access_logging_enabled",)),
    Pair(5, "vpc-no-flow-log", ("vpc_flow_logs_enabled",)),
    Pair(7, "iam-root-no-mfa", ("iam_root_mfa_enabled",), "account"),
    Pair(7, "iam-root-virtual-mfa", ("iam_root_hardware_mfa_enabled",), "account"),
    Pair(7, "iam-user-no-mfa", ("iam_user_mfa_enabled_console_access",)),
    Pair(7, "iam-admin-no-mfa", ("iam_user_administrator_access_policy", "iam_administrator_access_with_mfa")),
    Pair(8, "cloudtrail-bucket-no-mfa-delete", ("cloudtrail_bucket_requires_mfa_delete",)),
    Pair(9, "iam-user-console-and-keys", ("iam_user_no_setup_initial_access_key",)),
    Pair(10, "iam-user-direct-policy", ("iam_policy_attached_only_to_group_or_roles",)),
    Pair(11, "iam-key-old", ("iam_rotate_access_key_90_days",)),
    Pair(
        12,
        "iam-policy-admin",
        (
            "iam_aws_attached_policy_no_administrative_privileges",
            "iam_customer_attached_policy_no_administrative_privileges",
            "iam_customer_unattached_policy_no_administrative_privileges",
            "iam_inline_policy_no_administrative_privileges",
        ),
    ),
    Pair(
        12,
        "iam-privilege-escalation",
        ("iam_policy_allows_privilege_escalation", "iam_inline_policy_allows_privilege_escalation"),
    ),
    Pair(
        13,
        "iam-password-policy-weak",
        (
            "iam_password_policy_minimum_length_14",
            "iam_password_policy_uppercase",
            "iam_password_policy_lowercase",
            "iam_password_policy_number",
            "iam_password_policy_symbol",
        ),
        "account",
    ),
    Pair(
        14,
        "iam-password-no-expiry",
        ("iam_password_policy_expires_passwords_within_90_days_or_less",),
        "account",
    ),
    Pair(14, "iam-password-reuse", ("iam_password_policy_reuse_24",), "account"),
    Pair(15, "iam-certificate-expired", ("iam_no_expired_server_certificates_stored",)),
    Pair(15, "acm-certificate-expir*", ("acm_certificates_expiration_check",)),
    Pair(16, "cloudfront-http-allowed", ("cloudfront_distributions_https_enabled",)),
    Pair(16, "cloudfront-old-tls", ("cloudfront_distributions_using_deprecated_ssl_protocols",)),
    Pair(16, "cloudfront-origin-http", ("cloudfront_distributions_origin_traffic_encrypted",)),
    Pair(17, "cloudtrail-bucket-public", ("cloudtrail_logs_s3_bucket_is_not_publicly_accessible",)),
    Pair(18, "cloudtrail-not-encrypted", ("cloudtrail_kms_encryption_enabled",)),
    Pair(19, "ebs-volume-unencrypted", ("ec2_ebs_volume_encryption",)),
    Pair(19, "ebs-no-default-encryption", ("ec2_ebs_default_encryption",), "region"),
    Pair(19, "ebs-snapshot-public", ("ec2_ebs_public_snapshot",)),
    Pair(20, "ec2-no-instance-profile", ("ec2_instance_profile_attached",)),
    Pair(20, "ec2-secret-in-user-data", ("ec2_instance_secrets_user_data", "ec2_launch_template_no_secrets")),
    Pair(23, "ec2-default-sg-open", ("ec2_securitygroup_default_restrict_traffic",)),
    Pair(24, "iam-root-used", ("iam_avoid_root_usage",), "account"),
    Pair(27, "rds-unencrypted", ("rds_instance_storage_encrypted", "rds_cluster_storage_encrypted")),
    Pair(27, "rds-snapshot-unencrypted", ("rds_snapshots_encrypted",)),
    Pair(27, "rds-snapshot-public", ("rds_snapshots_public_access",)),
    Pair(27, "redshift-unencrypted", ("redshift_cluster_encrypted_at_rest",)),
    Pair(28, "iam-root-key", ("iam_no_root_access_key",), "account"),
    Pair(30, "ec2-sg-unused", ("ec2_securitygroup_not_used",)),
    Pair(32, "iam-key-unused", ("iam_user_accesskey_unused",)),
    Pair(33, "iam-user-inactive", ("iam_user_console_access_unused",)),
    Pair(35, "ec2-ami-public", ("ec2_ami_public",)),
    Pair(37, "ec2-sg-open-all", ("ec2_securitygroup_allow_ingress_from_internet_to_all_ports",)),
    Pair(38, "rds-public", ("rds_instance_no_public_access",)),
    Pair(38, "redshift-public", ("redshift_cluster_public_access",)),
    *_ports(),
    Pair(41, "config-not-recording", ("config_recorder_all_regions_enabled",), "region"),
    Pair(45, "guardduty-off", ("guardduty_is_enabled",), "region"),
    Pair(45, "guardduty-finding-left-open", ("guardduty_no_high_severity_findings",), "region"),
)

NOT_COMPARED: dict[int, str] = {
    6: "Prowler has no check of shared users",
    21: "Prowler has no check of environments; its nearest is about regions",
    22: "Prowler has no check of a range's width",
    25: "Prowler knows no bastions",
    26: "Prowler has no check of tags",
    29: "Prowler has no check of the age of SSH keys",
    31: "Prowler has no check of groups without members or policies",
    34: "Prowler has no check of unused SSH keys",
    36: "Prowler's list of high-risk ports asks another question: which ports are bad, not which are common",
    39: "Prowler has no check of outbound rules",
    42: "Prowler looks at neither what is recorded nor where to",
    43: "Prowler has no check of Config's notifications",
    44: "Prowler has no check of Config's snapshots",
    46: "Prowler has no check of the relay",
}
"""Rows of which nothing is compared, and why."""
