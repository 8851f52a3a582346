"""`picket replay`: what events from files would be posted as, without Slack and without AWS."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from bot.replay import Replay

STDIN = "-"


class Shape(StrEnum):
    """How the result is written."""

    CARDS = "cards"
    JSON = "json"


def replay(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Files with events; - is standard input.")],
    print_: Annotated[bool, typer.Option("--print", help="Show what would be posted; the default.")] = False,
    send: Annotated[
        bool, typer.Option("--send", help="Take the events in for good, and post to Slack by the settings.")
    ] = False,
    form: Annotated[
        Shape | None,
        typer.Option("--format", help="Cards, as on a terminal, or one JSON object a line, as in a pipe."),
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option("--config", "-c", envvar="PICKET_CONFIG", help="The TOML file with the settings; none is needed."),
    ] = None,
) -> None:
    """Take events from files through the intake and show what would be posted, without Slack and without AWS.

    A file holds an event in any shape that the queue may bring, a finding, an answer of GetFindings, or an array or
    JSON Lines of those. Exits with 1 when a file cannot be read.
    """
    from bot.logs import quiet

    quiet()
    shape = form or (Shape.CARDS if sys.stdout.isatty() else Shape.JSON)
    bad = False
    with _sending(config) if send else _alone(config) as run:
        for name in files:
            for shown in run.file(name, reader(name)):
                bad = bad or "error" in shown
                if print_ or not send:
                    _write(shown, shape)
                elif "error" in shown:
                    typer.echo(f"picket: {name}: {shown['error']}", err=True)
    raise typer.Exit(1 if bad else 0)


def reader(name: str) -> Callable[[], bytes]:
    """What reads the file of that name, or standard input for `-`, up to a little more than it may have."""
    from bot.replay import LARGEST

    def read() -> bytes:
        if name == STDIN:
            return sys.stdin.buffer.read(LARGEST + 1)
        with Path(name).open("rb") as file:
            return file.read(LARGEST + 1)

    return read


@contextmanager
def _alone(config: Path | None) -> Iterator[Replay]:
    from bot.config import load_offline
    from bot.messages.proofread import adopt
    from bot.replay import alone

    settings = load_offline(config)
    adopt(settings.messages)
    with alone(settings) as run:
        yield run


@contextmanager
def _sending(config: Path | None) -> Iterator[Replay]:
    """A run into the state file of the settings; at the end everything that it says is posted."""
    from bot import replay_send
    from bot.config import load
    from bot.errors import UserError
    from bot.messages.proofread import adopt

    if config is None:
        raise UserError(
            "To post to Slack, --send needs the settings (--config picket.toml) with their routes, and SLACK_BOT_TOKEN "
            "and SLACK_APP_TOKEN in the environment; without it, replay shows what would be posted."
        )
    settings = load(config)
    adopt(settings.messages)
    with replay_send.sending(settings) as sent:
        yield sent.run
    typer.echo(f"picket: {sent.said()}", err=True)


def _write(shown: dict[str, Any], shape: Shape) -> None:
    import json
    import os
    import shutil

    if shape is Shape.JSON:
        typer.echo(json.dumps(shown))
        return
    from bot.reports.card import draw
    from bot.reports.table import Screen

    width = shutil.get_terminal_size().columns
    typer.echo(draw(shown, Screen(width, colour=sys.stdout.isatty() and not os.environ.get("NO_COLOR"))), nl=False)
