"""`picket route`: where events would go and why, without Slack and without AWS."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.alerts import Ignored, Signal
    from bot.config import Offline


_SPAN = re.compile(r"(\d{1,4})([hdw])")
_UNITS = {"h": "hours", "d": "days", "w": "weeks"}


class Shape(StrEnum):
    """How the answer is written."""

    TEXT = "text"
    JSON = "json"


def route(
    files: Annotated[
        list[str] | None, typer.Argument(metavar="[FILE]...", help="Files with events; - is standard input.")
    ] = None,
    at: Annotated[
        datetime | None, typer.Option("--at", help="As of that moment, in UTC; now.", formats=["%Y-%m-%dT%H:%M"])
    ] = None,
    form: Annotated[Shape, typer.Option("--format", help="Words, or one JSON object a line.")] = Shape.TEXT,
    dry: Annotated[
        Path | None,
        typer.Option("--dry", metavar="NEW.toml", help="Compare with these settings, by the alerts of the past."),
    ] = None,
    since: Annotated[str, typer.Option("--since", help="With --dry, how far back: 12h, 30d, 4w.")] = "30d",
    config: Annotated[
        Path, typer.Option("--config", "-c", envvar="PICKET_CONFIG", help="The TOML file with the settings.")
    ] = Path("picket.toml"),
) -> None:
    """Say where events would go, and why: each route, suppression and maintenance window, and who is called when.

    A file holds what `picket replay` takes. Exits with 1 when a file cannot be read. With --dry: which alerts of the
    last 30 days would have gone elsewhere by other settings.
    """
    from datetime import UTC

    from bot.errors import UserError
    from bot.logs import quiet

    quiet()
    settings = _settings(config)
    now = at.replace(tzinfo=UTC) if at else datetime.now(UTC)
    if bool(files) == bool(dry):
        raise UserError("Name files with events, or with --dry the settings to compare with.")
    if dry:
        _compare(settings, _settings(dry), now - _span(since), form)
    else:
        _explain(files or [], settings, now, form)


def _explain(files: Sequence[str], settings: Offline, now: datetime, form: Shape) -> None:
    from bot.cli_replay import reader
    from bot.replay import read_events

    bad = False
    for name in files:
        for said in read_events(reader(name), lambda: now, settings.alarms):
            bad = bad or isinstance(said, str)
            _write(name, said, settings, now, form)
    raise typer.Exit(1 if bad else 0)


def _compare(present: Offline, other: Offline, since: datetime, form: Shape) -> None:
    import shutil

    from bot.dry_run import dry_run
    from bot.errors import UserError
    from bot.reports import dry_run as report
    from bot.reports.table import Screen
    from bot.store import Store, alerts

    if not present.store.path.exists():
        raise UserError(f"There is no state file {present.store.path}, and so no alert of the past to compare by.")
    store = Store(present.store.path)
    try:
        with store.read() as tx:
            found = dry_run(present, other, alerts.opened_since(tx, since))
    finally:
        store.close()
    if form is Shape.JSON:
        typer.echo(report.as_json(found, since))
    else:
        width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
        typer.echo(report.as_text(found, since, Screen(width)), nl=False)


def _span(text: str) -> timedelta:
    from bot.errors import UserError

    found = _SPAN.fullmatch(text)
    if not found:
        raise UserError(f"--since {text} is no length of time; write it as 12h, 30d or 4w.")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


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
