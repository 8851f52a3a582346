"""The outbox: everything that leaves for Slack is a row first, written in the transaction that caused it.

A message is named by a key (`alert:3f2a…`). Writing the same key again edits the message in place; while a row
still waits, its body is replaced, so that a burst of changes is one call. A card has no body at all until it is sent:
it is drawn then, as it then is.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.store.database import Tx

WAITS = "sent_at is null and failed_at is null"
"""The condition that a row is still to be sent."""


class Kind(StrEnum):
    """What a row asks of Slack."""

    MESSAGE = "message"
    FILE = "file"
    EPHEMERAL = "ephemeral"
    HOME = "home"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message stands in Slack."""

    channel: str
    ts: str


def message(
    tx: Tx,
    key: str,
    channel: str,
    text: str,
    blocks: Iterable[Mapping[str, Any]],
    now: datetime,
    *,
    parent: str | None = None,
    urgent: bool = False,
) -> None:
    """Say, or edit what was said under `key`.

    `channel` is an id, a `#name`, or a user's id for a direct message; `parent` the key of the message in whose
    thread this one belongs (its channel is then the parent's). `text` is what notifications and screen readers say.
    `urgent` is as in `card`.
    """
    _say(tx, Kind.MESSAGE, key, channel, now, text=text, body={"blocks": list(blocks)}, parent=parent)
    if urgent:
        _hurry(tx, key, parent)


def card(tx: Tx, key: str, channel: str, now: datetime, *, urgent: bool = False) -> None:
    """Say, or edit, what is drawn when it is sent: however often it changes until then, it is drawn once.

    `urgent`: it goes before all else that waits in its channel, but for what was said under `key` before.
    """
    _say(tx, Kind.MESSAGE, key, channel, now, body={})
    if urgent:
        _hurry(tx, key)


def _hurry(tx: Tx, *keys: str | None) -> None:
    """Have all that waits under these keys go first, for in each of them order holds."""
    for key in keys:
        tx.execute(f"update outbox set urgent = 1 where key = ? and urgent = 0 and {WAITS}", (key,))  # noqa: S608


def file(
    tx: Tx,
    key: str,
    parent: str,
    filename: str,
    title: str,
    content: bytes,
    now: datetime,
    *,
    alt_text: str = "",
) -> None:
    """Put a file in the thread of the message `parent`, once for each key."""
    if not _is_known(tx, key):
        body = {"filename": filename, "title": title, "alt_text": alt_text}
        _insert(tx, Kind.FILE, key, "", now, body=body, parent=parent, content=content)


def json_file(
    tx: Tx, key: str, parent: str, filename: str, title: str, value: Any, now: datetime, *, alt_text: str = ""
) -> None:
    """Put `value` as a file in the thread of the message `parent`, once for each key; laid out for people, which takes
    long, when it is sent.
    """
    if not _is_known(tx, key):
        body = {"filename": filename, "title": title, "alt_text": alt_text, "json": True}
        _insert(tx, Kind.FILE, key, "", now, body=body, parent=parent, content=json.dumps(value).encode())


def _is_known(tx: Tx, key: str) -> bool:
    return tx.execute("select 1 from outbox where key = ?", (key,)).fetchone() is not None


def ephemeral(
    tx: Tx, key: str, channel: str, user: str, text: str, blocks: Iterable[Mapping[str, Any]], now: datetime
) -> None:
    """Say something that `user` alone sees in `channel`."""
    _insert(tx, Kind.EPHEMERAL, key, channel, now, text=text, body={"blocks": list(blocks)}, user=user)


def home(tx: Tx, user: str, view: Mapping[str, Any], now: datetime) -> None:
    """Show `view` as the App Home of `user`; a newer one replaces one that waits."""
    _say(tx, Kind.HOME, f"home:{user}", "", now, body={"view": view}, user=user)


def _say(
    tx: Tx,
    kind: Kind,
    key: str,
    channel: str,
    now: datetime,
    *,
    body: Mapping[str, Any],
    text: str = "",
    parent: str | None = None,
    user: str | None = None,
) -> None:
    """In place of what waits under `key` and was not begun, if there is something."""
    waiting = tx.execute(
        "update outbox set text = ?, body_json = ? "  # noqa: S608 - a constant
        f"where key = ? and kind = ? and begun_at is null and {WAITS}",
        (text, json.dumps(body), key, kind),
    )
    if waiting.rowcount == 0:
        _insert(tx, kind, key, channel, now, text=text, body=body, parent=parent, user=user)


def _insert(
    tx: Tx,
    kind: Kind,
    key: str,
    channel: str,
    now: datetime,
    *,
    body: Mapping[str, Any],
    text: str = "",
    parent: str | None = None,
    user: str | None = None,
    content: bytes | None = None,
) -> None:
    if parent is not None and not channel:
        channel = _channel_of(tx, parent)
    lane = f"{channel}/{user}" if kind is Kind.EPHEMERAL else channel or key
    at, said = now.isoformat(), json.dumps(body)
    tx.execute(
        "insert into outbox(kind, key, channel, lane, parent, user, text, body_json, content, created_at, "
        "not_before) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (kind, key, channel, lane, parent, user, text, said, content, at, at),
    )


def place(tx: Tx, key: str) -> Place | None:
    """Where the message `key` stands, once it was posted."""
    row = tx.execute("select channel, ts from messages where key = ?", (key,)).fetchone()
    return Place(*row) if row else None


def waiting_key(tx: Tx, start: str) -> str | None:
    """The key, one that begins with `start`, of the newest message that waits and whose call was not begun."""
    row = tx.execute(
        f"select key from outbox where key >= ? and key < ? and begun_at is null and {WAITS} "  # noqa: S608
        "order by id desc limit 1",
        (start, start[:-1] + chr(ord(start[-1]) + 1)),
    ).fetchone()
    return str(row[0]) if row else None


def sent_at(tx: Tx, key: str) -> datetime | None:
    """When the message `key` was posted or last edited; None while what it says now waits to be."""
    row = tx.execute("select sent_at from outbox where key = ? order by id desc limit 1", (key,)).fetchone()
    return datetime.fromisoformat(row[0]) if row and row[0] else None


def _channel_of(tx: Tx, key: str) -> str:
    row = tx.execute("select channel from outbox where key = ? order by id desc", (key,)).fetchone()
    row = row or tx.execute("select channel from messages where key = ?", (key,)).fetchone()
    return str(row[0]) if row else ""


def waiting(tx: Tx) -> tuple[int, datetime | None]:
    """How many rows wait, and since when the oldest does."""
    number, first = tx.execute(f"select count(*), min(id) from outbox where {WAITS}").fetchone()  # noqa: S608
    row = tx.execute("select created_at from outbox where id = ?", (first,)).fetchone()
    return number, datetime.fromisoformat(row[0]) if row else None


def given_up(tx: Tx, since: datetime) -> tuple[int, str]:
    """How many rows were given up after `since`, and why the newest of them was."""
    rows = tx.execute(
        "select error from outbox where failed_at > ? order by failed_at, id", (since.isoformat(),)
    ).fetchall()
    return len(rows), str(rows[-1][0]) if rows else ""
