"""What a source's signal makes of an alert, in whatever order signals come."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bot.alerts.model import OVER, Alert, Entry, Member, Moved, Resolution, Signal, Source, State
from bot.alerts.moves import stirred
from checks.model import Severity


def receive(alert: Alert | None, signal: Signal, now: datetime, channel: str) -> Moved:
    """What `signal` makes of its `alert` (None when there was none); `channel` is where its routes lead.

    An update older than what is known changes nothing, so that the order of arrival does not matter.
    """
    if alert is None:
        return _begin(signal, now, channel)
    known = {member.source_id: member for member in alert.members}
    before = known.get(signal.member_id)
    after = _member(before, signal)
    if after == before:
        return _show(alert, signal, now) if signal.active else (alert, [])
    members = tuple(sorted((known | {after.source_id: after}).values(), key=lambda member: member.source_id))
    moved = replace(alert, members=members, severity=_severity(alert, members), updated_at=now)
    newest = max(members, key=lambda member: (member.updated_at, member.source_id)) == after
    moved = replace(moved, facts=_facts(alert, signal, newest=newest))
    if newest:
        moved = replace(moved, title=signal.title, sample=signal.sample)
    if signal.active:
        return _continue(alert, moved, before, now, channel)
    return _end(alert, moved, signal, now)


def _begin(signal: Signal, now: datetime, channel: str) -> Moved:
    alert = Alert(
        id=signal.alert_id,
        identity=signal.identity,
        source=signal.source,
        type=signal.type,
        account=signal.account,
        region=signal.region,
        resource=signal.resource,
        severity=signal.severity,
        title=signal.title,
        channel=channel,
        opened_at=now,
        updated_at=now,
        facts=signal.facts,
        sample=signal.sample,
        members=(_member(None, signal),),
    )
    if signal.active:
        return alert, [Entry(at=now, who=signal.source, what="raised it")]
    return replace(alert, cards=0).resolved(signal.source, OVER, now), []


def _show(alert: Alert, signal: Signal, now: datetime) -> Moved:
    """The beginning of what we knew only the end of."""
    if alert.cards or alert.state is not State.RESOLVED:
        return alert, []
    return replace(alert, cards=1), [Entry(at=now, who=signal.source, what="raised it; it is over already")]


def _member(before: Member | None, signal: Signal) -> Member:
    after = Member(
        source_id=signal.member_id,
        active=signal.active,
        count=signal.count,
        updated_at=signal.at,
        severity=signal.severity,
    )
    if before is None:
        return after
    if signal.adds:
        newest = after if signal.at >= before.updated_at else before
        return replace(newest, count=before.count + signal.count)
    return max(before, after, key=lambda member: (member.updated_at, member.count, not member.active, member.severity))


def _severity(alert: Alert, members: Iterable[Member]) -> Severity:
    """The worst of what is active; what is over keeps the severity it had."""
    return max((member.severity for member in members if member.active), default=alert.severity)


def _facts(alert: Alert, signal: Signal, *, newest: bool) -> Mapping[str, Any]:
    """The newest facts, with first, last and where over all members."""
    both = (alert.facts, signal.facts)
    facts = dict(both[newest])
    for key, choose in (("first_seen", min), ("last_seen", max)):
        if seen := [part[key] for part in both if part.get(key)]:
            facts[key] = choose(seen)
    if regions := {region for part in both for region in part.get("reported_in", ())}:
        facts["reported_in"] = sorted(regions)
    return facts


def _continue(alert: Alert, moved: Alert, before: Member | None, now: datetime, channel: str) -> Moved:
    """It is still, or again, or also there."""
    say = _Speech(alert.source, now)
    if alert.state is State.RESOLVED:
        if _settled(alert, moved, before):
            return moved, say.changes(alert, moved)
        say.add("says that it came back" if alert.cards else "raised it")
        moved = moved.opened(now)
    elif alert.state is State.SNOOZED and (why := stirred(alert, moved, said=bool(say.changes(alert, moved)))):
        say.add(f"ended the snooze: {why}")
        moved = moved.opened(now)
    elif moved.severity > alert.severity and channel != alert.channel and alert.cards:
        moved = replace(moved, cards=alert.cards + 1)
    if moved.cards > alert.cards or not alert.cards:
        moved = replace(moved, channel=channel)
    return moved, [*say.entries, *say.changes(alert, moved)]


def _settled(alert: Alert, moved: Alert, before: Member | None) -> bool:
    """Whether a person said that it need not be fixed, and this is but the same once more."""
    accepted = alert.resolution in (Resolution.FALSE_POSITIVE, Resolution.ACCEPTED)
    return accepted and before is not None and before.active and moved.severity <= alert.severity


def _end(alert: Alert, moved: Alert, signal: Signal, now: datetime) -> Moved:
    """One member is over; when all are, the alert is."""
    say = _Speech(alert.source, now)
    if alert.state is State.RESOLVED:
        return moved, []
    if left := sum(member.active for member in moved.members):
        say.add(f"says that one of {len(moved.members)} reports is over; {left} still stand")
        return moved, say.entries
    say.add("says that it is over", note=str(signal.facts.get("end", "")))
    return moved.resolved(alert.source, OVER, now), say.entries


@dataclass(slots=True)
class _Speech:
    source: Source
    now: datetime
    entries: list[Entry] = field(default_factory=list)

    def add(self, what: str, note: str = "") -> None:
        self.entries.append(Entry(at=self.now, who=self.source, what=what, note=note))

    def changes(self, old: Alert, new: Alert) -> list[Entry]:
        """What is different, a clause each, in one entry."""
        clauses = []
        if new.severity != old.severity:
            way = "rose" if new.severity > old.severity else "fell"
            clauses.append(f"severity {way} from {old.severity} to {new.severity}")
        if len(new.members) > len(old.members):
            clauses.append(f"reported once more, under {len(new.members)} ids in all")
        elif new.count > old.count:
            clauses.append(f"seen {_times(new.count - old.count)} more, {_times(new.count)} in all")
        if not clauses and new.title != old.title:
            clauses.append(f"now says: {new.title}")
        said = str(new.facts.get("what", ""))
        note = said if said != old.facts.get("what", "") else ""
        return [Entry(at=self.now, who=self.source, what="; ".join(clauses), note=note)] if clauses else []


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number:,} times")
