"""App Home: what waits for the person who looks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.approval import Remediation
from bot.messages import gaps as a_gap
from bot.messages.blocks import DIVIDER, actions, button, context, header, section
from bot.messages.text import Block, date, fit, severity
from bot.rights import Right
from bot.store.digests import AlertLine
from bot.store.home import Listed
from checks.folding import GapLine

Name = Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """What one person sees; a list that is None is not for them."""

    now: datetime
    rights: frozenset[Right]
    criticals: Listed[AlertLine] | None = None
    mine: Listed[AlertLine] | None = None
    unacknowledged: Listed[AlertLine] | None = None
    snoozed: Listed[AlertLine] | None = None
    to_approve: Listed[Remediation] | None = None
    audited: Mapping[str, datetime] | None = None
    gaps: Sequence[GapLine] = ()


def build(home: Home, name: Name) -> dict[str, Any]:
    """The view."""
    blocks: list[Block] = [header("Picket")]
    if not home.rights:
        words = (
            "You have none of Picket's rights: you can read what it posts in your channels, but not audit, answer "
            "alerts or approve fixes. Whoever runs Picket gives them, under `[rights]` in its settings."
        )
        return {"type": "home", "blocks": [*blocks, section(words)]}
    if Right.AUDIT in home.rights:
        buttons = [button("Audit everything", "audit:start"), button("Send me the digest", "digest:send")]
        blocks.append(actions(buttons))
    blocks += _list("Waiting for your approval", home.to_approve, _remediation, name)
    blocks += _list("Open and critical", home.criticals, _alert("since {}"), name)
    blocks += _list("Yours", home.mine, _alert("yours since {}"), name)
    blocks += _list("Not acknowledged", home.unacknowledged, _alert("since {}"), name)
    blocks += _list("Snoozed", home.snoozed, _alert("wakes {}"), name)
    if home.audited is not None:
        blocks += [DIVIDER, section(_audits(home, name))]
    blocks.append(context(f"As of {date(home.now)}; open this page again for a newer look."))
    return {"type": "home", "blocks": blocks}


Line = Callable[[Any, Name], str]


def _list(title: str, listed: Listed[Any] | None, line: Line, name: Name) -> list[Block]:
    if listed is None:
        return []
    lines = [f"• {line(item, name)}" for item in listed.lines] or ["None."]
    if listed.total > len(listed.lines):
        lines.append(f"… and {listed.total - len(listed.lines):,} more")
    return [DIVIDER, section("\n".join([f"*{title}* ({listed.total:,})", *lines]))]


def _alert(when: str) -> Line:
    def line(alert: AlertLine, name: Name) -> str:
        where = f"{fit(name(alert.account), 60)}, {fit(alert.region, 30)}"
        channel = f"<#{alert.channel}>" if alert.channel.isalnum() else fit(alert.channel, 80)
        said = when.format(date(alert.at))
        return f"{severity(alert.severity)}: {fit(alert.title, 200)} ({where}) in {channel}, {said}"

    return line


def _remediation(remediation: Remediation, name: Name) -> str:
    what = remediation.preview.name if remediation.preview else remediation.target.resource
    until = f", until {date(remediation.expires_at)}" if remediation.expires_at else ""
    return (
        f"{fit(remediation.remedy, 60)}: {fit(what, 200)} ({fit(name(remediation.target.account), 60)}), "
        f"asked for by <@{remediation.requested_by}>{until}"
    )


def _audits(home: Home, name: Name) -> str:
    audited = sorted((home.audited or {}).items(), key=lambda item: item[1])
    lines = [f"• {fit(name(account), 60)}: {date(at)}" for account, at in audited[:5]]
    lines += [f"… and {len(audited) - 5:,} more accounts"] if len(audited) > 5 else []
    gaps = [a_gap.line(gap, name) for gap in home.gaps[:5]]
    gaps += [f"… and {len(home.gaps) - 5:,} more gaps"] if len(home.gaps) > 5 else []
    said = ["*Last audited*", *(lines or ["No account has been audited yet."])]
    return "\n".join([*said, f"*{a_gap.TITLE}*", *gaps] if gaps else said)
