"""What a further route would have changed, for Slack."""

from __future__ import annotations

from datetime import datetime

from bot.dry_run import Change, DryRun
from bot.messages.blocks import context, header, section
from bot.messages.route import named
from bot.messages.text import Message, count, date, fit, plain, severity

_SHOWN = 6


def compared(found: DryRun, since: datetime, most: int) -> Message:
    """The answer to `/aws-audit route dry`; `most` is how many alerts it looks at."""
    newest = "the newest " if found.alerts == most else ""
    said = f"Of {newest}{count(found.alerts, 'alert')} opened since then, {found.changed:,} would have gone elsewhere."
    moved = [(channel, was, would) for channel, (was, would) in found.channels.items() if was != would]
    channels = [f"{named(fit(channel, 100))}: {was:,} → {would:,}" for channel, was, would in moved[:20]]
    changes = [_change(was, would, change) for (was, would), change in found.changes.items()]
    more = [f"and {len(changes) - _SHOWN:,} more ways"] if len(changes) > _SHOWN else []
    note = f"Since {date(since)}; each alert as it now is, at the moment when it was last opened."
    blocks = [
        header("If that route came first"),
        section(said),
        *([section("\n".join(["*Alerts by channel*", *channels]))] if channels else []),
        *map(section, changes[:_SHOWN]),
        context(*more, note),
    ]
    return Message(fit(said, 1000, plain), blocks)


def _change(was: str, would: str, change: Change) -> str:
    criticals = f", {change.criticals:,} of them critical" if change.criticals else ""
    title = f"*{count(change.alerts, 'alert')}*{criticals}: {named(fit(was, 400))} → {named(fit(would, 400))}"
    return "\n".join([title, *(f"{severity(one.severity)}: {fit(one.title, 150)}" for one in change.examples)])
