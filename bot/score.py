"""Use case: say how much passes in each account, and send the chart of 30 days after it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from bot import score_chart
from bot.attachments import File
from bot.messages import Message
from bot.messages import score as messages
from bot.score_chart import Line
from bot.services import Services
from bot.store import Tx, history, outbox
from bot.store import attachments as wanted
from bot.store.history import Standing

CHART = "score-chart"
"""Names `chart_file` among the makers of attachments."""
MONTH = timedelta(days=30)
ALL = "All accounts"


def ask(services: Services, tx: Tx, user: str) -> Message:
    """The score of now; the chart follows in the direct messages of `user`: an answer to a command holds no file."""
    now = services.now()
    since, standing = now - MONTH, history.standing(tx, now)
    said = messages.build(standing, history.standing(tx, since), since, services.settings.account_name)
    if standing:
        lead = messages.lead(said)
        key = f"score:{user}:{now.isoformat()}"
        outbox.message(tx, key, user, lead.text, lead.blocks, now)
        wanted.want(tx, f"{key}:chart", CHART, key, now)
    return said


def chart_file(services: Services, key: str) -> File:
    """The chart for the thread of the message `key` that `ask` left."""
    until = datetime.fromisoformat(key.split(":", 2)[2])
    with services.store.read() as tx:
        days = history.standings(tx, until)
    dates = [day for day, _ in days]
    lines = _lines([standing for _, standing in days], services.settings.account_name)
    return File(
        filename=f"score-{dates[-1]}.png",
        title=f"Score, 30 days to {dates[-1]:%d %B %Y}",
        content=score_chart.draw(dates, lines),
        alt_text=score_chart.describe(dates, lines)[:1000],
    )


def _lines(days: list[dict[str, Standing]], name: Callable[[str], str]) -> list[Line]:
    """All accounts together, then those that stand lowest now, as many as can be told apart."""
    now = days[-1]
    lowest = sorted(now, key=lambda account: (now[account].passing, account))
    each = [
        Line(name(account), tuple(day[account].passing if account in day else None for day in days))
        for account in lowest[: score_chart.MOST - 1]
    ]
    if len(now) == 1:
        return each
    return [Line(ALL, tuple(Standing.of(day.values()).passing if day else None for day in days)), *each]
