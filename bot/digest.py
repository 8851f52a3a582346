"""Use case: tell a channel what changed, on schedule or when somebody asks, with the chart of the trend."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot import attachments, chart, config
from bot.accepted import standing
from bot.messages import digest as messages
from bot.services import Services
from bot.store import Tx, audits, digests, outbox
from bot.store import attachments as wanted

DAY = timedelta(days=1)
CHART = "digest-chart"
"""Names `chart_file` among the makers of attachments."""


def post(services: Services, tx: Tx, digest: config.Digest, slot: datetime) -> None:
    """Post the digest of `slot`, from where the channel's last one ended; a day back when it is the first.

    In the caller's transaction, which has claimed the slot.
    """
    since = digests.last(tx, digest.channel, slot) or slot - DAY
    _post(services, tx, digest.channel, since, slot, digest.time_zone)


def ask(services: Services, tx: Tx, user: str, digest: config.Digest | None) -> None:
    """Post the digest of now to its channel, or to `user` alone where the channel has none; at least a day back."""
    until = services.now()
    channel, zone = (digest.channel, digest.time_zone) if digest else (user, "UTC")
    last = digests.last(tx, channel, until)
    _post(services, tx, channel, min(last or until, until - DAY), until, zone, user)


def facts(
    tx: Tx, settings: config.Offline, since: datetime, until: datetime, time_zone: str = "UTC"
) -> messages.Digest:
    """What the digest of this span says; the same for the same state, span and settings."""
    return messages.Digest(
        since=since,
        until=until,
        time_zone=time_zone,
        opened=digests.opened(tx, since, until),
        resolved=digests.resolved(tx, since, until),
        open=digests.open_alerts(tx, until),
        untouched=digests.untouched(tx, until - DAY),
        waking=digests.waking(tx, until, until + DAY),
        first=digests.first_findings(tx, since, until),
        new=digests.new_findings(tx, since, until),
        returned=digests.returned_findings(tx, since, until),
        fixed=digests.fixed_findings(tx, since, until),
        failing=digests.failing(tx, until),
        gaps=digests.gaps(tx),
        warnings=standing(settings, audits.last_warnings(tx), until.date()),
        audited=digests.audited(tx),
    )


def chart_file(services: Services, key: str) -> attachments.File:
    """The chart for the thread of the digest `key`."""
    with services.store.read() as tx:
        until = digests.until_of(tx, key)
        days = digests.trend(tx, until or services.now())
    return attachments.File(
        filename=f"trend-{days[-1].day}.png",
        title=f"30 days to {days[-1].day:%d %B %Y}",
        content=chart.draw(days),
        alt_text=chart.describe(days),
    )


def _post(
    services: Services,
    tx: Tx,
    channel: str,
    since: datetime,
    until: datetime,
    time_zone: str,
    asked_by: str | None = None,
) -> None:
    key, now = f"digest:{channel}:{until.isoformat()}", services.now()
    message = messages.build(facts(tx, services.settings, since, until, time_zone), services.settings.account_name)
    outbox.message(tx, key, channel, message.text, message.blocks, now)
    digests.save(tx, key, channel, since, until, asked_by, now)
    wanted.want(tx, f"{key}:chart", CHART, key, now)
