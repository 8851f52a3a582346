"""A desk: the real Bolt app with its loops, in a workspace, for what people open and click."""

import logging
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from slack_sdk import WebClient

from bot import config, relay, views
from bot.app import build_app
from bot.delivery.outbox import Outbox
from bot.delivery.slack import Slack
from bot.hearing.ears import Ears, Pace
from bot.hearing.judge import Limits
from bot.rights import Rights
from bot.services import Services
from bot.store import Store
from bot.store.open_views import Kind
from sandbox.slack import Workspace
from tests.alerting import a_signal

PACE = {"tick": 0.02, "ping": 5, "hello": 3, "apart": 0, "drain": 0.3, "first_wait": 0.05, "longest_wait": 0.3}
SLOW = 20
"""Seconds, on a busy machine."""
ACCOUNT = "111122223333"
ANA, PRIYA, OTTO = "UANA00001", "UPRIYA001", "UOTTO0001"


@dataclass
class Desk:
    """A workspace with the bot in it, and what people see there."""

    services: Services
    workspace: Workspace

    def take(self, **facts):
        """Something is wrong; the id of its alert."""
        signal = a_signal(at=self.services.now(), **facts)
        with self.services.store.write() as tx:
            relay.take(self.services, tx, signal)
        return signal.alert_id

    def alert(self, id_):
        with self.services.store.read() as tx:
            return relay.find(tx, id_)

    def home(self, user, *words, without=()):
        """The Home of `user` once it says all of `words` and none of `without`."""
        return self._once(lambda: self.workspace.home(user), words, without)

    def modal(self, user, *words, without=()):
        """The modal on top once it says all of `words` and none of `without`."""
        return self._once(lambda: next(iter(self.workspace.views(user)[::-1]), None), words, without)

    def _once(self, look, words, without):
        def shown():
            view = look()
            said = str(view)
            return view if view and all(w in said for w in words) and not any(w in said for w in without) else None

        return self.workspace.wait_for(shown, SLOW)

    def use(self, user, view, action, value=None, block_id=None):
        """Somebody uses an element of a view, as Slack sends it."""
        answer = self.workspace.click_view(user, view["id"], action, value, block_id=block_id)
        assert answer.ok, answer
        return answer

    def details(self, user, id_, listing="open"):
        """The details of an alert, from the Home of `user`."""
        home = self.home(user, f"{listing}:{id_}")
        self.use(user, home, "alert:details", block_id=f"{listing}:{id_}")
        return self.modal(user, "Timeline")

    def trigger(self, user, view_id):
        """A trigger as a click in a view has it."""
        return self.workspace._read(lambda team: team.new_trigger(user, view_id))

    def posted(self, alert_id):
        """The card of an alert in its channel."""
        return self.workspace.wait_for(
            lambda: next((m for m in self.workspace.messages("CALERTS01") if f"`{alert_id}`" in str(m)), None), 8
        )


@pytest.fixture
def desk(tmp_path, monkeypatch):
    for name in ("slack_bolt", "slack_sdk"):
        monkeypatch.setattr(logging.getLogger(name), "disabled", True)
    monkeypatch.setattr(views, "_PAUSES", dict.fromkeys(Kind, timedelta(seconds=0.2)))  # nobody waits in a test
    stop, threads = threading.Event(), []
    with Workspace(rate_scale=None) as workspace:
        settings = config.Settings.model_validate(
            {
                "slack": {
                    "bot_token": workspace.bot_token,
                    "app_token": workspace.app_token,
                    "api_url": workspace.api_url,
                },
                "aws": {"accounts": [{"id": ACCOUNT, "name": "acme-prod"}], "remediation_role": "PicketRemediation"},
                "remediation": {"enabled": ["iam-deactivate-key"]},
                "routes": [{"channel": "#security-alerts"}],
                "rights": {"audit": [ANA], "respond": [ANA, PRIYA], "request": [ANA], "approve": [PRIYA]},
            }
        )
        services = Services(
            settings=settings,
            store=Store(tmp_path / "picket.db"),
            rights=Rights(settings.rights, lambda _: frozenset()),
            slack=WebClient(token=workspace.bot_token, base_url=workspace.api_url, timeout=5, retry_handlers=[]),
            aws=None,
            now=lambda: datetime.now(UTC),
            new_id=lambda: f"id{datetime.now(UTC).timestamp():.6f}",
        )
        limits = Limits(silence=600, haunted=600, quiet=600, echo=600)
        ears = Ears(services, partial(build_app, services), limits, Pace(**PACE))
        ears.open(stop)
        for run in (ears.run, Outbox(services, Slack(services.slack), relay.draw).run, partial(views.work, services)):
            threads.append(threading.Thread(target=run, args=(stop,)))
            threads[-1].start()
        workspace.wait_for(lambda: workspace.connections == 2, 5)
        services.address = workspace.url
        yield Desk(services, workspace)
        stop.set()
        services.store.wake()
        for thread in threads:
            thread.join(10)
