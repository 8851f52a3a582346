"""What people have open is drawn anew when it has changed, not too often, and no longer than it is open."""

from dataclasses import replace
from datetime import timedelta

import pytest
from slack_sdk.errors import SlackApiError

from bot import details, home, views
from bot.errors import StoreBusy, StoreError
from bot.store import open_views
from bot.store.open_views import Kind, OpenView
from tests.alerting import Bot

ANALYST = "UANALYST"


@pytest.fixture
def bot(tmp_path):
    return Bot.with_alert(tmp_path)


def open_home(bot):
    with bot.services.store.write() as tx:
        home.show(bot.services, tx, ANALYST)
        tx.execute("update outbox set sent_at = created_at")


def open_details(bot, id_="V1"):
    now = bot.services.now()
    opened = OpenView(id=id_, user=ANALYST, kind=Kind.ALERT, subject=bot.alert_id, until=now + Kind.ALERT.lasts)
    with bot.services.store.write() as tx:
        mark = open_views.mark(details.view(bot.services, tx, opened)["blocks"])
        open_views.keep(tx, replace(opened, shown=mark), now)


def kept(bot):
    with bot.services.store.read() as tx:
        return [view.id for view in open_views.fresh(tx, bot.services.now())]


def homes(bot):
    return [row for row in bot.said() if row["kind"] == "home"]


class Slack:
    """Takes what a modal becomes, or answers with an error."""

    def __init__(self, bot, error=""):
        self.views, self.error = [], error
        bot.services.slack = self

    def views_update(self, *, view_id, view):
        if self.error:
            raise SlackApiError("no", {"error": self.error})
        self.views.append(view_id)


def test_a_home_is_drawn_anew_when_what_it_shows_has_changed_and_only_then(bot):
    open_home(bot)
    looks = {}
    views.redraw(bot.services, 1, looks)
    assert homes(bot) == []

    bot.click("alert:acknowledge")
    bot.clock.pass_(seconds=6)
    views.redraw(bot.services, 2, looks)

    [row] = homes(bot)
    assert "*Not acknowledged*: none" in row["body_json"]


def test_time_alone_is_no_reason_to_draw_a_home_anew(bot):
    open_home(bot)
    bot.clock.pass_(minutes=5)
    views.redraw(bot.services, 1, {})

    assert homes(bot) == []


def test_a_storm_of_changes_costs_one_look_in_five_seconds(bot):
    open_home(bot)
    looks = {}
    views.redraw(bot.services, 1, looks)
    bot.click("alert:acknowledge")
    bot.clock.pass_(seconds=2)

    assert views.redraw(bot.services, 2, looks) == pytest.approx(3)
    assert homes(bot) == []
    bot.clock.pass_(seconds=3)
    views.redraw(bot.services, 2, looks)
    assert len(homes(bot)) == 1


def test_what_was_left_is_kept_fresh_no_more(bot):
    open_home(bot)
    open_details(bot)
    bot.clock.pass_(minutes=31)
    assert kept(bot) == ["V1"], "of a modal it is told when it is closed"
    bot.clock.pass_(hours=8)
    assert kept(bot) == []


def test_a_modal_that_slack_does_not_have_any_more_is_forgotten(bot):
    open_details(bot)
    Slack(bot, "not_found")
    bot.click("alert:acknowledge")

    views.redraw(bot.services, 1, {})

    assert kept(bot) == []


def test_a_modal_that_slack_does_not_take_now_is_tried_again(bot):
    open_details(bot)
    slack, looks = Slack(bot, "ratelimited"), {}
    bot.click("alert:acknowledge")
    assert views.redraw(bot.services, 1, looks) == pytest.approx(1)

    slack.error = ""
    bot.clock.pass_(seconds=1)
    views.redraw(bot.services, 1, looks)

    assert slack.views == ["V1"]
    bot.clock.pass_(seconds=1)
    views.redraw(bot.services, 1, looks)
    assert slack.views == ["V1"], "it shows what there is"


@pytest.mark.parametrize("error", ["ratelimited", "invalid_blocks"])
def test_trouble_with_a_modal_ends_nothing(bot, error):
    open_details(bot)
    Slack(bot, error)
    bot.click("alert:acknowledge")

    views.redraw(bot.services, 1, {})

    assert kept(bot) == ["V1"]


def test_who_lost_the_right_gets_no_more_of_it(bot):
    open_details(bot)
    slack = Slack(bot)
    bot.click("alert:acknowledge")
    bot.services.rights.settings.__dict__["respond"] = ("USECOND",)

    views.redraw(bot.services, 1, {})

    assert (slack.views, kept(bot)) == ([], [])


def test_a_view_that_cannot_be_drawn_is_left_as_it_is_and_the_others_are_drawn(bot, monkeypatch):
    open_details(bot)
    open_home(bot)
    monkeypatch.setattr(details, "view", lambda *_: 1 / 0)
    bot.click("alert:acknowledge")

    views.redraw(bot.services, 1, {})

    assert kept(bot) == [f"home:{ANALYST}"]
    assert len(homes(bot)) == 1


@pytest.mark.parametrize("error", [StoreBusy, StoreError])
def test_a_state_file_that_is_busy_or_full_does_not_end_the_loop(bot, monkeypatch, error):
    tries = []

    def busy(*_):
        tries.append(1)
        raise error("no")

    class Stop:
        def is_set(self):
            return len(tries) == 2

    monkeypatch.setattr(views, "redraw", busy)
    monkeypatch.setattr(bot.services.store, "wait", lambda seen, _timeout: seen)
    views.work(bot.services, Stop())

    assert len(tries) == 2


def test_opening_home_again_after_a_while_begins_with_the_first_pages(bot):
    with bot.services.store.write() as tx:
        home.show(bot.services, tx, ANALYST, {"open": 2})
    bot.clock.pass_(seconds=Kind.HOME.lasts / timedelta(seconds=1) + 1)
    with bot.services.store.write() as tx:
        home.show(bot.services, tx, ANALYST)
        assert open_views.get(tx, f"home:{ANALYST}").pages == {}
