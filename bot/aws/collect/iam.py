"""Reads IAM: users and their keys, groups, roles, policies, root, the password policy, providers and certificates.

The credential report is up to four hours old, so what decides a finding that was just fixed is read live where
one call more suffices: keys by ListAccessKeys, root's keys and MFA by GetAccountSummary.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from bot.aws.collect.credential_report import Report, Row, credential_report
from bot.aws.collect.source import Source
from bot.errors import AwsDenied, AwsError
from checks.inventory.iam import (
    AccessKey,
    Group,
    PasswordPolicy,
    Policy,
    Role,
    Root,
    SamlProvider,
    ServerCertificate,
    User,
)

_PAGE = 1000
_FILTER = ("User", "Group", "Role", "LocalManagedPolicy", "AWSManagedPolicy")
_GONE = "NoSuchEntity"
_ROOT_DEVICE = ":mfa/root-account-mfa-device"
"""What AWS itself calls a virtual device that root registers."""


@dataclass(frozen=True, slots=True)
class Authorization:
    """The pages of GetAccountAuthorizationDetails, joined."""

    users: Sequence[Mapping[str, Any]]
    groups: Sequence[Mapping[str, Any]]
    roles: Sequence[Mapping[str, Any]]
    policies: Sequence[Mapping[str, Any]]


def authorization(source: Source) -> Authorization:
    """Users, groups, roles and policies as AWS gives them; ask by `source.once`."""
    pages = source.whole("iam", "get_account_authorization_details", size=_PAGE, Filter=list(_FILTER))
    return Authorization(
        *(
            [item for page in pages for item in page.get(key, ())]
            for key in ("UserDetailList", "GroupDetailList", "RoleDetailList", "Policies")
        )
    )


def _keys(source: Source) -> Mapping[str, tuple[AccessKey, ...]]:
    """Every user's keys by the user's name: named, and as they are now."""
    users = [row for row in source.once(credential_report).users.values() if row.access_keys()]
    return dict(zip((row.user for row in users), source.each(lambda row: _named(source, row), users), strict=True))


def _named(source: Source, row: Row) -> tuple[AccessKey, ...]:
    try:
        live = source.pages("iam", "list_access_keys", "AccessKeyMetadata", UserName=row.user)
    except AwsDenied:
        return row.access_keys()  # they can be judged all the same, only not named
    except AwsError as error:
        if error.code == _GONE:
            return ()
        raise
    reported = {key.created: key for key in row.access_keys()}
    free = iter(sorted({1, 2} - {reported[k["CreateDate"]].number for k in live if k["CreateDate"] in reported}))
    return tuple(
        replace(
            # one that is newer than the report was not used before the report either
            reported.get(key["CreateDate"]) or _unused(row, next(free, 2)),
            id=key["AccessKeyId"],
            active=key["Status"] == "Active",
            created=key["CreateDate"],
        )
        for key in live
    )


def _unused(row: Row, number: int) -> AccessKey:
    return AccessKey(id="", user=row.user, user_arn=row.arn, number=number, active=True, created=None, last_used=None)


def access_keys(source: Source) -> Iterator[AccessKey]:
    """Every access key of every user; root's are Root's."""
    return chain.from_iterable(source.once(_keys).values())


def users(source: Source) -> list[User]:
    """Every user of the account, those made since the credential report too."""
    report, keys = source.once(credential_report), source.once(_keys)
    return [_user(detail, report.users.get(detail["UserName"]), keys) for detail in source.once(authorization).users]


def _user(detail: Mapping[str, Any], row: Row | None, keys: Mapping[str, tuple[AccessKey, ...]]) -> User:
    name = detail["UserName"]
    return User(
        name=name,
        arn=detail["Arn"],
        created=detail["CreateDate"],
        has_password=bool(row and row.flag("password_enabled")),
        password_last_used=row.date("password_last_used") if row else None,
        password_changed=row.date("password_last_changed") if row else None,
        mfa=bool(row and row.flag("mfa_active")),
        keys=keys.get(name, ()),
        inline_policies=_inline(detail.get("UserPolicyList", ())),
        attached_policies=_attached(detail),
        groups=tuple(detail.get("GroupList", ())),
        tags={tag["Key"]: tag["Value"] for tag in detail.get("Tags", ())},
        boundary=detail.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn", ""),
    )


def groups(source: Source) -> list[Group]:
    """Every group."""
    return [
        Group(
            name=detail["GroupName"],
            arn=detail["Arn"],
            inline_policies=_inline(detail.get("GroupPolicyList", ())),
            attached_policies=_attached(detail),
        )
        for detail in source.once(authorization).groups
    ]


def roles(source: Source) -> list[Role]:
    """Every role, service-linked ones too."""
    return [
        Role(
            name=detail["RoleName"],
            arn=detail["Arn"],
            created=detail["CreateDate"],
            trust=detail.get("AssumeRolePolicyDocument", {}),
            inline_policies=_inline(detail.get("RolePolicyList", ())),
            attached_policies=_attached(detail),
            boundary=detail.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn", ""),
            instance_profiles=tuple(profile["Arn"] for profile in detail.get("InstanceProfileList", ())),
            tags={tag["Key"]: tag["Value"] for tag in detail.get("Tags", ())},
        )
        for detail in source.once(authorization).roles
    ]


def saml_providers(source: Source) -> list[SamlProvider]:
    """Every SAML identity provider."""
    return [SamlProvider(arn=one["Arn"]) for one in source.call("iam", "list_saml_providers")["SAMLProviderList"]]


def server_certificates(source: Source) -> list[ServerCertificate]:
    """Every certificate that was uploaded to IAM."""
    found = source.pages("iam", "list_server_certificates", "ServerCertificateMetadataList", size=_PAGE)
    return [
        ServerCertificate(
            id=one["ServerCertificateId"],
            name=one["ServerCertificateName"],
            arn=one["Arn"],
            expires=one.get("Expiration"),
            uploaded=one.get("UploadDate"),
        )
        for one in found
    ]


def policies(source: Source) -> list[Policy]:
    """Every managed policy of the account's own, and those of AWS that are in use."""
    return [
        Policy(
            name=detail["Arn"].rpartition("/")[2],
            arn=detail["Arn"],
            document=_default_version(detail),
            attached=detail.get("AttachmentCount", 0),
            boundary_of=detail.get("PermissionsBoundaryUsageCount", 0),
        )
        for detail in source.once(authorization).policies
    ]


def _default_version(detail: Mapping[str, Any]) -> Any:
    versions = detail.get("PolicyVersionList", ())
    return next((version["Document"] for version in versions if version.get("IsDefaultVersion")), {})


def _inline(policies_: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {policy["PolicyName"]: policy["PolicyDocument"] for policy in policies_}


def _attached(detail: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(policy["PolicyArn"] for policy in detail.get("AttachedManagedPolicies", ()))


def root(source: Source) -> list[Root]:
    """The root user. Raises AwsError when the credential report does not speak of it."""
    report = source.once(credential_report)
    summary = source.call("iam", "get_account_summary")["SummaryMap"]
    row = _root_row(report)
    mfa = bool(summary.get("AccountMFAEnabled"))
    password = row.flag("password_enabled")
    return [
        Root(
            arn=row.arn,
            password_last_used=row.date("password_last_used"),
            keys=_root_keys(row, bool(summary.get("AccountAccessKeysPresent"))),
            mfa=mfa,
            has_password=bool(summary["AccountPasswordPresent"]) if "AccountPasswordPresent" in summary else password,
            virtual_mfa=_virtual_mfa(source, row.arn) if mfa else False,
        )
    ]


def _root_row(report: Report) -> Row:
    if report.root is None:
        raise AwsError("The credential report has no row of the root user, so nothing about it can be said.")
    return report.root


def _root_keys(row: Row, present: bool) -> tuple[AccessKey, ...]:
    keys = row.access_keys()
    if not present:
        return ()
    return keys or (replace(_unused(row, 1), user="root"),)


def _virtual_mfa(source: Source, arn: str) -> bool | None:
    try:
        devices = source.pages("iam", "list_virtual_mfa_devices", "VirtualMFADevices", AssignmentStatus="Assigned")
    except AwsDenied:
        return None
    return any(
        device.get("User", {}).get("Arn") == arn or device["SerialNumber"].endswith(_ROOT_DEVICE) for device in devices
    )


def password_policy(source: Source) -> list[PasswordPolicy]:
    """The account's password policy, set or not."""
    arn = f"AWS::::Account:{source.account}"
    try:
        policy = source.call("iam", "get_account_password_policy")["PasswordPolicy"]
    except AwsError as error:
        if error.code == _GONE:
            return [PasswordPolicy(arn=arn, exists=False)]
        raise
    return [
        PasswordPolicy(
            arn=arn,
            exists=True,
            minimum_length=policy.get("MinimumPasswordLength", 6),
            uppercase=policy.get("RequireUppercaseCharacters", False),
            lowercase=policy.get("RequireLowercaseCharacters", False),
            numbers=policy.get("RequireNumbers", False),
            symbols=policy.get("RequireSymbols", False),
            max_age=(policy.get("MaxPasswordAge") or None) if policy.get("ExpirePasswords") else None,
            remembered=policy.get("PasswordReusePrevention", 0),
        )
    ]
