"""Where an alert goes, and why."""

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from bot import relay
from bot.config import Account, Aws, Offline, Route
from bot.routing import idle, route
from bot.store import alerts
from checks.model import Severity
from tests.alerting import ACCOUNT, NOW, Clock, a_signal, an_alert, services
from tests.audit_builders import outgoing

REST = {"channel": "#rest"}


def routed(*routes, at=NOW, account=None, **signal):
    aws = Aws(accounts=[Account(id=ACCOUNT, **account)] if account else [])
    return route(Offline.model_validate({"routes": [*routes, REST], "aws": aws}), a_signal(**signal), at)


def goes(conditions, at=NOW, account=None, **signal):
    return routed({"channel": "#here", **conditions}, at=at, account=account, **signal).channel == "#here"


def test_the_first_route_that_matches_wins_and_those_below_are_not_looked_at():
    found = routed({"channel": "#first", "severity": "critical"}, {"channel": "#second", "sources": ["guardduty"]})

    assert found.channel == "#second"
    assert [step.failed for step in found.steps] == [("severity is high, not critical or worse",), ()]


def test_a_route_takes_its_severity_and_worse():
    assert goes({"severity": "medium"}, severity=Severity.HIGH)
    assert not goes({"severity": "critical"}, severity=Severity.HIGH)


def test_every_kind_of_condition_must_hold_and_those_that_fail_are_named():
    assert goes({"sources": ["guardduty"], "accounts": [ACCOUNT]})

    found = routed({"channel": "#here", "sources": ["config"], "accounts": ["999999999999"], "regions": ["eu-*"]})
    assert found.steps[0].failed == (
        "source is GuardDuty, not config",
        f"account is {ACCOUNT}, not 999999999999",
        "region is global, not eu-*",
    )


def test_patterns_have_star_and_question_mark_alone_as_special():
    assert goes({"types": ["*:IAMUser/*"]})
    assert goes({"types": ["cpu [prod] ?"]}, type="CPU [prod] 1")
    assert not goes({"types": ["cpu [prod]"]}, type="cpu p")
    assert goes({"regions": ["eu-*", "global"]}, region="eu-north-1")
    assert goes({"resources": ["*:user/al?ce"]})
    assert not goes({"resources": ["user/*"]})


def test_a_tag_of_the_resource_is_looked_at_where_the_source_tells_it():
    team = {"tags": ["team=pay*"]}

    assert goes(team, facts={"tags": {"team": "payments", "x": "y"}})
    assert not goes(team, facts={"tags": {"team": "web"}})
    assert not goes(team, facts={"tags": ["not", "a", "mapping"]})
    assert routed({"channel": "#here", **team}).steps[0].failed == ("tags are not known, not team=pay*",)


def test_a_route_may_be_of_an_environment_whatever_its_case():
    production = {"environments": ["production", "live"]}

    assert goes(production, account={"environment": "Production"})
    assert not goes(production, account={"environment": "staging"})
    assert not goes(production)


def test_a_route_may_be_of_an_organisational_unit_or_a_tag_of_the_account():
    account = {"units": ("r-ab12", "ou-ab12-11111111", "Workloads", "Workloads/Production"), "tags": {"team": "web"}}

    assert goes({"accounts": ["Workloads"]}, account=account)
    assert goes({"accounts": ["Workloads/Prod*"]}, account=account)
    assert goes({"accounts": ["team=w*"]}, account=account)
    assert goes({"accounts": ["ou-ab12-11111111"]}, account=account)


NIGHT = {"days": "mon-fri", "hours": "22:00-06:00", "time_zone": "Europe/Helsinki"}


@pytest.mark.parametrize(
    ("at", "holds"),
    [
        ("2026-11-25T19:59", False),  # a Wednesday, 21:59 in Helsinki
        ("2026-11-25T20:00", True),
        ("2026-11-26T03:59", True),
        ("2026-11-26T04:00", False),
        ("2026-11-28T03:59", True),  # Saturday morning: the night of Friday
        ("2026-11-28T20:00", False),
        ("2026-11-30T03:59", False),  # Monday morning: the night of Sunday
    ],
)
def test_hours_go_over_midnight_and_are_of_the_day_on_which_they_begin(at, holds):
    assert goes(NIGHT, at=datetime.fromisoformat(at).replace(tzinfo=UTC)) is holds


def test_a_night_is_an_hour_longer_when_the_clock_is_set_back():
    sunday = {"days": "sat", "hours": "22:00-06:00", "time_zone": "Europe/Helsinki"}  # to 25 October 2026

    assert goes(sunday, at=datetime(2026, 10, 24, 19, 0, tzinfo=UTC))
    assert goes(sunday, at=datetime(2026, 10, 25, 3, 59, tzinfo=UTC))
    assert not goes(sunday, at=datetime(2026, 10, 25, 4, 0, tzinfo=UTC))


def test_a_route_that_goes_on_has_the_card_and_the_others_a_copy():
    everybody = {"channel": "#critical", "severity": "high", "mention": "@here", "continue": True}
    team = {"channel": "#team", "accounts": [ACCOUNT], "mention": "S0TEAM", "continue": True}

    found = routed(everybody, team, everybody)
    assert (found.channel, found.mention) == ("#critical", "@here")
    assert found.copies == {"#team": "S0TEAM", "#rest": ""}
    assert len(found.steps) == 4


def test_settings_without_a_route_for_everything_are_refused():
    with pytest.raises(ValidationError, match="none of them catches everything, so an alert could have no channel"):
        Offline(routes=[Route(channel="#night", hours="20:00-08:00"), Route(channel="#low", severity="low")])


def test_a_route_that_is_never_reached_is_refused():
    with pytest.raises(ValidationError, match=r"routes.1: it is never reached, because routes.0 catches everything"):
        Offline(routes=[Route(channel="#all"), Route(channel="#critical", severity="critical")])

    both = [{"channel": "#all", "continue": True}, {"channel": "#critical", "severity": "critical"}]
    assert len(Offline.model_validate({"routes": both}).routes) == 2


def test_a_word_that_means_no_account_is_refused():
    unit = Route(channel="#here", accounts=["Workloads/Production"])
    tagged = Route(channel="#here", accounts=["team=web"])
    rest = Route(**REST)
    asked = {"enabled": True, "environment_tag": ""}

    with pytest.raises(ValidationError, match=r"routes.0.accounts: 'Workloads/Production' means no account: .*not ena"):
        Offline(routes=[unit, rest])
    with pytest.raises(ValidationError, match=r"no tag of an account is read; set aws.organization.environment_tag"):
        Offline(routes=[tagged, rest], aws=Aws(organization=asked))
    assert Offline(routes=[unit, rest], aws=Aws(organization=asked))
    assert Offline(routes=[tagged, rest], aws=Aws(accounts=[Account(id=ACCOUNT, tags={"team": "web"})]))


def test_a_word_that_means_no_account_of_the_organisation_is_warned_of():
    words = {"channel": "#here", "accounts": ["Workloads/Prod*", "Typo", "999988887777"]}
    account = Account(id=ACCOUNT, units=("Workloads/Production",))
    aws = Aws(accounts=[account], organization={"enabled": True})
    settings = Offline.model_validate({"routes": [words, REST], "aws": aws})

    assert idle(settings) == ["Typo in routes.0.accounts means no account; correct it or take it out."]


ROUTES = [
    {"channel": "#night", "days": "mon-sun", "hours": "22:00-06:00", "mention": "S0NIGHT"},
    {"channel": "#all", "continue": True},
    {"channel": "#critical", "severity": "critical", "mention": "@here"},
]


@pytest.fixture
def picket(tmp_path):
    return services(tmp_path, Clock(), routes=ROUTES)


def take(picket, **facts):
    signal = a_signal(**facts)
    with picket.store.write() as tx:
        relay.take(picket, tx, signal)
        return alerts.get(tx, signal.alert_id)


def sent(picket):
    """Channel and card, the newest of each key."""
    return {row["key"]: row for row in outgoing(picket) if row["parent"] is None}


def test_what_gets_worse_has_its_copy_where_it_must_now_be_known(picket):
    alert = take(picket)
    assert dict(alert.places) == {alert.key: "#all"}

    take(picket, event_id="e2", severity=Severity.CRITICAL, at=NOW.replace(hour=9, minute=30))
    cards = sent(picket)
    assert [row["channel"] for row in cards.values()] == ["#all", "#critical"]
    home, copy = (row["body_json"] for row in cards.values())
    assert "Copy; its thread is in #all" in copy
    assert "Copy" not in home
    assert "<!here>" in copy
    assert "<!here>" not in home
    assert "alert:acknowledge" in copy


def test_a_copy_is_edited_with_its_card_and_says_where_a_new_one_is(picket):
    alert = take(picket, severity=Severity.CRITICAL)
    relay.move(picket, alert.id, lambda each: (each.resolved("U1", "fixed", NOW), []))
    assert all("Resolved" in row["body_json"] for row in sent(picket).values())

    picket.now.now = datetime(2026, 11, 25, 23, 0, tzinfo=UTC)
    again = take(picket, event_id="e2", severity=Severity.CRITICAL, at=picket.now())
    assert (again.channel, again.copies) == ("#night", {})
    cards = sent(picket)
    assert all("now in #night" in cards[key]["body_json"].replace("is now", "now") for key, _ in alert.places)
    assert cards[again.key]["channel"] == "#night"


def test_neither_channel_nor_mention_change_by_the_clock(picket):
    alert = take(picket)
    picket.now.now = datetime(2026, 11, 25, 23, 0, tzinfo=UTC)

    later = take(picket, event_id="e2", count=2, at=picket.now())
    assert (later.channel, later.mention, later.cards) == ("#all", "", alert.cards)
    with picket.store.write() as tx:
        assert "S0NIGHT" not in str(relay.shown(picket, tx, later).blocks)


def test_an_alert_has_one_place_for_each_channel():
    alert = an_alert()

    assert alert.places == ((alert.key, "C1"),)
