"""The digest: what it says, when, and that it depends on nothing else."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import config, digest
from bot.alerts import State
from bot.app import _MAKERS as MAKERS
from bot.approval import Remediation
from bot.approval import State as Fixing
from bot.attachments import make_pending
from bot.errors import StoreBusy
from bot.period import Net, Window, changes, open_
from bot.remedy import Target
from bot.store import digest_rows, findings, names, outbox, remediations, transitions, trend
from bot.store.transitions import Kind
from checks.model import Severity, Status
from sandbox.slack.validate import check_message
from tests.audit_builders import ACCOUNT, ANALYST, NOW, a_finding, a_picket, an_alert, audited, outgoing, users

DAILY = config.Digest(channel="#security-digest", schedule="0 11 * * *", time_zone="Europe/Helsinki")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FROM = "From 2026-11-24 09:00 UTC to 2026-11-25 09:00 UTC."
OVER = {"state": State.RESOLVED, "resolved_at": NOW - HOUR, "resolved_by": "UANNA", "resolution": "fixed"}


@pytest.fixture
def services(tmp_path):
    return a_picket(tmp_path)


def post(services, slot=NOW):
    ask(services, (DAILY, slot))
    return outgoing(services)[-1]


def ask(services, *wanted):
    """Have digests posted, and said."""
    with services.store.write() as tx:
        for settings, slot in wanted:
            digest.post(services, tx, settings, slot)
    digest.say_pending(services)


def lines(row):
    """The digest as people read it: dates as UTC."""
    check_message(row["text"], row["body"]["blocks"], text_limit=4000)
    texts = []
    for block in row["body"]["blocks"]:
        texts += [e["text"] for e in block.get("elements", [])]
        texts += [block["text"]["text"]] if "text" in block else []
    return re.sub(r"<!date\^\d+\^[^|]*\|([^>]*)>", r"\1", "\n".join(texts)).splitlines()


def add_alerts(services, **by_name):
    """Alerts that came to what they are step by step, each at its time."""
    with services.store.write() as tx:
        for name, facts in by_name.items():
            whole = {"id": name, "title": name, "opened_at": NOW - 2 * HOUR} | facts
            begun = {
                k: v for k, v in whole.items() if k in ("id", "title", "opened_at", "severity", "account", "region")
            }
            an_alert(tx, **begun, updated_at=whole["opened_at"])
            held = {key: value for key, value in whole.items() if key.startswith("acknowledged_")}
            if held:
                an_alert(tx, **begun, **held, state=State.ACKNOWLEDGED, updated_at=whole["acknowledged_at"])
            if whole.get("state") is State.SNOOZED:
                an_alert(tx, **whole, updated_at=whole["opened_at"])
            if whole.get("state") is State.RESOLVED:
                an_alert(tx, **whole, updated_at=whole["resolved_at"])


def test_nothing_changed_is_one_line(services):
    add_alerts(services, old={"opened_at": NOW - 3 * DAY, "severity": Severity.CRITICAL})

    row = post(services)

    [line] = lines(row)
    assert line == (
        "Nothing changed since 2026-11-24 09:00 UTC: 1 open alert (1 critical), 0 failing findings, no gaps. "
        "No account has been audited yet."
    )
    assert row["channel"] == "#security-digest"
    assert row["text"].startswith("Nothing changed since 24 November 11:00: 1 open alert (1 critical), ")


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
        over=OVER | {"opened_at": NOW - 2 * DAY},
        left=taken | {"acknowledged_at": NOW - 2 * DAY},
        looked_after=taken | {"acknowledged_at": NOW - 2 * HOUR},
        wakes=slept | {"snoozed_until": NOW + 3 * HOUR},
        sleeps=slept | {"snoozed_until": NOW + 3 * DAY},
    )

    assert lines(post(services)) == [
        "Digest · Wednesday 25 November",
        "*Alerts:* 1 new, 1 resolved; 5 open (1 critical, 4 high), as before.",
        "*Findings:* 1 new, 1 fixed; 4 failing (1 critical, 2 high, 1 low), as before.",
        "*Not looked at:* 1 new gap.",
        "*New alerts*",
        "• :rotating_light: Critical: fresh (acme-prod, eu-north-1)",
        "*New findings*",
        "• :rotating_light: Critical: A user signs in without MFA: `new-one` (acme-prod, global)",
        "*New gaps: not looked at, so not known to be right*",
        "• acme-prod, eu-north-1: access denied (1 check: ec2-sg-open-ssh)",
        "*Acknowledged, and untouched for over a day*",
        "• :red_circle: High: left (acme-prod, eu-north-1), since 2026-11-23 09:00 UTC by <@UANNA>",
        "*Snoozes that end within a day*",
        "• :red_circle: High: wakes (acme-prod, eu-north-1), until 2026-11-25 12:00 UTC",
        "*Who has what*",
        "• `UANNA`: 2 open (2 high), 1 resolved",
        "• nobody: 3 open (1 critical, 2 high)",
        "*How fast*",
        "• Acknowledged: 1, after 3 days 22 h; the day before: none",
        "• Resolved: 1, after 1 day 23 h; the day before: none",
        "*Resolved*",
        "• :red_circle: High: over (acme-prod, eu-north-1), fixed, says `UANNA`",
        "*Fixed*",
        "• :red_circle: High: A user signs in without MFA: `user-002` (acme-prod, global)",
        f"{FROM} Last audited: acme-prod 1 hour ago. A chart of the last 30 days is in the thread.",
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

    assert said[1] == "*Alerts:* 1 new, 1 resolved; 0 open, as before."
    assert "*New alerts*" not in said
    assert [line for line in said if "brief" in line] == [said[said.index("*Resolved*") + 1]]


def test_the_first_audit_is_counted_and_not_listed(services):
    audited(services, users(40), at=NOW - HOUR)

    said = lines(post(services))

    assert said[2] == "*Findings:* 40 from a first audit; 40 failing (40 high), 40 more than before."
    assert not any("user-0" in line for line in said)


def test_a_finding_that_was_fixed_and_fails_again_came_back(services):
    fixed = [a_finding(status=Status.PASS)]
    for number, (found, age) in enumerate((([a_finding()], 72), (fixed, 48), ([a_finding()], 1))):
        audited(services, found, id=f"a{number}", at=NOW - age * HOUR)

    said = lines(post(services))
    assert "*Findings:* 1 came back; 1 failing (1 high), 1 more than before." in said
    assert (
        "• :red_circle: High: A user signs in without MFA: `alice` (acme-prod, global), "
        "it was fixed 2026-11-23 09:00 UTC"
    ) in said


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
    assert said[-1].startswith("From 2026-11-25 09:00 UTC to 2026-11-28 09:00 UTC. ")


@settings(max_examples=25, deadline=None)
@given(
    opened=st.lists(st.integers(-60, 100), min_size=1, max_size=15),
    slots=st.lists(st.integers(0, 100), min_size=1, max_size=5, unique=True).map(sorted),
)
def test_what_happens_is_told_by_one_digest_and_no_other(tmp_path_factory, opened, slots):
    services = a_picket(tmp_path_factory.mktemp("picket"))
    add_alerts(services, **{f"alert{i}": {"opened_at": NOW + hours * HOUR} for i, hours in enumerate(opened)})
    told, spans = [], []
    for slot in slots:
        ask(services, (DAILY, NOW + slot * HOUR))
        with services.store.read() as tx:
            since, until = tx.execute("select since, until from digests order by until desc").fetchone()
            window = Window(datetime.fromisoformat(since), datetime.fromisoformat(until))
            found = changes(transitions.touched(tx, Kind.ALERT, window), window, open_)
            spans.append(window)
            told += [change.subject for change in found if change.net is Net.NEW]

    within = [f"alert{i}" for i, h in enumerate(opened) if spans[0].since < NOW + h * HOUR <= spans[-1].until]
    assert sorted(told) == sorted(within)


def test_two_digests_of_one_channel_keep_to_their_own_spans_even_at_the_same_moment(services):
    weekly = DAILY.model_copy(update={"schedule": "0 11 * * wed"})
    add_alerts(services, monday={"opened_at": NOW - 2 * DAY}, today={})
    ask(services, *((DAILY, slot) for slot in (NOW - 2 * DAY, NOW - DAY, NOW)), (weekly, NOW))

    daily, weekly = map(lines, outgoing(services)[-2:])

    assert daily[0] == "Digest · Wednesday 25 November"
    assert [line for line in daily if "monday" in line] == []
    assert weekly[0] == "Weekly digest · 18 to 25 November"
    assert weekly[1] == "*Alerts:* 2 new; 2 open (2 high), 2 more than before."
    assert "monday" in "\n".join(weekly)


def test_a_digest_is_asked_for_at_once_and_said_once_whatever_ends_in_between(services):
    add_alerts(services, fresh={})
    with services.store.write() as tx:
        digest.post(services, tx, DAILY, NOW)
        digest.post(services, tx, DAILY, NOW)
    assert outgoing(services) == []

    digest.say_pending(services)
    digest.say_pending(services)

    assert [row["key"] for row in outgoing(services)] == [f"digest:#security-digest:0 11 * * *:{NOW.isoformat()}"]


def test_a_digest_that_cannot_be_made_is_tried_again_then_said_to_be_missing_and_told_by_the_next(
    services, monkeypatch
):
    add_alerts(services, fresh={})
    with monkeypatch.context() as broken:
        broken.setattr(digest, "gather", lambda *_: 1 / 0)
        ask(services, (DAILY, NOW))
        digest.say_pending(services)
        assert outgoing(services) == []
        digest.say_pending(services)

    [row] = outgoing(services)
    assert "The digest could not be made" in row["text"]
    said = lines(post(services, NOW + DAY))
    assert said[1] == "*Alerts:* 1 new; 1 open (1 high), 1 more than before."


def test_a_digest_waits_as_long_as_the_state_file_is_busy(services, monkeypatch):
    def busy(*_):
        raise StoreBusy("The state file was busy.")

    add_alerts(services, fresh={})
    with monkeypatch.context() as broken:
        broken.setattr(outbox, "message", busy)
        ask(services, (DAILY, NOW))
        for _ in range(5):
            digest.say_pending(services)

    digest.say_pending(services)
    assert lines(outgoing(services)[-1])[1] == "*Alerts:* 1 new; 1 open (1 high), 1 more than before."


def test_a_week_with_a_change_of_clocks_is_a_week(services):
    sunday = config.Digest(channel="#security-digest", schedule="0 9 * * sun", time_zone="Europe/Helsinki")
    slot = datetime(2026, 10, 25, 7, tzinfo=UTC)
    add_alerts(services, fresh={"opened_at": slot - HOUR})
    ask(services, (sunday, slot))

    said = lines(outgoing(services)[-1])
    assert said[0] == "Weekly digest · 18 to 25 October"
    assert said[-1].startswith("From 2026-10-18 06:00 UTC to 2026-10-25 07:00 UTC. ")


def test_what_was_committed_after_a_digest_but_begun_before_it_is_told_by_the_next(services):
    post(services, NOW)
    add_alerts(services, late={"opened_at": NOW - timedelta(seconds=1)})

    said = lines(post(services, NOW + DAY))

    assert "• :red_circle: High: late (acme-prod, eu-north-1)" in said
    assert said[1] == "*Alerts:* 1 new; 1 open (1 high), 1 more than before."


def test_an_alert_that_came_back_or_got_worse_says_what_it_was_before(services):
    add_alerts(services, back=OVER | {"opened_at": NOW - 5 * DAY, "resolved_at": NOW - 3 * DAY})
    add_alerts(services, worse={"opened_at": NOW - 5 * DAY, "severity": Severity.LOW})
    with services.store.write() as tx:
        an_alert(tx, id="back", title="back", updated_at=NOW - HOUR)
        an_alert(tx, id="worse", title="worse", severity=Severity.CRITICAL, updated_at=NOW - HOUR)

    said = lines(post(services))

    assert said[1] == "*Alerts:* 1 came back, 1 got worse; 2 open (1 critical, 1 high), 1 more than before."
    assert "• :red_circle: High: back (acme-prod, eu-north-1), it was fixed 2026-11-22 09:00 UTC, says `UANNA`" in said
    assert "• :rotating_light: Critical: worse (acme-prod, eu-north-1), was low" in said


def test_an_alert_of_which_nobody_was_told_is_told_by_no_digest(services):
    with services.store.write() as tx:
        an_alert(tx, id="quiet", cards=0, **OVER, updated_at=NOW - HOUR)
        an_alert(tx, id="unseen", cards=0, opened_at=NOW - HOUR, updated_at=NOW - HOUR)

    [line] = lines(post(services))
    assert line.startswith("Nothing changed since")


def test_the_members_of_a_storm_are_counted_though_they_have_no_cards(services):
    with services.store.write() as tx:
        for number in range(12):
            an_alert(tx, id=f"a{number}", cards=0, storm="s1", opened_at=NOW - HOUR, updated_at=NOW - HOUR)

    said = lines(post(services))
    with services.store.read() as tx:
        today = trend.days(tx, NOW)[-1]

    assert said[1] == "*Alerts:* 12 new; 12 open (12 high), 12 more than before."
    assert today.opened == {Severity.HIGH: 12}


def test_a_day_on_which_somebody_only_acknowledged_is_told(services):
    held = {"state": State.ACKNOWLEDGED, "acknowledged_by": "UANNA", "acknowledged_at": NOW - HOUR}
    add_alerts(services, old=held | {"opened_at": NOW - 3 * DAY})

    said = lines(post(services))

    assert said[1] == "*Alerts:* 1 open (1 high), as before."
    assert "• Acknowledged: 1, after 2 days 23 h; the day before: none" in said


def test_one_alert_that_flaps_all_day_is_one_alert_of_that_day(services):
    with services.store.write() as tx:
        for minutes in range(0, 480, 10):
            over = {"state": State.RESOLVED, "resolved_at": NOW} if minutes % 20 else {}
            an_alert(tx, id="flaps", updated_at=NOW - timedelta(minutes=480 - minutes), **over)

    with services.store.read() as tx:
        days = trend.days(tx, NOW)

    assert sum(sum(day.opened.values()) for day in days) == 1
    assert lines(post(services))[1] == "*Alerts:* 1 new, 1 resolved; 0 open, as before."


def test_what_somebody_accepts_is_neither_fixed_nor_new_when_it_is_accepted_no_more(services):
    muted = a_finding(status=Status.MUTED, reason="until the migration")
    audited(services, [a_finding()], id="a0", at=NOW - 9 * DAY)
    audited(services, [muted], id="a1", at=NOW - HOUR)

    accepted = lines(post(services))
    audited(services, [a_finding()], id="a2", at=NOW + HOUR)
    again = lines(post(services, NOW + DAY))

    assert accepted[2] == "*Findings:* 1 accepted; 0 failing, 1 fewer than before."
    line = "• :red_circle: High: A user signs in without MFA: `alice` (acme-prod, global)"
    assert f"{line}, until the migration" in accepted
    assert again[2] == "*Findings:* 1 came back; 1 failing (1 high), 1 more than before."
    assert f"{line}, no longer accepted" in again


def test_what_picket_fixed_says_how_and_who_approved_it(services):
    gone, mended = users(2)
    audited(services, [gone, mended], id="a0", at=NOW - 9 * DAY)
    with services.store.write() as tx:
        for id_, age in (("old", 5 * DAY), ("new", 2 * HOUR)):
            fix = Remediation(
                id=id_,
                remedy=f"{id_}-remedy",
                target=Target(account=ACCOUNT, region="global", resource=mended.resource),
                channel="C1",
                requested_by=ANALYST,
                requested_at=NOW - age,
                check=mended.check,
                state=Fixing.VERIFIED,
                approved_by="UAPPROVER",
            )
            remediations.save(tx, fix, NOW)
    audited(services, [a_finding(resource=mended.resource, status=Status.PASS)], id="a1", at=NOW - HOUR)

    said = lines(post(services))

    line = "• :red_circle: High: A user signs in without MFA"
    assert f"{line}: `user-001` (acme-prod, global), by `new-remedy`, approved by `UAPPROVER`" in said
    assert f"{line}: `user-000` (acme-prod, global), it is gone" in said


def test_findings_that_are_alike_share_a_line(services):
    audited(services, [a_finding(check="iam-key-old")], id="a0", at=NOW - 9 * DAY)
    audited(services, [a_finding(status=Status.PASS)], id="a1", at=NOW - 8 * DAY)
    audited(services, users(12), id="a2", at=NOW - HOUR)

    said = "\n".join(lines(post(services)))

    assert "A user signs in without MFA: `user-000`, `user-001`, `user-002` and 9 more (acme-prod, global)" in said


def test_a_gap_is_new_once_and_said_when_it_closes(services):
    gap = a_finding(status=Status.UNKNOWN, check="ec2-sg-open-ssh", region="eu-north-1", reason="access denied")
    audited(services, [gap], id="a0", at=NOW - HOUR)
    first = lines(post(services))
    add_alerts(services, news={"opened_at": NOW + HOUR})
    second = lines(post(services, NOW + DAY))
    read = a_finding(check=gap.check, region=gap.region, status=Status.PASS)
    audited(services, [read], id="a1", at=NOW + DAY + HOUR)
    third = lines(post(services, NOW + 2 * DAY))

    assert "*Not looked at:* 1 new gap." in first
    assert "*Not looked at:* 1 gap as before." in second
    assert not any("access denied" in line for line in second)
    assert "*Not looked at:* 1 missing answer is there again; no gaps." in third


def test_each_owner_is_told_by_assignment_acknowledgement_or_tag(services):
    owners = config.Owners(people={"payments": "S0PAYMENTS"})
    services.settings = services.settings.model_copy(update={"owners": owners})
    tagged = {"facts": {"tags": {"team": "payments"}}}
    with services.store.write() as tx:
        an_alert(tx, id="one", assigned_to="UBEN", acknowledged_by="UANNA", state=State.ACKNOWLEDGED, **tagged)
        an_alert(tx, id="two", severity=Severity.CRITICAL, **tagged)
        an_alert(tx, id="three")
        an_alert(tx, id="four", **tagged)
        an_alert(tx, id="four", **tagged, **OVER, updated_at=NOW)
        an_alert(tx, id="odd", facts={"tags": ["no", "mapping"]})
        names.keep(tx, "UBEN", "Ben <!here>", NOW)

    said = lines(post(services))

    assert said[said.index("*Who has what*") + 1 :][:3] == [
        "• payments: 1 open (1 critical), 1 resolved",
        "• Ben &lt;!here&gt;: 1 open (1 high)",
        "• nobody: 2 open (2 high)",
    ]


def test_one_that_somebody_asked_for_looks_a_day_back_and_moves_no_schedule(services):
    add_alerts(services, fresh={})
    post(services, NOW - HOUR)

    with services.store.write() as tx:
        digest.ask(services, tx, ANALYST, DAILY)
    digest.say_pending(services)

    assert lines(outgoing(services)[-1])[-1].startswith(FROM)
    with services.store.read() as tx:
        assert digest_rows.last(tx, "#security-digest", DAILY.schedule, NOW + DAY) == NOW - HOUR


def test_a_digest_posted_late_says_what_it_would_have_said_in_time(tmp_path):
    said = []
    for name, later in (("early", False), ("late", True)):
        services = a_picket(tmp_path / name)
        add_alerts(services, fresh={}, still={}, over=OVER)
        audited(services, users(2), at=NOW - HOUR)
        if later:
            add_alerts(services, after={"opened_at": NOW + HOUR})
            with services.store.write() as tx:
                an_alert(tx, id="still", title="still", state=State.RESOLVED, updated_at=NOW + HOUR)
                findings.save(tx, ACCOUNT, [a_finding(severity=Severity.LOW)], (), "a9", NOW + HOUR)
        said.append(lines(post(services)))

    assert said[0][:-1] == said[1][:-1]


def test_the_same_state_and_slot_give_the_same_message(tmp_path):
    rows = []
    for name in ("one", "two"):
        services = a_picket(tmp_path / name)
        add_alerts(services, b={}, a={}, c={"severity": Severity.LOW})
        audited(services, users(9), at=NOW - HOUR)
        rows.append(post(services))

    assert rows[0]["body"] == rows[1]["body"]
    assert rows[0]["key"] == rows[1]["key"] == f"digest:#security-digest:0 11 * * *:{NOW.isoformat()}"


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
    assert "30 days to 25 November 2026: 1 alert opened (1 high), 0 resolved" in file["body"]["alt_text"]
    assert "3 on 25 November (3 high)" in file["body"]["alt_text"]


def test_the_trend_counts_each_day_once_and_knows_no_findings_before_the_first_audit(services):
    midnight = datetime(2026, 11, 24, tzinfo=UTC)
    add_alerts(services, edge={"opened_at": midnight}, day={"opened_at": midnight + HOUR})
    audited(services, users(3), at=NOW - 2 * DAY)
    audited(services, [*users(2), a_finding(status=Status.PASS, resource=users(3)[2].resource)], id="a2", at=NOW - HOUR)

    with services.store.read() as tx:
        days = trend.days(tx, NOW)

    assert len(days) == 30
    assert [dict(day.opened) for day in days[-3:]] == [{}, {Severity.HIGH: 2}, {}]
    assert [day.failing for day in days[-4:]] == [None, {Severity.HIGH: 3}, {Severity.HIGH: 3}, {Severity.HIGH: 2}]
