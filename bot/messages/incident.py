"""What a card says of the sources that were joined in it, and of what else is wrong with its resource."""

from __future__ import annotations

from collections.abc import Sequence

from bot.alerts import Alert, Source
from bot.messages.style import style
from bot.messages.text import fit, severity
from bot.messages.words import Marked, say
from checks.model import Finding

_SHOWN = 3


def called(source: Source) -> str:
    """What people call it: Picket by the operator's name for it."""
    return style().product if source is Source.PICKET else source.label


def joined(alert: Alert) -> str:
    """Which sources tell of it, and why they are one; empty when it is one source's."""
    if len(alert.sources) < 2:
        return ""
    labels = [called(source) for source in alert.sources]
    told = []
    for source in alert.sources:
        own = [member for member in alert.members if member.source is source]
        over = "" if any(member.active for member in own) else " (over)"
        lead = max(own, key=lambda member: member.precedence)
        told.append(Marked(f"{called(source)}: {fit(lead.title or lead.type, 150)}{over}"))
    names = f"{', '.join(labels[:-1])} and {labels[-1]}"
    return say("alert", "joined", sources=names, why=Marked(fit(alert.why, 250)), told=told)


def also(findings: Sequence[Finding]) -> str:
    """What the last audit found wrong besides; empty when it found nothing."""
    lines = [Marked(f"{severity(one.severity)} · {fit(one.title, 200)}") for one in findings[:_SHOWN]]
    return say("alert", "also", lines=lines, more=max(len(findings) - _SHOWN, 0)) if lines else ""


def choices(alert: Alert) -> list[tuple[str, str]]:
    """What may be done to the join, for the menu of the card."""
    if alert.apart:
        return [("join", "Join again")]
    return [("split", "Split by source")] if len(alert.sources) > 1 else []
