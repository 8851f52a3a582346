"""Use case: show a person their App Home, and keep it fresh while they look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from importlib.metadata import version
from typing import Any

from bot import permalinks
from bot.alerts import Alert
from bot.aws.remedies import REMEDIES
from bot.messages import home as messages
from bot.messages.alert_list import Around
from bot.messages.health import Health
from bot.remedy import Risk
from bot.rights import Right
from bot.services import Services
from bot.store import Tx, audits, digests, drills, hearing, home, looks, open_views, outbox
from bot.store.home import Listing, Page
from bot.store.open_views import Kind, OpenView

_WEEK = timedelta(days=7)
_OWN = tuple(remedy.id for remedy in REMEDIES.values() if remedy.risk is Risk.LOW)
"""Remedies that people may approve though they asked for them."""


def show(services: Services, tx: Tx, user: str, turned: Mapping[str, int] | None = None) -> None:
    """Put the view of `user` in the outbox; what it holds depends on what they may do.

    `turned` are pages that the person turned to, by list.
    """
    now, id_ = services.now(), f"home:{user}"
    opened = open_views.get(tx, id_) or OpenView(id=id_, user=user, kind=Kind.HOME, until=now)
    pages = {**(opened.pages if opened.until > now else {}), **(turned or {})}
    until = now + Kind.HOME.lasts
    _draw(services, tx, replace(opened, until=until, pages=pages))


def refresh(services: Services, opened: OpenView) -> None:
    """Draw an App Home anew when what it shows has changed."""
    with services.store.read() as tx:
        if open_views.mark(_blocks(view(services, tx, opened))) == opened.shown:
            return
    with services.store.write() as tx:
        if current := open_views.get(tx, opened.id):
            _draw(services, tx, current)


def _draw(services: Services, tx: Tx, opened: OpenView) -> None:
    drawn = view(services, tx, opened)
    open_views.keep(tx, replace(opened, shown=open_views.mark(_blocks(drawn))), services.now())
    outbox.home(tx, opened.user, drawn, services.now())


def _blocks(drawn: Mapping[str, Any]) -> Any:
    return drawn["blocks"][:-1]  # the last one says of when it is


def view(services: Services, tx: Tx, opened: OpenView) -> dict[str, Any]:
    """App Home as it now is: alerts for those who answer them, fixes for who approves, audits for who audits."""
    now, user, pages = services.now(), opened.user, opened.pages
    rights = frozenset(right for right in Right if services.rights.may(user, right))
    responds, approves, audits_ = (right in rights for right in (Right.RESPOND, Right.APPROVE, Right.AUDIT))
    lists = {each: home.page(tx, each, user, pages.get(each, 1)) for each in messages.LISTS} if responds else {}
    newest = home.newest_audit(tx, user) if audits_ else None
    seen = messages.Home(
        now=now,
        rights=rights,
        alerts=lists,
        to_approve=home.to_approve(tx, user, _OWN, now, pages.get(messages.APPROVALS, 1)) if approves else None,
        audited=Page.of(audited(services, tx), pages.get(messages.ACCOUNTS, 1)) if audits_ else None,
        newest=newest,
        answer=permalinks.of(services, tx, newest.key) if newest else "",
        gaps=Page.of(digests.gaps(tx), pages.get(messages.GAPS, 1)) if audits_ else Page(),
        health=health(services, tx),
        fixes={id_: remedy.title for id_, remedy in REMEDIES.items()},
    )
    return messages.build(seen, around(services, tx, lists))


def around(services: Services, tx: Tx, lists: Mapping[Listing, Page[Alert]]) -> Around:
    """What the lines of those lists say beside the alerts."""
    alerts = [alert for page in lists.values() for alert in page.lines]
    links = {alert.id: permalinks.of_alert(services, tx, alert) for alert in alerts}
    return Around(name=services.settings.account_name, cards=links)


def audited(services: Services, tx: Tx) -> list[tuple[str, datetime | None]]:
    """When each account was last audited: those of the settings that never were first, then the oldest first."""
    known = digests.audited(tx)
    never = [account.id for account in services.settings.aws.accounts if account.id not in known]
    return [*((account, None) for account in never), *sorted(known.items(), key=lambda item: (item[1], item[0]))]


def health(services: Services, tx: Tx) -> Health:
    """How Picket itself is."""
    now = services.now()
    given_up, why = outbox.given_up(tx, now - _WEEK)
    return Health(
        now=now,
        version=version("picket"),
        deaf=hearing.lasting(tx),
        oldest=outbox.waiting(tx)[1],
        given_up=given_up > 0,
        why=why,
        running=len(audits.waiting(tx)),
        looks=looks.every(tx),
        drill=drills.latest(tx),
    )
