"""The operator's links that fit an alert, with what AWS says of it safely inside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from string import Formatter
from urllib.parse import quote

from bot.alerts import Alert
from bot.config import Link
from bot.messages.evidence import short
from bot.messages.text import Marked, fit
from bot.routing import fits

_LONGEST = 2000
"""Characters of an address."""
_MOST = 5


def links(alert: Alert, name: str, those: Sequence[Link]) -> list[Marked]:
    """Each of `those` that fits as a link in mrkdwn, the first few; `name` is what people call the account."""
    places = {
        "id": alert.id,
        "source": str(alert.source),
        "type": alert.type,
        "severity": str(alert.severity),
        "account": alert.account,
        "account_name": name or alert.account,
        "region": alert.region,
        "resource": alert.resource,
        "resource_name": short(alert.resource),
    }
    return list(_marked(alert, those, places))[:_MOST]


def _marked(alert: Alert, those: Sequence[Link], places: dict[str, str]) -> Iterator[Marked]:
    for link in those:
        named = [name for _, name, _, _ in Formatter().parse(link.url) if name]
        if not _fits(link, alert) or not all(_tells(places[name]) for name in named):
            continue
        quoted = {name: quote(places[name], safe="", errors="replace") for name in named}
        url = link.url.format_map(quoted).replace("&", "&amp;")
        if len(url) <= _LONGEST:
            yield Marked(f"<{url}|{fit(link.label, 100)}>")


def _fits(link: Link, alert: Alert) -> bool:
    return (
        (not link.sources or alert.source in link.sources)
        and (not link.accounts or alert.account in link.accounts)
        and (not link.types or fits(link.types, alert.type))
    )


def _tells(value: str) -> bool:
    """Whether something is known; dots alone would lead elsewhere, for browsers climb by them."""
    return bool(value.strip(". "))
