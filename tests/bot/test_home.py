"""App Home: what one person sees, by what they may do."""

from datetime import timedelta

import pytest
from slack_bolt import BoltRequest

from bot import home
from bot.alerts import State
from bot.approval import Remediation
from bot.approval import State as Step
from bot.remedy import Preview, Target
from bot.store import drills, hearing, looks, outbox, remediations
from bot.store import home as stored_home
from bot.store.drills import Drill
from bot.store.home import Listing
from bot.store.looks import Look
from checks.model import Severity, Status
from sandbox.slack.validate import check_view
from tests.audit_builders import (
    ACCOUNT,
    ANALYST,
    APPROVER,
    NOW,
    OUTSIDER,
    a_finding,
    a_picket,
    an_alert,
    an_app,
    audited,
    outgoing,
)

HOUR = timedelta(hours=1)


@pytest.fixture
def services(tmp_path):
    return a_picket(tmp_path)


def seen_by(services, user):
    """The page as `user` reads it."""
    with services.store.write() as tx:
        home.show(services, tx, user)
    view = outgoing(services)[-1]["body"]["view"]
    check_view(view)
    texts = ([block.get("text", {}), *block.get("elements", ())] for block in view["blocks"])
    return "\n".join(str(text.get("text", "")) for block in texts for text in block)


def add_alerts(services, **by_name):
    with services.store.write() as tx:
        for name, facts in by_name.items():
            an_alert(tx, **({"id": name, "title": name} | facts))


def ask_to_fix(services, **facts):
    made = {
        "id": "r1",
        "remedy": "iam-deactivate-key",
        "target": Target(account=ACCOUNT, region="global", resource="arn:aws:iam::1:user/alice"),
        "channel": "CPUBLIC",
        "requested_by": ANALYST,
        "requested_at": NOW,
        "state": Step.PREVIEWED,
        "preview": Preview(name="access key AKIA1 of alice", before={}, after={}),
        "expires_at": NOW + HOUR,
    } | facts
    with services.store.write() as tx:
        remediations.save(tx, Remediation(**made), NOW)


def test_one_who_answers_alerts_sees_the_critical_their_own_the_open_and_the_snoozed(services):
    taken = {"state": State.ACKNOWLEDGED, "acknowledged_at": NOW - HOUR}
    add_alerts(
        services,
        burning={"severity": Severity.CRITICAL},
        own=taken | {"acknowledged_by": ANALYST},
        theirs=taken | {"acknowledged_by": "UOTHER"},
        asleep={"state": State.SNOOZED, "snoozed_until": NOW + HOUR, "snoozed_by": "UOTHER"},
        over={"state": State.RESOLVED, "resolved_at": NOW},
        unseen={"cards": 0},
    )

    page = seen_by(services, ANALYST)

    assert "*Open and critical* (1)\n:rotating_light: Critical: *burning*" in page
    assert "*Yours* (1)\n:red_circle: High: *own*" in page
    assert "*Not acknowledged* (1)\n:rotating_light: Critical: *burning*" in page
    assert "*Snoozed* (1)\n:red_circle: High: *asleep*" in page
    assert "snoozed by <@UOTHER>, wakes <!date^" in page
    assert "`burning`" not in page, "ids are for who types"
    assert not any(f"*{name}*" in page for name in ("theirs", "over", "unseen"))


def test_an_approver_sees_what_waits_for_them_but_not_what_they_asked_for_themselves(services):
    ask_to_fix(services)
    ask_to_fix(services, id="r2", requested_by=APPROVER, preview=Preview(name="own wish", before={}, after={}))
    ask_to_fix(services, id="r3", expires_at=NOW - HOUR, preview=Preview(name="too late", before={}, after={}))
    ask_to_fix(services, id="r5", requested_by=APPROVER, remedy="guardduty-archive-finding")
    ask_to_fix(services, id="r4", state=Step.DECLINED, preview=Preview(name="declined", before={}, after={}))

    page = seen_by(services, APPROVER)

    assert "*Waiting for your approval* (2)" in page, "of low risk, people may approve what they asked for"
    assert "*Deactivate an access key*: access key AKIA1 of alice" in page
    assert "acme-prod · asked for by <@UANALYST>, until <!date^" in page
    assert not any(words in page for words in ("own wish", "too late", "declined"))


def test_each_sees_only_what_their_rights_are_for(services):
    add_alerts(services, burning={"severity": Severity.CRITICAL})
    ask_to_fix(services)

    assert "Waiting for your approval" not in seen_by(services, ANALYST)
    assert "burning" not in seen_by(services, APPROVER)
    assert "none of Picket's rights" in seen_by(services, OUTSIDER)
    assert "burning" not in seen_by(services, OUTSIDER)


def test_the_last_audits_and_their_gaps_are_there(services):
    audited(services, [a_finding(), a_finding(check="iam-key-old", status=Status.UNKNOWN, reason="access denied")])

    page = seen_by(services, ANALYST)

    assert "*Last audited*\n• acme-prod: <!date^" in page
    assert "acme-prod, global: access denied (1 check: iam-key-old)" in page


def test_the_fullest_home_of_the_most_hostile_text_is_one_that_slack_takes(services):
    evil = {"title": "<!channel>|\n" + "&*" * 2000, "region": "<" * 900, "severity": Severity.CRITICAL}
    taken = {"acknowledged_by": ANALYST, "assigned_to": ANALYST, "acknowledged_at": NOW}
    for number in range(12):
        add_alerts(
            services,
            **{
                f"open{number}": evil,
                f"mine{number}": evil | taken | {"state": State.ACKNOWLEDGED},
                f"asleep{number}": evil | {"state": State.SNOOZED, "snoozed_until": NOW, "snoozed_by": "UOTHER"},
            },
        )
        ask_to_fix(services, id=f"r{number}", preview=Preview(name="<!here>" * 200, before={}, after={}))
    unknown = {"status": Status.UNKNOWN, "region": "<" * 99, "reason": "&" * 999}
    gaps = [a_finding(account=f"{number:012}", **unknown) for number in range(12)]
    audited(services, gaps)
    services.rights.settings.__dict__["approve"] = (ANALYST,)
    with services.store.write() as tx:
        tx.execute("update remediations set requested_by = 'UOTHER'")

    page = seen_by(services, ANALYST)

    assert page.count("Page 1 of ") == 7
    assert "<!channel>" not in page
    assert "<!here>" not in page


def test_of_a_list_any_page_can_be_seen_and_no_other(services):
    add_alerts(services, **{f"alert{i:02}": {"opened_at": NOW - timedelta(minutes=i)} for i in range(23)})

    with services.store.read() as tx:
        pages = [stored_home.page(tx, Listing.OPEN, ANALYST, number) for number in (1, 2, 3, 99, 0)]

    assert [(page.number, len(page.lines), page.total) for page in pages] == [
        (1, 10, 23), (2, 10, 23), (3, 3, 23), (3, 3, 23), (1, 10, 23),
    ]  # fmt: skip
    assert [alert.id for page in pages[:3] for alert in page.lines] == [f"alert{i:02}" for i in range(22, -1, -1)]


def test_what_is_wrong_with_picket_itself_is_said(services):
    since = NOW - timedelta(minutes=5)
    with services.store.write() as tx:
        hearing.begin(tx, since, "no echo")
        outbox.message(tx, "k", "C1", "waits", [], since)
        tx.execute(
            "insert into outbox(kind, key, channel, lane, body_json, created_at, not_before, failed_at, error) "
            "values ('message', 'dead', 'C1', 'C1', '{\"blocks\": []}', ?1, ?1, ?1, 'is_archived')",
            (since.isoformat(),),
        )

        drills.save(tx, Drill(id="d1", asked_by="", asked_at=since, due_at=since, sent_at=since, failed_at=NOW))
        place = {"account": ACCOUNT, "source": "guardduty", "since": since}
        looks.save(tx, Look(**place, region="eu-north-1", looked_at=since, missed=3))
        looks.save(tx, Look(**place, region="eu-west-1", failed_at=since, why="access denied"))

    page = seen_by(services, ANALYST)

    assert "The drill of <!date^" in page
    assert "The queue did not bring 3 things" in page
    assert "1 region cannot be compared with AWS." in page
    assert "AWS was last compared with the queue <!date^" in page
    assert "Slack is not heard since <!date^" in page
    assert "(no echo)" in page
    assert "Messages wait to be sent since <!date^" in page
    assert "Messages of the last week could not be posted; the newest: is" in page


def test_a_drill_that_came_through_is_said_beside_what_runs(services):
    with services.store.write() as tx:
        drills.save(tx, Drill(id="d1", asked_by="", asked_at=NOW, due_at=NOW, sent_at=NOW, posted_at=NOW))

    assert "No audit runs · the last drill came through <!date^" in seen_by(services, ANALYST)


def test_accounts_that_were_never_audited_come_first(services):
    audited(services, [a_finding(account="999988887777")])

    assert "*Last audited*\n• acme-prod: never\n• 999988887777: <!date^" in seen_by(services, ANALYST)


def test_opening_the_home_tab_draws_it_and_the_messages_tab_does_not(services):
    app = an_app(services)

    def opens(tab):
        event = {"type": "app_home_opened", "user": ANALYST, "channel": "D1", "tab": tab}
        body = {"type": "event_callback", "team_id": "T1", "event_id": f"E{tab}", "event": event}
        return app.dispatch(BoltRequest(mode="socket_mode", body=body))

    assert opens("messages").status == 200
    assert opens("home").status == 200
    while not outgoing(services):  # Bolt acks events before their listener runs
        services.store.wait(0, 5)
    [row] = outgoing(services)
    assert (row["kind"], row["user"]) == ("home", ANALYST)


def test_what_is_assigned_to_somebody_is_theirs_though_another_acknowledged_it(services):
    with services.store.write() as tx:
        an_alert(tx, title="Given to the analyst", assigned_to=ANALYST, assigned_by=APPROVER, assigned_at=NOW)
        an_alert(tx, id="alert2", title="Given and done", assigned_to=ANALYST, assigned_by=APPROVER, assigned_at=NOW,
                 state=State.RESOLVED, resolved_by=ANALYST, resolved_at=NOW, resolution="fixed")  # fmt: skip
        mine = stored_home.page(tx, Listing.MINE, ANALYST)

    assert [line.title for line in mine.lines] == ["Given to the analyst"]
    assert mine.total == 1
