"""What people have open, App Home and details, drawn anew when what it shows has changed."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from slack_sdk.errors import SlackApiError, SlackClientError

from bot import details, home
from bot.errors import PicketError, UserError
from bot.services import Services
from bot.store import open_views
from bot.store.open_views import Kind, OpenView

log = structlog.get_logger(__name__)

_IDLE = 60.0
_PAUSES: Mapping[Kind, timedelta] = {
    Kind.HOME: timedelta(seconds=5),
    Kind.ALERT: timedelta(seconds=1),
    Kind.REMEDIATION: timedelta(seconds=1),
}
"""Between two looks at the same view, so that a storm of alerts costs no more than a quiet day."""


@dataclass(frozen=True, slots=True)
class Look:
    """When a view was looked at last, and at which state of the file; -1 when it is to be looked at again."""

    at: datetime
    version: int


def work(services: Services, stop: threading.Event) -> None:
    """Keep what people have open fresh until `stop` is set."""
    version, looks = -1, dict[str, Look]()
    while not stop.is_set():
        try:
            rest = redraw(services, version, looks)
        except PicketError as problem:
            log.warning("open views could not be drawn; they are tried again", reason=str(problem))
            rest = 1.0
        version = services.store.wait(version, rest)


def redraw(services: Services, version: int, looks: dict[str, Look]) -> float:
    """Draw what has changed since it was looked at; seconds until the next view may be looked at again.

    `looks` are those so far, by the views' ids, and is brought up to date.
    """
    now, wait = services.now(), _IDLE
    with services.store.read() as tx:
        opened = open_views.fresh(tx, now)
    for gone in looks.keys() - {view.id for view in opened}:
        del looks[gone]
    for view in opened:
        last = looks.get(view.id)
        if last and last.version == version:
            continue
        rest = last.at + _PAUSES[view.kind] - now if last else timedelta()
        if rest > timedelta():
            wait = min(wait, rest.total_seconds())
        else:
            done = _safely(services, view)
            looks[view.id] = Look(now, version if done else -1)
            wait = wait if done else min(wait, _PAUSES[view.kind].total_seconds())
    return wait


def _safely(services: Services, view: OpenView) -> bool:
    """`_redraw`; what cannot be drawn is left as it is: it must cost nobody the service."""
    try:
        return _redraw(services, view)
    except PicketError:
        raise
    except Exception:
        log.exception("an open view could not be drawn; it is left as it is", view=view.id, user=view.user)
        return _forget(services, view)


def _redraw(services: Services, view: OpenView) -> bool:
    """Whether the view shows what there is."""
    if view.kind is Kind.HOME:
        home.refresh(services, view)
        return True
    try:
        with services.store.read() as tx:
            modal = details.view(services, tx, view)
    except UserError as reason:  # the right, or what it showed, is gone: it stays as it was until it is closed
        log.info("a modal is not kept fresh any more", user=view.user, reason=str(reason))
        return _forget(services, view)
    mark = open_views.mark(modal["blocks"])
    if mark == view.shown:
        return True
    try:
        services.slack.views_update(view_id=view.id, view=modal)
    except SlackApiError as error:
        if error.response.get("error") == "not_found":  # it was closed
            return _forget(services, view)
        log.warning("slack did not take a modal", reason=str(error))
        return error.response.get("error") not in ("ratelimited", "internal_error", "fatal_error")
    except (SlackClientError, OSError) as error:
        log.warning("slack could not be reached for a modal", reason=str(error))
        return False
    with services.store.write() as tx:
        open_views.drawn(tx, view.id, mark)
    return True


def _forget(services: Services, view: OpenView) -> bool:
    with services.store.write() as tx:
        open_views.forget(tx, view.id)
    return True
