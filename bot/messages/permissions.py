"""What Picket is not allowed to read now, which checks suffer, and how to put it right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bot.messages.blocks import context, header, section
from bot.messages.text import Message, code, count, fit
from checks.model import Finding, Status

ASSUME = "sts:AssumeRole"
_SHOWN = 12
_PLACES = 4


@dataclass(frozen=True, slots=True)
class Missing:
    """One permission that AWS refused."""

    permission: str
    checks: tuple[str, ...]
    """Ids of those that could not judge for want of it."""
    places: tuple[tuple[str, tuple[str, ...]], ...]
    """Accounts with the regions where it was refused."""


def missing(findings: Iterable[Finding]) -> list[Missing]:
    """What the UNKNOWNs among `findings` say is missing; that of which most checks suffer first."""
    checks: defaultdict[str, set[str]] = defaultdict(set)
    places: defaultdict[str, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for one in findings:
        permission = str(one.evidence.get("missing_permission", ""))
        if one.status is Status.UNKNOWN and permission:
            checks[permission].add(one.check)
            places[permission][one.account].add(str(one.evidence.get("region", one.region)))
    found = [
        Missing(
            permission,
            tuple(sorted(ids)),
            tuple((account, tuple(sorted(regions))) for account, regions in sorted(places[permission].items())),
        )
        for permission, ids in checks.items()
    ]
    return sorted(found, key=lambda one: (-len(one.checks), one.permission))


def build(lacks: Sequence[Missing], role: str, name: Callable[[str], str]) -> Message:
    """The answer to `/aws-audit permissions`; `role` is the one that reads, empty for the caller's own credentials."""
    closed = [account for one in lacks if one.permission == ASSUME for account, _ in one.places]
    refused = [one for one in lacks if one.permission != ASSUME]
    if not lacks:
        said = "The newest audits were refused nothing."
        return Message(said, [section(said)])
    said = " and ".join(
        [count(len(refused), "permission") + " missing"] * bool(refused)
        + [f"{count(len(closed), 'account')} closed"] * bool(closed)
    )
    blocks = [header("Missing permissions")]
    if closed:
        blocks.append(
            section("\n".join(["*Accounts that cannot be entered*", *_some([_closed(a, role, name) for a in closed])]))
        )
    if refused:
        blocks.append(section("\n".join(["*Refused*", *_some([_line(one, name) for one in refused])])))
        whom = (
            f"the role {fit(role, 80, code)} of those accounts" if role else "what Picket's own credentials belong to"
        )
        blocks.append(
            section(
                f"*How to fix it*\nAllow these actions to {whom}. Where that is done already, a service control "
                "policy or a permissions boundary refuses them. `picket policy read` prints all "
                "that it needs. Then run `/aws-audit all`."
            )
        )
    blocks.append(context("As the newest audit of each account found it."))
    return Message(f"{said}.", blocks)


def _closed(account: str, role: str, name: Callable[[str], str]) -> str:
    what = f"the role {fit(role, 80, code)}" if role else "a role to read with"
    return (
        f"• {fit(name(account), 60)}: make {what} in account {fit(account, 20, code)}, let it trust Picket's own "
        "identity with the external id of the settings, and allow Picket `sts:AssumeRole` on it."
    )


def _line(one: Missing, name: Callable[[str], str]) -> str:
    where = "; ".join(
        f"{fit(name(account), 40)} ({fit(', '.join(regions), 40)})" for account, regions in one.places[:_PLACES]
    )
    more = f" and {count(len(one.places) - _PLACES, 'account')} more" if len(one.places) > _PLACES else ""
    suffer = f"{count(len(one.checks), 'check')}: {fit(', '.join(one.checks), 90)}"
    return f"• {fit(one.permission, 80, code)} in {where}{more} · {suffer}"


def _some(lines: Sequence[str]) -> list[str]:
    """Those that are shown, with a last line that counts the others; they come to less than a section holds."""
    shown, length = [], 0
    for line in lines[:_SHOWN]:
        length += len(line) + 1
        if length > 2800:
            break
        shown.append(line)
    return shown + ([f"… and {len(lines) - len(shown):,} more"] if len(lines) > len(shown) else [])
