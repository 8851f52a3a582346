"""Use case: tell a channel what changed, on schedule or when somebody asks, with the chart of the trend."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from bot import attachments, chart, config, cron
from bot.accepted import standing
from bot.alerts import JOINED, SPLIT, Source
from bot.messages import digest as messages
from bot.messages.digest import Owner
from bot.messages.digest_lines import Names
from bot.names import called
from bot.owners import of_tags
from bot.period import Change, Net, Stands, Window, changes, failing, open_, response, unjudged
from bot.services import Services
from bot.store import Tx, audits, digests, findings, outbox, transitions, trend
from bot.store import attachments as wanted
from bot.store.digests import AlertNews
from bot.store.transitions import Key, Kind
from checks.folding import GapLine, fold_gaps
from checks.model import Severity

DAY = timedelta(days=1)
CHART = "digest-chart"
"""Names `chart_file` among the makers of attachments."""
_LOOK_BACK = timedelta(days=32)
"""A digest that comes less than once a month begins with a day."""


def post(services: Services, tx: Tx, digest: config.Digest, slot: datetime) -> None:
    """Post the digest of `slot`, from where the last one of its channel and schedule ended.

    The first one begins at the slot before. In the caller's transaction, which has claimed the slot.
    """
    last = digests.last(tx, digest.channel, digest.schedule, slot)
    if last:
        window = Window(last.until, slot, last.mark)
    else:
        before = cron.latest(digest.schedule, digest.time_zone, slot - timedelta(seconds=1), _LOOK_BACK)
        window = Window(before or slot - DAY, slot)
    _post(services, tx, digest.channel, digest, window)


def ask(services: Services, tx: Tx, user: str, digest: config.Digest | None) -> None:
    """Post the digest of now to its channel, or to `user` alone where the channel has none; at least a day back."""
    until = services.now()
    last = digests.last(tx, digest.channel, digest.schedule, until) if digest else None
    window = Window(min(last.until if last else until, until - DAY), until)
    _post(services, tx, digest.channel if digest else user, digest, window, user)


def facts(tx: Tx, settings: config.Offline, window: Window, time_zone: str = "UTC") -> messages.Digest:
    """What the digest of this span says; the same for the same state, span and settings."""
    told = transitions.touched(tx, Kind.ALERT, window, window.before)
    alerts, found, unread = changes(told, window, open_), *_findings(tx, window)
    news = digests.alert_news(tx, alerts)
    counted, fails = transitions.open_alerts(tx, window.until), transitions.failing(tx, window.until)
    gaps = digests.gaps(tx)
    return messages.Digest(
        window=window,
        time_zone=time_zone,
        alerts=news,
        findings=digests.finding_news(tx, (one for one in found if one.net is not Net.INITIAL)),
        initial=sum(one.net is Net.INITIAL for one in found),
        open=_by_severity(counted),
        open_before=counted.total() - _more(alerts, open_),
        failing=fails,
        failing_before=fails.total() - _more(found, failing),
        untouched=digests.untouched(tx, window.until - DAY),
        waking=digests.waking(tx, window.until, window.until + DAY),
        response=response(told, window, (SPLIT, JOINED)),
        response_before=response(told, window.before, (SPLIT, JOINED)),
        owners=_owners(settings.owners, counted, news, digests.unowned(tx, window.until)),
        gaps=gaps,
        new_gaps=_new_gaps(tx, gaps, unread),
        regained=sum(one.net is Net.OVER for one in unread),
        warnings=standing(settings, audits.last_warnings(tx), window.until.date()),
        audited=digests.audited(tx),
    )


def chart_file(services: Services, key: str) -> attachments.File:
    """The chart for the thread of the digest `key`."""
    with services.store.read() as tx:
        until = digests.until_of(tx, key)
        days = trend.days(tx, until or services.now())
    return attachments.File(
        filename=f"trend-{days[-1].day}.png",
        title=f"30 days to {days[-1].day:%d %B %Y}",
        content=chart.draw(days),
        alt_text=chart.describe(days),
    )


def _findings(tx: Tx, window: Window) -> tuple[list[Change], list[Change]]:
    """What changed in what fails, and in what cannot be judged."""
    told = transitions.touched(tx, Kind.FINDING, window)
    return changes(told, window, failing), changes(told, window, unjudged)


def _more(changed: Iterable[Change], stands: Stands) -> int:
    """How many more stand after what changed than before."""
    return sum(stands(one.became) - stands(one.was) for one in changed)


def _new_gaps(tx: Tx, gaps: Iterable[GapLine], unread: Iterable[Change]) -> list[GapLine]:
    """Of the gaps, those that none of what could not be judged before is in."""
    news = {one.subject for one in unread if one.net in (Net.NEW, Net.BACK)}
    old = fold_gaps(finding for finding in findings.unknown(tx) if finding.id not in news)
    known = {(gap.account, gap.region, gap.reason) for gap in old}
    return [gap for gap in gaps if (gap.account, gap.region, gap.reason) not in known]


def _by_severity(counted: Mapping[Key, int]) -> Counter[Severity]:
    numbers: Counter[Severity] = Counter()
    for (severity, _), number in counted.items():
        numbers[severity] += number
    return numbers


def _owners(
    owners: config.Owners,
    counted: Mapping[Key, int],
    news: Iterable[AlertNews],
    unowned: Iterable[tuple[Severity, Mapping[str, object]]],
) -> list[Owner]:
    """Who has what, by assignment, acknowledgement or tag; who has the most of the worst first, nobody last."""
    has: dict[str, Counter[Severity]] = {}
    for (severity, owner), number in counted.items():
        has.setdefault(owner, Counter())[severity] += number
    for severity, tags in unowned:
        if (owner := of_tags(owners, tags)) and has.get("", Counter())[severity]:
            has[""][severity] -= 1
            has.setdefault(owner, Counter())[severity] += 1
    done = Counter(_whose(owners, one) for one in news if one.change.net in (Net.OVER, Net.BRIEF) and _settled(one))
    each = [Owner(id=who, open=+has.get(who, Counter()), resolved=done[who]) for who in sorted({*has, *done})]
    told = [one for one in each if one.open or (one.resolved and one.id)]
    return sorted(told, key=lambda one: (not one.id, [-one.open[level] for level in sorted(Severity, reverse=True)]))


def _settled(one: AlertNews) -> bool:
    return one.change.turn.why not in (SPLIT, JOINED)


def _whose(owners: config.Owners, one: AlertNews) -> str:
    """Whose an alert was that is over: whose work it was, or else who resolved it."""
    turn = one.change.turn
    by = "" if turn.who in set(Source) else turn.who
    return (turn.was.owner if turn.was else "") or of_tags(owners, one.tags) or by


def _post(
    services: Services,
    tx: Tx,
    channel: str,
    digest: config.Digest | None,
    window: Window,
    asked_by: str | None = None,
) -> None:
    schedule, zone = (digest.schedule, digest.time_zone) if digest else ("", "UTC")
    key, now = ":".join(("digest", channel, schedule, window.until.isoformat())), services.now()
    names = Names(services.settings.account_name, called(tx, services.settings.owners))
    message = messages.build(facts(tx, services.settings, window, zone), names)
    outbox.message(tx, key, channel, message.text, message.blocks, now)
    digests.save(tx, key, channel, schedule, window, asked_by, now)
    wanted.want(tx, f"{key}:chart", CHART, key, now)
