"""`picket audit` and `picket checks`: what needs neither Slack nor a state file.

What is imported here is light; the rest is imported when a command runs, so that help is there at once.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, TextIO

import typer

from bot.reports import Format

if TYPE_CHECKING:
    from bot.reports.formats import Page
    from bot.reports.table import Screen
    from bot.security_hub import Importer
    from bot.standalone import Plan
    from bot.tally import Tally
    from checks.selection import SelectionError

_USAGE, _FINDINGS, _INCOMPLETE = 2, 3, 4


class Listing(StrEnum):
    """What the list of checks is written as."""

    TABLE = "table"
    JSON = "json"


class Level(StrEnum):
    """The severities."""

    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


Selectors = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[SELECTOR]...",
        help="all (the default), a service, a check's id (with *), best-practices/11, cis-3.0, severity>=high, "
        "account=…, region=…",
    ),
]


def checks(
    selectors: Selectors = None,
    form: Annotated[Listing, typer.Option("--format", help="A table, or a JSON array of objects.")] = Listing.TABLE,
) -> None:
    """List the checks: what each finds, why, how to fix it, what it must be allowed to read, and what can fix it."""
    from bot.reports import catalog
    from checks.catalog import CATALOG
    from checks.selection import SelectionError, parse

    try:
        chosen = parse(selectors or ["all"], CATALOG).checks(CATALOG)
    except SelectionError as error:
        _wrong(error)
    if form is Listing.JSON:
        sys.stdout.write(catalog.as_json(chosen))
    else:
        sys.stdout.write(catalog.as_table(chosen, _screen(sys.stdout)))


def audit(
    selectors: Selectors = None,
    account: Annotated[
        list[str] | None, typer.Option("--account", help="Only this account; may be given again.", metavar="ID")
    ] = None,
    region: Annotated[
        list[str] | None, typer.Option("--region", help="Only this region (or `global`); may be given again.")
    ] = None,
    form: Annotated[
        Format | None,
        typer.Option(
            "--format", help="By default what the name of --output ends with (json, csv, html), else a table."
        ),
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write the result to this file.")] = None,
    executor: Annotated[
        str | None,
        typer.Option(
            "--executor",
            help="Audit on a Dask cluster's workers: dask://host:8786, or dask+tls://… by the certificates of the "
            "settings.",
            metavar="ADDRESS",
        ),
    ] = None,
    to_security_hub: Annotated[
        bool, typer.Option("--to-security-hub", help="Import the result into AWS Security Hub too.")
    ] = False,
    fail_on: Annotated[Level, typer.Option("--fail-on", help="Exit with 3 on findings so bad or worse.")] = Level.LOW,
    config: Annotated[
        Path | None,
        typer.Option("--config", "-c", envvar="PICKET_CONFIG", help="The TOML file with the settings; none is needed."),
    ] = None,
) -> None:
    """Audit AWS accounts here and now, with the credentials of the environment; no Slack, no state file.

    Exits with 0 when nothing fails, 3 on findings, 4 when not everything could be read, 2 when the words are wrong.
    """
    from datetime import UTC, datetime

    from bot.config import load_offline
    from bot.errors import SettingsError, UserError
    from bot.logs import quiet
    from bot.standalone import plan
    from checks.model import Severity
    from checks.selection import SelectionError

    quiet()
    words = [*(selectors or ["all"]), *_places("account", account), *_places("region", region)]
    try:
        settings = load_offline(config, executor=executor)
        planned = plan(settings, words, datetime.now(UTC))
    except SelectionError as error:
        _wrong(error)
    except (SettingsError, UserError) as error:
        _fail(str(error), _USAGE)
    code = _audit(planned, _chosen(form, output), output, to_security_hub)
    raise typer.Exit(code or (_FINDINGS if planned.tally.fails(Severity.named(fail_on)) else 0))


def _places(kind: str, names: Sequence[str] | None) -> list[str]:
    return [f"{kind}={name}" for name in names or ()]


def _chosen(form: Format | None, output: Path | None) -> Format:
    endings = {".json": Format.JSON, ".jsonl": Format.JSON, ".csv": Format.CSV, ".html": Format.HTML}
    return form or endings.get(output.suffix.lower() if output else "", Format.TABLE)


def _audit(planned: Plan, form: Format, output: Path | None, to_security_hub: bool) -> int:
    """Run it and write the result; returns the code to exit with, nought where the findings decide."""
    from bot import standalone
    from bot.progress import Bar
    from bot.reports.formats import write
    from bot.signals import until_told

    tally = planned.tally
    with _opened(output) as file, until_told() as told, Bar(tally.accounts, sys.stderr) as bar:
        page = _page(planned, file)
        hub = _hub(planned) if to_security_hub else None
        batches = bar.of(standalone.findings(planned, told.stop, bar.step, hub))
        try:
            for piece in write(form, batches, page):
                with bar.aside():
                    file.write(piece)
                    file.flush()
        except BrokenPipeError:
            raise  # typer ends quietly: nobody reads any more
        except OSError as error:
            _fail(f"the result could not be written: {error.strerror}", _INCOMPLETE)
        except Exception as error:  # noqa: BLE001 - nobody is helped by a traceback
            _fail(f"a fault of Picket; please report it ({type(error).__name__}: {error})", _INCOMPLETE)
    if hub:
        typer.echo(f"picket: {hub.said()}", err=True)
    _tell(tally, output)
    if told.signal:
        return 128 + told.signal
    return 0 if tally.is_complete else _INCOMPLETE


def _page(planned: Plan, file: TextIO) -> Page:
    from bot.reports.formats import Page
    from bot.reports.origin import Origin

    origin = Origin.of(planned.settings, planned.tally.began, planned.sessions.partition)
    return Page(origin=origin, tally=planned.tally, screen=_screen(file))


def _hub(planned: Plan) -> Importer:
    from bot.security_hub import Importer

    return Importer.of(planned.settings, planned.sessions, planned.tally.began)


@contextmanager
def _opened(output: Path | None) -> Iterator[TextIO]:
    if output is None:
        # sys.stdout loses what is left of a long text when a signal comes, where PYTHONUNBUFFERED is set
        sys.stdout.flush()
        with open(sys.stdout.fileno(), "w", encoding="utf-8", errors="replace", newline="", closefd=False) as file:
            yield file
        return
    try:
        file = output.open("w", encoding="utf-8", errors="replace", newline="")
    except OSError as error:
        _fail(f"{output} cannot be written: {error.strerror}", _USAGE)
    with file:
        yield file


def _tell(tally: Tally, output: Path | None) -> None:
    """What is not the result goes to the one who watches."""
    from bot.reports.table import safe

    for warning in tally.warnings(tally.began.date()):
        typer.echo(f"picket: {safe(warning)}", err=True)
    if not tally.is_complete:
        short = tally.shortcomings()
        more = [f"… and {len(short) - 10:,} more"] if len(short) > 10 else []
        typer.echo("picket: the audit could not be completed; this is a part of the answer:", err=True)
        for line in short[:10] + more:
            typer.echo(f"  - {safe(line)}", err=True)
    if output:
        typer.echo(f"picket: the result is in {output}", err=True)


def _screen(file: TextIO) -> Screen:
    import os
    import shutil

    from bot.reports.table import Screen

    if not file.isatty():
        return Screen()
    return Screen(shutil.get_terminal_size().columns, colour=not os.environ.get("NO_COLOR"))


def _wrong(error: SelectionError) -> NoReturn:
    _fail(str(error), _USAGE)


def _fail(words: str, code: int) -> NoReturn:
    typer.echo(f"picket: {words}", err=True)
    raise typer.Exit(code)
