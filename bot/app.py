"""Wiring: builds the real parts, starts them, and stops them again."""

from __future__ import annotations

import os
import secrets
import signal
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from types import FrameType
from typing import Any

import structlog
from slack_bolt import App, BoltContext, BoltResponse
from slack_bolt.error import BoltUnhandledRequestError
from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError

import handlers
from bot import (
    announce,
    attachments,
    audit,
    digest,
    drill,
    graph,
    muting,
    recheck,
    reconciliation,
    relay,
    remediation,
    rollup,
    roster,
    score,
    views,
)
from bot.aws.queue import Queue
from bot.aws.sessions import Sessions
from bot.config import Settings
from bot.delivery.outbox import Outbox
from bot.delivery.slack import Slack
from bot.errors import PicketError, UserError
from bot.groups import Groups, wanted
from bot.hearing import Ears
from bot.intake.consumer import consume
from bot.intake.work import work
from bot.messages.blocks import plain_text, section
from bot.messages.proofread import adopt
from bot.rights import Rights
from bot.schedule import Schedule
from bot.services import Services
from bot.store import Store, outbox
from bot.tasks import in_processes, on_cluster
from handlers.request import open_modal

log = structlog.get_logger(__name__)

_MAKERS: Mapping[str, attachments.Maker] = {
    announce.CSV: announce.csv_file,
    announce.HTML: announce.html_file,
    digest.CHART: digest.chart_file,
    score.CHART: score.chart_file,
    graph.GRAPH: graph.graph_file,
    rollup.CSV: rollup.csv_file,
}
_LISTENERS = 16
"""Listeners only commit and ack, so this many threads answer a storm of clicks in time."""


def build_services(settings: Settings, client: WebClient, groups: Groups) -> Services:
    """The parts that handlers and jobs share; opens the state file."""
    return Services(
        settings=settings,
        store=Store(settings.store.path),
        rights=Rights(settings.rights, groups.members),
        slack=client,
        aws=Sessions.of(settings.aws),
        now=lambda: datetime.now(UTC),
        new_id=lambda: secrets.token_hex(6),
    )


def build_app(services: Services, **options: Any) -> App:
    """The Bolt app with every listener; `options` go to `slack_bolt.App`."""
    app = App(
        client=services.slack,
        listener_executor=ThreadPoolExecutor(_LISTENERS, thread_name_prefix="listener"),
        raise_error_for_unhandled_request=True,
        **options,
    )

    @app.middleware
    def provide(context: BoltContext, next: Callable[[], None]) -> None:  # noqa: A002 - Bolt's name
        context["services"] = services  # Bolt injects what is in the context by parameter name
        next()

    @app.error
    def tell(error: Exception, body: dict[str, Any]) -> BoltResponse:
        return _tell(services, error, body)

    handlers.register(app)
    return app


def _tell(services: Services, error: Exception, body: dict[str, Any]) -> BoltResponse:
    """Answer in the place where the person is: what went wrong, in words; the answer also acks."""
    if isinstance(error, BoltUnhandledRequestError):
        words = "This Picket does not know that (any more); the message may be older than it. Try `/aws-audit help`."
        log.warning("a request of Slack has no listener", request=body.get("type") or body.get("command"))
    elif isinstance(error, PicketError):
        words = str(error)
    elif isinstance(error, SlackClientError | OSError):
        words = "Slack did not take Picket's answer in time; nothing was changed. Please try again."
        log.warning("a listener could not call slack", reason=str(error))
    else:
        reference = services.new_id()
        words = f"That failed on Picket's side; look whether it took effect. It is logged as `{reference}`."
        log.error("a listener failed", reference=reference, exc_info=error)
    if "command" in body:
        return BoltResponse(status=200, body={"response_type": "ephemeral", "text": words})
    if body.get("type") == "view_submission":
        return BoltResponse(status=200, body={"response_action": "push", "view": _sorry(words)})
    user, channel = body.get("user", {}).get("id"), body.get("channel", {}).get("id")
    if user and not (body.get("view") and _shown(services, body, words)):
        _whisper(services, user, channel, words, known=isinstance(error, UserError))
    return BoltResponse(status=200)


def _shown(services: Services, body: dict[str, Any], words: str) -> bool:
    """Tell who clicked in a modal or in App Home there; False when Slack shows no modal for that click (any more)."""
    try:
        open_modal(services, body, _sorry(words))
    except (SlackClientError, OSError, KeyError) as error:
        log.info("slack did not show a modal; saying it directly", reason=str(error))
        return False
    return True


def _whisper(services: Services, user: str, channel: str | None, words: str, *, known: bool) -> None:
    """Tell `user` alone: in the channel of the click, or directly when there was none."""
    key = f"answer:{services.new_id()}"
    blocks = [section(words)]
    try:
        with services.store.write(timeout=1) as tx:
            if channel:
                outbox.ephemeral(tx, key, channel, user, words, blocks, services.now())
            else:
                outbox.message(tx, key, user, words, blocks, services.now())
    except PicketError:
        if not channel:
            raise
        services.slack.chat_postEphemeral(channel=channel, user=user, text=words)
    log.info("a person was told why not", user=user, known=known)


def _sorry(words: str) -> dict[str, Any]:
    return {
        "type": "modal",
        "title": plain_text("That did not work"),
        "close": plain_text("Close"),
        "blocks": [section(words)],
    }


def _address(client: WebClient) -> str:
    """Of the workspace; empty where Slack does not tell, for links can be done without."""
    try:
        return str(client.auth_test()["url"]).rstrip("/")
    except (SlackClientError, OSError, KeyError) as error:
        log.warning("slack did not tell the workspace's address; there are no links to cards", reason=str(error))
        return ""


_GRACE = 7.0
"""Seconds from SIGTERM to the end, whatever hangs: a supervisor kills after ten."""


class Picket:
    """The running service: Slack's socket, the queue's consumer, the workers, the schedule."""

    def __init__(self, settings: Settings) -> None:
        adopt(settings.messages)
        token, url = settings.slack.bot_token.get_secret_value(), settings.slack.api_url
        client = WebClient(token=token, base_url=url, timeout=10, retry_handlers=[])
        entries = [
            entry for right in ("audit", "respond", "request", "approve") for entry in getattr(settings.rights, right)
        ]
        self.settings = settings
        self.groups = Groups(client, wanted(entries))
        self.services = build_services(settings, client, self.groups)
        self.outbox = Outbox(self.services, Slack(client), relay.draw)
        self.ears = Ears(self.services, partial(build_app, self.services))
        self.stop = threading.Event()
        self.threads: list[threading.Thread] = []
        self.died: list[str] = []

    def run(self) -> None:
        """Until SIGTERM or SIGINT; what is in hand is finished.

        Raises PicketError when Slack cannot be reached, when another Picket has the state file, and at the end when
        a part of this one died.
        """
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        with self.services.store.alone():
            self._run()
        if self.died:
            raise PicketError(f"Picket ended because a part of it failed: {', '.join(self.died)}. Its log says how.")

    def _run(self) -> None:
        roster.restore(self.services)
        muting.reckon(self.services)
        self.groups.refresh()
        self.ears.open(self.stop)
        self.services.address = _address(self.services.slack)
        schedule = Schedule(self.services, jobs=[self.groups.refresh])
        for name, loop in self._loops().items():
            thread = threading.Thread(target=self._guard, args=(name, loop), name=name)
            thread.start()
            self.threads.append(thread)
        schedule.start()
        log.info(
            "picket is running", accounts=[a.id for a in self.services.settings.aws.accounts] or "the caller's own"
        )
        self.stop.wait()
        log.info("picket is stopping")
        ends = time.monotonic() + _GRACE
        self.threads.append(threading.Thread(target=schedule.stop, name="schedule"))
        self.threads[-1].start()
        self.services.store.wake()
        self._end(ends)

    def _end(self, ends: float) -> None:
        """Wait for what is in hand until `ends`; what still waits for an answer then is cut off as by a crash."""
        for thread in self.threads:
            thread.join(max(0.0, ends - time.monotonic()))
        if late := [thread.name for thread in self.threads if thread.is_alive()]:
            log.warning("picket ends in the middle of something; the next start takes it up", loops=late)
            os._exit(1 if self.died else 0)  # Python would wait for them

    def _loops(self) -> dict[str, Callable[[], None]]:
        services, stop = self.services, self.stop
        again = partial(recheck.recheck, receive=relay.take)
        run = partial(on_cluster, self.settings.audits) if self.settings.audits.executor else in_processes
        loops: dict[str, Callable[[], None]] = {
            "ears": lambda: self.ears.run(stop),
            "outbox": lambda: self.outbox.run(stop),
            "audits": lambda: audit.work(services, stop, announce.Announcements(services), run=run, receive=relay.take),
            "remediations": lambda: remediation.work(services, stop, recheck=again),
            "attachments": lambda: attachments.work(services, stop, _MAKERS),
            "digests": lambda: digest.work(services, stop),
            "views": lambda: views.work(services, stop),
            "inbox": lambda: work(services, stop),
        }
        if url := self.settings.aws.queue_url:
            queue = Queue(services.aws, url)
            loops["intake"] = lambda: consume(services, queue, stop)
            loops["reconciliation"] = lambda: reconciliation.run(services, stop, queue.backlog)
            loops["drill"] = lambda: drill.work(services, stop)
        return loops

    def _guard(self, name: str, loop: Callable[[], None]) -> None:
        """A loop that dies ends the service, so that its supervisor starts a whole one again."""
        try:
            loop()
        except Exception:
            log.exception("a loop of picket died; stopping", loop=name)
            self.died.append(name)
            self.stop.set()

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stop.set()
