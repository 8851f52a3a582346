"""Use case: people keep the sources of a problem apart, each in an alert of its own, and join them again."""

from __future__ import annotations

from dataclasses import replace

from bot import alerts as life
from bot import relay
from bot.alerts import JOINED, OVER, SPLIT, Alert, Entry, Source, State
from bot.errors import NotFound, Stale
from bot.routing import route
from bot.services import Services
from bot.store import Tx, alerts, splits


def split(services: Services, tx: Tx, alert_id: str, user: str) -> Alert:
    """End the joined alert and give each of its sources an alert and a card of its own; returns how the joined one is.

    Later signals go to their source's. Raises NotFound, and Stale when it is one source's alone, or resolved.
    """
    alert, now = relay.find(tx, alert_id), services.now()
    life.unresolved(alert)
    if len(alert.sources) < 2 or alert.apart:
        raise Stale("This alert is one source's alone, so there is nothing to split.")
    splits.add(tx, alert.identity, user, now)
    for source in alert.sources:
        before, part = _part(services, tx, alert, source)
        words = f"split it from the joined alert {alert.id}; {source.label} has a card of its own from now on"
        relay.put(services, tx, before, part, [Entry(at=now, who=user, what=words)])
    names = " and ".join(source.label for source in alert.sources)
    ended = replace(alert, cards=max(alert.cards, 1), storm=None).resolved(user, SPLIT, now)
    relay.put(services, tx, alert, ended, [Entry(at=now, who=user, what=f"split it: {names} have cards of their own")])
    return ended


def _part(services: Services, tx: Tx, alert: Alert, source: Source) -> tuple[Alert | None, Alert]:
    """What one source tells, with what people had decided of the whole; as it was before, and as it is."""
    now, identity = services.now(), f"{alert.identity}\n{source}"
    id_ = life.id_of(identity)
    before = alerts.get(tx, id_)
    cards = (before.cards if before else 0) + 1
    own = [member for member in alert.members if member.source is source]
    part = life.with_members(replace(alert, id=id_, identity=identity, apart=True, cards=cards, storm=None), own, now)
    part = route(services.settings, part, now).put(part)
    return before, part if any(member.active for member in own) else part.resolved(source, OVER, now)


def join(services: Services, tx: Tx, alert_id: str, user: str) -> Alert:
    """Join the sources again, from the alert of one of them or from the joined one, which is open again.

    Raises NotFound, and Stale when they are not split.
    """
    alert, now = relay.find(tx, alert_id), services.now()
    identity = whole_of(alert)
    before = alerts.get(tx, life.id_of(identity))
    if before is None:
        raise NotFound("Picket knows nothing of the joined alert (any more), so it cannot be joined again.")
    if not splits.has(tx, identity):
        raise Stale("These sources are joined already. The card now shows how it stands.")
    splits.remove(tx, identity)
    parts = alerts.parts(tx, identity)
    whole = _whole(before, parts, services)
    for part in parts:
        if part.state is not State.RESOLVED or part.resolution != JOINED:
            words = f"joined it again with the others, in alert {whole.id}"
            ended = part.resolved(user, JOINED, now)
            relay.put(services, tx, part, ended, [Entry(at=now, who=user, what=words)])
    relay.put(services, tx, before, whole, [Entry(at=now, who=user, what="joined the sources again")])
    return whole


def _whole(before: Alert, parts: list[Alert], services: Services) -> Alert:
    now = services.now()
    members = {member.key: member for member in before.members}
    for member in (member for part in parts for member in part.members):
        known = members.get(member.key)
        members[member.key] = life.merged(known, member) if known else member
    whole = life.with_members(before, members.values(), now)
    if not any(member.active for member in whole.members):
        return whole.resolved(whole.source, OVER, now)
    return route(services.settings, whole, now).put(whole.opened(now))


def whole_of(alert: Alert) -> str:
    """The identity of the joined alert of which `alert` is a part; its own when it is that."""
    return alert.identity.rpartition("\n")[0] if alert.apart else alert.identity
