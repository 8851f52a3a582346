"""The answer to `/aws-audit status`."""

from datetime import timedelta

from bot.messages import status
from checks.folding import GapLine
from sandbox.slack.validate import check_message
from tests.audit_builders import ACCOUNT, NOW, an_audit


def said(**facts):
    message = status.build(status.Status(now=NOW, version="1.2.3", **facts), lambda account: account)
    check_message(message.text, message.blocks)
    return "\n".join(block["text"]["text"] for block in message.blocks)


def test_with_nothing_to_say_it_says_so():
    assert said() == (
        "*Running*\n• None.\n*Last audited*\n• No account yet.\n*Gaps: not looked at, so not known to be right*\n"
        "• None.\n*Picket*\n• Version 1.2.3.\n• Nothing waits to be sent."
    )


def test_an_account_that_was_never_audited_comes_first():
    text = said(accounts=["999988887777", ACCOUNT], audited={ACCOUNT: NOW})

    assert "• 999988887777: never\n• 111122223333: <!date^" in text


def test_what_waits_to_be_worked_on_is_said_while_it_does():
    assert "3 events to be worked on, the oldest for 7 s." in said(arrived=3, arrived_at=NOW - timedelta(seconds=7))
    assert "to be worked on" not in said()


def test_a_queue_says_how_long_its_oldest_message_waits():
    assert "2 messages to be sent, the oldest for 90 s." in said(waiting=2, oldest=NOW - timedelta(seconds=90))


def test_messages_that_slack_would_not_take_are_not_kept_quiet():
    assert "could not be posted" not in said()
    assert "1 message of the last week could not be posted; the newest: restricted" in said(
        given_up=1, why="restricted"
    )


def test_it_says_what_the_organisation_has_and_what_is_left_out_of_it():
    text = said(organization=True, enrolled_at=NOW, accounts=[ACCOUNT], left_out={"999988887777": "it is closed"})

    assert "*AWS Organizations*\n• 1 account enrolled, as of <!date^" in text
    assert "• 999988887777 is left out: it is closed." in text
    assert "it has not answered yet" in said(organization=True)


def test_what_to_look_at_in_the_settings_is_said():
    assert "*Settings to look at*\n• The suppression" in said(warnings=["The suppression of tag-missing ended."])


def test_it_fits_whatever_is_in_it():
    evil = "<!channel>" + "&" * 4000
    text = said(
        running=[an_audit(selector=evil)] * 30,
        accounts=[f"{i}{evil}" for i in range(30)],
        gaps=[GapLine(evil, evil, evil, (evil,))] * 30,
        organization=True,
        left_out={f"{i}": evil for i in range(30)},
        warnings=[evil] * 30,
        given_up=30,
        why=evil,
    )

    assert "<!channel>" not in text
    assert "… and 22 more" in text
