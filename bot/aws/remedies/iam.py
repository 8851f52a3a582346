"""Remedies for IAM: a user's access keys."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.alerts import Source
from bot.aws.errors import told
from bot.aws.remedies.setting import looked
from bot.errors import AwsError, NotFound
from bot.remedy import Clients, Effect, Preview, Remedy, Risk, Subject, Target
from checks.inventory import GLOBAL

_KEY = re.compile(r":user/(?:[^:]*/)?([^/:]+)/access-key/(AKIA[A-Z0-9]{12,124})$")
_USER = re.compile(r":user/(?:[^:]*/)?([^/:]+)$")
_LONG_LIVED = re.compile(r"AKIA[A-Z0-9]{12,124}")
"""A user's key; `ASIA…` is a session's, which cannot be switched off by itself."""

_ON_USERS = "iam-user-console-and-keys"

_RECENTLY = timedelta(days=7)


def _aim(subject: Subject) -> Target | None:
    user, keys = _named_by_guardduty(subject) if subject.source is Source.GUARDDUTY else _named_by_check(subject)
    if not user:
        return None
    return Target(
        account=subject.account, region=GLOBAL, resource=subject.resource, parameters={"user": user, "keys": keys}
    )


def _named_by_check(subject: Subject) -> tuple[str, list[str]]:
    """The user, and the key; no key: all the user's, for the check is about the user."""
    if subject.type == _ON_USERS:
        user = _USER.search(subject.resource)
        return (user[1], []) if user else ("", [])
    key = _KEY.search(subject.resource)
    return (key[1], [key[2]]) if key else ("", [])


def _named_by_guardduty(subject: Subject) -> tuple[str, list[str]]:
    key, user = str(subject.facts.get("access_key_id", "")), str(subject.facts.get("user_name", ""))
    if _LONG_LIVED.fullmatch(key) and user and subject.facts.get("user_type") == "IAMUser":
        return user, [key]
    return "", []


def _preview(clients: Clients, target: Target, now: datetime) -> Preview:
    user, wanted = target.parameters["user"], target.parameters["keys"]
    keys = _keys(clients, user)
    for id_ in wanted:
        if id_ not in keys:
            raise NotFound(f"The access key {id_} of {user} does not exist any more.")
    chosen = wanted or sorted(keys)
    before = {id_: keys[id_]["Status"] for id_ in chosen}
    effects: list[Effect] = []
    warnings: list[str] = []
    for id_ in (key for key in chosen if before[key] == "Active"):
        _tell_use(clients, id_, keys[id_]["CreateDate"], now, effects, warnings)
    others = [id_ for id_, key in keys.items() if key["Status"] == "Active" and id_ not in chosen]
    effects.append(
        Effect(f"{user} keeps the active key {others[0]}.") if others else Effect(f"{user} has no other active key.")
    )
    return Preview(
        name=f"{_listed(chosen)} of {user}",
        before=before,
        after=dict.fromkeys(chosen, "Inactive"),
        effects=tuple(effects),
        warnings=tuple(warnings),
    )


def _keys(clients: Clients, user: str) -> dict[str, dict[str, Any]]:
    with looked("iam", "", f"the user {user}", "NoSuchEntity"):
        pages = clients("iam").get_paginator("list_access_keys").paginate(UserName=user)
        return {key["AccessKeyId"]: key for page in pages for key in page["AccessKeyMetadata"]}


def _tell_use(
    clients: Clients, id_: str, created: datetime, now: datetime, effects: list[Effect], warnings: list[str]
) -> None:
    try:
        with told("iam"):
            use = clients("iam").get_access_key_last_used(AccessKeyId=id_)["AccessKeyLastUsed"]
    except AwsError as error:
        warnings.append(f"It is not known whether {id_} is in use. {error}")
        return
    at = use.get("LastUsedDate")
    if at is None:
        effects.append(Effect(f"{id_} was never used. It was made", created))
        return
    where = "" if use.get("Region", "N/A") == "N/A" else f" in {use['Region']}"
    effects.append(Effect(f"{id_} was last used by {use.get('ServiceName', 'an unknown service')}{where}", at))
    if now - at < _RECENTLY:
        warnings.append(f"{id_} is in use. Whatever signs with it stops working at once.")


def _listed(keys: Sequence[str]) -> str:
    return ("access key " if len(keys) == 1 else "access keys ") + " and ".join(keys) if keys else "access keys"


def _apply(clients: Clients, target: Target, now: Preview) -> None:
    for id_, status in now.before.items():
        if status != now.after[id_]:
            _set(clients, target.parameters["user"], id_, now.after[id_])


def _undo(clients: Clients, target: Target, saved: Preview, now: Preview) -> None:
    for id_, status in saved.before.items():
        if now.before.get(id_) != status:
            _set(clients, target.parameters["user"], id_, status)


def _set(clients: Clients, user: str, id_: str, status: str) -> None:
    with told("iam"):
        clients("iam").update_access_key(UserName=user, AccessKeyId=id_, Status=status)


DEACTIVATE_KEY = Remedy(
    id="iam-deactivate-key",
    title="Deactivate an access key",
    label="Deactivate key",
    risk=Risk.MEDIUM,
    fixes=("iam-key-old", "iam-key-unused", _ON_USERS),
    answers=("*:IAMUser/*", "AttackSequence:IAM/*"),
    reads=("iam:ListAccessKeys", "iam:GetAccessKeyLastUsed"),
    writes=("iam:UpdateAccessKey",),
    aim=_aim,
    preview=_preview,
    apply=_apply,
    undo=_undo,
)

REMEDIES = (DEACTIVATE_KEY,)
