"""The modals behind a line of App Home: what is done in them, by whom, and what they show afterwards."""

from datetime import timedelta

import pytest

from bot import rollup
from bot.alerts import Resolution, State
from bot.approval import Remediation
from bot.approval import State as Step
from bot.config import Storms
from bot.remedy import Preview, Target
from bot.store import open_views, remediations
from tests.handlers.conftest import ACCOUNT, ANA, PRIYA, SLOW


@pytest.fixture
def opened(desk):
    """An alert whose details Ana has open, and that modal."""
    id_ = desk.take()
    desk.workspace.open_home(ANA)
    return id_, desk.details(ANA, id_)


def test_acknowledging_in_the_modal_changes_it_the_card_and_home(desk, opened):
    id_, modal = opened
    desk.use(ANA, modal, "alert:acknowledge")

    desk.modal(ANA, "*Acknowledged* by", "alert:unacknowledge", "acknowledged it")
    desk.workspace.wait_for(lambda: "*Acknowledged* by" in str(desk.posted(id_)), SLOW)
    desk.home(ANA, f"mine:{id_}", without=[f"open:{id_}"])


def test_what_somebody_else_does_meanwhile_is_seen_in_the_modal(desk, opened):
    id_, _ = opened
    card = desk.posted(id_)
    assert desk.workspace.click(PRIYA, "CALERTS01", card["ts"], "alert:acknowledge").ok

    desk.modal(ANA, f"*Acknowledged* by <@{PRIYA}>", f"<@{PRIYA}> acknowledged it")


def test_who_comes_second_is_told_on_top_of_the_modal_who_was_first(desk, opened):
    id_, modal = opened
    stale = {**modal}
    card = desk.posted(id_)
    assert desk.workspace.click(PRIYA, "CALERTS01", card["ts"], "alert:acknowledge").ok
    desk.modal(ANA, f"*Acknowledged* by <@{PRIYA}>")
    click = {"type": "button", "action_id": "alert:acknowledge", "block_id": "b", "value": id_}
    desk.workspace.forge_action(
        {
            "type": "block_actions",
            "user": {"id": ANA},
            "team": {"id": "T1"},
            "view": stale,
            "container": {"type": "view", "view_id": stale["id"]},
            "trigger_id": desk.trigger(ANA, stale["id"]),
            "actions": [click],
        }
    )

    desk.modal(ANA, "That did not work", f"<@{PRIYA}> acknowledged it")
    assert desk.alert(id_).acknowledged_by == PRIYA


def test_resolving_asks_on_top_of_the_modal_and_comes_back_to_it(desk, opened):
    id_, modal = opened
    desk.use(ANA, modal, "alert:resolve")
    asked = desk.modal(ANA, "Resolve the alert")
    assert len(desk.workspace.views(ANA)) == 2

    values = {"reason": {"reason": "accepted"}, "note": {"note": "known <!channel>"}}
    assert desk.workspace.submit(ANA, asked["id"], values).ok

    desk.modal(ANA, "alert:reopen", "known &lt;!channel&gt;")
    assert (desk.alert(id_).state, desk.alert(id_).resolution) == (State.RESOLVED, Resolution.ACCEPTED)


def test_a_snooze_until_a_date_is_asked_for_on_top_too(desk, opened):
    _, modal = opened
    desk.use(ANA, modal, "alert:snooze", f"until:{opened[0]}")

    desk.modal(ANA, "Snooze the alert", "*This account*: ")


def test_a_long_timeline_is_turned_ten_lines_a_page_the_newest_first(desk, opened):
    id_, modal = opened
    for number in range(12):
        assert desk.workspace.command(ANA, "CALERTS01", f"/aws-audit note {id_} word-{number:02}").ok
    modal = desk.modal(ANA, "word-11", "Page 1 of 2", without=["word-01"])

    desk.use(ANA, modal, "details:page:next")

    desk.modal(ANA, "Page 2 of 2", "word-01", without=["word-11"])


def test_a_modal_that_was_closed_is_kept_fresh_no_more(desk, opened):
    _, modal = opened
    desk.workspace.close(ANA, modal["id"])

    def forgotten():
        with desk.services.store.read() as tx:
            return open_views.get(tx, modal["id"]) is None

    desk.workspace.wait_for(forgotten, SLOW)


def test_an_approver_reviews_and_approves_from_home_and_sees_it_done(desk):
    now = desk.services.now()
    waiting = Remediation(
        id="r1",
        remedy="iam-deactivate-key",
        target=Target(account=ACCOUNT, region="global", resource=f"arn:aws:iam::{ACCOUNT}:user/alice"),
        channel="CALERTS01",
        requested_by=ANA,
        requested_at=now,
        state=Step.PREVIEWED,
        preview=Preview(name="access key AKIA1 of alice", before={"status": "Active"}, after={"status": "Inactive"}),
        expires_at=now + timedelta(hours=1),
    )
    with desk.services.store.write() as tx:
        remediations.save(tx, waiting, now)
    desk.workspace.open_home(PRIYA)
    home = desk.home(PRIYA, "access key AKIA1 of alice")

    desk.use(PRIYA, home, "remediation:details", block_id="approvals:r1")
    modal = desk.modal(PRIYA, "status: Inactive")
    desk.use(PRIYA, modal, "remediation:approve")

    desk.modal(PRIYA, "Approved", without=["remediation:approve"])
    desk.home(PRIYA, "*Waiting for your approval*: none")


def test_what_a_roll_up_tells_of_is_on_the_lists_leads_to_it_and_is_acknowledged_from_its_details(desk):
    desk.services.settings = desk.services.settings.model_copy(update={"storms": Storms(cards=1)})
    ids = [desk.take(member_id=f"m{i}", resource=f"arn:aws:s3:::bucket-{i:02}") for i in range(3)]
    rollup.tend(desk.services)
    last = next(id_ for id_ in ids if desk.alert(id_).storm)
    assert desk.workspace.command(ANA, "CALERTS01", "/aws-audit alerts").ok
    (listed,) = [m for m in desk.workspace.messages("CALERTS01", ANA) if m.get("ephemeral_to")]
    assert desk.workspace.click(ANA, "CALERTS01", listed["ts"], "alert:details", block_id=f"open:{last}").ok
    modal = desk.modal(ANA, "The roll-up of many alerts that tells of it", "/archives/CALERTS01/p")

    desk.use(ANA, modal, "alert:acknowledge")

    desk.modal(ANA, "*Acknowledged* by", "Its card")
    assert desk.alert(last).acknowledged_by == ANA


KEY = {"access_key_id": "AKIAIOSFODNN7EXAMPLE", "user_name": "alice", "user_type": "IAMUser"}


def test_a_fix_is_asked_for_from_the_modal_and_its_preview_comes_where_the_card_is(desk):
    id_ = desk.take(facts=KEY)
    desk.workspace.open_home(ANA)
    desk.use(ANA, desk.details(ANA, id_), "remediation:request:iam-deactivate-key")

    desk.modal(ANA, "asked for a remediation")
    with desk.services.store.read() as tx:
        (asked,) = tx.query("select * from remediations")
    assert (asked["alert"], asked["parent"], asked["channel"]) == (id_, f"alert:{id_}", "#security-alerts")


def test_a_fix_is_not_offered_to_who_may_not_ask_for_one(desk):
    id_ = desk.take(facts=KEY)
    desk.workspace.open_home(PRIYA)

    assert "remediation:request" not in str(desk.details(PRIYA, id_))
