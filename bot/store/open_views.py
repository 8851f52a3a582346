"""What people have open, as far as Slack tells: App Home and the details of an alert or a remediation."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

from bot.store.database import Tx


class Kind(StrEnum):
    """What a view shows."""

    HOME = "home"
    ALERT = "alert"
    REMEDIATION = "remediation"

    @property
    def lasts(self) -> timedelta:
        """How long it is kept fresh after it was used: that a modal is closed is told, that Home is left is not."""
        return timedelta(minutes=30) if self is Kind.HOME else timedelta(hours=8)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenView:
    """A view as its person has turned it."""

    id: str
    """Slack's own, of a modal; `home:` and the person's of an App Home."""
    user: str
    kind: Kind
    subject: str = ""
    """The id of the alert or remediation."""
    pages: Mapping[str, int] = field(default_factory=dict)
    """The page of each list in it; 1 where none is named."""
    until: datetime
    """When it is no longer kept fresh, unless the person uses it again."""
    shown: str = ""
    """The mark of what was drawn last."""


def mark(blocks: Iterable[Mapping[str, Any]]) -> str:
    """What tells whether blocks show what others showed."""
    return sha256(json.dumps(list(blocks), sort_keys=True).encode()).hexdigest()


def keep(tx: Tx, view: OpenView, now: datetime) -> None:
    """Note it as it now is; those that were left are forgotten."""
    tx.execute("delete from open_views where until <= ?", (now.isoformat(),))
    tx.execute(
        "insert or replace into open_views(id, user, kind, subject, pages_json, until, shown) "
        "values (?, ?, ?, ?, ?, ?, ?)",
        (
            view.id,
            view.user,
            view.kind,
            view.subject,
            json.dumps(view.pages),
            view.until.isoformat(),
            view.shown,
        ),
    )


def get(tx: Tx, id_: str) -> OpenView | None:
    """The view with that id."""
    return next(iter(_select(tx, "id = ?", id_)), None)


def fresh(tx: Tx, now: datetime) -> list[OpenView]:
    """Those that are to be kept fresh."""
    return _select(tx, "until > ?", now.isoformat())


def drawn(tx: Tx, id_: str, mark: str) -> None:
    """Note what it shows now."""
    tx.execute("update open_views set shown = ? where id = ?", (mark, id_))


def forget(tx: Tx, id_: str) -> None:
    """It was closed."""
    tx.execute("delete from open_views where id = ?", (id_,))


def _select(tx: Tx, where: str, value: str) -> list[OpenView]:
    rows = tx.query(f"select * from open_views where {where} order by id", [value])  # noqa: S608 - ours
    return [_view(row) for row in rows]


def _view(row: Mapping[str, Any]) -> OpenView:
    return OpenView(
        id=row["id"],
        user=row["user"],
        kind=Kind(row["kind"]),
        subject=row["subject"],
        pages=json.loads(row["pages_json"]),
        until=datetime.fromisoformat(row["until"]),
        shown=row["shown"],
    )
