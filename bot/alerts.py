"""An alert's life as a pure state machine: open, acknowledged, snoozed, resolved."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from bot.errors import Stale, UserError
from checks.model import Severity


class Source(StrEnum):
    """Who noticed."""

    GUARDDUTY = "guardduty"
    CLOUDWATCH = "cloudwatch"
    CONFIG = "config"
    CLOUDTRAIL = "cloudtrail"
    SECURITYHUB = "securityhub"
    AUDIT = "audit"
    PICKET = "picket"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """What people call it: `GuardDuty`."""
        return _LABELS[self]


_LABELS = {
    Source.GUARDDUTY: "GuardDuty",
    Source.CLOUDWATCH: "CloudWatch",
    Source.CONFIG: "AWS Config",
    Source.CLOUDTRAIL: "CloudTrail",
    Source.SECURITYHUB: "Security Hub",
    Source.AUDIT: "Audit",
    Source.PICKET: "Picket",
    Source.UNKNOWN: "AWS",
}


class State(StrEnum):
    """Where an alert is in its life."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"


class Resolution(StrEnum):
    """Why a person resolved it."""

    FIXED = "fixed"
    FALSE_POSITIVE = "false positive"
    ACCEPTED = "accepted"


OVER = "over"
"""The resolution of an alert whose source says that it is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """What one event says, whatever its source: the one way in."""

    event_id: str
    """Of the event or message, for deduplication."""
    source: Source
    type: str
    """Finding type, alarm name, check id."""
    account: str
    region: str
    """`global` for global services."""
    resource: str
    """ARN where AWS has one."""
    severity: Severity
    title: str
    """What happened, in words, unescaped."""
    at: datetime
    member_id: str
    """The source's own id of the problem, the same in its updates."""
    active: bool = True
    """False: the source says it is over."""
    count: int = 1
    """How often it was seen, by the source's own count."""
    adds: bool = False
    """True when the source keeps no count: each such signal is one more."""
    sample: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What the card shows, JSON-able and unescaped: see `bot.intake.facts`."""
    raw: Any = field(default=None, repr=False)
    """The event as it came, JSON-able, for the alert's thread; None when there is none."""

    @property
    def identity(self) -> str:
        """The problem's, stable over updates, regions of global services and restarts."""
        return "\n".join((self.source, self.account, self.region, self.resource, self.type))

    @property
    def alert_id(self) -> str:
        """The id of the alert it belongs to."""
        return hashlib.sha256(self.identity.encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignored:
    """An event that is deliberately no alert, and why."""

    event_id: str
    source: Source
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One of the source's own ids within an alert."""

    source_id: str
    active: bool
    count: int
    updated_at: datetime
    """When the source last changed it, by the source's clock."""
    severity: Severity = Severity.INFO


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One problem that people are told of, as it stands."""

    id: str
    identity: str
    source: Source
    type: str
    account: str
    region: str
    resource: str
    severity: Severity
    title: str
    channel: str
    opened_at: datetime
    updated_at: datetime
    facts: Mapping[str, Any] = field(default_factory=dict)
    sample: bool = False
    state: State = State.OPEN
    cards: int = 1
    """How many cards it has had; the last is its own. It gets a new one when it comes back, ends a snooze or moves to
    another channel, because an edit far up in a channel is seen by nobody. 0: not shown, its end came first."""
    members: tuple[Member, ...] = ()
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = None
    snoozed_by: str | None = None
    snoozed_at: datetime | None = None
    snoozed_until: datetime | None = None
    resolved_by: str | None = None
    """A user's id, or the source's name when it resolved by itself."""
    resolved_at: datetime | None = None
    resolution: str | None = None

    @property
    def key(self) -> str:
        """The key of its card in the outbox."""
        return self.card_key(self.cards)

    def card_key(self, number: int) -> str:
        """The key of its first, second… card."""
        return f"alert:{self.id}" if number <= 1 else f"alert:{self.id}:card{number}"

    @property
    def count(self) -> int:
        """How often it was seen, over all members."""
        return sum(member.count for member in self.members)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of an alert's timeline."""

    at: datetime
    who: str
    """A user's id, or a source's name."""
    what: str
    """In words, unescaped: `acknowledged it`."""
    until: datetime | None = None
    note: str = ""
    """What a person or the source said to it, unescaped."""

    @property
    def text(self) -> str:
        """`what` with the rest, as plain text."""
        until = f" until {self.until:%Y-%m-%d %H:%M} UTC" if self.until else ""
        return f"{self.what}{until}" + (f": {self.note}" if self.note else "")


Moved = tuple[Alert, list[Entry]]
"""An alert after a move, and what to say of it; nothing to say when nothing changed."""


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
    return _resolved(replace(alert, cards=0), signal.source, OVER, now), []


def _show(alert: Alert, signal: Signal, now: datetime) -> Moved:
    """The beginning of what we knew only the end of."""
    if alert.cards:
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
        moved = _opened(moved, now)
    elif alert.state is State.SNOOZED and alert.severity < moved.severity == Severity.CRITICAL:
        say.add("ended the snooze: it rose to critical")
        moved = _opened(moved, now)
    elif moved.severity > alert.severity and channel != alert.channel:
        moved = replace(moved, cards=alert.cards + 1)
    if moved.cards > alert.cards:
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
    return _resolved(moved, alert.source, OVER, now), say.entries


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


def acknowledge(alert: Alert, user: str, now: datetime) -> Moved:
    """`user` sees to it; ends a snooze. Stale when somebody does already, or when it is resolved."""
    _refuse(alert, State.ACKNOWLEDGED, State.RESOLVED)
    moved = _opened(alert, now, again=False)
    return _say(
        replace(moved, state=State.ACKNOWLEDGED, acknowledged_by=user, acknowledged_at=now), user, "acknowledged it"
    )


def unacknowledge(alert: Alert, user: str, now: datetime) -> Moved:
    """`user` gives it back. Stale when nobody holds it."""
    if alert.state is not State.ACKNOWLEDGED:
        _refuse(alert, State.RESOLVED, State.SNOOZED)
        raise Stale("Nobody has acknowledged this alert; it is open.")
    return _say(_opened(alert, now, again=False), user, "gave it back")


class Unfit(UserError):
    """No moment at which a snooze can end."""


def snooze(alert: Alert, user: str, until: datetime, now: datetime, longest: timedelta | None = None) -> Moved:
    """Quiet until `until`; again moves the end.

    Stale when it is resolved; Unfit when `until` is not ahead, or further ahead than `longest`.
    """
    unresolved(alert)
    if until <= now:
        raise Unfit("That moment has passed; choose one that is still to come.")
    if longest is not None and until > now + longest:
        hours = int(longest.total_seconds() // 3600)
        raise Unfit(
            f"An alert of severity {alert.severity} can be snoozed for at most {hours:,} hours, "
            f"until {now + longest:%Y-%m-%d %H:%M} UTC."
        )
    moved = replace(alert, state=State.SNOOZED, updated_at=now, snoozed_by=user, snoozed_at=now, snoozed_until=until)
    return moved, [Entry(at=now, who=user, what="snoozed it", until=until)]


def wake(alert: Alert, now: datetime) -> Moved:
    """End a snooze whose time has come; unchanged when there is none."""
    if alert.state is not State.SNOOZED or alert.snoozed_until is None or alert.snoozed_until > now:
        return alert, []
    return _say(_opened(alert, now), Source.PICKET, "ended the snooze: its time has come")


def resolve(alert: Alert, user: str, resolution: Resolution, now: datetime, note: str = "") -> Moved:
    """`user` says that it is done with, and why. Stale when it is resolved already."""
    unresolved(alert)
    entry = Entry(at=now, who=user, what=f"resolved it as {resolution}", note=note)
    return _resolved(alert, user, resolution, now), [entry]


def reopen(alert: Alert, user: str, now: datetime) -> Moved:
    """`user` wants it open again. Stale when it is not resolved."""
    if alert.state is not State.RESOLVED:
        _refuse(alert, State.ACKNOWLEDGED, State.SNOOZED)
        raise Stale("This alert is open already.")
    return _say(_opened(alert, now, again=alert.cards == 0), user, "reopened it")


def unresolved(alert: Alert) -> None:
    """Raise Stale, with who resolved it and when, when it is."""
    _refuse(alert, State.RESOLVED)


def _opened(alert: Alert, now: datetime, *, again: bool = True) -> Alert:
    """Open, with nothing left of what people had decided; `again` gives it a new card."""
    return replace(
        alert,
        state=State.OPEN,
        cards=alert.cards + again,
        updated_at=now,
        acknowledged_by=None,
        acknowledged_at=None,
        snoozed_by=None,
        snoozed_at=None,
        snoozed_until=None,
        resolved_by=None,
        resolved_at=None,
        resolution=None,
    )


def _resolved(alert: Alert, who: str, resolution: str, now: datetime) -> Alert:
    """Resolved, with who had acknowledged it kept; it sleeps no more."""
    return replace(
        alert,
        state=State.RESOLVED,
        updated_at=now,
        snoozed_by=None,
        snoozed_at=None,
        snoozed_until=None,
        resolved_by=who,
        resolved_at=now,
        resolution=resolution,
    )


def _say(alert: Alert, who: str, what: str) -> Moved:
    return alert, [Entry(at=alert.updated_at, who=who, what=what)]


def _refuse(alert: Alert, *states: State) -> None:
    """Stale, with who did what and when, when the alert is in one of `states`."""
    if alert.state not in states:
        return
    who, verb, at = {
        State.OPEN: (None, "opened", alert.opened_at),
        State.ACKNOWLEDGED: (alert.acknowledged_by, "acknowledged", alert.acknowledged_at),
        State.SNOOZED: (alert.snoozed_by, "snoozed", alert.snoozed_at),
        State.RESOLVED: (alert.resolved_by, "resolved", alert.resolved_at),
    }[alert.state]
    name = alert.source.label if who is None or who in set(Source) else f"<@{who}>"
    raise Stale(f"{name} {verb} it {_moment(at or alert.updated_at)}. The card now shows how it stands.")


def _moment(at: datetime) -> str:
    """A moment in Slack's own markup: an error's words are mrkdwn."""
    utc = at.astimezone(UTC)
    return f"<!date^{int(utc.timestamp())}^{{date_short_pretty}} at {{time}}|{utc:%Y-%m-%d %H:%M} UTC>"
