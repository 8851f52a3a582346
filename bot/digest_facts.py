"""What a digest says: gathered from the log of transitions, and from what waits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import timedelta

from bot import config
from bot.accepted import standing
from bot.alerts import JOINED, SPLIT, Source
from bot.messages.digest import Digest, Owner
from bot.owners import of_tags
from bot.period import Change, Net, Stands, Window, changes, failing, open_, response, unjudged
from bot.store import Tx, audits, digests, findings, transitions
from bot.store.digests import AlertNews
from bot.store.transitions import Key, Kind
from checks.folding import GapLine, fold_gaps
from checks.model import Severity

DAY = timedelta(days=1)


def gather(tx: Tx, settings: config.Offline, window: Window, time_zone: str = "UTC") -> Digest:
    """What the digest of this span says; the same for the same state, span and settings."""
    told = transitions.touched(tx, Kind.ALERT, window, window.before)
    alerts, found, unread = changes(told, window, open_), *_findings(tx, window)
    news = digests.alert_news(tx, alerts)
    counted, fails = transitions.open_alerts(tx, window.until), transitions.failing(tx, window.until)
    gaps = digests.gaps(tx)
    return Digest(
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
        owners=_owners(
            settings.owners, counted, news, digests.unowned(tx, window.until) if settings.owners.people else ()
        ),
        gaps=gaps,
        new_gaps=_new_gaps(tx, gaps, unread),
        regained=sum(one.net is Net.OVER for one in unread),
        warnings=standing(settings, audits.last_warnings(tx), window.until.date()),
        audited=digests.audited(tx),
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
