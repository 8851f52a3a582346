"""Use case: tell a channel what changed, on schedule or when somebody asks, with the chart of the trend.

What is asked for is a row; the loop here gathers and says it, for that may take longer than the state file may be held.
"""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import structlog

from bot import attachments, chart, config, cron
from bot.digest_facts import DAY, gather
from bot.errors import StoreBusy
from bot.messages.blocks import section
from bot.messages.digest import build
from bot.messages.digest_lines import Names
from bot.messages.text import code
from bot.names import called
from bot.services import Services
from bot.store import Tx, digest_rows, outbox, transitions, trend
from bot.store import attachments as wanted
from bot.store.digest_rows import Wanted

log = structlog.get_logger(__name__)

CHART = "digest-chart"
"""Names `chart_file` among the makers of attachments."""
_LOOK_BACK = timedelta(days=32)
"""The first digest of a schedule that comes less than once a month begins with a day."""
_TRIES = 3


def post(services: Services, tx: Tx, digest: config.Digest, slot: datetime) -> None:
    """Ask for the digest of `slot`, from where the last one of its channel and schedule ended.

    The first one begins at the slot before. In the caller's transaction, which has claimed the slot.
    """
    since = digest_rows.last(tx, digest.channel, digest.schedule, slot)
    if since is None:
        since = cron.latest(digest.schedule, digest.time_zone, slot - timedelta(seconds=1), _LOOK_BACK)
    _want(services, tx, digest.channel, digest, since or slot - DAY, slot)


def ask(services: Services, tx: Tx, user: str, digest: config.Digest | None, length: timedelta | None = None) -> None:
    """Ask for the digest of now in its channel, or for `user` alone where the channel has none.

    Of that length, or from the last one on and at least a day.
    """
    until = services.now()
    last = digest_rows.last(tx, digest.channel, digest.schedule, until) if digest else None
    since = until - length if length else min(last or until, until - DAY)
    _want(services, tx, digest.channel if digest else user, digest, since, until, user)


def work(services: Services, stop: threading.Event) -> None:
    """Say what is asked for until `stop` is set."""
    seen = -1
    while not stop.is_set():
        say_pending(services)
        seen = services.store.wait(seen, timeout=5)


def say_pending(services: Services) -> None:
    """Say every digest that waits, the earliest first."""
    with services.store.read() as tx:
        waiting = digest_rows.pending(tx)
    for one in waiting:
        try:
            _say(services, one)
        except StoreBusy as error:
            log.warning("a digest waits for the state file", key=one.key, reason=str(error))
        except Exception:
            log.exception("a digest could not be made", key=one.key, attempt=one.tries + 1)
            _give_up(services, one)


def _say(services: Services, one: Wanted) -> None:
    settings = services.settings
    with services.store.read() as tx:  # one look: what is committed after it, the next digest tells
        mark = transitions.newest(tx)
        found = gather(tx, settings, digest_rows.window(tx, one), one.time_zone)
        names = Names(settings.account_name, called(tx, settings.owners))
    message, now = build(found, names), services.now()
    with services.store.write() as tx:
        outbox.message(tx, one.key, one.channel, message.text, message.blocks, now)
        digest_rows.told(tx, one.key, mark, now)
        wanted.want(tx, f"{one.key}:chart", CHART, one.key, now)


def _give_up(services: Services, one: Wanted) -> None:
    """Count the failure; after the last one say so where the digest would have stood."""
    now, last = services.now(), one.tries + 1 >= _TRIES
    words = f"The digest could not be made, so the next one tells of this time too; Picket's log names {code(one.key)}."
    with services.store.write() as tx:
        digest_rows.failed(tx, one.key, now, for_good=last)
        if last:
            outbox.message(tx, one.key, one.channel, words, [section(words)], now)


def chart_file(services: Services, key: str) -> attachments.File:
    """The chart for the thread of the digest `key`."""
    with services.store.read() as tx:
        until = digest_rows.until_of(tx, key)
        days = trend.days(tx, until or services.now())
    return attachments.File(
        filename=f"trend-{days[-1].day}.png",
        title=f"30 days to {days[-1].day:%d %B %Y}",
        content=chart.draw(days),
        alt_text=chart.describe(days),
    )


def _want(
    services: Services,
    tx: Tx,
    channel: str,
    digest: config.Digest | None,
    since: datetime,
    until: datetime,
    asked_by: str | None = None,
) -> None:
    schedule, zone = (digest.schedule, digest.time_zone) if digest else ("", "UTC")
    one = Wanted(
        key=":".join(("digest", channel, schedule, until.isoformat())),
        channel=channel,
        schedule=schedule,
        time_zone=zone,
        since=since,
        until=until,
    )
    digest_rows.want(tx, one, asked_by, services.now())
