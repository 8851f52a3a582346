"""For each remedy a resource that it fits, what AWS says of it, and how it goes away."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from moto.core import DEFAULT_ACCOUNT_ID as ACCOUNT

from bot.alerts import Source
from bot.remedy import Clients, Subject
from tests.builders import REGION

IAM = f"arn:aws:iam::{ACCOUNT}"
EC2 = f"arn:aws:ec2:{REGION}:{ACCOUNT}"


@dataclass(frozen=True)
class Case:
    """How its resource is made, with who complains of it; what AWS says of it; how it ends, where it can."""

    build: Callable[[Clients], Subject]
    state: Callable[[Clients, Subject], Any]
    remove: Callable[[Clients, Subject], Any] | None


def failing(check: str, resource: str, region: str = REGION, **facts: Any) -> Subject:
    return Subject(source=Source.AUDIT, type=check, account=ACCOUNT, region=region, resource=resource, facts=facts)


def found(kind: str, resource: str, region: str = REGION, **facts: Any) -> Subject:
    return Subject(source=Source.GUARDDUTY, type=kind, account=ACCOUNT, region=region, resource=resource, facts=facts)


# Users and roles.


def a_user(clients: Clients) -> None:
    clients("iam").create_user(UserName="alice")


def user_state(clients: Clients, _: Subject) -> Any:
    iam = clients("iam")
    inline = {
        name: iam.get_user_policy(UserName="alice", PolicyName=name)["PolicyDocument"]
        for name in iam.list_user_policies(UserName="alice")["PolicyNames"]
    }
    attached = iam.list_attached_user_policies(UserName="alice")["AttachedPolicies"]
    return inline, sorted(policy["PolicyArn"] for policy in attached)


def remove_user(clients: Clients, _: Subject) -> None:
    iam = clients("iam")
    for policy in iam.list_attached_user_policies(UserName="alice")["AttachedPolicies"]:
        iam.detach_user_policy(UserName="alice", PolicyArn=policy["PolicyArn"])
    for name in iam.list_user_policies(UserName="alice")["PolicyNames"]:
        iam.delete_user_policy(UserName="alice", PolicyName=name)
    iam.delete_user(UserName="alice")


def a_user_that_attacks(clients: Clients) -> Subject:
    a_user(clients)
    return found(
        "UnauthorizedAccess:IAMUser/MaliciousIPCaller", f"{IAM}:user/alice", "global",
        user_name="alice", user_type="IAMUser",
    )  # fmt: skip


def a_user_with_policies(clients: Clients) -> Subject:
    a_user(clients)
    iam = clients("iam")
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
    mine = iam.create_policy(PolicyName="mine", PolicyDocument=json.dumps(document))["Policy"]["Arn"]
    iam.attach_user_policy(UserName="alice", PolicyArn=mine)
    iam.put_user_policy(UserName="alice", PolicyName="buckets", PolicyDocument=json.dumps(document))
    return failing("iam-user-direct-policy", f"{IAM}:user/alice", "global")


def a_user_with_ssh_key(clients: Clients) -> Subject:
    a_user(clients)
    body = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQ alice@example.com"
    key = clients("iam").upload_ssh_public_key(UserName="alice", SSHPublicKeyBody=body)["SSHPublicKey"]
    return failing("iam-ssh-key-old", f"{IAM}:user/alice/ssh-public-key/{key['SSHPublicKeyId']}", "global")


def ssh_keys(clients: Clients, _: Subject) -> Any:
    keys = clients("iam").list_ssh_public_keys(UserName="alice")["SSHPublicKeys"]
    return {key["SSHPublicKeyId"]: key["Status"] for key in keys}


def remove_ssh_key(clients: Clients, subject: Subject) -> None:
    clients("iam").delete_ssh_public_key(UserName="alice", SSHPublicKeyId=subject.resource.rpartition("/")[2])


def a_user_with_password(clients: Clients) -> Subject:
    a_user(clients)
    clients("iam").create_login_profile(UserName="alice", Password="Correct-Horse-9")
    return failing("iam-user-no-mfa", f"{IAM}:user/alice", "global")


def remove_user_with_password(clients: Clients, subject: Subject) -> None:
    clients("iam").delete_login_profile(UserName="alice")
    remove_user(clients, subject)


def a_role_with_sessions(clients: Clients) -> Subject:
    trust = {"Version": "2012-10-17", "Statement": []}
    clients("iam").create_role(RoleName="ci", AssumeRolePolicyDocument=json.dumps(trust))
    return found(
        "UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS", f"{IAM}:role/ci", "global",
        user_name="ci", user_type="AssumedRole", last_seen="2026-11-20T10:00:00+00:00",
    )  # fmt: skip


def role_state(clients: Clients, _: Subject) -> Any:
    iam = clients("iam")
    names = iam.list_role_policies(RoleName="ci")["PolicyNames"]
    return {name: iam.get_role_policy(RoleName="ci", PolicyName=name)["PolicyDocument"] for name in names}


def remove_role(clients: Clients, _: Subject) -> None:
    clients("iam").delete_role(RoleName="ci")


# The account.


def a_weak_password_policy(clients: Clients) -> Subject:
    clients("iam").update_account_password_policy(
        MinimumPasswordLength=8, RequireNumbers=True, AllowUsersToChangePassword=True, HardExpiry=False
    )
    facts = {"weak": ["minimum length 8, not 16"]}
    return failing("iam-password-policy-weak", f"AWS::::Account:{ACCOUNT}", "global", **facts)


def password_policy(clients: Clients, _: Subject) -> Any:
    iam = clients("iam")
    try:
        return iam.get_account_password_policy()["PasswordPolicy"]
    except iam.exceptions.NoSuchEntityException:
        return None


def no_password_policy(clients: Clients) -> Subject:
    return failing("iam-password-reuse", f"AWS::::Account:{ACCOUNT}", "global", wanted="24 or more")


def no_default_encryption(clients: Clients) -> Subject:
    return failing("ebs-no-default-encryption", f"AWS::::Account:{ACCOUNT}")


def default_encryption(clients: Clients, _: Subject) -> Any:
    return clients("ec2").get_ebs_encryption_by_default()["EbsEncryptionByDefault"]


def no_guardduty(clients: Clients) -> Subject:
    return failing("guardduty-off", f"AWS::::Account:{ACCOUNT}", detector="none")


def suspended_guardduty(clients: Clients) -> Subject:
    clients("guardduty").create_detector(Enable=False)
    return failing("guardduty-off", f"AWS::::Account:{ACCOUNT}", detector="suspended")


def detectors(clients: Clients, _: Subject) -> Any:
    client = clients("guardduty")
    return [client.get_detector(DetectorId=id_)["Status"] for id_ in client.list_detectors()["DetectorIds"]]


# What is shared with everyone.


def a_public_image(clients: Clients) -> Subject:
    ec2 = clients("ec2")
    instance = an_instance(clients)
    image = ec2.create_image(InstanceId=instance, Name="web")["ImageId"]
    ec2.modify_image_attribute(ImageId=image, LaunchPermission={"Add": [{"Group": "all"}, {"UserId": "999988887777"}]})
    return failing("ec2-ami-public", f"arn:aws:ec2:{REGION}::image/{image}")


def image_state(clients: Clients, subject: Subject) -> Any:
    image = subject.resource.rpartition("/")[2]
    answer = clients("ec2").describe_image_attribute(ImageId=image, Attribute="launchPermission")
    return sorted(answer["LaunchPermissions"], key=str)


def remove_image(clients: Clients, subject: Subject) -> None:
    clients("ec2").deregister_image(ImageId=subject.resource.rpartition("/")[2])


def a_public_snapshot(clients: Clients) -> Subject:
    ec2 = clients("ec2")
    volume = ec2.create_volume(Size=1, AvailabilityZone=f"{REGION}a")["VolumeId"]
    snapshot = ec2.create_snapshot(VolumeId=volume)["SnapshotId"]
    ec2.modify_snapshot_attribute(
        SnapshotId=snapshot, Attribute="createVolumePermission", OperationType="add", GroupNames=["all"]
    )
    return failing("ebs-snapshot-public", f"arn:aws:ec2:{REGION}::snapshot/{snapshot}")


def snapshot_state(clients: Clients, subject: Subject) -> Any:
    snapshot = subject.resource.rpartition("/")[2]
    answer = clients("ec2").describe_snapshot_attribute(SnapshotId=snapshot, Attribute="createVolumePermission")
    return answer["CreateVolumePermissions"]


def remove_snapshot(clients: Clients, subject: Subject) -> None:
    clients("ec2").delete_snapshot(SnapshotId=subject.resource.rpartition("/")[2])


def a_database(clients: Clients) -> str:
    made = clients("rds").create_db_instance(
        DBInstanceIdentifier="shop", DBInstanceClass="db.t3.micro", Engine="postgres", MasterUsername="shop",
        MasterUserPassword="Correct-Horse-9", AllocatedStorage=20, PubliclyAccessible=True,
    )  # fmt: skip
    return str(made["DBInstance"]["DBInstanceArn"])


def a_public_database(clients: Clients) -> Subject:
    return failing("rds-public", a_database(clients))


def database_state(clients: Clients, _: Subject) -> Any:
    (found_,) = clients("rds").describe_db_instances(DBInstanceIdentifier="shop")["DBInstances"]
    return found_["PubliclyAccessible"]


def remove_database(clients: Clients, _: Subject) -> None:
    clients("rds").delete_db_instance(DBInstanceIdentifier="shop", SkipFinalSnapshot=True)


def a_public_db_snapshot(clients: Clients) -> Subject:
    rds = clients("rds")
    a_database(clients)
    made = rds.create_db_snapshot(DBInstanceIdentifier="shop", DBSnapshotIdentifier="old")["DBSnapshot"]
    rds.modify_db_snapshot_attribute(DBSnapshotIdentifier="old", AttributeName="restore", ValuesToAdd=["all"])
    return failing("rds-snapshot-public", made["DBSnapshotArn"])


def db_snapshot_state(clients: Clients, _: Subject) -> Any:
    answer = clients("rds").describe_db_snapshot_attributes(DBSnapshotIdentifier="old")
    attributes = answer["DBSnapshotAttributesResult"]["DBSnapshotAttributes"]
    return [value for each in attributes for value in each["AttributeValues"]]


def remove_db_snapshot(clients: Clients, _: Subject) -> None:
    clients("rds").delete_db_snapshot(DBSnapshotIdentifier="old")


def a_public_db_cluster_snapshot(clients: Clients) -> Subject:
    rds = clients("rds")
    rds.create_db_cluster(
        DBClusterIdentifier="shop", Engine="aurora-postgresql", MasterUsername="shop",
        MasterUserPassword="Correct-Horse-9",
    )  # fmt: skip
    named = {"DBClusterSnapshotIdentifier": "old"}
    made = rds.create_db_cluster_snapshot(DBClusterIdentifier="shop", **named)["DBClusterSnapshot"]
    rds.modify_db_cluster_snapshot_attribute(**named, AttributeName="restore", ValuesToAdd=["all"])
    return failing("rds-snapshot-public", made["DBClusterSnapshotArn"])


def db_cluster_snapshot_state(clients: Clients, _: Subject) -> Any:
    answer = clients("rds").describe_db_cluster_snapshot_attributes(DBClusterSnapshotIdentifier="old")
    attributes = answer["DBClusterSnapshotAttributesResult"]["DBClusterSnapshotAttributes"]
    return [value for each in attributes for value in each["AttributeValues"]]


def remove_db_cluster_snapshot(clients: Clients, _: Subject) -> None:
    clients("rds").delete_db_cluster_snapshot(DBClusterSnapshotIdentifier="old")


def a_public_warehouse(clients: Clients) -> Subject:
    clients("redshift").create_cluster(
        ClusterIdentifier="facts", NodeType="ra3.large", MasterUsername="shop", MasterUserPassword="Correct-Horse-9",
        PubliclyAccessible=True,
    )  # fmt: skip
    return failing("redshift-public", f"arn:aws:redshift:{REGION}:{ACCOUNT}:cluster:facts")


def warehouse_state(clients: Clients, _: Subject) -> Any:
    return clients("redshift").describe_clusters(ClusterIdentifier="facts")["Clusters"][0]["PubliclyAccessible"]


def remove_warehouse(clients: Clients, _: Subject) -> None:
    clients("redshift").delete_cluster(ClusterIdentifier="facts", SkipFinalClusterSnapshot=True)


def an_open_bucket(clients: Clients) -> Subject:
    clients("s3").create_bucket(Bucket="trail-logs", CreateBucketConfiguration={"LocationConstraint": REGION})
    policy = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}],
    }
    clients("s3").put_bucket_policy(Bucket="trail-logs", Policy=json.dumps(policy))
    return failing("cloudtrail-bucket-public", "arn:aws:s3:::trail-logs")


def a_half_open_bucket(clients: Clients) -> Subject:
    subject = an_open_bucket(clients)
    switches = {"BlockPublicAcls": True, "IgnorePublicAcls": True}
    clients("s3").put_public_access_block(Bucket="trail-logs", PublicAccessBlockConfiguration=switches)
    return subject


def bucket_state(clients: Clients, _: Subject) -> Any:
    s3 = clients("s3")
    try:
        return s3.get_public_access_block(Bucket="trail-logs")["PublicAccessBlockConfiguration"]
    except s3.exceptions.ClientError as error:
        return error.response["Error"]["Code"]


def remove_bucket(clients: Clients, _: Subject) -> None:
    clients("s3").delete_bucket(Bucket="trail-logs")


# CloudTrail, CloudFront, Config.


def a_trail(clients: Clients, **settings: Any) -> str:
    clients("s3").create_bucket(Bucket="trail-logs", CreateBucketConfiguration={"LocationConstraint": REGION})
    return str(clients("cloudtrail").create_trail(Name="main", S3BucketName="trail-logs", **settings)["TrailARN"])


def a_stopped_trail(clients: Clients) -> Subject:
    a_trail(clients)
    facts = {"trails": ["main: not logging"], "not_recorded": "read and write of management events"}
    return failing("cloudtrail-region-uncovered", f"AWS::::Account:{ACCOUNT}", **facts)


def a_trail_that_somebody_stopped(clients: Clients) -> Subject:
    a_trail(clients)
    return found("Stealth:IAMUser/CloudTrailLoggingDisabled", f"{IAM}:user/mallory", REGION)


def a_trail_whose_stop_is_recorded(clients: Clients) -> Subject:
    resource = a_trail(clients)
    return Subject(
        source=Source.CLOUDTRAIL, type="cloudtrail:StopLogging", account=ACCOUNT, region=REGION, resource=resource,
        facts={},
    )  # fmt: skip


def trail_state(clients: Clients, _: Subject) -> Any:
    trail = clients("cloudtrail").get_trail(Name="main")["Trail"]
    return trail, clients("cloudtrail").get_trail_status(Name="main")["IsLogging"]


def remove_trail(clients: Clients, _: Subject) -> None:
    clients("cloudtrail").delete_trail(Name="main")


def a_trail_without_validation(clients: Clients) -> Subject:
    return failing("cloudtrail-no-log-validation", a_trail(clients))


def a_trail_of_one_region(clients: Clients) -> Subject:
    a_trail(clients)
    facts = {"trails": [f"main: {REGION} alone, with global services"]}
    return failing("cloudtrail-not-multi-region", f"AWS::::Account:{ACCOUNT}", "global", **facts)


def a_distribution(clients: Clients) -> Subject:
    behavior = {"TargetOriginId": "shop", "ViewerProtocolPolicy": "allow-all", "MinTTL": 0,
                "ForwardedValues": {"QueryString": False, "Cookies": {"Forward": "none"}}}  # fmt: skip
    config = {
        "CallerReference": "one",
        "Comment": "",
        "Enabled": True,
        "Origins": {"Quantity": 1, "Items": [{"Id": "shop", "DomainName": "shop.example.com",
                    "CustomOriginConfig": {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "https-only"}}]},
        "DefaultCacheBehavior": behavior,
        "CacheBehaviors": {"Quantity": 1, "Items": [
            {**behavior, "PathPattern": "/api/*", "ViewerProtocolPolicy": "https-only"}]},
    }  # fmt: skip
    made = clients("cloudfront").create_distribution(DistributionConfig=config)["Distribution"]
    return failing("cloudfront-http-allowed", made["ARN"], "global")


def distribution_state(clients: Clients, subject: Subject) -> Any:
    id_ = subject.resource.rpartition("/")[2]
    return clients("cloudfront").get_distribution_config(Id=id_)["DistributionConfig"]


def remove_distribution(clients: Clients, subject: Subject) -> None:
    cloudfront, id_ = clients("cloudfront"), subject.resource.rpartition("/")[2]
    version = cloudfront.get_distribution_config(Id=id_)["ETag"]
    cloudfront.delete_distribution(Id=id_, IfMatch=version)


def a_recorder(clients: Clients) -> None:
    config = clients("config")
    config.put_configuration_recorder(ConfigurationRecorder={"name": "default", "roleARN": f"{IAM}:role/config"})
    config.put_delivery_channel(DeliveryChannel={"name": "default", "s3BucketName": "records"})


def a_stopped_recorder(clients: Clients) -> Subject:
    a_recorder(clients)
    return failing("config-not-recording", f"AWS::::Account:{ACCOUNT}", recorders=["default: stopped"])


def recorder_state(clients: Clients, _: Subject) -> Any:
    (status,) = clients("config").describe_configuration_recorder_status()["ConfigurationRecordersStatus"]
    return status["recording"]


def remove_recorder(clients: Clients, _: Subject) -> None:
    clients("config").delete_configuration_recorder(ConfigurationRecorderName="default")


def a_channel_without_snapshots(clients: Clients) -> Subject:
    a_recorder(clients)
    return failing("config-no-daily-snapshot", f"arn:aws:config:{REGION}:{ACCOUNT}:delivery-channel/default")


def channel_state(clients: Clients, _: Subject) -> Any:
    return clients("config").describe_delivery_channels()["DeliveryChannels"]


def remove_channel(clients: Clients, _: Subject) -> None:
    clients("config").delete_delivery_channel(DeliveryChannelName="default")


# Security groups and instances.


def an_open_way_out(clients: Clients) -> Subject:
    ec2 = clients("ec2")
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    group = ec2.create_security_group(GroupName="web", Description="web", VpcId=vpc)["GroupId"]
    return failing("ec2-sg-open-egress", f"{EC2}:security-group/{group}", rules=["all traffic to 0.0.0.0/0"])


def way_out(clients: Clients, subject: Subject) -> Any:
    group = subject.resource.rpartition("/")[2]
    return clients("ec2").describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["IpPermissionsEgress"]


def remove_group(clients: Clients, subject: Subject) -> None:
    clients("ec2").delete_security_group(GroupId=subject.resource.rpartition("/")[2])


def an_instance(clients: Clients) -> str:
    ec2 = clients("ec2")
    image = ec2.register_image(
        Name="base", RootDeviceName="/dev/xvda",
        BlockDeviceMappings=[{"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 8}}],
    )["ImageId"]  # fmt: skip
    (made,) = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, InstanceType="t3.micro")["Instances"]
    return str(made["InstanceId"])


def a_hijacked_instance(clients: Clients) -> Subject:
    return found("CryptoCurrency:EC2/BitcoinTool.B!DNS", f"{EC2}:instance/{an_instance(clients)}")


def a_hijacked_instance_beside_a_quarantine_with_rules(clients: Clients) -> Subject:
    ec2 = clients("ec2")
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    group = ec2.create_security_group(GroupName="picket-quarantine", Description="no rules", VpcId=vpc)["GroupId"]
    web = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[web])
    return a_hijacked_instance(clients)


def instance(clients: Clients, subject: Subject) -> Mapping[str, Any]:
    id_ = subject.resource.rpartition("/")[2]
    found_: Mapping[str, Any] = clients("ec2").describe_instances(InstanceIds=[id_])["Reservations"][0]["Instances"][0]
    return found_


def instance_state(clients: Clients, subject: Subject) -> Any:
    return instance(clients, subject)["State"]["Name"]


def interfaces(clients: Clients, subject: Subject) -> Any:
    return {each["NetworkInterfaceId"]: each["Groups"] for each in instance(clients, subject)["NetworkInterfaces"]}


def snapshots(clients: Clients, subject: Subject) -> Any:
    return [each["VolumeId"] for each in clients("ec2").describe_snapshots(OwnerIds=["self"])["Snapshots"]]


def remove_instance(clients: Clients, subject: Subject) -> None:
    clients("ec2").terminate_instances(InstanceIds=[subject.resource.rpartition("/")[2]])


CASES: Mapping[str, Mapping[str, Case]] = {
    "iam-deactivate-ssh-key": {"": Case(a_user_with_ssh_key, ssh_keys, remove_ssh_key)},
    "iam-disable-console": {"": Case(a_user_with_password, user_state, remove_user_with_password)},
    "iam-quarantine-user": {"": Case(a_user_that_attacks, user_state, remove_user)},
    "iam-detach-user-policy": {"": Case(a_user_with_policies, user_state, remove_user)},
    "iam-revoke-role-sessions": {"": Case(a_role_with_sessions, role_state, remove_role)},
    "iam-set-password-policy": {
        "weak": Case(a_weak_password_policy, password_policy, None),
        "none": Case(no_password_policy, password_policy, None),
    },
    "ebs-encrypt-by-default": {"": Case(no_default_encryption, default_encryption, None)},
    "guardduty-enable": {
        "none": Case(no_guardduty, detectors, None),
        "suspended": Case(suspended_guardduty, detectors, None),
    },
    "ec2-make-ami-private": {"": Case(a_public_image, image_state, remove_image)},
    "ebs-make-snapshot-private": {"": Case(a_public_snapshot, snapshot_state, remove_snapshot)},
    "rds-make-private": {"": Case(a_public_database, database_state, remove_database)},
    "rds-make-snapshot-private": {
        "instance": Case(a_public_db_snapshot, db_snapshot_state, remove_db_snapshot),
        "cluster": Case(a_public_db_cluster_snapshot, db_cluster_snapshot_state, remove_db_cluster_snapshot),
    },
    "redshift-make-private": {"": Case(a_public_warehouse, warehouse_state, remove_warehouse)},
    "s3-block-public-access": {
        "open": Case(an_open_bucket, bucket_state, remove_bucket),
        "half": Case(a_half_open_bucket, bucket_state, remove_bucket),
    },
    "cloudtrail-start-logging": {
        "check": Case(a_stopped_trail, trail_state, remove_trail),
        "guardduty": Case(a_trail_that_somebody_stopped, trail_state, remove_trail),
        "cloudtrail": Case(a_trail_whose_stop_is_recorded, trail_state, remove_trail),
    },
    "cloudtrail-enable-validation": {"": Case(a_trail_without_validation, trail_state, remove_trail)},
    "cloudtrail-make-multi-region": {"": Case(a_trail_of_one_region, trail_state, remove_trail)},
    "cloudfront-redirect-https": {"": Case(a_distribution, distribution_state, remove_distribution)},
    "config-start-recorder": {"": Case(a_stopped_recorder, recorder_state, remove_recorder)},
    "config-daily-snapshot": {"": Case(a_channel_without_snapshots, channel_state, remove_channel)},
    "ec2-revoke-egress": {"": Case(an_open_way_out, way_out, remove_group)},
    "ec2-snapshot-volumes": {"": Case(a_hijacked_instance, snapshots, remove_instance)},
    "ec2-quarantine-instance": {
        "new": Case(a_hijacked_instance, interfaces, remove_instance),
        "known": Case(a_hijacked_instance_beside_a_quarantine_with_rules, interfaces, remove_instance),
    },
    "ec2-stop-instance": {"": Case(a_hijacked_instance, instance_state, remove_instance)},
}
"""By remedy, and by what is different in them. The others have tests of their own."""
