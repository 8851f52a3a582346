"""How far what AWS holds was compared with what the queue brought, in lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.alerts import Source
from bot.messages.text import count, date, fit
from bot.store.looks import Look


def lines(looks: Sequence[Look] | None, name: Callable[[str], str]) -> list[str]:
    """When every place was last read, what the queue missed there, and which cannot be read; escaped. None: never."""
    if looks is None:
        return ["What the queue brought is never compared with AWS: the setting reconciliation.every_minutes is 0."]
    read = [look for look in looks if look.looked_at]
    first = min((look.looked_at for look in read if look.looked_at), default=None)
    if first is None:
        said = ["What the queue brought was not compared with AWS yet."]
    else:
        places = count(len({(look.account, look.region) for look in read}), "region")
        said = [f"What the queue brought was compared with AWS in {places}; the oldest look is of {date(first)}."]
    said += [
        f":warning: {_place(look, name)}: the queue did not bring the last {look.missed:,}."
        for look in sorted(looks, key=lambda look: -look.missed)
        if look.missed
    ]
    return said + [
        f":warning: {_place(look, name)} cannot be compared since {date(look.failed_at)}: {fit(look.why, 200)}"
        for look in looks
        if look.failed_at
    ]


def _place(look: Look, name: Callable[[str], str]) -> str:
    region = "all regions" if look.region == "*" else look.region
    return f"{fit(name(look.account), 60)}, {fit(region, 30)}, {Source(look.source).label}"
