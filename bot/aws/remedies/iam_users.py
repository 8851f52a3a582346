"""Remedies for IAM users: their SSH keys, their passwords, their policies, and keeping one from doing anything."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.alerts import Source
from bot.aws.remedies.setting import Seen, aimed, asked, by_arn, looked, setting
from bot.remedy import Clients, Effect, Facts, Preview, Remedy, Risk, Subject, Target

_USER = r":user/(?:[^:]*/)?(?P<user>[^/:]+)"
_GONE = "NoSuchEntity"


def _user(target: Target) -> str:
    return f"the user {target.parameters['user']}"


# SSH keys.

_SSH_KEY = r":user/(?:[^:]*/)?(?P<user>[^/:]+)/ssh-public-key/(?P<key>APKA[A-Z0-9]+)"


def _look_at_ssh_key(clients: Clients, target: Target) -> Seen:
    user, key = target.parameters["user"], target.parameters["key"]
    with looked("iam", target.region, f"the SSH key {key} of {user}", _GONE):
        answer = clients("iam").get_ssh_public_key(UserName=user, SSHPublicKeyId=key, Encoding="SSH")["SSHPublicKey"]
    return Seen(
        name=f"SSH key {key} of {user}",
        parts={key: answer["Status"]},
        wanted={key: "Inactive"},
        effects=(Effect(f"{user} can no longer reach CodeCommit with it. It was uploaded", answer.get("UploadDate")),),
    )


def _write_ssh_key(clients: Clients, target: Target, parts: Facts, _handles: Facts) -> None:
    user, key = target.parameters["user"], target.parameters["key"]
    with looked("iam", target.region, f"the SSH key {key} of {user}", _GONE):
        clients("iam").update_ssh_public_key(UserName=user, SSHPublicKeyId=key, Status=parts[key])


DEACTIVATE_SSH_KEY = Remedy(
    id="iam-deactivate-ssh-key",
    title="Deactivate an SSH key",
    label="Deactivate key",
    risk=Risk.LOW,
    fixes=("iam-ssh-key-old", "iam-ssh-key-unused"),
    answers=(),
    reads=("iam:GetSSHPublicKey",),
    writes=("iam:UpdateSSHPublicKey",),
    aim=by_arn(_SSH_KEY),
    **setting(_look_at_ssh_key, _write_ssh_key),
)

# The console.


def _preview_console(clients: Clients, target: Target, _now: datetime) -> Preview:
    user = target.parameters["user"]
    with looked("iam", target.region, _user(target), _GONE):
        used = clients("iam").get_user(UserName=user)["User"].get("PasswordLastUsed")
    effects = [Effect("The password was last used", used) if used else Effect("The password was never used.")]
    return Preview(
        name=f"console access of {user}",
        before={"console password": "set"} if _has_password(clients, user) else {},
        after={},
        effects=(*effects, Effect("Access keys of the user go on working.")),
        warnings=("It cannot be undone: nobody can bring a password back, only set a new one.",),
    )


def _has_password(clients: Clients, user: str) -> bool:
    return asked("iam", _GONE, lambda: clients("iam").get_login_profile(UserName=user)) is not None


def _disable_console(clients: Clients, target: Target, now: Preview) -> None:
    if now.before:
        with looked("iam", target.region, f"the password of {target.parameters['user']}", _GONE):
            clients("iam").delete_login_profile(UserName=target.parameters["user"])


DISABLE_CONSOLE = Remedy(
    id="iam-disable-console",
    title="Take a user's console password away",
    label="Disable console",
    risk=Risk.MEDIUM,
    fixes=("iam-user-no-mfa", "iam-user-inactive", "iam-shared-user"),
    answers=(),
    reads=("iam:GetUser", "iam:GetLoginProfile"),
    writes=("iam:DeleteLoginProfile",),
    aim=by_arn(_USER),
    preview=_preview_console,
    apply=_disable_console,
    undo=None,
)

# Quarantine.

QUARANTINE = "picket-quarantine"
"""Name of the inline policy that forbids everything."""
_DENY_ALL = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}


def _aim_at_actor(subject: Subject) -> Target | None:
    name = str(subject.facts.get("user_name", ""))
    if subject.source is not Source.GUARDDUTY or subject.facts.get("user_type") != "IAMUser" or not name:
        return None
    return aimed(subject, user=name)


def _look_at_quarantine(clients: Clients, target: Target) -> Seen:
    user = target.parameters["user"]
    with looked("iam", target.region, _user(target), _GONE):
        pages = clients("iam").get_paginator("list_access_keys").paginate(UserName=user)
        keys = [key for page in pages for key in page["AccessKeyMetadata"] if key["Status"] == "Active"]
    document = _inline(clients, user, QUARANTINE)
    also = f"It has {len(keys)} active access key{'' if len(keys) == 1 else 's'}; they stay, and may do nothing."
    return Seen(
        name=f"user {user}",
        parts={QUARANTINE: document} if document else {},
        wanted={QUARANTINE: _DENY_ALL},
        effects=(Effect("Everything that is done in the user's name is refused from then on."), Effect(also)),
        warnings=("Sessions that the user began in roles go on: look for them in CloudTrail.",),
    )


def _inline(clients: Clients, user: str, name: str) -> dict[str, Any]:
    """The document of an inline policy; nothing where there is none."""
    found = asked("iam", _GONE, lambda: clients("iam").get_user_policy(UserName=user, PolicyName=name))
    return dict(found["PolicyDocument"]) if found else {}


def _write_quarantine(clients: Clients, target: Target, parts: Facts, _handles: Facts) -> None:
    user, document = target.parameters["user"], parts.get(QUARANTINE)
    with looked("iam", target.region, _user(target), _GONE):
        if document:
            clients("iam").put_user_policy(UserName=user, PolicyName=QUARANTINE, PolicyDocument=json.dumps(document))
        else:
            clients("iam").delete_user_policy(UserName=user, PolicyName=QUARANTINE)


QUARANTINE_USER = Remedy(
    id="iam-quarantine-user",
    title="Forbid a user everything",
    label="Quarantine user",
    risk=Risk.MEDIUM,
    fixes=(),
    answers=("*:IAMUser/*", "AttackSequence:IAM/*"),
    reads=("iam:GetUserPolicy", "iam:ListAccessKeys"),
    writes=("iam:PutUserPolicy", "iam:DeleteUserPolicy"),
    aim=_aim_at_actor,
    **setting(_look_at_quarantine, _write_quarantine),
)

# Policies on the user itself.

_ATTACHED = "attached"


def _look_at_policies(clients: Clients, target: Target) -> Seen:
    user, iam = target.parameters["user"], clients("iam")
    with looked("iam", target.region, _user(target), _GONE):
        attached = [
            policy["PolicyArn"]
            for page in iam.get_paginator("list_attached_user_policies").paginate(UserName=user)
            for policy in page["AttachedPolicies"]
        ]
        inline = [
            name
            for page in iam.get_paginator("list_user_policies").paginate(UserName=user)
            for name in page["PolicyNames"]
            if name != QUARANTINE
        ]
        groups = [
            group["GroupName"]
            for page in iam.get_paginator("list_groups_for_user").paginate(UserName=user)
            for group in page["Groups"]
        ]
    own = {**dict.fromkeys(attached, _ATTACHED), **{name: _inline(clients, user, name) for name in inline}}
    left = f"It keeps what its groups allow: {', '.join(sorted(groups))}." if groups else "It is in no group."
    return Seen(
        name=f"policies of the user {user}",
        parts=own,
        wanted={},
        effects=(Effect(left),),
        warnings=() if groups else ("The user will be allowed nothing any more.",),
        handles=own,
    )


def _write_policies(clients: Clients, target: Target, parts: Facts, handles: Facts) -> None:
    """Policy by policy, what is not yet so; the handles are the policies as they are."""
    for name in handles.keys() - parts.keys():
        _take(clients, target, name, handles[name])
    for name in parts.keys() - handles.keys():
        _give(clients, target, name, parts[name])


def _take(clients: Clients, target: Target, name: str, what: Mapping[str, Any] | str) -> None:
    user = target.parameters["user"]
    with looked("iam", target.region, _user(target), _GONE):
        if what == _ATTACHED:
            clients("iam").detach_user_policy(UserName=user, PolicyArn=name)
        else:
            clients("iam").delete_user_policy(UserName=user, PolicyName=name)


def _give(clients: Clients, target: Target, name: str, what: Mapping[str, Any] | str) -> None:
    user = target.parameters["user"]
    with looked("iam", target.region, f"the user {user}, or the policy {name},", _GONE):
        if what == _ATTACHED:
            clients("iam").attach_user_policy(UserName=user, PolicyArn=name)
        else:
            clients("iam").put_user_policy(UserName=user, PolicyName=name, PolicyDocument=json.dumps(what))


DETACH_USER_POLICY = Remedy(
    id="iam-detach-user-policy",
    title="Take a user's own policies away",
    label="Detach policies",
    risk=Risk.MEDIUM,
    fixes=("iam-user-direct-policy",),
    answers=(),
    reads=("iam:ListAttachedUserPolicies", "iam:ListUserPolicies", "iam:ListGroupsForUser", "iam:GetUserPolicy"),
    writes=(
        "iam:DetachUserPolicy",
        "iam:AttachUserPolicy",
        "iam:DeleteUserPolicy",
        "iam:PutUserPolicy",
    ),
    aim=by_arn(_USER),
    **setting(_look_at_policies, _write_policies),
)

REMEDIES = (DEACTIVATE_SSH_KEY, DISABLE_CONSOLE, QUARANTINE_USER, DETACH_USER_POLICY)
