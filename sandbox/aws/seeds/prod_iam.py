"""acme-prod: people, machines, their keys and passwords, and the root user."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sandbox.aws.accounts import PROD
from sandbox.aws.gaps.credential_report import RootKey, RootUser, set_root
from sandbox.aws.seeds import ages
from sandbox.aws.seeds.ages import ago
from sandbox.aws.seeds.organization import policy

if TYPE_CHECKING:
    from sandbox.aws.cloud import Cloud


@dataclass(frozen=True)
class Key:
    """An access key: its age in days, days since its last use (None: never), and whether it is active."""

    age: float
    unused: float | None
    service: str = "s3"
    active: bool = True


@dataclass(frozen=True)
class Person:
    """An IAM user: groups, days since creation and since the last sign-in (None: no console password)."""

    name: str
    groups: tuple[str, ...]
    age: float
    signed_in: float | None = None
    mfa: bool = False
    keys: tuple[Key, ...] = ()


PEOPLE = (
    # as it should be
    Person("anna.kivinen", ("administrators",), 900, signed_in=1, mfa=True),
    Person("li.wei", ("developers",), 400, signed_in=3, mfa=True),
    Person("sara.haddad", ("developers",), 350, signed_in=90.5, mfa=True),  # row 33's near miss: day 90
    Person("metrics-export", ("exporters",), 300, keys=(Key(90.5, 0.2, "cloudwatch"),)),  # row 11's: day 90
    Person("invoice-sync", ("exporters",), 200, keys=(Key(60, 30.5),)),  # row 32's near miss: day 30
    Person("old-terraform", ("exporters",), 700, keys=(Key(650, 400, active=False),)),  # inactive: no finding
    # one thing wrong, or two
    Person("ci-deploy", ("deployers",), 430, keys=(Key(417, 0.1, "ec2"),)),
    Person("legacy-backup", ("exporters",), 1200, keys=(Key(1190, 212),)),
    Person("contractor-marek", ("developers",), 60, signed_in=2),
    Person("team-ops", ("administrators",), 800, signed_in=5),
    Person("jonas.berg", ("developers",), 500, signed_in=4, mfa=True, keys=(Key(40, 2, "lambda"),)),
)

GROUPS = {
    "administrators": ("arn:aws:iam::aws:policy/AdministratorAccess",),
    "developers": (
        "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess",
        "arn:aws:iam::aws:policy/IAMUserChangePassword",
    ),
    "deployers": ("arn:aws:iam::aws:policy/AmazonEC2ReadOnlyAccess",),
    "exporters": ("arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess",),
    "interns": ("arn:aws:iam::aws:policy/job-function/ViewOnlyAccess",),  # row 31: nobody is in it
    "readers": (),  # row 31: allows nothing
}

PUBLIC_KEY = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC7vbqajDhA7l5gFmYQWmBmSGoXh8Iu0y0o2m4T5Wn0b0YlY8u1rC3h7m1Q"


def build(cloud: "Cloud", now: datetime) -> None:
    """Make groups, then people, then what is odd about some of them, then root."""
    iam = cloud.client("iam", PROD)
    for group, policies in GROUPS.items():
        iam.create_group(GroupName=group)
        for arn in policies:
            iam.attach_group_policy(GroupName=group, PolicyArn=arn)
    for person in PEOPLE:
        _person(iam, person, now)
    iam.add_user_to_group(GroupName="readers", UserName="li.wei")
    _direct_policies(iam)
    _ssh_keys(iam, now)
    iam.update_account_password_policy(
        MinimumPasswordLength=10,
        RequireUppercaseCharacters=True,
        RequireLowercaseCharacters=True,
        RequireNumbers=True,
        RequireSymbols=False,
        AllowUsersToChangePassword=True,
        PasswordReusePrevention=5,
    )
    set_root(
        PROD.id,
        RootUser(
            created=ago(now, 2600),
            password_last_used=ago(now, 12),
            mfa="virtual",
            keys=(RootKey(created=ago(now, 2500), last_used=ago(now, 700)),),
        ),
    )


def _person(iam: Any, person: Person, now: datetime) -> None:
    iam.create_user(
        UserName=person.name,
        Tags=[{"Key": "Environment", "Value": "prod"}, {"Key": "Owner", "Value": "platform"}],
    )
    for group in person.groups:
        iam.add_user_to_group(GroupName=group, UserName=person.name)
    signed_in = None
    if person.signed_in is not None:
        iam.create_login_profile(UserName=person.name, Password="correct-Horse-7-battery")
        signed_in = ago(now, person.signed_in)
    ages.user(PROD, person.name, ago(now, person.age), signed_in)
    if person.mfa:
        _mfa(iam, person.name)
    for key in person.keys:
        made = iam.create_access_key(UserName=person.name)["AccessKey"]["AccessKeyId"]
        if not key.active:
            iam.update_access_key(UserName=person.name, AccessKeyId=made, Status="Inactive")
        used = None if key.unused is None else ago(now, key.unused)
        ages.access_key(PROD, made, ago(now, key.age), used, key.service)


def _mfa(iam: Any, user: str) -> None:
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName=user)["VirtualMFADevice"]
    iam.enable_mfa_device(
        UserName=user,
        SerialNumber=device["SerialNumber"],
        AuthenticationCode1="123456",
        AuthenticationCode2="654321",
    )


def _direct_policies(iam: Any) -> None:
    """Row 10, beside a permissions boundary, which is not an attachment."""
    iam.put_user_policy(
        UserName="contractor-marek",
        PolicyName="temporary-bucket-access",
        PolicyDocument=policy(["s3:GetObject", "s3:ListBucket"], "arn:aws:s3:::acme-prod-exports"),
    )
    iam.attach_user_policy(UserName="jonas.berg", PolicyArn="arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess")
    iam.attach_user_policy(UserName="contractor-marek", PolicyArn="arn:aws:iam::aws:policy/IAMUserChangePassword")


def _ssh_keys(iam: Any, now: datetime) -> None:
    """Rows 29 and 34: an old key in use, an inactive one, and a new one that is right."""
    iam.upload_ssh_public_key(UserName="jonas.berg", SSHPublicKeyBody=f"{PUBLIC_KEY} jonas")
    ages.ssh_key(PROD, "jonas.berg", ago(now, 400))
    key = iam.upload_ssh_public_key(UserName="ci-deploy", SSHPublicKeyBody=f"{PUBLIC_KEY} ci")
    iam.update_ssh_public_key(
        UserName="ci-deploy", SSHPublicKeyId=key["SSHPublicKey"]["SSHPublicKeyId"], Status="Inactive"
    )
    ages.ssh_key(PROD, "ci-deploy", ago(now, 200))
    iam.upload_ssh_public_key(UserName="li.wei", SSHPublicKeyBody=f"{PUBLIC_KEY} li")
    ages.ssh_key(PROD, "li.wei", ago(now, 30))
