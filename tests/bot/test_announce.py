"""When people are told of an audit, and where."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.announce import Announcements
from bot.store import audits
from bot.store.audits import Kind, State
from checks.model import Status
from tests.audit_builders import ANALYST, NOW, a_finding, a_picket, an_audit, audited, outgoing, users

DAY = timedelta(days=1)
SCHEDULED = {"kind": Kind.SCHEDULED, "requested_by": "", "channel": ""}


@pytest.fixture
def services(tmp_path):
    return a_picket(tmp_path)


def messages(services):
    return [row for row in outgoing(services) if row["kind"] == "message"]


def tell(services, audit, *, finished=False):
    with services.store.write() as tx:
        if audits.get(tx, audit.id) is None:
            audits.add(tx, audit)
        announcements = Announcements(services)
        (announcements.finished if finished else announcements.progress)(tx, audit)


def test_progress_and_result_are_one_message_where_it_was_asked_for(services):
    tell(services, an_audit())
    audited(services, [a_finding()], id="a2")
    tell(services, an_audit(id="a3", public=False))

    assert [(row["key"], row["channel"]) for row in messages(services)] == [
        ("audit:a1", "CPUBLIC"),
        ("audit:a2", "CPUBLIC"),
        ("audit:a3", ANALYST),
    ]


def test_while_progress_waits_to_be_sent_only_the_newest_is(services):
    for _ in range(5):
        tell(services, an_audit())

    assert len(messages(services)) == 1


def test_a_long_audit_rings_once_at_its_end_because_edits_do_not(services):
    short = an_audit(id="short", state=State.DONE, finished_at=NOW)
    tell(services, short, finished=True)
    tell(services, replace(short, id="long", started_at=NOW - timedelta(minutes=5)), finished=True)

    assert [row["key"] for row in messages(services)] == ["audit:short", "audit:long", "audit:long:done"]
    assert messages(services)[-1]["text"].startswith(f"<@{ANALYST}> the audit of `all` is done")


def test_a_scheduled_audit_is_told_by_its_alerts_except_for_what_it_met_first(services):
    audited(services, users(3), id="first", at=NOW - DAY, **SCHEDULED)
    tell(services, an_audit(id="second", **SCHEDULED))
    audited(services, users(4), id="second-done", at=NOW, **SCHEDULED)

    assert [(row["key"], row["channel"]) for row in messages(services)] == [("audit:first", "#security-alerts")]


def test_a_scheduled_audit_that_could_not_be_run_is_told(services):
    tell(services, an_audit(state=State.FAILED, error="AWS gave no answer.", **SCHEDULED), finished=True)

    [row] = messages(services)
    assert row["channel"] == "#security-alerts"
    assert "AWS gave no answer." in row["text"]


def test_news_is_apart_from_what_was_never_judged_before(services):
    audited(services, users(2), id="a1", at=NOW - DAY)
    fixed = a_finding(status=Status.PASS, resource=users(1)[0].resource)
    found = [fixed, users(2)[1], a_finding(resource="arn:aws:iam::1:user/new"), a_finding(check="iam-key-old")]
    audited(services, found, id="a2", at=NOW)

    said = messages(services)[-1]["text"]
    assert "Since 2026-11-24 09:00 UTC: 1 new, 1 fixed." in said
    assert said.endswith("1 finding is from checks or places audited for the first time.")
