"""What becomes of a flood of events: that each is accounted for, how often Slack is called, how soon criticals show."""

from __future__ import annotations

import csv
import io
import re
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from bench.measure import Size, percentile
from bench.storm_queue import Flood, flood
from bench.table import Table
from sandbox.aws import Cloud
from sandbox.demo import stage
from sandbox.scenario import Stage
from sandbox.slack import ANA, Workspace

ABOUT = """\
{events:,} findings of GuardDuty come to the queue in {seconds:.0f} s, at an even pace, each of another machine, in
three accounts, of four types and three severities, and {criticals} of them critical. The whole of Picket works on
them with its defaults, without reconciliation and drills, for there is no AWS here but the queue, a stub in a process
of its own; the sandbox's workspace has Slack's own limits. An event is accounted for when it has a card in Slack, or
stands in the CSV that a roll-up's button brought. Calls are posts, edits and files in one channel in any sixty
seconds. A critical is visible when Slack has answered the post of its card; the time runs from when it came to the
queue."""
QUIET = """
[reconciliation]
every_minutes = 0
[drill]
schedule = ""
"""
"""There is no AWS here but the queue."""
TINY = """
[storms]
cards = 2
"""
CHANNELS = ("CCRITICAL", "CALERTS01")
POSTED = ("chat.postMessage", "chat.update", "files.completeUploadExternal")
_MACHINE = re.compile(r"i-0([0-9a-f]{16})")
Ask = Callable[[str], list[Any]]


def measure(size: Size) -> Table:
    """One flood, from its first event until all of it is to be seen."""
    tiny = size.events < 1000
    criticals, seconds, parts = (2, 1.0, TINY) if tiny else (20, 60.0, "")
    with flood(size.events, criticals, seconds) as events, _picket(events, parts) as stood, _state(stood) as ask:
        events.begin()
        lag = _worked_off(stood.workspace, ask, events, size.events)
        megabytes = _peak(stood.bot)
        cards, rolled = _told(stood.workspace, ask)
        calls = max(_most_calls(stood.workspace, channel) for channel in CHANNELS)
        shown = _shown(stood.workspace, events)
    accounted = len(set(cards) | set(rolled))
    twice = sum(number - 1 for number in Counter(cards + rolled).values())
    rows = [
        ["events accounted for", f"{accounted:,}", f"{size.events:,}"],
        ["events told of twice", f"{twice:,}", "0"],
        ["criticals with a card", f"{len(shown):,}", f"{criticals:,}"],
        ["Slack calls a minute in a channel, at most", f"{calls}", "30"],
        ["a critical visible after, 95 % of them, s", f"{percentile(shown, 95):.1f}", "5.0"],
        ["the slowest of them, s", f"{max(shown):.1f}", ""],
        ["largest resident size, MB", f"{megabytes:.0f}", "250"],
    ]
    return Table(
        title="Storm",
        about=ABOUT.format(events=size.events, seconds=seconds, criticals=criticals),
        header=("", "measured", "wanted"),
        rows=rows,
        notes=[
            f"{len(cards):,} alerts have cards, {len(rolled):,} stand in roll-ups.",
            f"The last event was worked on {lag:.1f} s after it had come.",
        ],
    )


@contextmanager
def _picket(events: Flood, parts: str) -> Iterator[Stage]:
    environment = {
        "AWS_ENDPOINT_URL": events.url.removesuffix("/111122223333/events"),
        "AWS_REGION": "eu-north-1",
        "AWS_DEFAULT_REGION": "eu-north-1",
        "AWS_ACCESS_KEY_ID": "bench",
        "AWS_SECRET_ACCESS_KEY": "bench",
    }
    world = cast(Cloud, SimpleNamespace(queue_url=events.url, environment=lambda: environment))
    with Workspace() as workspace, tempfile.TemporaryDirectory() as folder:
        stood = stage(world, workspace, Path(folder), [sys.executable, "-m", "bot", "run"])
        with (Path(folder) / "picket.toml").open("a", encoding="utf-8") as config:
            config.write(QUIET + parts)
        stood.bot.start()
        try:
            workspace.wait_for(lambda: workspace.connections, 60)
            yield stood
        finally:
            stood.bot.stop()


@contextmanager
def _state(stood: Stage) -> Iterator[Ask]:
    """Reads Picket's state file beside it."""
    path = cast(Any, stood.bot).log.parent / "picket.db"
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        yield lambda statement: connection.execute(statement).fetchall()


def _worked_off(workspace: Workspace, ask: Ask, events: Flood, number: int) -> float:
    """Wait until every event became an alert; how many seconds after the last had come."""
    workspace.wait_for(lambda: ask("select count(*) from alerts where source = 'guardduty'")[0][0] >= number, 300)
    (last,) = ask("select max(julianday(opened_at) - 2440587.5) * 86400.0 from alerts")[0]
    return max(0.0, float(last) - events.sent_at(number - 1))


def _told(workspace: Workspace, ask: Ask) -> tuple[list[str], list[str]]:
    """The ids of the alerts that have cards in Slack, and of those that stand in the roll-ups' files."""
    carded = "select 'alert:' || id from alerts where cards > 0 and storm is null"
    workspace.wait_for(lambda: not ask(f"{carded} except select key from messages"), 300)
    cards = [key.removeprefix("alert:") for (key,) in ask(f"{carded} intersect select key from messages")]
    rolled: list[str] = []
    workspace.wait_for(lambda: not ask("select 'storm:' || id from storms except select key from messages"), 300)
    for channel, ts in ask("select channel, ts from messages where key in (select 'storm:' || id from storms)"):
        assert workspace.click(ANA.id, channel, ts, "storm:csv").ok
        file = workspace.wait_for(lambda: _file(workspace, channel, ts), 300)  # noqa: B023 - called at once
        rolled += [row["id"] for row in csv.DictReader(io.StringIO(workspace.file_bytes(file).decode()))]
    return cards, rolled


def _file(workspace: Workspace, channel: str, ts: str) -> str:
    """The id of the file in a roll-up's thread; empty while there is none."""
    files = [file for reply in workspace.replies(channel, ts) for file in reply.get("files", ())]
    return str(files[-1]["id"]) if files else ""


def _most_calls(workspace: Workspace, channel: str) -> int:
    """The most calls about a channel in any minute."""
    asked = (call for call in workspace.calls if call.method in POSTED)
    times = sorted(call.at for call in asked if channel in (call.args.get("channel"), call.args.get("channel_id")))
    return max((sum(at <= other < at + 60 for other in times) for at in times), default=0)


def _shown(workspace: Workspace, events: Flood) -> list[float]:
    """How many seconds after it had come each critical was to be seen."""
    posts = [call for call in workspace.calls if call.method == "chat.postMessage" and call.outcome == "ok"]
    criticals = [call for call in posts if str(call.args.get("text")).startswith("Critical: ")]
    return [call.at + call.seconds - events.sent_at(_number(str(call.args["text"]))) for call in criticals]


def _number(text: str) -> int:
    """The number of the event that a card's text tells of, by its machine."""
    found = _MACHINE.search(text)
    assert found, text
    return int(found[1], 16)


def _peak(bot: Any) -> float:
    """The largest resident size of the bot's process so far, in MB."""
    status = Path(f"/proc/{bot._process.pid}/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024
