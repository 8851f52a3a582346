"""What is wrong in acme-prod, a row of the checks each: the table that tests and the demonstration walk.

A few things that are almost wrong stand beside them, and are listed as near misses.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: the check that should say so, where, on what (by name), and why."""

    check: str
    region: str
    resource: str
    what: str


US, EU, NORTH, AP, GLOBAL = "us-east-1", "eu-west-1", "eu-north-1", "ap-southeast-2", "global"

FAULTS: dict[int, tuple[Fault, ...]] = {
    1: (
        Fault("cloudtrail-region-uncovered", NORTH, "acme-global", "the only trail there records no reads"),
        Fault("cloudtrail-region-uncovered", AP, "acme-global", "the only trail there records no reads"),
    ),
    2: (Fault("cloudtrail-no-log-validation", EU, "audit-eu-west-1", "validation is off"),),
    3: (
        Fault("cloudtrail-no-cloudwatch-logs", EU, "audit-eu-west-1", "no log group"),
        Fault("cloudwatch-no-alarm-vpc-change", US, "vpc-change", "no metric filter"),
        Fault("cloudwatch-no-alarm-unauthorized-api", US, "unauthorized-api", "the filter covers less"),
        Fault("cloudwatch-no-alarm-root-use", US, "root-use", "the alarm's actions are disabled"),
        Fault("cloudwatch-no-alarm-nacl-change", US, "nacl-change", "nobody confirmed the subscription"),
    ),
    4: (Fault("cloudtrail-bucket-no-access-log", US, "acme-prod-trail-2019", "no access log"),),
    5: (Fault("vpc-no-flow-log", US, "legacy", "no flow log; nor has the default VPC one"),),
    6: (Fault("iam-shared-user", GLOBAL, "team-ops", "a team signs in as one user"),),
    7: (
        Fault("iam-root-virtual-mfa", GLOBAL, "root", "the device is virtual"),
        Fault("iam-user-no-mfa", GLOBAL, "contractor-marek", "a password and no MFA"),
        Fault("iam-admin-no-mfa", GLOBAL, "team-ops", "an administrator without MFA"),
    ),
    8: (Fault("cloudtrail-bucket-no-mfa-delete", US, "acme-prod-trail-2019", "not even versioned"),),
    9: (Fault("iam-user-console-and-keys", GLOBAL, "jonas.berg", "a password and an active key"),),
    10: (
        Fault("iam-user-direct-policy", GLOBAL, "contractor-marek", "an inline policy"),
        Fault("iam-user-direct-policy", GLOBAL, "jonas.berg", "an attached policy"),
    ),
    11: (
        Fault("iam-key-old", GLOBAL, "ci-deploy", "417 days"),
        Fault("iam-key-old", GLOBAL, "legacy-backup", "1190 days"),
    ),
    12: (
        Fault("iam-policy-admin", GLOBAL, "legacy-full-access", "* on *, attached to deploy"),
        Fault("iam-policy-service-admin", GLOBAL, "s3-everything", "s3:* on *"),
        Fault("iam-privilege-escalation", GLOBAL, "developer-tools", "PassRole with a function to run"),
        Fault("iam-role-trusts-anyone", GLOBAL, "partner-import", "a foreign account, no external id"),
    ),
    13: (Fault("iam-password-policy-weak", GLOBAL, "acme-prod", "10 characters, no symbols"),),
    14: (
        Fault("iam-password-no-expiry", GLOBAL, "acme-prod", "passwords never expire"),
        Fault("iam-password-reuse", GLOBAL, "acme-prod", "5 remembered"),
    ),
    15: (
        Fault("acm-certificate-expired", US, "old.acme.example", "nine days ago, in use"),
        Fault("acm-certificate-expiring", US, "api.acme.example", "in twelve days"),
        Fault("iam-certificate-expired", GLOBAL, "legacy-elb", "seventy days ago"),
    ),
    16: (
        Fault("cloudfront-http-allowed", GLOBAL, "downloads.acme.example", "allow-all"),
        Fault("cloudfront-old-tls", GLOBAL, "downloads.acme.example", "TLSv1"),
        Fault("cloudfront-origin-http", GLOBAL, "downloads.acme.example", "http-only"),
    ),
    17: (Fault("cloudtrail-bucket-public", US, "acme-prod-trail-2019", "its policy lets anyone read"),),
    18: (Fault("cloudtrail-not-encrypted", EU, "audit-eu-west-1", "no KMS key"),),
    19: (
        Fault("ebs-volume-unencrypted", US, "orders-archive", "not encrypted"),
        Fault("ebs-no-default-encryption", EU, "acme-prod", "off in eu-west-1"),
        Fault("ebs-snapshot-public", US, "orders-archive-2024", "anyone may copy it"),
    ),
    20: (
        Fault("ec2-no-instance-profile", US, "db-legacy-1", "no profile"),
        Fault("ec2-no-instance-profile", US, "old-demo", "a profile without a role"),
        Fault("ec2-secret-in-user-data", US, "batch-worker", "an access key in its user data"),
    ),
    21: (
        Fault("vpc-mixed-environments", US, "legacy", "prod and staging"),
        Fault("ec2-in-default-vpc", US, "quick-test", "in the default VPC"),
    ),
    22: (Fault("ec2-sg-wide-port-range", US, "ftp-passive", "1001 ports"),),
    23: (
        Fault("ec2-sg-broad-source", US, "partners", "a /15"),
        Fault("ec2-default-sg-open", US, "default", "the default rules of the legacy VPC"),
    ),
    24: (Fault("iam-root-used", GLOBAL, "root", "12 days ago"),),
    25: (Fault("ec2-admin-port-not-bastion", US, "app-ssh", "SSH from the whole VPC on app-2"),),
    26: (
        Fault("tag-missing", US, "batch-worker", "no Owner"),
        Fault("tag-value-invalid", US, "search-1", "Environment is prd1"),
        Fault("name-invalid", US, "_app 2!", "begins with an underscore"),
    ),
    27: (
        Fault("rds-unencrypted", US, "orders-legacy", "not encrypted"),
        Fault("rds-snapshot-unencrypted", US, "orders-legacy-final", "not encrypted"),
        Fault("rds-snapshot-public", US, "orders-legacy-final", "anyone may restore it"),
        Fault("redshift-unencrypted", US, "analytics", "not encrypted"),
    ),
    28: (Fault("iam-root-key", GLOBAL, "root", "an active key"),),
    29: (
        Fault("ec2-key-pair-old", US, "ops-2023", "1100 days, in use"),
        Fault("iam-ssh-key-old", GLOBAL, "jonas.berg", "400 days"),
    ),
    30: (
        Fault("ec2-sg-unused", US, "old-jenkins", "attached to nothing"),
        Fault("ec2-sg-duplicate", US, "web-public-copy", "the rules of web-public"),
    ),
    31: (
        Fault("iam-group-empty", GLOBAL, "interns", "nobody is in it"),
        Fault("iam-group-no-policy", GLOBAL, "readers", "allows nothing"),
    ),
    32: (Fault("iam-key-unused", GLOBAL, "legacy-backup", "not used for 212 days"),),
    33: (Fault("iam-user-inactive", GLOBAL, "legacy-backup", "not seen for 212 days"),),
    34: (
        Fault("iam-ssh-key-unused", GLOBAL, "ci-deploy", "inactive"),
        Fault("ec2-key-pair-unused", US, "marek-laptop", "nothing names it"),
    ),
    35: (
        Fault("ec2-ami-public", US, "acme-base-2021", "anyone may launch it"),
        Fault("ec2-ami-shared", US, "acme-app", "shared with a foreign account"),
    ),
    36: (Fault("ec2-sg-open-uncommon-port", US, "search-nodes", "9200 open to the world"),),
    37: (Fault("ec2-sg-open-all", US, "everything-open", "every protocol from the world"),),
    38: (
        Fault("rds-public", US, "orders-legacy", "public, and its group is open on 3306"),
        Fault("redshift-public", US, "analytics", "public"),
    ),
    39: (Fault("ec2-sg-open-egress", US, "worker", "everything may leave"),),
    40: (
        Fault("ec2-sg-open-ssh", US, "db-legacy", "22 open to the world"),
        Fault("ec2-sg-open-mysql", US, "db-legacy", "3306 open to the world"),
        Fault("ec2-sg-open-rdp", US, "windows-jump", "3389 open to the world"),
        Fault("ec2-sg-open-mongodb", US, "two-halves", "27017 open to two halves of the world"),
    ),
    41: (Fault("config-not-recording", AP, "acme-prod", "no recorder"),),
    42: (Fault("config-not-all-resources", EU, "default", "two types alone"),),
    43: (Fault("config-no-notification", NORTH, "acme-prod", "no rule and no topic"),),
    44: (Fault("config-no-daily-snapshot", NORTH, "default", "no snapshot frequency"),),
    45: (
        Fault("guardduty-off", AP, "acme-prod", "no detector"),
        Fault("guardduty-finding-left-open", US, "CryptoCurrency:EC2/BitcoinTool.B!DNS", "for 12 days"),
    ),
    46: (Fault("guardduty-not-relayed", NORTH, "acme-prod", "no rule leads to the queue"),),
}

NEAR_MISSES: dict[int, tuple[str, ...]] = {
    2: ("audit-us-east-1 validates its files",),
    5: ("main has an active flow log of all traffic",),
    7: ("anna.kivinen has MFA", "metrics-export has no password"),
    10: ("IAMUserChangePassword on contractor-marek is low at most",),
    11: ("the key of metrics-export is 90 days and twelve hours old", "old-terraform's is inactive"),
    12: (
        "web-assets allows s3:* of one bucket",
        "image-builder passes one role",
        "auditor is denied what it is allowed",
        "monitoring-vendor asks for an external id",
        "unattached-admin is attached to nothing",
    ),
    15: ("shop.acme.example has 45 days left", "new.acme.example awaits validation"),
    16: ("retired.acme.example is disabled", "www.acme.example is right"),
    23: ("the default group of main has no rule",),
    25: ("app takes SSH from the group bastion alone",),
    32: ("the key of invoice-sync was used 30 days and twelve hours ago",),
    33: ("sara.haddad signed in 90 days and twelve hours ago",),
    35: ("acme-base-2026 is shared with acme-dev",),
    40: ("path-mtu takes one ICMP message", "web-public takes 80 and 443"),
    45: ("a high finding of six days ago", "one of forty days ago is archived"),
}
