"""Which accounts are looked after, and which of the organisation are left out, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.aws.organization import members
from bot.aws.sessions import Sessions
from bot.config import Account, Aws, Checks
from bot.organization import Member, is_of

CLOSED = "it is suspended or closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """The accounts to look after, by id."""

    accounts: tuple[Account, ...] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)
    """Accounts of the organisation that are not, and why not."""
    warnings: tuple[str, ...] = ()
    """Of words in the settings that mean no account."""


def enrolled(sessions: Sessions, aws: Aws) -> Enrolment:
    """The accounts that the settings name or the organisation has; without both, the caller's own. Raises AwsError.

    `aws` is as the file has it: not with the accounts of an earlier enrolment.
    """
    if aws.organization.enabled:
        return enrol(aws, members(sessions, aws.organization))
    return Enrolment(accounts=aws.accounts or (Account(id=sessions.caller.account),))


def enrol(aws: Aws, found: Sequence[Member]) -> Enrolment:
    """Those of `found` that the settings include and do not leave out, and those that they list by number."""
    organization = aws.organization
    listed = {account.id: account for account in aws.accounts}
    accounts: dict[str, Account] = {}
    left_out: dict[str, str] = {}
    for member in found:
        if not member.active:
            left_out[member.id] = CLOSED
        elif member.id in listed or not (why := _why_not(member, organization.include, organization.leave_out)):
            accounts[member.id] = _account(aws, member, listed.get(member.id))
        else:
            left_out[member.id] = why
    for id_, account in listed.items():
        if id_ not in left_out:
            accounts.setdefault(id_, account)
    groups = [word for group in organization.groups for word in group.of]
    return Enrolment(
        accounts=tuple(accounts[id_] for id_ in sorted(accounts)),
        left_out=left_out,
        warnings=tuple(_idle((*organization.include, *organization.leave_out, *groups), found)),
    )


def _why_not(member: Member, include: Sequence[str], leave_out: Sequence[str]) -> str:
    if word := next((word for word in leave_out if _is_of(member, word)), ""):
        return f"aws.organization.leave_out names {word}"
    if include and not any(_is_of(member, word) for word in include):
        return "nothing in aws.organization.include means it"
    return ""


def _is_of(member: Member, word: str) -> bool:
    return is_of(word, member.id, member.unit_names, member.tags)


def _account(aws: Aws, member: Member, listed: Account | None) -> Account:
    """What is known of an account: what is listed goes before the groups, and they before the organisation."""
    groups = [group for group in aws.organization.groups if any(_is_of(member, word) for word in group.of)]
    checks = Checks()
    for group in groups:
        checks = checks.with_own(group.checks)
    if listed:
        checks = checks.with_own(listed.checks)
    environments = [
        listed.environment if listed else "",
        *(group.environment for group in reversed(groups)),
        member.tags.get(aws.organization.environment_tag, ""),
    ]
    return Account(
        id=member.id,
        name=(listed.name if listed else "") or member.name,
        environment=next(filter(None, environments), ""),
        units=(listed.units if listed else ()) or member.unit_names,
        tags=(listed.tags if listed else {}) or dict(member.tags),
        checks=checks,
    )


def _idle(words: Iterable[str], found: Sequence[Member]) -> list[str]:
    return [
        f"{word} in [aws.organization] means no account of the organisation; correct it or take it out."
        for word in dict.fromkeys(words)
        if not any(_is_of(member, word) for member in found)
    ]
