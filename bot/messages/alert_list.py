"""A list of alerts, a page at a time: each alert with the way to its card and to its details."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.alerts import Alert, State
from bot.messages.blocks import actions, button, context, section
from bot.messages.limits import TEXT, cut
from bot.messages.text import Block, Message, code, count, date, fit, link, mention, plain, severity
from bot.store.home import Listing, Page

TITLES: Mapping[Listing, str] = {
    Listing.CRITICAL: "Open and critical",
    Listing.MINE: "Yours",
    Listing.OPEN: "Not acknowledged",
    Listing.SNOOZED: "Snoozed",
    Listing.MUTED: "Muted by the settings",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What the lines say that is not the alerts' own."""

    name: Callable[[str], str]
    """What people call an account."""
    cards: Mapping[str, str] = field(default_factory=dict)
    """The permalink of each alert's card, by the alert's id, where it is posted."""
    ids: bool = False
    """Whether the lines say the alerts' ids, for who types commands."""


def lines(listing: str, alerts: Sequence[Alert], around: Around) -> list[Block]:
    """A paragraph an alert, with the button that opens its details; `listing` tells one list of a view from another."""
    return [
        {
            **section(_line(alert, around), button("Details", "alert:details", alert.id)),
            "block_id": f"{listing}:{alert.id}",
        }
        for alert in alerts
    ]


def turn(action: str, listing: str, page: Page[Any]) -> list[Block]:
    """The row that turns the pages of a list, by the actions `action:previous` and `action:next`; none for one page."""
    if page.pages == 1:
        return []
    elements = []
    if page.number > 1:
        elements.append(button("← Previous", f"{action}:previous", f"{listing}:{page.number - 1}"))
    if page.number < page.pages:
        elements.append(button("Next →", f"{action}:next", f"{listing}:{page.number + 1}"))
    said = context(f"Page {page.number:,} of {page.pages:,} · {page.total:,} in all")
    return [said, actions(elements, f"{action}:{listing}")]


def build(which: Listing, page: Page[Alert], counts: Mapping[Listing, int], around: Around) -> Message:
    """The answer to `/aws-audit alerts`; `counts` says how many each list has."""
    others = ", ".join(f"`{each}` {number:,}" for each, number in counts.items() if each is not which)
    title = f"*{TITLES[which]}* ({page.total:,})"
    next_page = f" `/aws-audit alerts {which} {page.number + 1}` shows the next." if page.number < page.pages else ""
    blocks: list[Block] = [
        section(title if page.total else f"{title}\nNone."),
        *lines(which, page.lines, around),
        *turn("alerts:page", which, page),
        context(f"Other lists: {others}.{next_page}"),
    ]
    spoken = "; ".join(_spoken(alert, around) for alert in page.lines)
    return Message(cut(f"{TITLES[which]}: {count(page.total, 'alert')}. {spoken}".strip(), TEXT), blocks)


def standing(alert: Alert) -> str:
    """How it stands, since when and by whom."""
    if alert.state is State.ACKNOWLEDGED:
        said = (
            f"acknowledged by {mention(alert.acknowledged_by or '')} {date(alert.acknowledged_at or alert.updated_at)}"
        )
    elif alert.muted:
        until = date(alert.snoozed_until or alert.updated_at)
        said = f"muted until {until} by {mention(alert.snoozed_by or '')}: {fit(alert.muted, 200)}"
    elif alert.state is State.SNOOZED:
        ends = f", or when it {alert.snoozed_ends}" if alert.snoozed_ends else ""
        said = (
            f"snoozed by {mention(alert.snoozed_by or '')}, wakes {date(alert.snoozed_until or alert.updated_at)}{ends}"
        )
    elif alert.state is State.RESOLVED:
        said = f"resolved {date(alert.resolved_at or alert.updated_at)}"
    else:
        said = f"open since {date(alert.waiting_since)}"
    return f"{said} · assigned to {mention(alert.assigned_to)}" if alert.assigned_to else said


def _line(alert: Alert, around: Around) -> str:
    id_ = f" · {code(alert.id)}" if around.ids else ""
    title, card = fit(alert.title, 200), around.cards.get(alert.id, "")
    where = f"{fit(around.name(alert.account), 60)}, {fit(alert.region, 30)}"
    channel = f"<#{alert.channel}>" if alert.channel.isalnum() else fit(alert.channel, 80)
    return f"{severity(alert.severity)}: *{link(card, title)}*\n{where} · {channel} · {standing(alert)}{id_}"


def _spoken(alert: Alert, around: Around) -> str:
    return f"{alert.severity} {fit(alert.title, 150, plain)} in {fit(around.name(alert.account), 60, plain)}"
