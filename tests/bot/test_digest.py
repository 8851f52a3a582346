"""The digest: what it says, when, and that it depends on nothing else."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import config, digest
from bot.alerts import State
from bot.app import _MAKERS as MAKERS
from bot.attachments import make_pending
from bot.store import digests
from checks.model import Severity, Status
from sandbox.slack.validate import check_message
from tests.audit_builders import ACCOUNT, ANALYST, NOW, a_finding, a_picket, an_alert, audited, outgoing, users

DAILY = config.Digest(channel="#security-digest", time_zone="Europe/Helsinki")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def services(tmp_path):
    return a_picket(tmp_path)


def post(services, slot=NOW):
    with services.store.write() as tx:
        digest.post(services, tx, DAILY, slot)
    return outgoing(services)[-1]


def lines(row):
    """The digest as people read it: dates as UTC."""
    check_message(row["text"], row["body"]["blocks"], text_limit=4000)
    texts = []
    for block in row["body"]["blocks"]:
        texts += [e["text"] for e in block.get("elements", [])]
        texts += [block["text"]["text"]] if "text" in block else []
    return re.sub(r"<!date\^\d+\^[^|]*\|([^>]*)>", r"\1", "\n".join(texts)).splitlines()


def add_alerts(services, **by_name):
    with services.store.write() as tx:
        for name, facts in by_name.items():
            an_alert(tx, **({"id": name, "title": name} | facts))


def test_nothing_changed_is_one_line(services):
    add_alerts(services, old={"opened_at": NOW - 3 * DAY, "severity": Severity.CRITICAL})

    row = post(services)

    [line] = lines(row)
    assert line == (
        "Nothing changed since 2026-11-24 09:00 UTC: 1 alert (1 critical) open, 0 failing findings, no gaps. "
        "No account has been audited yet."
    )
    assert row["channel"] == "#security-digest"
    assert row["text"].startswith("Nothing changed since 24 November 11:00: 1 alert (1 critical) open")


def test_a_full_digest_says_what_came_what_went_and_what_waits(services):
    audited(services, [*users(3), a_finding(check="iam-key-old", severity=Severity.LOW)], id="a0", at=NOW - 3 * DAY)
    audited(
        services,
        [
            *users(2),
            a_finding(status=Status.PASS, resource=f"arn:aws:iam::{ACCOUNT}:user/user-002"),
            a_finding(check="iam-key-old", severity=Severity.LOW),
            a_finding(resource=f"arn:aws:iam::{ACCOUNT}:user/new-one", severity=Severity.CRITICAL),
            a_finding(status=Status.UNKNOWN, check="ec2-sg-open-ssh", region="eu-north-1", reason="access denied"),
        ],
        id="a1",
        at=NOW - HOUR,
    )
    taken = {"state": State.ACKNOWLEDGED, "acknowledged_by": "UANNA", "opened_at": NOW - 4 * DAY}
    slept = {"state": State.SNOOZED, "snoozed_by": "UBEN", "opened_at": NOW - 4 * DAY}
    add_alerts(
        services,
        fresh={"opened_at": NOW - HOUR, "severity": Severity.CRITICAL},
        over={"state": State.RESOLVED, "opened_at": NOW - 2 * DAY, "resolved_at": NOW - HOUR, "resolved_by": "UANNA"},
        left=taken | {"acknowledged_at": NOW - 2 * DAY},
        looked_after=taken | {"acknowledged_at": NOW - 2 * HOUR},
        wakes=slept | {"snoozed_until": NOW + 3 * HOUR},
        sleeps=slept | {"snoozed_until": NOW + 3 * DAY},
    )

    assert lines(post(services)) == [
        "Digest · Wednesday 25 November",
        "*1 new alert, 1 alert resolved, 1 new finding, 1 finding fixed*.",
        "5 alerts (1 critical, 4 high) open, 4 failing findings (1 critical, 2 high, 1 low), 1 gap.",
        "*New alerts*",
        "• :rotating_light: Critical: fresh (acme-prod, eu-north-1)",
        "*New findings*",
        "• :rotating_light: Critical: `iam-user-no-mfa` `new-one` (acme-prod, global)",
        "*Resolved*",
        "• :red_circle: High: over (acme-prod, eu-north-1)",
        "*Fixed*",
        "• :red_circle: High: `iam-user-no-mfa` `user-002` (acme-prod, global)",
        "*Acknowledged, and untouched for over a day*",
        "• :red_circle: High: left (acme-prod, eu-north-1) since 2026-11-23 09:00 UTC by <@UANNA>",
        "*Snoozes that end within a day*",
        "• :red_circle: High: wakes (acme-prod, eu-north-1) until 2026-11-25 12:00 UTC",
        "*Gaps: not looked at, so not known to be right*",
        "• acme-prod, eu-north-1: access denied (1 check: ec2-sg-open-ssh)",
        "From 2026-11-24 09:00 UTC to 2026-11-25 09:00 UTC.",
        "Last audited: acme-prod 1 hour ago.",
        "A chart of the last 30 days is in the thread.",
    ]


def test_a_suppression_that_has_ended_is_said_every_day(services):
    ended = config.Suppression(checks=("tag-missing",), reason="r", owner="anna", until=NOW.date() - DAY)
    services.settings = services.settings.model_copy(update={"suppressions": (ended,)})

    quiet = lines(post(services))
    add_alerts(services, new={"opened_at": NOW + HOUR})
    busy = lines(post(services, NOW + DAY))

    assert "The suppression of tag-missing ended on 2026-11-24" in quiet[1]
    assert "*Settings to look at*" in busy


def test_an_alert_that_came_and_went_is_listed_once(services):
    add_alerts(
        services, brief={"state": State.RESOLVED, "opened_at": NOW - HOUR, "resolved_at": NOW, "resolved_by": "UANNA"}
    )

    said = lines(post(services))

    assert said[1].startswith("*1 new alert, 1 alert resolved*")
    assert "*New alerts*" not in said
    assert [line for line in said if "brief" in line] == [said[said.index("*Resolved*") + 1]]


def test_the_first_audit_is_counted_and_not_listed(services):
    audited(services, users(40), at=NOW - HOUR)

    said = lines(post(services))

    assert said[1] == "*40 findings from a first audit*."
    assert not any("user-0" in line for line in said)


def test_a_finding_that_was_fixed_and_fails_again_came_back(services):
    fixed = [a_finding(status=Status.PASS)]
    for number, (found, age) in enumerate((([a_finding()], 72), (fixed, 48), ([a_finding()], 1))):
        audited(services, found, id=f"a{number}", at=NOW - age * HOUR)

    assert "*1 finding that came back*." in lines(post(services))


def test_long_lists_are_cut_and_counted(services):
    add_alerts(services, **{f"alert{i}": {} for i in range(12)})

    said = lines(post(services))

    assert len([line for line in said if line.startswith("• :red_circle: High: alert")]) == 5
    assert "… and 7 more" in said


def test_each_digest_begins_where_the_last_one_of_its_channel_ended(services):
    add_alerts(services, weekend={"opened_at": NOW + 2 * DAY})
    post(services, NOW)

    said = lines(post(services, NOW + 3 * DAY))

    assert "• :red_circle: High: weekend (acme-prod, eu-north-1)" in said
    assert "From 2026-11-25 09:00 UTC to 2026-11-28 09:00 UTC." in said


@settings(max_examples=25, deadline=None)
@given(
    opened=st.lists(st.integers(-60, 100), min_size=1, max_size=15),
    slots=st.lists(st.integers(0, 100), min_size=1, max_size=5, unique=True).map(sorted),
)
def test_what_happens_is_told_by_one_digest_and_no_other(tmp_path_factory, opened, slots):
    services = a_picket(tmp_path_factory.mktemp("picket"))
    add_alerts(services, **{f"alert{i}": {"opened_at": NOW + hours * HOUR} for i, hours in enumerate(opened)})
    told = []
    for slot in slots:
        with services.store.write() as tx:
            digest.post(services, tx, DAILY, NOW + slot * HOUR)
            span = tx.execute("select since, until from digests order by until desc").fetchone()
            told += [line.id for line in digests.opened(tx, *map(datetime.fromisoformat, span))]

    within = [f"alert{i}" for i, hours in enumerate(opened) if slots[0] - 24 < hours <= slots[-1]]
    assert sorted(told) == sorted(within)


def test_one_that_somebody_asked_for_looks_a_day_back_and_moves_no_schedule(services):
    add_alerts(services, fresh={})
    post(services, NOW - HOUR)

    with services.store.write() as tx:
        digest.ask(services, tx, ANALYST, DAILY)

    assert "From 2026-11-24 09:00 UTC to 2026-11-25 09:00 UTC." in lines(outgoing(services)[-1])
    with services.store.read() as tx:
        assert digests.last(tx, "#security-digest", NOW + DAY) == NOW - HOUR


def test_a_digest_posted_late_says_what_it_would_have_said_in_time(tmp_path):
    said = []
    for name, later in (("early", False), ("late", True)):
        services = a_picket(tmp_path / name)
        add_alerts(services, fresh={}, over={"state": State.RESOLVED, "resolved_at": NOW - HOUR, "resolved_by": "x"})
        audited(services, users(2), at=NOW - HOUR)
        if later:
            add_alerts(
                services, after={"opened_at": NOW + HOUR}, over={"state": State.RESOLVED, "resolved_at": NOW - HOUR}
            )
        said.append(lines(post(services)))

    assert said[0] == said[1]


def test_the_same_state_and_slot_give_the_same_message(tmp_path):
    rows = []
    for name in ("one", "two"):
        services = a_picket(tmp_path / name)
        add_alerts(services, b={}, a={}, c={"severity": Severity.LOW})
        audited(services, users(9), at=NOW - HOUR)
        rows.append(post(services))

    assert rows[0]["body"] == rows[1]["body"]
    assert rows[0]["key"] == rows[1]["key"] == f"digest:#security-digest:{NOW.isoformat()}"


def test_hostile_titles_mention_nobody_and_fit(services):
    evil = {"title": "<!channel> " + "*`&" * 2000, "region": "&" * 500, "account": "<" * 200}
    add_alerts(
        services,
        **{f"new{i}": evil for i in range(9)},
        **{
            f"over{i}": evil | {"state": State.RESOLVED, "resolved_at": NOW - HOUR, "resolved_by": "<!here>"}
            for i in range(9)
        },
        **{
            f"left{i}": evil | {"state": State.ACKNOWLEDGED, "acknowledged_at": NOW - 2 * DAY, "acknowledged_by": "U1"}
            for i in range(9)
        },
        **{
            f"wakes{i}": evil | {"state": State.SNOOZED, "snoozed_until": NOW + HOUR, "snoozed_by": "U1"}
            for i in range(9)
        },
    )
    bad = {"region": "&" * 500, "check": "`" * 400, "reason": "<!channel>" * 300}
    found = [a_finding(**bad, resource=f"{'&' * 900}{i}") for i in range(9)]
    found += [a_finding(**(bad | {"region": f"{i}{'<' * 90}"}), status=Status.UNKNOWN) for i in range(9)]
    audited(services, [a_finding(**bad)], id="a0", at=NOW - 3 * DAY)
    audited(services, found, at=NOW - HOUR)

    said = "\n".join(lines(post(services)))

    assert "<!" not in said
    assert len(said) < 12_000


def test_the_chart_follows_in_the_thread_with_its_numbers_in_words(services):
    add_alerts(services, fresh={}, old={"opened_at": NOW - 40 * DAY})
    audited(services, users(3), at=NOW - 2 * DAY)
    row = post(services)

    assert make_pending(services, MAKERS) == 3  # with the two files of the audit

    file = outgoing(services)[-1]
    assert (file["kind"], file["parent"]) == ("file", row["key"])
    assert file["content"].startswith(b"\x89PNG")
    assert "30 days to 25 November 2026: 1 alert opened" in file["body"]["alt_text"]
    assert "3 on 25 November" in file["body"]["alt_text"]


def test_the_trend_counts_each_day_once_and_knows_no_findings_before_the_first_audit(services):
    midnight = datetime(2026, 11, 24, tzinfo=UTC)
    add_alerts(services, edge={"opened_at": midnight}, day={"opened_at": midnight + HOUR})
    audited(services, users(3), at=NOW - 2 * DAY)
    audited(services, [*users(2), a_finding(status=Status.PASS, resource=users(3)[2].resource)], id="a2", at=NOW - HOUR)

    with services.store.read() as tx:
        days = digests.trend(tx, NOW)

    assert len(days) == 30
    assert sum(day.opened for day in days) == 2
    assert [day.failing for day in days[-4:]] == [None, 3, 3, 2]
