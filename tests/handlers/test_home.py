"""App Home as people use it, in a workspace with the real bot."""

import pytest

from bot.store import audits
from tests.handlers.conftest import ACCOUNT, ANA, OTTO, PRIYA, SLOW


def raised(desk, number):
    """So many alerts, the first opened first."""
    return [desk.take(member_id=f"m{i}", resource=f"arn:aws:s3:::bucket-{i:02}") for i in range(number)]


def test_each_alert_leads_to_its_card_and_to_its_details(desk):
    id_ = desk.take()
    card = desk.posted(id_)
    desk.workspace.open_home(ANA)

    desk.home(ANA, f"{desk.workspace.url}/archives/CALERTS01/p{card['ts'].replace('.', '')}|A key of alice")
    modal = desk.details(ANA, id_)
    assert "A key of alice was used from Tor" in str(modal)


def test_a_list_is_turned_ten_a_page_and_stays_turned_when_it_is_refreshed(desk):
    ids = raised(desk, 12)
    desk.workspace.open_home(ANA)
    first = desk.home(ANA, "Page 1 of 2", f"open:{ids[9]}", without=[f"open:{ids[10]}"])

    desk.use(ANA, first, "home:page:next", block_id="home:page:open")
    second = desk.home(ANA, "Page 2 of 2", f"open:{ids[10]}", f"open:{ids[11]}", without=[f"open:{ids[9]}"])
    desk.use(ANA, second, "home:refresh")
    desk.use(ANA, desk.home(ANA, "Page 2 of 2"), "home:page:previous", block_id="home:page:open")

    desk.home(ANA, "Page 1 of 2", f"open:{ids[0]}")


def test_what_others_do_is_seen_without_opening_it_again(desk):
    id_ = desk.take()
    desk.workspace.open_home(ANA)
    desk.home(ANA, f"open:{id_}")
    card = desk.posted(id_)

    assert desk.workspace.click(PRIYA, "CALERTS01", card["ts"], "alert:acknowledge").ok

    desk.home(ANA, "*Not acknowledged*: none")


def test_people_see_what_they_may_do_something_about_and_nothing_else(desk):
    id_ = desk.take()
    for user in (ANA, PRIYA, OTTO):
        desk.workspace.open_home(user)

    assert "audit:start" in str(desk.home(ANA, id_, without=["Waiting for your approval"]))
    desk.home(PRIYA, id_, "Waiting for your approval", without=["audit:start", "Last audited", "home:status"])
    desk.home(OTTO, "none of Picket's rights", without=[id_, "home:refresh"])


def test_who_looks_at_a_page_that_is_not_theirs_any_more_gets_a_modal_that_says_so(desk):
    id_ = desk.take()
    desk.workspace.open_home(ANA)
    home = desk.home(ANA, id_)
    desk.services.rights.settings.__dict__["respond"] = (PRIYA,)

    desk.use(ANA, home, "alert:details", block_id=f"open:{id_}")

    desk.modal(ANA, "That did not work", "You may not")


def test_status_and_what_aws_refuses_are_shown_in_a_modal(desk):
    desk.workspace.open_home(ANA)
    home = desk.home(ANA, "home:status")

    desk.use(ANA, home, "home:status")
    desk.modal(ANA, "Last audited", "Nothing waits to be sent")


def test_one_account_is_audited_by_the_menu_beside_it(desk):
    desk.workspace.open_home(ANA)
    home = desk.home(ANA, "audit:account")

    desk.use(ANA, home, "audit:account", ACCOUNT)

    with desk.services.store.read() as tx:
        (wanted,) = audits.waiting(tx)
    assert (wanted.selector, wanted.channel) == (f"all account={ACCOUNT}", ANA)


@pytest.mark.parametrize("known", [True, False], ids=["in a view", "nowhere"])
def test_a_forged_page_is_refused_in_words_and_directly_where_no_modal_can_be_shown(desk, known):
    desk.workspace.open_home(ANA)
    home = desk.home(ANA, "home:refresh")
    forged = {
        "type": "block_actions",
        "user": {"id": ANA},
        "team": {"id": "T1"},
        "container": {"type": "view", "view_id": home["id"]},
        **({"view": home} if known else {}),
        "trigger_id": "1.expired",
        "actions": [{"type": "button", "action_id": "home:page:next", "block_id": "b", "value": "open:1'; drop"}],
    }

    assert desk.workspace.forge_action(forged).ok

    dm = desk.workspace.dm(ANA)
    desk.workspace.wait_for(lambda: "of no page that Picket knows" in str(desk.workspace.messages(dm)), SLOW)
