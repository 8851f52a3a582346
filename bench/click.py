"""How long a click waits for its answer while an audit runs, beside an app that does nothing but answer."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, cast

from bench.connect import resident
from bench.measure import Size, clean_environment, median, percentile, ratio
from bench.table import Table
from bench.world import World
from sandbox.aws import Cloud
from sandbox.demo import stage
from sandbox.scenario import Stage
from sandbox.slack import ANA, Workspace

ABOUT = """\
A person clicks *Acknowledge* and *Unacknowledge* of an alert's card by turns, in the sandbox's workspace; measured
is the time until the click is answered, through Socket Mode and back. Picket has then committed the alert, its
timeline and the edited card. The floor is a Bolt app whose one listener acks; its clicks alternate with Picket's,
so both meet the same load: none, or an audit of every check in three accounts, whose AWS takes 60 ms a call and
runs on these cores.
"""
CHANNEL = "CALERTS01"
FINDING = "UnauthorizedAccess:IAMUser/ConsoleLoginSuccess.B"
Card = dict[str, Any]


def measure(size: Size) -> Table:
    """p50 and p99, idle and under an audit."""
    with ExitStack() as stack:
        world = stack.enter_context(World())
        floor = stack.enter_context(_floor())
        stood = stack.enter_context(_picket(world))
        cards = _cards(stood, world)
        idle = _clicks(floor, stood.workspace, cards, size.clicks)
        world.latency(0.06)
        world.calls()
        busy, calls = _busy(floor, stood, cards, world, size.clicks)
        megabytes = resident(stood.bot)
    rows = [*_rows("idle", *idle), *_rows("an audit runs", *busy)]
    return Table(
        title="Click",
        about=ABOUT,
        header=("", "", "p50 ms", "to the floor's", "p99 ms", "to the floor's"),
        rows=rows,
        notes=[
            f"{size.clicks} clicks of each, in turn; AWS answered {calls} calls of the audits in that time.",
            f"Picket's own process afterwards: {megabytes:.0f} MB; audits have processes of their own.",
        ],
    )


@contextmanager
def _floor() -> Iterator[Workspace]:
    with Workspace() as workspace:
        environment = {
            "BENCH_API_URL": workspace.api_url,
            "BENCH_BOT_TOKEN": workspace.bot_token,
            "BENCH_APP_TOKEN": workspace.app_token,
        }
        command = [sys.executable, "-m", "bench.click_floor"]
        process = subprocess.Popen(command, env=clean_environment(environment), stdout=subprocess.DEVNULL)
        try:
            workspace.wait_for(lambda: workspace.connections and workspace.messages(CHANNEL), 60)
            yield workspace
        finally:
            process.terminate()
            process.wait(10)


@contextmanager
def _picket(world: World) -> Iterator[Stage]:
    with Workspace() as workspace, tempfile.TemporaryDirectory() as folder:
        stood = stage(cast(Cloud, world), workspace, Path(folder), [sys.executable, "-m", "bot", "run"])
        stood.bot.start()
        try:
            workspace.wait_for(lambda: workspace.connections, 60)
            yield stood
        finally:
            stood.bot.stop()


def _cards(stood: Stage, world: World) -> tuple[Card, Card]:
    """The card of one alert as it is open, and as it is acknowledged: a click names what the person saw."""
    world.finding(FINDING)
    workspace = stood.workspace
    opened = workspace.wait_for(lambda: _with(workspace, "alert:acknowledge"), 60)
    assert workspace.click(ANA.id, opened["channel"], opened["ts"], "alert:acknowledge").ok
    taken = workspace.wait_for(lambda: _with(workspace, "alert:unacknowledge"), 60)
    assert workspace.click(ANA.id, taken["channel"], taken["ts"], "alert:unacknowledge").ok
    return opened, taken


def _with(workspace: Workspace, action: str) -> Card:
    """The newest message with that button, with the channel it is in; empty when there is none."""
    for channel in ("CCRITICAL", CHANNEL):
        for message in reversed(workspace.messages(channel)):
            elements = [each for block in message.get("blocks", ()) for each in block.get("elements", ())]
            if any(each.get("action_id") == action for each in elements):
                return {**message, "channel": channel}
    return {}


def _clicks(floor: Workspace, ours: Workspace, cards: tuple[Card, Card], count: int) -> tuple[list[float], list[float]]:
    """Milliseconds of each click, of the floor's and of ours."""
    message = floor.messages(CHANNEL)[0]
    floors: list[float] = []
    times: list[float] = []
    for number in range(count):
        floors.append(_click(floor, CHANNEL, message, "bench:click"))
        card, action = cards[number % 2], ("alert:acknowledge", "alert:unacknowledge")[number % 2]
        times.append(_click(ours, card["channel"], card, action))
    return floors, times


def _click(workspace: Workspace, channel: str, message: Card, action: str) -> float:
    seen = {key: value for key, value in message.items() if key != "channel"}
    began = time.perf_counter()
    answer = workspace.click(ANA.id, channel, message["ts"], action, message=seen)
    milliseconds = (time.perf_counter() - began) * 1000
    if not answer.ok:
        raise RuntimeError(f"a click was not answered: {answer}")
    return milliseconds


def _busy(
    floor: Workspace, stood: Stage, cards: tuple[Card, Card], world: World, count: int
) -> tuple[tuple[list[float], list[float]], int]:
    """The clicks while audits run one after the other, and how often they called AWS."""
    times: tuple[list[float], list[float]] = ([], [])
    calls = 0
    while len(times[0]) < count:
        answer = stood.workspace.command(ANA.id, CHANNEL, "/aws-audit all")  # it says so when one is running
        assert answer.ok, answer
        if not calls:
            stood.workspace.wait_for(world.calls, 60)
        floors, ours = _clicks(floor, stood.workspace, cards, min(20, count))
        times[0].extend(floors)
        times[1].extend(ours)
        calls += world.calls()
    return times, calls


def _rows(load: str, floor: list[float], ours: list[float]) -> Iterator[list[str]]:
    p99 = percentile(floor, 99)
    for name, times in (("Bolt alone", floor), ("Picket", ours)):
        yield [
            load,
            name,
            f"{median(times):.1f}",
            ratio(median(times), median(floor)),
            f"{percentile(times, 99):.1f}",
            ratio(percentile(times, 99), p99),
        ]
