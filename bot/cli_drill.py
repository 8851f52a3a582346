"""`picket drill`: sends one drill through AWS to Slack, and says how far it came."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.config import Offline
    from bot.store import Store
    from bot.store.drills import Drill

_EVERY = 0.25
"""Seconds between two looks."""
_MARGIN = 20.0
"""Seconds for the service to say why it gave up."""


def drill(
    config: Annotated[
        Path, typer.Option("--config", "-c", envvar="PICKET_CONFIG", help="The TOML file with the settings.")
    ] = Path("picket.toml"),
) -> None:
    """Send an event through AWS's bus and queue to the running Picket and Slack, and wait until it came through.

    Prints each station as it is passed. Exits with 0 when the event came through in time (drill.minutes), else with 1.
    """
    import secrets

    from bot.aws.sessions import Sessions
    from bot.config import load_offline
    from bot.drill import by_hand
    from bot.errors import UserError
    from bot.logs import quiet

    quiet()
    settings = load_offline(config)
    if not settings.aws.queue_url:
        raise UserError("There is no way to try: the setting aws.queue_url names no queue.")
    store = _of_running(settings)
    sent = by_hand(store, settings, Sessions.of(settings.aws), secrets.token_hex(6), _now)
    typer.echo(f"sent       {sent.sent_at:%H:%M:%S} UTC  {sent.how}")
    *_, last = _watched(store, sent)
    if last.posted_at is None or last.failed_at:
        typer.echo(f"picket: The drill was lost. {last.why or 'The running Picket does not say why.'}", err=True)
        sys.exit(1)
    typer.echo("The drill came through.")


def _of_running(settings: Offline) -> Store:
    """The state file of the Picket that runs. Raises UserError when none does."""
    from bot.errors import StoreError, UserError
    from bot.store import Store

    nobody = UserError(
        f"No Picket runs on the state file {settings.store.path}, so that nobody would take the event: start "
        "`picket run` first. Nothing was sent."
    )
    if not settings.store.path.exists():
        raise nobody
    store = Store(settings.store.path)
    try:
        with store.alone(wait=0):
            raise nobody
    except StoreError:
        return store


def _watched(store: Store, sent: Drill) -> Iterator[Drill]:
    """The drill as it is, again and again until its end; each station is told when it is passed."""
    from bot.store import drills

    ends = time.monotonic() + (sent.due_at - _now()).total_seconds() + _MARGIN
    yield (seen := sent)
    while time.monotonic() < ends and not (seen.posted_at or seen.failed_at):
        time.sleep(_EVERY)
        with store.read() as tx:
            now = drills.get(tx, sent.id) or seen
        for name, words in _STATIONS:
            if getattr(now, name) and not getattr(seen, name):
                _tell(name, now, words)
        seen = now
        yield seen


_STATIONS = (
    ("received_at", "through the rule and off the queue"),
    ("taken_at", "understood, and its message written"),
    ("posted_at", "in Slack"),
)


def _tell(name: str, drill: Drill, words: str) -> None:
    from bot.messages.drill import seconds

    after = f"+{seconds(drill.sent_at, getattr(drill, name))}"
    typer.echo(f"{name.removesuffix('_at'):<10} {after:<12}  {words}")


def _now() -> datetime:
    return datetime.now(UTC)
