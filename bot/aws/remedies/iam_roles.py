"""The remedy for a role whose sessions are in wrong hands: sessions that exist may do nothing any more."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from bot.alerts import Source
from bot.aws.remedies.setting import aimed, asked, looked
from bot.remedy import Clients, Effect, Preview, Remedy, Risk, Subject, Target
from checks.policy import parse

POLICY = "AWSRevokeOlderSessions"
"""The name that the console gives it: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_revoke-sessions.html"""
_PART = "sessions from before"
_ALLOWED, _DENIED = "allowed", "denied"
_ISSUED = "aws:TokenIssueTime"
_NEVER = datetime.min.replace(tzinfo=UTC)


def _aim(subject: Subject) -> Target | None:
    """The role, and until when its sessions were misused."""
    name, since = str(subject.facts.get("user_name", "")), str(subject.facts.get("last_seen", ""))
    kind = subject.facts.get("user_type")
    if subject.source is not Source.GUARDDUTY or kind not in ("Role", "AssumedRole") or not name or not since:
        return None
    return aimed(subject, role=name, since=since)


def _role(target: Target) -> str:
    return f"the role {target.parameters['role']}"


def _preview(clients: Clients, target: Target, now: datetime) -> Preview:
    role = target.parameters["role"]
    with looked("iam", target.region, _role(target), "NoSuchEntity"):
        found = clients("iam").get_role(RoleName=role)["Role"]
    document = _document(clients, role)
    state = _DENIED if _cut(document) >= _moment(target.parameters["since"]) else _ALLOWED
    last = found.get("RoleLastUsed", {}).get("LastUsedDate")
    return Preview(
        name=f"sessions of the role {role}",
        before={_PART: state},
        after={_PART: _DENIED},
        effects=(
            Effect("Every session that exists is refused; programs that ask for a new one go on.", None),
            *((Effect("The role was last used", last),) if last else ()),
        ),
        warnings=("Who can still assume the role gets a new session: close that way too.",),
        handles={"document": document, "cut": now.astimezone(UTC).isoformat(timespec="seconds")},
    )


def _document(clients: Clients, role: str) -> dict[str, Any]:
    """What the policy says now; nothing where there is none."""
    found = asked("iam", "NoSuchEntity", lambda: clients("iam").get_role_policy(RoleName=role, PolicyName=POLICY))
    return dict(found["PolicyDocument"]) if found else {}


def _cut(document: dict[str, Any]) -> datetime:
    """From before when sessions are denied everything; the year 1 where none are."""
    cuts = [_NEVER]
    for statement in parse(document) if document else ():
        whole = not statement.allow and "*" in statement.actions and "*" in statement.resources
        found = statement.condition.get("DateLessThan", {}).get(_ISSUED)
        if whole and found:
            cuts.append(_moment(str(found[0] if isinstance(found, list) else found)))
    return max(cuts)


def _moment(said: str) -> datetime:
    """A time as AWS or the console writes it; the year 1 where it is none."""
    try:
        at = datetime.fromisoformat(said)
    except ValueError:
        return _NEVER
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _apply(clients: Clients, target: Target, now: Preview) -> None:
    if not now.already_done:
        older = {"DateLessThan": {_ISSUED: now.handles["cut"]}}
        statement = {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": older}
        _put(clients, target, {"Version": "2012-10-17", "Statement": [statement]})


def _undo(clients: Clients, target: Target, saved: Preview, now: Preview) -> None:
    if now.before == saved.before:
        return
    if saved.handles["document"]:
        _put(clients, target, saved.handles["document"])
        return
    with looked("iam", target.region, _role(target), "NoSuchEntity"):
        clients("iam").delete_role_policy(RoleName=target.parameters["role"], PolicyName=POLICY)


def _put(clients: Clients, target: Target, document: dict[str, Any]) -> None:
    with looked("iam", target.region, _role(target), "NoSuchEntity"):
        clients("iam").put_role_policy(
            RoleName=target.parameters["role"], PolicyName=POLICY, PolicyDocument=json.dumps(document)
        )


REVOKE_SESSIONS = Remedy(
    id="iam-revoke-role-sessions",
    title="Revoke a role's sessions",
    label="Revoke sessions",
    risk=Risk.MEDIUM,
    fixes=(),
    answers=("*:IAMUser/*", "AttackSequence:IAM/*"),
    reads=("iam:GetRole", "iam:GetRolePolicy"),
    writes=("iam:PutRolePolicy", "iam:DeleteRolePolicy"),
    aim=_aim,
    preview=_preview,
    apply=_apply,
    undo=_undo,
)

REMEDIES = (REVOKE_SESSIONS,)
