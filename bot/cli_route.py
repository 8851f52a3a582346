"""`picket route`: where events would go and why, without Slack and without AWS."""

from __future__ import annotations

import sys
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.alerts import Ignored, Signal
    from bot.config import Offline


class Shape(StrEnum):
    """How the answer is written."""

    TEXT = "text"
    JSON = "json"


def route(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Files with events; - is standard input.")],
    at: Annotated[
        datetime | None, typer.Option("--at", help="As of that moment, in UTC; now.", formats=["%Y-%m-%dT%H:%M"])
    ] = None,
    form: Annotated[Shape, typer.Option("--format", help="Words, or one JSON object a line.")] = Shape.TEXT,
    config: Annotated[
        Path, typer.Option("--config", "-c", envvar="PICKET_CONFIG", help="The TOML file with the settings.")
    ] = Path("picket.toml"),
) -> None:
    """Say where events would go, and why: each route, suppression and maintenance window, and who is called when.

    A file holds what `picket replay` takes. Exits with 1 when a file cannot be read.
    """
    from datetime import UTC

    from bot.cli_replay import reader
    from bot.logs import quiet
    from bot.replay import read_events

    quiet()
    settings = _settings(config)
    now = at.replace(tzinfo=UTC) if at else datetime.now(UTC)
    bad = False
    for name in files:
        for said in read_events(reader(name), lambda: now, settings.alarms):
            bad = bad or isinstance(said, str)
            _write(name, said, settings, now, form)
    raise typer.Exit(1 if bad else 0)


def _settings(config: Path) -> Offline:
    from bot.config import load_offline
    from bot.errors import UserError
    from bot.roster import remembered

    settings = load_offline(config)
    if not settings.routes:
        raise UserError(f"{config} has no [[routes]], so nothing goes anywhere; give it at least one with a channel.")
    return remembered(settings)


def _write(name: str, said: Signal | Ignored | str, settings: Offline, now: datetime, form: Shape) -> None:
    import json

    from bot.alerts import Signal
    from bot.messages import route as words
    from bot.reports.table import safe

    if isinstance(said, Signal):
        told = words.as_json(settings, said, now)
        lines = [f"{name}: {words.about(settings, said)}", f"  {said.resource}"]
        for title, below in words.parts(settings, said, now):
            lines += [f"  {title}", *(f"    {line}" for line in below)]
    else:
        ignored = not isinstance(said, str)
        why = said if isinstance(said, str) else said.why
        told = {"ignored" if ignored else "error": why}
        lines = [f"{name}: {'ignored, because ' if ignored else ''}{why}"]
    if form is Shape.JSON:
        typer.echo(json.dumps({"file": name, **told}))
    else:
        typer.echo("\n".join(map(safe, [*lines, ""])), err=isinstance(said, str))
    sys.stdout.flush()
