"""What each source calls a problem: the tables by which several sources mean the same one.

Names of problems are check ids where an audit looks for the same. Security Hub's controls follow from the references of
the checks (`fsbp/EC2.2`); here are only those that do not. Sources: GuardDuty's finding types
(https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_finding-types-active.html), AWS Config's managed rules
(https://docs.aws.amazon.com/config/latest/developerguide/managed-rules-by-aws-config.html), CloudTrail's event names.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Of(Enum):
    """What a problem is of."""

    RESOURCE = "resource"
    REGION = "region"
    """The account in one region."""
    ACCOUNT = "account"
    USER = "user"
    """The user whose key it is: only audits tell of each key."""


@dataclass(frozen=True, slots=True)
class Known:
    """A problem that more sources than one tell of."""

    of: Of
    words: str
    """After "each says that"."""


OWN = {
    "cloudtrail-stopped": Known(Of.ACCOUNT, "CloudTrail does not record everything in this account"),
    "guardduty-off": Known(Of.REGION, "GuardDuty does not watch this region"),
    "config-not-recording": Known(Of.REGION, "AWS Config does not record in this region"),
    "iam-root-used": Known(Of.ACCOUNT, "the root user of this account was used"),
    "iam-root-key": Known(Of.ACCOUNT, "the root user of this account has an access key"),
    "iam-password-policy-weak": Known(Of.ACCOUNT, "the password policy of this account is weak"),
    "s3-bucket-public": Known(Of.RESOURCE, "everybody can reach this bucket"),
    "s3-bucket-unblocked": Known(Of.RESOURCE, "nothing blocks public access to this bucket"),
    "s3-account-unblocked": Known(Of.ACCOUNT, "nothing blocks public access to the buckets of this account"),
    "s3-access-log-off": Known(Of.RESOURCE, "access to this bucket is not logged"),
    "instance-abused": Known(Of.RESOURCE, "this instance's capacity is used up as by somebody else's work"),
}
"""Problems that are more than one check's, or none's, or said better here than by a check's title."""

CHECKS = {
    "cloudtrail-region-uncovered": "cloudtrail-stopped",
    "cloudtrail-bucket-public": "s3-bucket-public",
    "config-bucket-public": "s3-bucket-public",
    "cloudtrail-bucket-no-access-log": "s3-access-log-off",
}
PRACTICES = {
    "cloudwatch-no-alarm-root-use": "iam-root-used",
    "cloudwatch-no-alarm-cloudtrail-change": "cloudtrail-stopped",
    "cloudwatch-no-alarm-config-change": "config-not-recording",
}
"""An alarm of that practice went off: what it watches for happened."""
CONTROLS = {
    "CloudTrail.1": "cloudtrail-stopped",
    "CloudTrail.3": "cloudtrail-stopped",
    "CloudTrail.6": "s3-bucket-public",
    "CloudTrail.7": "s3-access-log-off",
    "CloudFront.10": "cloudfront-old-tls",
    "Config.1": "config-not-recording",
    "EC2.13": "ec2-sg-open-ssh",
    "EC2.14": "ec2-sg-open-rdp",
    "IAM.9": "iam-root-no-mfa",
    "IAM.10": "iam-password-policy-weak",
    "IAM.15": "iam-password-policy-weak",
    "IAM.16": "iam-password-reuse",
    "IAM.19": "iam-user-no-mfa",
    "IAM.20": "iam-root-used",
    "RDS.3": "rds-unencrypted",
    "S3.1": "s3-account-unblocked",
    "S3.2": "s3-bucket-public",
    "S3.3": "s3-bucket-public",
    "S3.8": "s3-bucket-unblocked",
    "S3.9": "s3-access-log-off",
}
"""Controls that no check refers to, or more than one."""
RULES = {
    "access-keys-rotated": "iam-key-old",
    "acm-certificate-expiration-check": "acm-certificate-expiring",
    "cloudfront-no-deprecated-ssl-protocols": "cloudfront-old-tls",
    "cloudfront-traffic-to-origin-encrypted": "cloudfront-origin-http",
    "cloudfront-viewer-policy-https": "cloudfront-http-allowed",
    "cloud-trail-cloud-watch-logs-enabled": "cloudtrail-no-cloudwatch-logs",
    "cloud-trail-encryption-enabled": "cloudtrail-not-encrypted",
    "cloud-trail-log-file-validation-enabled": "cloudtrail-no-log-validation",
    "cloudtrail-enabled": "cloudtrail-stopped",
    "cloud-trail-enabled": "cloudtrail-stopped",
    "multi-region-cloudtrail-enabled": "cloudtrail-stopped",
    "multi-region-cloud-trail-enabled": "cloudtrail-stopped",
    "docdb-cluster-encrypted": "rds-unencrypted",
    "docdb-cluster-snapshot-public-prohibited": "rds-snapshot-public",
    "ebs-snapshot-public-restorable-check": "ebs-snapshot-public",
    "ec2-ebs-encryption-by-default": "ebs-no-default-encryption",
    "ec2-instance-profile-attached": "ec2-no-instance-profile",
    "ec2-security-group-attached-to-eni": "ec2-sg-unused",
    "ec2-security-group-attached-to-eni-periodic": "ec2-sg-unused",
    "encrypted-volumes": "ebs-volume-unencrypted",
    "guardduty-enabled-centralized": "guardduty-off",
    "iam-group-has-users-check": "iam-group-empty",
    "iam-password-policy": "iam-password-policy-weak",
    "iam-policy-no-statements-with-admin-access": "iam-policy-admin",
    "iam-policy-no-statements-with-full-access": "iam-policy-service-admin",
    "iam-root-access-key-check": "iam-root-key",
    "iam-server-certificate-expiration-check": "iam-certificate-expired",
    "iam-user-mfa-enabled": "iam-user-no-mfa",
    "iam-user-no-policies-check": "iam-user-direct-policy",
    "mfa-enabled-for-iam-console-access": "iam-user-no-mfa",
    "neptune-cluster-encrypted": "rds-unencrypted",
    "neptune-cluster-snapshot-encrypted": "rds-snapshot-unencrypted",
    "neptune-cluster-snapshot-public-prohibited": "rds-snapshot-public",
    "rds-cluster-encrypted-at-rest": "rds-unencrypted",
    "rds-instance-public-access-check": "rds-public",
    "rds-snapshot-encrypted": "rds-snapshot-unencrypted",
    "rds-snapshots-public-prohibited": "rds-snapshot-public",
    "rds-storage-encrypted": "rds-unencrypted",
    "redshift-cluster-kms-enabled": "redshift-unencrypted",
    "redshift-cluster-public-access-check": "redshift-public",
    "required-tags": "tag-missing",
    "restricted-ssh": "ec2-sg-open-ssh",
    "incoming-ssh-disabled": "ec2-sg-open-ssh",
    "root-account-hardware-mfa-enabled": "iam-root-virtual-mfa",
    "root-account-mfa-enabled": "iam-root-no-mfa",
    "s3-account-level-public-access-blocks": "s3-account-unblocked",
    "s3-account-level-public-access-blocks-periodic": "s3-account-unblocked",
    "s3-bucket-level-public-access-prohibited": "s3-bucket-unblocked",
    "s3-bucket-logging-enabled": "s3-access-log-off",
    "s3-bucket-public-read-prohibited": "s3-bucket-public",
    "s3-bucket-public-write-prohibited": "s3-bucket-public",
    "vpc-default-security-group-closed": "ec2-default-sg-open",
    "vpc-flow-logs-enabled": "vpc-no-flow-log",
}
FINDINGS = (
    ("Stealth:IAMUser/CloudTrailLoggingDisabled", "cloudtrail-stopped"),
    ("Stealth:IAMUser/PasswordPolicyChange", "iam-password-policy-weak"),
    ("Stealth:S3/ServerAccessLoggingDisabled", "s3-access-log-off"),
    ("Policy:IAMUser/RootCredentialUsage", "iam-root-used"),
    ("Policy:S3/AccountBlockPublicAccessDisabled", "s3-account-unblocked"),
    ("Policy:S3/BucketBlockPublicAccessDisabled", "s3-bucket-unblocked"),
    ("Policy:S3/BucketAnonymousAccessGranted", "s3-bucket-public"),
    ("Policy:S3/BucketPublicAccessGranted", "s3-bucket-public"),
    ("CryptoCurrency:EC2/*", "instance-abused"),
    ("CryptoCurrency:Runtime/*", "instance-abused"),
    ("Impact:EC2/BitcoinDomainRequest.Reputation", "instance-abused"),
    ("Impact:Runtime/BitcoinDomainRequest.Reputation", "instance-abused"),
    ("Impact:Runtime/CryptoMinerExecuted", "instance-abused"),
    ("Backdoor:EC2/DenialOfService.*", "instance-abused"),
    ("Backdoor:EC2/Spambot", "instance-abused"),
    ("Behavior:EC2/TrafficVolumeUnusual", "instance-abused"),
)
EVENTS = {
    "StopLogging": "cloudtrail-stopped",
    "DeleteTrail": "cloudtrail-stopped",
    "StartLogging": "cloudtrail-stopped",
    "DeleteDetector": "guardduty-off",
    "UpdateDetector": "guardduty-off",
    "CreateDetector": "guardduty-off",
    "StopConfigurationRecorder": "config-not-recording",
    "DeleteConfigurationRecorder": "config-not-recording",
    "StartConfigurationRecorder": "config-not-recording",
    "DeleteDeliveryChannel": "config-not-recording",
    "UpdateAccountPasswordPolicy": "iam-password-policy-weak",
    "DeleteAccountPasswordPolicy": "iam-password-policy-weak",
}
"""Also what ends them, so that a source which tells of the end ends its own part."""
ROOT_EVENTS = {"ConsoleLogin": "iam-root-used", "CreateAccessKey": "iam-root-key", "DeleteAccessKey": "iam-root-key"}
LOAD = {"CPUUtilization", "NetworkOut", "NetworkIn", "NetworkPacketsOut", "NetworkPacketsIn", "CPUCreditBalance",
         "CPUSurplusCreditBalance"}  # fmt: skip
