"""What a source's signal makes of an alert, in whatever order signals come."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bot.alerts import turns
from bot.alerts.model import OVER, Alert, Entry, Member, Moved, Resolution, State
from bot.alerts.moves import stirred
from bot.alerts.signal import Signal, Source


def receive(alert: Alert | None, signal: Signal, now: datetime, channel: str) -> Moved:
    """What `signal` makes of its `alert` (None when there was none); `channel` is where its routes lead.

    An update older than what is known changes nothing, so that the order of arrival does not matter.
    """
    if alert is None:
        return _begin(signal, now, channel)
    before = next((member for member in alert.members if member.key == (signal.source, signal.member_id)), None)
    moved = absorb(alert, signal, now)
    after = next(member for member in moved.members if member.key == (signal.source, signal.member_id))
    if before is not None and _age(after) == _age(before):
        known = alert if after == before else moved  # an older one may still tell since when, where, how often
        known, said = _show(known, signal, now) if signal.active else (known, [])
    elif after.active:
        known, said = _continue(alert, moved, before, signal, now, channel)
    else:
        known, said = _end(alert, moved, signal, now)
    return known, said + _flapping(before, after, now) if known.cards else said


def _flapping(before: Member | None, after: Member, now: datetime) -> list[Entry]:
    """That it begins to flap."""
    count = turns.lately(after.facts)
    if not count or (before and turns.lately(before.facts)):
        return []
    what = f"is {turns.words(after.facts, count)}; until it is quiet only the card tells of more"
    return [Entry(at=now, who=after.source, what=what)]


def _hushed(alert: Alert, moved: Alert, signal: Signal) -> bool:
    """Whether it flaps, and so changes its card and nothing else: no more than it was, and settled by nobody."""
    member = next(member for member in moved.members if member.key == (signal.source, signal.member_id))
    settled = alert.state is State.RESOLVED and alert.resolution != OVER
    return (
        bool(alert.cards and turns.flaps(member.facts, signal.at))
        and not settled
        and (moved.severity <= alert.severity and moved.source is alert.source)
    )


def absorb(alert: Alert, signal: Signal, now: datetime) -> Alert:
    """`alert` with what `signal` says, its state untouched: the same for any order of signals."""
    key = (signal.source, signal.member_id)
    before = next((member for member in alert.members if member.key == key), None)
    return with_members(alert, [m for m in alert.members if m.key != key] + [_member(before, signal)], now)


def with_members(alert: Alert, members: Iterable[Member], now: datetime) -> Alert:
    """`alert` as its `members`, at least one, make it: all that a card shows of their sources follows from them."""
    ordered = tuple(sorted(members, key=lambda member: member.key))
    ranked = sorted(ordered, key=lambda member: member.precedence, reverse=True)
    lead = ranked[0]
    return replace(
        alert,
        members=ordered,
        source=lead.source,
        type=lead.type,
        region=lead.region,
        resource=lead.resource,
        title=lead.title,
        sample=lead.sample,
        severity=lead.severity,
        facts=_gathered(ranked),
        updated_at=now,
    )


def merged(one: Member, other: Member) -> Member:
    """Two tellings of one member as one, whichever came first."""
    newer, older = (one, other) if _age(one) >= _age(other) else (other, one)
    return replace(newer, facts=_spanning(newer.facts, (newer.facts, older.facts)))


def _begin(signal: Signal, now: datetime, channel: str) -> Moved:
    member = _member(None, signal)
    problem = signal.problem
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
        problem=problem.name if problem else f"{signal.source}:{signal.type}",
        why=problem.why if problem else "",
        apart=problem.apart if problem else False,
    )
    alert = with_members(alert, [member], now)
    if signal.active:
        return alert, [Entry(at=now, who=signal.source, what="raised it")]
    return replace(alert, cards=0).resolved(signal.source, OVER, now), []


def _show(alert: Alert, signal: Signal, now: datetime) -> Moved:
    """The beginning of what we knew only the end of."""
    if alert.cards or alert.storm or alert.state is not State.RESOLVED:
        return alert, []
    return replace(alert, cards=1), [Entry(at=now, who=signal.source, what="raised it; it is over already")]


def _member(before: Member | None, signal: Signal) -> Member:
    after = Member(
        source=signal.source,
        source_id=signal.member_id,
        active=signal.active,
        count=signal.count,
        updated_at=signal.at,
        severity=signal.severity,
        type=signal.type,
        region=signal.region,
        resource=signal.resource,
        title=signal.title,
        sample=signal.sample,
        facts=signal.facts,
    )
    if before is None:
        return after
    if signal.adds:
        total = before.count + signal.count
        return replace(merged(replace(before, count=0), replace(after, count=0)), count=total)
    return merged(before, after)


def _age(member: Member) -> tuple[Any, ...]:
    """The greatest is the newest; at the same moment a higher count is, and an end. Total, for equal ones say equal."""
    plain = {name: value for name, value in member.facts.items() if name not in _SPANS}
    words = json.dumps(plain, sort_keys=True, default=str)
    place = (member.type, member.region, member.resource, member.title, member.sample, words)
    return (member.updated_at, member.count, not member.active, member.severity, *place)


_SPANS = ("first_seen", "last_seen", "looked", "reported_in", "finding_ids", "turns")
"""Facts that are of all that tell of it, not of one."""
_FILLS = ("who", "did", "origin", "purpose", "tags")
"""Facts that are taken from another where the lead does not say."""


def _spanning(facts: Mapping[str, Any], parts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """`facts`, with first, last and where over all `parts`."""
    whole = dict(facts)
    for key, choose in (("first_seen", min), ("last_seen", max), ("looked", min)):
        if seen := [part[key] for part in parts if part.get(key)]:
            whole[key] = choose(seen)
    for key in ("reported_in", "finding_ids"):
        if named := {name for part in parts for name in part.get(key) or ()}:
            whole[key] = sorted(named)
    if moments := turns.joined(part.get("turns") or () for part in parts):
        whole["turns"] = moments
    return whole


def _gathered(ranked: Sequence[Member]) -> dict[str, Any]:
    """What the lead says, and of the others what it does not."""
    facts = _spanning(ranked[0].facts, [member.facts for member in ranked])
    for key in _FILLS:
        if not facts.get(key) and (told := next((m.facts[key] for m in ranked if m.facts.get(key)), None)):
            facts[key] = told
    return facts


def _continue(
    alert: Alert, moved: Alert, before: Member | None, signal: Signal, now: datetime, channel: str
) -> Moved:  # fmt: skip
    """It is still, or again, or also there."""
    say = _Speech(signal.source, now)
    if alert.state is not State.SNOOZED and _hushed(alert, moved, signal):
        return moved.opened(now, again=False) if alert.state is State.RESOLVED else moved, []
    if alert.state is State.RESOLVED:
        if _settled(alert, moved, before, signal):
            return moved, say.changes(alert, moved)
        say.add("says that it came back" if alert.cards or alert.storm else "raised it")
        moved = moved.opened(now)
    elif alert.state is State.SNOOZED and (why := stirred(alert, moved, said=bool(say.changes(alert, moved)))):
        say.add(f"ended the snooze: {why}")
        moved = moved.opened(now)
    elif (moved.severity > alert.severity or moved.source is not alert.source) and channel != alert.channel:
        moved = replace(moved, cards=alert.cards + bool(alert.cards))
    if moved.cards > alert.cards or not alert.cards:
        moved = replace(moved, channel=channel)
    return moved, [*say.entries, *say.changes(alert, moved)]


def _settled(alert: Alert, moved: Alert, before: Member | None, signal: Signal) -> bool:
    """Whether a person settled it, and this is but the same once more, or no news at all."""
    if before is None or not before.active or moved.severity > alert.severity:
        return False
    accepted = alert.resolution in (Resolution.FALSE_POSITIVE, Resolution.ACCEPTED)
    return accepted or bool(signal.facts.get("unsure"))


def _end(alert: Alert, moved: Alert, signal: Signal, now: datetime) -> Moved:
    """One member is over; when all are, the alert is."""
    say = _Speech(signal.source, now)
    if alert.state is State.RESOLVED:
        shown, said = _show(moved, signal, now) if signal.active else (moved, [])
        return _over_by_source(shown), said
    if left := sum(member.active for member in moved.members):
        say.add(f"says that one of {len(moved.members)} reports is over; {left} still stand")
        return moved, say.entries
    if _hushed(alert, moved, signal):
        return moved.resolved(moved.source, OVER, now), []
    say.add("says that it is over", note=str(signal.facts.get("end", "")))
    return moved.resolved(moved.source, OVER, now), say.entries


def _over_by_source(alert: Alert) -> Alert:
    """With the one that leads as who said that it is over, where it is a source's to say."""
    return replace(alert, resolved_by=alert.source) if alert.resolution == OVER else alert


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
        if new.why and self.source not in old.sources:
            clauses.append(f"joined in, because {new.why}")
        elif len(new.members) > len(old.members):
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
