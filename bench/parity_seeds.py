"""Two more accounts for the comparison, with faults that the sandbox's company does not have."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sandbox.aws import Cloud
from sandbox.aws.accounts import Account
from sandbox.aws.gaps.credential_report import RootKey, RootUser, set_root
from sandbox.aws.seeds import ages, buckets, recorders, trails
from sandbox.aws.seeds.ages import ago
from sandbox.aws.seeds.organization import policy, trust

HARBOUR = Account("222200001111", "harbour")
MEADOW = Account("333300002222", "meadow")
US, EU = "us-east-1", "eu-west-1"
WORLD, WORLD6 = "0.0.0.0/0", "::/0"

Rule = tuple[str, int, int, str]
GROUPS: dict[str, tuple[Rule, ...]] = {
    "ssh-by-ipv6": (("tcp", 22, 22, WORLD6),),
    "ssh-by-number": (("6", 20, 25, WORLD),),
    "ssh-over-udp": (("udp", 22, 22, WORLD),),
    "ssh-from-an-eighth": (("tcp", 22, 22, "32.0.0.0/3"),),
    "below-ssh": (("tcp", 0, 21, WORLD),),
    "above-ssh": (("tcp", 23, 100, WORLD),),
    "rdp-over-udp": (("udp", 3389, 3389, WORLD),),
    "oracle-second-port": (("tcp", 2483, 2483, WORLD),),
    "mongodb-last-port": (("tcp", 27019, 27019, WORLD),),
    "mssql-browser": (("udp", 1434, 1434, WORLD),),
    "all-of-tcp": (("tcp", 0, 65535, WORLD),),
    "all-of-udp": (("udp", 0, 65535, WORLD),),
    "all-but-one": (("tcp", 1, 65535, WORLD),),
    "private-postgres": (("tcp", 5432, 5432, "10.0.0.0/8"),),
}


def build(cloud: Cloud, now: datetime) -> None:
    """Build both accounts as they are at `now`."""
    _harbour(cloud, now)
    _meadow(cloud, now)


def _harbour(cloud: Cloud, now: datetime) -> None:
    """Ports and networks, a trail of one region in a bucket that an ACL opens, databases that only look public."""
    set_root(HARBOUR.id, RootUser(created=ago(now, 900), password_last_used=ago(now, 60), mfa="hardware"))
    ec2, s3 = cloud.client("ec2", HARBOUR, US), cloud.client("s3", HARBOUR)
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    ec2.create_tags(Resources=[vpc], Tags=[{"Key": "Name", "Value": "quay"}])
    for name, rules in GROUPS.items():
        group = ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc)["GroupId"]
        ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[_permission(*rule) for rule in rules])
    _bucket(s3, now)
    ec2.create_flow_logs(
        ResourceIds=[vpc],
        ResourceType="VPC",
        TrafficType="ACCEPT",
        LogDestinationType="s3",
        LogDestination="arn:aws:s3:::harbour-trail",
    )
    for name, encrypted in (("harbour-plain", False), ("harbour-sealed", True)):
        made = ec2.create_volume(AvailabilityZone=f"{US}a", Size=8, Encrypted=encrypted)
        ec2.create_tags(Resources=[made["VolumeId"]], Tags=[{"Key": "Name", "Value": name}])
    trails.start(
        cloud,
        HARBOUR,
        "one-region",
        ago(now, 300),
        region=US,
        S3BucketName="harbour-trail",
        EnableLogFileValidation=True,
    )
    cloud.client("guardduty", HARBOUR, US).create_detector(Enable=True)
    cloud.client("guardduty", HARBOUR, EU).create_detector(Enable=False)
    recorders.record(cloud, HARBOUR, US, "harbour-trail")
    cloud.client("iam", HARBOUR).update_account_password_policy(
        MinimumPasswordLength=14,
        RequireSymbols=True,
        RequireNumbers=True,
        RequireUppercaseCharacters=True,
        RequireLowercaseCharacters=True,
        MaxPasswordAge=90,
        PasswordReusePrevention=24,
    )
    _keys(cloud.client("iam", HARBOUR), now)
    _databases(cloud.client("rds", HARBOUR, US), ec2, vpc)


def _bucket(s3: Any, now: datetime) -> None:
    """A trail's bucket that everyone may list, by its ACL."""
    buckets.create(s3, HARBOUR, "harbour-trail", ago(now, 400))
    s3.delete_public_access_block(Bucket="harbour-trail")
    s3.put_bucket_ownership_controls(
        Bucket="harbour-trail", OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
    )
    s3.put_bucket_acl(Bucket="harbour-trail", ACL="public-read")


def _keys(iam: Any, now: datetime) -> None:
    """Keys on both sides of 90 days, used and unused."""
    for name, age, used in (
        ("key-of-90-days", 90, 1),
        ("key-of-91-days", 91, 1),
        ("key-used-30-days-ago", 80, 30),
        ("key-used-31-days-ago", 80, 31),
        ("key-never-used", 60, None),
        ("key-new", 2, None),
    ):
        iam.create_user(UserName=name)
        key = iam.create_access_key(UserName=name)["AccessKey"]["AccessKeyId"]
        ages.user(HARBOUR, name, ago(now, age))
        ages.access_key(HARBOUR, key, ago(now, age, 1), ago(now, used, 1) if used else None)


def _databases(rds: Any, ec2: Any, vpc: str) -> None:
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=f"{US}{zone}")["Subnet"][
            "SubnetId"
        ]
        for number, zone in enumerate("ab")
    ]
    rds.create_db_subnet_group(DBSubnetGroupName="quay", DBSubnetGroupDescription="quay", SubnetIds=subnets)
    groups = ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": ["private-postgres"]}])
    rds.create_db_instance(
        DBInstanceIdentifier="flag-only",
        DBInstanceClass="db.t3.medium",
        Engine="postgres",
        AllocatedStorage=20,
        MasterUsername="harbour",
        MasterUserPassword="correct-horse-battery",
        StorageEncrypted=True,
        PubliclyAccessible=True,
        VpcSecurityGroupIds=[groups["SecurityGroups"][0]["GroupId"]],
        DBSubnetGroupName="quay",
    )
    for name, encrypted in (("aurora-plain", False), ("aurora-sealed", True)):
        rds.create_db_cluster(
            DBClusterIdentifier=name,
            Engine="aurora-mysql",
            MasterUsername="harbour",
            MasterUserPassword="correct-horse-battery",
            StorageEncrypted=encrypted,
        )


def _meadow(cloud: Cloud, now: datetime) -> None:
    """No trail, no Config, no GuardDuty; root with a key; people and policies."""
    set_root(MEADOW.id, RootUser(created=ago(now, 90), keys=(RootKey(ago(now, 80), ago(now, 3)),)))
    iam = cloud.client("iam", MEADOW)
    _people(iam, now)
    _policies(iam)
    cloud.client("ec2", MEADOW, EU).enable_ebs_encryption_by_default()
    _distribution(cloud.client("cloudfront", MEADOW))
    ec2 = cloud.client("ec2", MEADOW, EU)
    group = ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": ["default"]}])["SecurityGroups"][0]
    itself = {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": group["GroupId"]}]}
    if not group["IpPermissions"]:
        ec2.authorize_security_group_ingress(GroupId=group["GroupId"], IpPermissions=[itself])


def _people(iam: Any, now: datetime) -> None:
    for name, age, signed_in in (("never-signed-in", 100, None), ("gone-for-91-days", 400, 91), ("here", 400, 5)):
        iam.create_user(UserName=name)
        iam.create_login_profile(UserName=name, Password="correct-Horse-7-battery")
        ages.user(MEADOW, name, ago(now, age, 1), ago(now, signed_in, 1) if signed_in else None)
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName="here")["VirtualMFADevice"]["SerialNumber"]
    iam.enable_mfa_device(
        UserName="here", SerialNumber=device, AuthenticationCode1="123456", AuthenticationCode2="654321"
    )


def _policies(iam: Any) -> None:
    """Admin in several spellings, and one escalation."""
    ec2 = trust({"Service": "ec2.amazonaws.com"})
    without = {"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}
    denied = [
        {"Effect": "Allow", "Action": "*", "Resource": "*"},
        {"Effect": "Deny", "Action": "*", "Resource": "*"},
    ]
    documents = {
        "by-star": policy("*"),
        "by-two-stars": policy("*:*"),
        "by-not-action": json.dumps({"Version": "2012-10-17", "Statement": [without]}),
        "denied-again": json.dumps({"Version": "2012-10-17", "Statement": denied}),
        "escalates": policy("iam:CreatePolicyVersion"),
        "reads": policy(["s3:GetObject", "s3:ListBucket"]),
    }
    for name, document in documents.items():
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=ec2)
        made = iam.create_policy(PolicyName=name, PolicyDocument=document)["Policy"]["Arn"]
        iam.attach_role_policy(RoleName=name, PolicyArn=made)
    iam.create_policy(PolicyName="unattached-star", PolicyDocument=policy("*"))
    iam.create_role(RoleName="inline-star", AssumeRolePolicyDocument=ec2)
    iam.put_role_policy(RoleName="inline-star", PolicyName="everything", PolicyDocument=policy("*"))


def _distribution(cloudfront: Any) -> None:
    """HTTPS by default, HTTP for one path."""
    cached = {
        "TargetOriginId": "origin",
        "ForwardedValues": {"QueryString": False, "Cookies": {"Forward": "none"}},
        "MinTTL": 0,
    }
    old = {"PathPattern": "/old/*", "ViewerProtocolPolicy": "allow-all", **cached}
    origin = {
        "Id": "origin",
        "DomainName": "origin.meadow.example",
        "CustomOriginConfig": {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "match-viewer"},
    }
    cloudfront.create_distribution(
        DistributionConfig={
            "CallerReference": "meadow",
            "Comment": "meadow.example",
            "Enabled": True,
            "Origins": {"Quantity": 1, "Items": [origin]},
            "DefaultCacheBehavior": {"ViewerProtocolPolicy": "redirect-to-https", **cached},
            "CacheBehaviors": {"Quantity": 1, "Items": [old]},
            "ViewerCertificate": {
                "ACMCertificateArn": f"arn:aws:acm:us-east-1:{MEADOW.id}:certificate/meadow",
                "SSLSupportMethod": "sni-only",
                "MinimumProtocolVersion": "TLSv1.2_2021",
            },
        }
    )


def _permission(protocol: str, first: int, last: int, source: str) -> dict[str, Any]:
    ranges = {"Ipv6Ranges": [{"CidrIpv6": source}]} if ":" in source else {"IpRanges": [{"CidrIp": source}]}
    return {"IpProtocol": protocol, "FromPort": first, "ToPort": last, **ranges}
