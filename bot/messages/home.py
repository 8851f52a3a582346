"""App Home: what waits for the person who looks, how the audits stand, and how Picket is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.alerts import Alert
from bot.approval import Remediation
from bot.messages import alert_list, health
from bot.messages import gaps as a_gap
from bot.messages.alert_list import TITLES, Around
from bot.messages.blocks import DIVIDER, actions, button, context, header, plain_text, section
from bot.messages.limits import HEADER, OPTION, SECTION
from bot.messages.style import style
from bot.messages.text import Block, date, fit, link, plain
from bot.rights import Right
from bot.store.audits import Audit
from bot.store.home import Listing, Page
from checks.folding import GapLine

TURN = "home:page"
APPROVALS, ACCOUNTS, GAPS = "approvals", "accounts", "gaps"
LISTS = (Listing.CRITICAL, Listing.MINE, Listing.OPEN, Listing.SNOOZED)
"""The lists of alerts that it has."""
PAGED = frozenset({*LISTS, APPROVALS, ACCOUNTS, GAPS})
"""What pages are turned of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """What one person sees; what is None or missing is not for them."""

    now: datetime
    rights: frozenset[Right]
    alerts: Mapping[Listing, Page[Alert]] = field(default_factory=dict)
    to_approve: Page[Remediation] | None = None
    audited: Page[tuple[str, datetime | None]] | None = None
    """Accounts, and when each was last audited, those that never were first."""
    newest: Audit | None = None
    """The newest audit whose answer the person can see."""
    answer: str = ""
    """The permalink of that."""
    gaps: Page[GapLine] = field(default_factory=Page)
    health: health.Health
    fixes: Mapping[str, str] = field(default_factory=dict)
    """What each remedy is called, by its id."""


def build(home: Home, around: Around) -> dict[str, Any]:
    """The view; its last block says of when it is, which alone is no reason to draw it anew."""
    title = header(fit(style().product, HEADER, plain))
    seen = _of_rights(home, around) if home.rights else [section(_NO_RIGHTS)]
    end = context(f"As of {date(home.now)}. It follows what happens for half an hour after you opened it.")
    return {"type": "home", "blocks": [dict(block) for block in (title, *seen, end)]}


_NO_RIGHTS = (
    "You have none of Picket's rights: you can read what it posts in your channels, but not audit, answer alerts or "
    "approve fixes. Whoever runs Picket gives them, under `[rights]` in its settings."
)


def _of_rights(home: Home, around: Around) -> Iterable[Block]:
    buttons = [button("Refresh", "home:refresh")]
    if Right.AUDIT in home.rights:
        buttons += [button("Audit everything", "audit:start"), button("Send me the digest", "digest:send")]
    yield actions(buttons)
    status = button("Status", "home:status") if Right.AUDIT in home.rights else None
    yield section(health.lines(home.health), status)
    if home.to_approve is not None:
        lines = [_remediation(each, home.fixes, around) for each in home.to_approve.lines]
        yield from _list("Waiting for your approval", APPROVALS, home.to_approve, lines)
    for which, page in home.alerts.items():
        yield from _list(TITLES[which], which, page, alert_list.lines(which, page.lines, around))
    if home.audited is not None:
        yield from _audits(home, home.audited, around)
        yield from _gaps(home.gaps, around)


def _list(title: str, name: str, page: Page[Any], lines: Sequence[Block]) -> list[Block]:
    if not page.total:
        return [DIVIDER, context(f"*{title}*: none")]
    return [DIVIDER, section(f"*{title}* ({page.total:,})"), *lines, *alert_list.turn(TURN, name, page)]


def _remediation(remediation: Remediation, fixes: Mapping[str, str], around: Around) -> Block:
    title = fit(fixes.get(remediation.remedy, remediation.remedy), 80)
    what = remediation.preview.name if remediation.preview else remediation.target.resource
    until = f", until {date(remediation.expires_at)}" if remediation.expires_at else ""
    text = (
        f"*{title}*: {fit(what, 200)}\n{fit(around.name(remediation.target.account), 60)} · "
        f"asked for by <@{remediation.requested_by}>{until}"
    )
    review = button("Review", "remediation:details", remediation.id, style="primary")
    return {**section(text, review), "block_id": f"{APPROVALS}:{remediation.id}"}


def _audits(home: Home, page: Page[tuple[str, datetime | None]], around: Around) -> list[Block]:
    if not page.total:
        return [DIVIDER, context("*Last audited*: no account yet")]
    lines = [f"• {fit(around.name(account), 60)}: {date(at) if at else 'never'}" for account, at in page.lines]
    if home.newest:
        what = link(home.answer, fit(home.newest.selector, 100))
        lines.append(f"Newest audit: {what}, {date(home.newest.finished_at or home.newest.created_at)}")
    newest = max((at for _, at in page.lines if at), default=None)  # the menu forgets what was chosen once it is done
    block_id = f"{ACCOUNTS}:{page.number}:{newest}"
    listed = section("\n".join(["*Last audited*", *lines]), _one([account for account, _ in page.lines], around))
    return [DIVIDER, {**listed, "block_id": block_id}, *alert_list.turn(TURN, ACCOUNTS, page)]


def _one(accounts: Sequence[str], around: Around) -> Block:
    """The menu that audits one account."""
    options = [{"text": plain_text(fit(around.name(each), OPTION, plain)), "value": each} for each in accounts]
    placeholder = plain_text("Audit one…")
    return {"type": "static_select", "action_id": "audit:account", "placeholder": placeholder, "options": options}


def _gaps(page: Page[GapLine], around: Around) -> list[Block]:
    if not page.total:
        return [context(f"*{a_gap.TITLE}*: none")]
    why = button("What AWS refuses", "home:permissions")
    lines = _packed([a_gap.line(gap, around.name) for gap in page.lines])
    return [section(f"*{a_gap.TITLE}* ({page.total:,})", why), *lines, *alert_list.turn(TURN, GAPS, page)]


def _packed(lines: Sequence[str]) -> list[Block]:
    """The lines in as few paragraphs as hold them."""
    texts: list[str] = []
    for line in lines:
        if texts and len(texts[-1]) + 1 + len(line) <= SECTION:
            texts[-1] += f"\n{line}"
        else:
            texts.append(line)
    return [section(text) for text in texts]
