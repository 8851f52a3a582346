"""How Picket is: what runs, how fresh the audits are, what waits to be sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.messages import gaps
from bot.messages.blocks import section
from bot.messages.style import style
from bot.messages.text import Block, Message, code, count, date, escape, fit
from bot.store.audits import Audit
from checks.folding import GapLine

_LINES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The facts, as of `now`."""

    now: datetime
    version: str
    running: Sequence[Audit] = ()
    """Requested or running, in the order of asking."""
    audited: Mapping[str, datetime] = field(default_factory=dict)
    """When each account was last audited; those of the settings that never were are missing."""
    accounts: Sequence[str] = ()
    """Of the settings."""
    organization: bool = False
    """Whether AWS Organizations tells the accounts."""
    enrolled_at: datetime | None = None
    """When it last did."""
    left_out: Mapping[str, str] = field(default_factory=dict)
    """Its accounts that are not audited, and why not."""
    warnings: Sequence[str] = ()
    """What to look at in the settings."""
    gaps: Sequence[GapLine] = ()
    relay: Sequence[str] = ()
    """Whether what AWS tells comes through, in lines of mrkdwn; empty where nothing is relayed."""
    waiting: int = 0
    """Messages that wait to be sent."""
    oldest: datetime | None = None
    """Since when the oldest of them waits."""
    arrived: int = 0
    """Events that wait to be worked on."""
    arrived_at: datetime | None = None
    """When the oldest of them came."""
    given_up: int = 0
    """Messages of the last week that Slack would not take."""
    why: str = ""
    """What Slack said to the newest of those."""


def build(status: Status, name: Callable[[str], str]) -> Message:
    """The answer to `/aws-audit status`."""
    sections = [
        ("Running", [_running(audit) for audit in status.running] or ["• None."]),
        ("Last audited", _audited(status, name) or ["• No account yet."]),
        *([("AWS Organizations", _enrolled(status))] if status.organization else []),
        *([("Settings to look at", [f"• {fit(words, 350)}" for words in status.warnings])] if status.warnings else []),
        (gaps.TITLE, [gaps.line(gap, name) for gap in status.gaps] or ["• None."]),
        *([("From AWS to Slack", [f"• {line}" for line in status.relay])] if status.relay else []),
        (
            escape(style().product),
            [f"• Version {status.version}.", *_arrived(status), f"• {_queue(status)}", *_given_up(status)],
        ),
    ]
    text = (
        f"{count(len(status.running), 'audit')} running or waiting, {count(len(status.gaps), 'gap')}. {_queue(status)}"
    )
    return Message(text, [_list(title, lines) for title, lines in sections])


def _running(audit: Audit) -> str:
    who = f", asked for by <@{audit.requested_by}>" if audit.requested_by else ", by schedule"
    since = f"since {date(audit.started_at)}" if audit.started_at else "waiting to start"
    return f"• {fit(audit.selector, 120, code)} {since}{who}"


def _audited(status: Status, name: Callable[[str], str]) -> list[str]:
    never = [account for account in status.accounts if account not in status.audited]
    lines = [f"• {fit(name(account), 100)}: never" for account in never]
    oldest_first = sorted(status.audited.items(), key=lambda item: item[1])
    return lines + [f"• {fit(name(account), 100)}: {date(at)}" for account, at in oldest_first]


def _enrolled(status: Status) -> list[str]:
    asked = f"as of {date(status.enrolled_at)}" if status.enrolled_at else "it has not answered yet"
    lines = [f"• {count(len(status.accounts), 'account')} enrolled, {asked}."]
    left_out = sorted(status.left_out.items())
    return lines + [f"• {fit(account, 20)} is left out: {fit(why, 200)}." for account, why in left_out]


def _queue(status: Status) -> str:
    if not status.waiting or status.oldest is None:
        return "Nothing waits to be sent."
    return f"{count(status.waiting, 'message')} to be sent, the oldest for {_seconds(status, status.oldest)}."


def _arrived(status: Status) -> list[str]:
    if not status.arrived or status.arrived_at is None:
        return []
    return [
        f"• {count(status.arrived, 'event')} to be worked on, the oldest for {_seconds(status, status.arrived_at)}."
    ]


def _seconds(status: Status, since: datetime) -> str:
    return f"{max(0, int((status.now - since).total_seconds())):,} s"


def _given_up(status: Status) -> list[str]:
    if not status.given_up:
        return []
    these = count(status.given_up, "message")
    return [f"• :warning: {these} of the last week could not be posted; the newest: {fit(status.why, 200)}."]


def _list(title: str, lines: Sequence[str]) -> Block:
    more = [f"… and {len(lines) - _LINES:,} more"] if len(lines) > _LINES else []
    return section("\n".join([f"*{title}*", *lines[:_LINES], *more]))
