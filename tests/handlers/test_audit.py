"""`/aws-audit` and an audit's pages, through the real Bolt app."""

from datetime import timedelta

import pytest

from bot import digest
from bot.app import _MAKERS as MAKERS
from bot.attachments import make_pending
from bot.store import audits, lanes, looks, outbox, people
from bot.store.audits import State
from checks.catalog import CATALOG
from checks.model import Status
from handlers.audit import SUBCOMMANDS
from tests.audit_builders import (
    ACCOUNT,
    ANALYST,
    NOW,
    OUTSIDER,
    a_click,
    a_command,
    a_finding,
    a_picket,
    an_answer,
    an_app,
    an_audit,
    audited,
    outgoing,
    posted,
    users,
)


@pytest.fixture
def services(tmp_path):
    return a_picket(tmp_path)


@pytest.fixture
def app(services):
    return an_app(services)


def waiting(services):
    with services.store.read() as tx:
        return audits.waiting(tx)


@pytest.mark.parametrize("text", ["", "help", "  HELP  "])
def test_nothing_or_help_shows_every_subcommand_to_the_asker_alone(app, services, text):
    answer = an_answer(a_command(app, text))

    assert '"response_type": "ephemeral"' in answer
    assert all(subcommand.usage in answer for subcommand in SUBCOMMANDS.values())
    assert outgoing(services) == []


def test_help_of_a_choice_lists_its_checks(app):
    answer = an_answer(a_command(app, "help iam"))

    assert all(check.id in answer for check in CATALOG.values() if "iam" in check.services)


def test_a_check_is_explained_with_why_how_to_fix_and_how_it_stands(app):
    answer = an_answer(a_command(app, "explain iam-root-key"))

    assert "*Why*" in answer
    assert "*How to fix it*" in answer
    assert "No audit has judged it yet." in answer


@pytest.mark.parametrize(("text", "said"), [("explain", "Name one check"), ("explain iam-rot-key", "`iam-root-key`")])
def test_a_check_that_is_not_there_is_answered_with_the_nearest(app, text, said):
    assert said in an_answer(a_command(app, text))


@pytest.mark.parametrize("text", ["iam", "sg", "all", "iam-key-old", "account=acme-prod severity&gt;=high", "IAM"])
def test_what_selects_is_audited_and_the_progress_message_is_in_the_outbox(app, services, text):
    response = a_command(app, text, channel="CPUBLIC")

    assert response.status == 200
    [audit] = waiting(services)
    [message] = outgoing(services)
    assert message["key"] == audit.key
    assert audit.selector in message["body_json"].replace("&gt;", ">")


def test_in_a_public_channel_the_answer_is_for_all(app, services):
    answer = an_answer(a_command(app, "iam", channel="C123", name="security-alerts"))

    [message] = outgoing(services)
    assert message["channel"] == "C123"
    assert "the answer comes here" in answer
    assert waiting(services)[0].public


def test_elsewhere_the_answer_is_for_the_asker_alone(app, services):
    answer = an_answer(a_command(app, "iam", channel="CGENERAL"))

    [message] = outgoing(services)
    assert message["channel"] == ANALYST
    assert "in your direct messages" in answer


def test_the_same_audit_is_not_started_twice_and_the_answer_links_to_the_first(app, services):
    a_command(app, "iam", channel="CPUBLIC")
    posted(services, waiting(services)[0].key, "CPUBLIC", "1764061200.000100")
    services.address = "https://acme.slack.com"

    answer = an_answer(a_command(app, "IAM", channel="CPUBLIC"))

    assert len(waiting(services)) == 1
    assert "https://acme.slack.com/archives/CPUBLIC/p1764061200000100" in answer


def test_a_private_audit_of_another_does_not_keep_one_from_an_answer(app, services):
    with services.store.write() as tx:
        audits.add(tx, an_audit(id="other", selector="iam", requested_by="USOMEONE", public=False))

    a_command(app, "iam", channel="CGENERAL")

    assert len(waiting(services)) == 2


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("iamm", "`iam`"),
        ("iam-key-odl", "`iam-key-old`"),
        ("stauts", "/aws-audit status"),
        ("account=acme-prid", "acme-prod"),
    ],
)
def test_a_wrong_word_gets_the_nearest_right_ones_and_changes_nothing(app, services, text, near):
    answer = an_answer(a_command(app, text))

    assert near in answer
    assert waiting(services) == []
    assert outgoing(services) == []


@pytest.mark.parametrize("text", ["<!channel>", "&lt;!channel&gt;", "`<@U1>` *x*", "account=<!here>"])
def test_a_mention_typed_in_a_command_is_only_text(app, services, text):
    answer = an_answer(a_command(app, text))

    assert "<!" not in answer
    assert "<@" not in answer
    assert outgoing(services) == []


def test_an_over_long_command_is_refused_in_words(app, services):
    answer = an_answer(a_command(app, "iam " * 2000))

    assert "7,999 characters" in answer
    assert len(answer) < 1000
    assert waiting(services) == []


@pytest.mark.parametrize("text", ["", "iam", "status", "digest"])
def test_an_outsider_is_told_who_may_and_nothing_happens(app, services, text):
    answer = an_answer(a_command(app, text, user=OUTSIDER))

    assert "may not start audits" in answer
    assert ANALYST in answer
    assert outgoing(services) == []


def test_status_says_what_runs_how_fresh_the_audits_are_and_the_gaps(app, services):
    unknown = a_finding(status=Status.UNKNOWN, check="iam-key-old", reason="iam:GenerateCredentialReport was refused")
    audited(services, [a_finding(), unknown])
    a_command(app, "sg", channel="CPUBLIC")

    answer = an_answer(a_command(app, "status"))

    assert "`sg`" in answer
    assert "acme-prod: <!date^" in answer
    assert "iam:GenerateCredentialReport was refused" in answer
    assert "to be sent" in answer
    assert "Version" in answer


def test_digest_goes_to_the_channel_that_has_one_and_else_to_the_asker(app, services):
    a_command(app, "digest", channel="CDIGEST", name="security-digest")
    a_command(app, "digest", channel="CGENERAL")
    digest.say_pending(services)

    assert [row["channel"] for row in outgoing(services)] == ["#security-digest", ANALYST]


def test_a_digest_of_a_week_is_called_so_and_a_wrong_word_is_told(app, services):
    audited(services, users(1), at=NOW - timedelta(days=5))
    a_command(app, "digest week", channel="CDIGEST", name="security-digest")
    refused = an_answer(a_command(app, "digest month", channel="CDIGEST", name="security-digest"))
    digest.say_pending(services)

    [said] = [row["text"] for row in outgoing(services) if row["key"].startswith("digest:")]
    assert said.startswith(
        "Weekly digest · 18 to 25 November: Alerts: 0 open, as before. Findings: 1 from a first audit;"
    )
    assert "/aws-audit digest week" in refused


def test_a_page_is_turned_in_place_for_all(app, services):
    audit = audited(services, users(20))
    posted(services, audit.key)

    response = a_click(app, "audit:page:next", f"{audit.id}:3", user=OUTSIDER)

    [message] = outgoing(services)
    assert response.status == 200
    assert message["key"] == audit.key
    assert "Page 3 of 3" in message["body_json"]
    assert "user-019" in message["body_json"]


@pytest.mark.parametrize("value", ["gone:1", "a1:-1", "a1:x", "", ":", "a1:99999999999"])
def test_a_click_that_names_no_page_says_so_to_the_person_alone(app, services, value):
    posted(services, audited(services, users(20)).key)

    a_click(app, "audit:page:next", value)

    [answer] = outgoing(services)
    assert (answer["kind"], answer["user"]) == ("ephemeral", ANALYST)
    assert "run `/aws-audit` again" in answer["text"]


def test_a_click_on_an_older_message_or_of_another_audits_does_not_show_that_audit(app, services):
    audit = audited(services, users(20), public=False)
    posted(services, audit.key, "DANALYST", "1.1")

    a_click(app, "audit:page:next", f"{audit.id}:2", user=OUTSIDER, place=("COTHER", "9.9"))

    [answer] = outgoing(services)
    assert answer["kind"] == "ephemeral"
    assert "older state" in answer["text"]


def test_the_button_of_app_home_audits_everything_for_the_person_alone(app, services):
    a_click(app, "audit:start")

    [audit] = waiting(services)
    assert (audit.selector, audit.public, audit.state) == ("all", False, State.REQUESTED)
    assert outgoing(services)[0]["channel"] == ANALYST


def test_the_whole_comes_as_csv_and_html_in_the_thread(services):
    audit = audited(services, users(20))

    made = make_pending(services, MAKERS)

    files = [row for row in outgoing(services) if row["kind"] == "file"]
    assert made == 2
    assert [file["parent"] for file in files] == [audit.key, audit.key]
    assert [file["body"]["filename"].rsplit(".")[-1] for file in files] == ["csv", "html"]
    assert all(b"user-019" in file["content"] for file in files)


def test_status_tells_whether_what_aws_tells_comes_through_where_it_is_relayed(app, services):
    assert "From AWS to Slack" not in an_answer(a_command(app, "status"))

    settings = services.settings
    aws = settings.aws.model_copy(update={"queue_url": "https://sqs.eu-west-1.amazonaws.com/111122223333/q"})
    services.settings = settings.model_copy(update={"aws": aws})
    with services.store.write() as tx:
        looks.save(
            tx, looks.Look(account=ACCOUNT, region="eu-west-1", source="guardduty", since=NOW, looked_at=NOW, missed=2)
        )

    answer = an_answer(a_command(app, "status"))

    assert "No drill yet." in answer
    assert "compared with AWS in 1 region" in answer
    assert "the queue did not bring the last 2" in answer

    never = settings.reconciliation.model_copy(update={"every_minutes": 0})
    services.settings = services.settings.model_copy(update={"reconciliation": never})
    assert "is never compared with AWS" in an_answer(a_command(app, "status"))


def test_status_tells_of_messages_that_slack_would_not_take(app, services):
    with services.store.write() as tx:
        outbox.message(tx, "a", "#security-alerts", "lost", [], services.now())
        row = lanes.begin(tx, 1, services.now())
        lanes.dead(tx, row, "restricted_action", services.now())

    assert "1 message of the last week could not be posted" in str(an_answer(a_command(app, "status")))


def test_permissions_says_what_aws_refused_and_which_checks_suffer(app, services):
    facts = {"missing_permission": "iam:GetAccountSummary", "region": "global"}
    audited(services, [a_finding(check="iam-root-key", status=Status.UNKNOWN, evidence=facts)])

    answer = an_answer(a_command(app, "permissions"))

    assert "`iam:GetAccountSummary`" in answer
    assert "iam-root-key" in answer
    assert "acme-prod" in answer


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("diff", "Since"),
        ("diff yesterday", "2026-11-24 00:00 UTC"),
        ("diff 2026-11-20", "2026-11-20 00:00 UTC"),
        ("diff 2026-11-26", "has not come yet"),
        ("diff since 2026-11-20", "2026-11-20 00:00 UTC"),
        ("diff today", "2026-11-25 00:00 UTC"),
        (
            "diff last week",
            "`last week` is no day that I can read. Write it as year-month-day: `/aws-audit diff 2026-11-18`",
        ),
        ("diff 2026-13-01", "is no day"),
        ("diff 20.11.2026", "is no day"),
        ("diff 2026-11-20 2026-11-21", "is no day"),
        ("diff since &lt;script&gt;", "`since &lt;script&gt;` is no day"),
        ("score", "of what is judged passes"),
    ],
)
def test_diff_and_score_answer_the_asker_or_say_what_to_type(app, services, text, said):
    audited(services, users(3))

    assert said in an_answer(a_command(app, text))


def test_a_day_begins_where_the_asker_is(app, services):
    audited(services, users(1))
    with services.store.write() as tx:
        people.keep(tx, ANALYST, "America/New_York", services.now())

    assert "2026-11-20 05:00 UTC" in an_answer(a_command(app, "diff 2026-11-20"))
