"""What other settings would have changed: alerts of the past, by the routes and silences of two files (pure)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bot.alerts import Alert
from bot.config import Offline
from bot.messages.route import goes
from bot.routing import route
from bot.silence import quiet
from checks.model import Severity

MUTED = "muted"
"""Stands for a channel where a suppression or a window says that there is none."""
_EXAMPLES = 3


@dataclass(slots=True)
class Change:
    """Alerts that would have gone from one same place to another."""

    alerts: int = 0
    criticals: int = 0
    examples: list[Alert] = field(default_factory=list)
    """A few, the worst first."""

    def add(self, alert: Alert) -> None:
        """One more of them."""
        self.alerts += 1
        self.criticals += alert.severity >= Severity.CRITICAL
        self.examples = sorted([*self.examples, alert], key=lambda each: (-each.severity, each.id))[:_EXAMPLES]


@dataclass(slots=True, kw_only=True)
class DryRun:
    """The answer."""

    alerts: int = 0
    channels: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """How many alerts had a card or a copy there, and how many would have had: by channel, the busiest first."""
    changes: Mapping[tuple[str, str], Change] = field(default_factory=dict)
    """By where they went and where they would have gone, in words, the most first."""

    @property
    def changed(self) -> int:
        """How many alerts would have gone elsewhere."""
        return sum(change.alerts for change in self.changes.values())


def dry_run(present: Offline, other: Offline, alerts: Iterable[Alert]) -> DryRun:
    """Each alert, as it now is and at the moment when it was last opened, by both settings."""
    looked_at, before, after = 0, Counter[str](), Counter[str]()
    changes: dict[tuple[str, str], Change] = {}
    for alert in alerts:
        looked_at += 1
        (was, was_in), (would, would_in) = _goes(present, alert), _goes(other, alert)
        before.update(was_in)
        after.update(would_in)
        if was != would:
            changes.setdefault((was, would), Change()).add(alert)
    busiest = sorted(before | after, key=lambda channel: (-max(before[channel], after[channel]), channel))
    return DryRun(
        alerts=looked_at,
        channels={channel: (before[channel], after[channel]) for channel in busiest},
        changes=dict(sorted(changes.items(), key=lambda each: (-each[1].alerts, each[0]))),
    )


def _goes(settings: Offline, alert: Alert) -> tuple[str, tuple[str, ...]]:
    """In words, and the channels."""
    if quiet(settings, alert, alert.waiting_since):
        return MUTED, (MUTED,)
    routed = route(settings, alert, alert.waiting_since)
    return goes(routed), (routed.channel, *routed.copies)
