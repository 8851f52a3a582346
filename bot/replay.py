"""Use case: events from files through the very same intake, and the alerts as they then are; no AWS, no Slack.

A file holds what the queue may bring, or many of those as a JSON array or as JSON Lines.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from slack_sdk import WebClient

from bot import relay
from bot.alerts import Alert, Ignored, Signal, State
from bot.aws.sessions import Sessions
from bot.config import Alarms, Offline, Route, Settings, Slack
from bot.errors import PicketError
from bot.intake.parse import parse
from bot.intake.shapes import Malformed, parts
from bot.joining import place
from bot.rights import Rights
from bot.services import Services
from bot.store import Store

LARGEST = 64 * 1024 * 1024
"""Bytes of a file."""
_CHANNEL = "#alerts"
"""Where cards would go by settings without routes."""

Shown = dict[str, Any]


@dataclass(slots=True, kw_only=True)
class Replay:
    """Takes events in, one after the other, into the store of `services`, which is the run's memory."""

    services: Services
    clock: Clock | None = None
    """Follows the events, where they are not taken in as of now."""
    channels: list[tuple[str, str]] = field(default_factory=list)
    """Key and channel of each card that was written."""
    _seen: set[str] = field(default_factory=set)

    def file(self, name: str, read: Callable[[], bytes]) -> Iterator[Shown]:
        """What each event of a file makes of its alert, in order, JSON-able.

        What cannot be read is an object with `file` and `error`, and the rest follows. Nothing is raised.
        """
        for said in read_events(read, self.services.now, self.services.settings.alarms):
            yield {"file": name, **({"error": said} if isinstance(said, str) else self._take(said))}

    def _take(self, said: Signal | Ignored) -> Shown:
        if isinstance(said, Ignored):
            return _ignored(said)
        if self.clock:
            self.clock.reach(said.at)
        with self.services.store.write() as tx:
            said = place(self.services.settings, tx, said)
            if said.event_id not in self._seen:  # AWS delivers more than once
                relay.take(self.services, tx, said)
            self._seen.add(said.event_id)
            alert = relay.find(tx, said.alert_id)
            shown = relay.shown(self.services, tx, alert)
        self.channels.append((alert.key, alert.channel))
        return _object(said, alert, shown.text, list(shown.blocks))


class Clock:
    """The time of the newest event so far, so that each run of the same files shows the same."""

    def __init__(self, latest: datetime) -> None:
        self._latest = latest
        self._now: datetime | None = None

    def __call__(self) -> datetime:
        """Before the first event it is the latest that may be."""
        return self._now or self._latest

    def reach(self, at: datetime) -> None:
        """An event of that moment comes; one from the future comes now."""
        self._now = min(max(at, self._now or at), self._latest)


@contextmanager
def alone(settings: Offline) -> Iterator[Replay]:
    """A run with a memory of its own that ends with it."""
    clock = Clock(datetime.now(UTC))
    with TemporaryDirectory(prefix="picket-replay-") as folder:
        services = Services(
            settings=_whole(settings),
            store=Store(Path(folder) / "replay.db"),
            rights=Rights(settings.rights, lambda _group: frozenset()),
            slack=WebClient(),
            aws=Sessions.of(settings.aws),
            now=clock,
            new_id=lambda: "replay",
        )
        try:
            yield Replay(services=services, clock=clock)
        finally:
            services.store.close()


def read_events(
    read: Callable[[], bytes], now: Callable[[], datetime], alarms: Alarms
) -> Iterator[Signal | Ignored | str]:
    """What each event of a file says, in order; of what cannot be read, in words why not. Nothing is raised.

    `now` stands in for the time of an event that has none.
    """
    try:
        pieces = _pieces(_text(read))
    except (Malformed, OSError) as fault:
        yield _words(fault)
        return
    for where, piece in pieces:
        try:
            yield from parse(piece, now(), where, alarms, largest=LARGEST)
        except PicketError as fault:
            yield f"{where}: {fault}" if where else str(fault)


def _whole(settings: Offline) -> Settings:
    """The settings with what the service needs of them besides; no token is ever used."""
    parts = {name: getattr(settings, name) for name in type(settings).model_fields}
    routes = settings.routes or (Route(channel=_CHANNEL),)
    slack = Slack(bot_token="xoxb-none", app_token="xapp-none")  # type: ignore[arg-type]  # noqa: S106 - none
    return Settings.model_construct(**{**parts, "routes": routes, "slack": slack})


def _text(read: Callable[[], bytes]) -> str:
    content = read()
    if len(content) > LARGEST:
        raise Malformed(f"It has {len(content):,} bytes; a file may have {LARGEST:,}.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Malformed(f"It is not UTF-8: byte {error.start} cannot be read.") from error


def _words(fault: Exception) -> str:
    if isinstance(fault, OSError):
        return f"It cannot be read: {fault.strerror or fault}."
    return str(fault)


def _pieces(text: str) -> list[tuple[str, str]]:
    """Bodies with the place of each in its file: the elements of a whole document, or the lines of JSON Lines."""
    if not text.strip():
        raise Malformed("It is empty; an event was expected.")
    lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    if len(lines) > 1 and any(_is_event(line) for _, line in lines[:2]):  # the first may be the broken one
        return [(f"line {number}", line) for number, line in lines]
    events = parts(text, largest=LARGEST)
    if not events:
        raise Malformed("It holds no event.")
    return [(f"event {n}" if len(events) > 1 else "", json.dumps(each)) for n, each in enumerate(events, 1)]


def _is_event(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict | list)
    except (ValueError, RecursionError):
        return False


def _ignored(said: Ignored) -> Shown:
    return {"alert_id": None, "state": "ignored", "source": str(said.source), "why": said.why}


def _object(said: Signal, alert: Alert, text: str, blocks: list[Mapping[str, Any]]) -> Shown:
    over = alert.state is State.RESOLVED
    state: Shown = {"state": "resolved" if over else "open"}
    if over and not alert.cards and not alert.storm:  # nobody was told that it began
        why = str(said.facts.get("end") or "it is over").rstrip(".")
        state, text, blocks = {"state": "ignored", "why": f"nothing was open: {why}"}, "", []
    return {
        "alert_id": alert.id,
        **state,
        "source": str(said.source),
        "severity": str(alert.severity),
        "account": alert.account,
        "region": alert.region,
        "resource": alert.resource,
        "title": alert.title,
        "blocks": blocks,
        "text": text,
    }
