"""What other settings would have changed, for a person at a terminal or as data."""

from __future__ import annotations

import json
from datetime import datetime

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from bot.dry_run import Change, DryRun
from bot.messages.text import count
from bot.reports.table import Screen, safe


def as_text(found: DryRun, since: datetime, screen: Screen) -> str:
    """How many alerts each channel had and would have had, and which would have gone elsewhere, with examples."""
    alerts = f"{count(found.alerts, 'alert')} opened since {since:%Y-%m-%d %H:%M} UTC"
    said = f"{found.changed:,} would have gone elsewhere" if found.changed else "none would have gone elsewhere"
    parts: list[RenderableType] = [Text(f"{alerts}: {said}."), Text("")]
    if found.channels:
        parts += [_channels(found), Text("")]
    for (was, would), change in found.changes.items():
        parts += [Text(safe(line)) for line in _lines(was, would, change)]
    return screen.text(*parts)


def as_json(found: DryRun, since: datetime) -> str:
    """One object."""
    changes = [
        {
            "was": was,
            "would_be": would,
            "alerts": change.alerts,
            "criticals": change.criticals,
            "examples": [{"id": one.id, "title": one.title} for one in change.examples],
        }
        for (was, would), change in found.changes.items()
    ]
    channels = {channel: {"was": was, "would_be": would} for channel, (was, would) in found.channels.items()}
    whole = {"since": since.isoformat(), "alerts": found.alerts, "changed": found.changed}
    return json.dumps({**whole, "channels": channels, "changes": changes}, indent=2)


def _channels(found: DryRun) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column("channel")
    for heading in ("was", "would be", "difference"):
        table.add_column(heading, justify="right")
    for channel, (was, would) in found.channels.items():
        difference = f"{would - was:+,}" if would != was else "="
        table.add_row(Text(channel), f"{was:,}", f"{would:,}", difference)
    return table


def _lines(was: str, would: str, change: Change) -> list[str]:
    criticals = f", {change.criticals:,} of them critical" if change.criticals else ""
    shown = [f"    {one.id}  {one.severity}  {one.account}  {one.title}" for one in change.examples]
    more = [f"    and {change.alerts - len(shown):,} more"] if change.alerts > len(shown) else []
    return [f"{count(change.alerts, 'alert')}{criticals}: {was} → {would}", *shown, *more]
