"""Where an alert goes."""

from bot.config import Account, Aws, Offline, Route
from bot.routing import matches, route
from checks.model import Severity
from tests.alerting import ACCOUNT, a_signal


def a_route(**conditions):
    return Route(channel="#c", **conditions)


def test_the_first_route_that_matches_wins():
    routes = [a_route(severity="critical"), Route(channel="#second"), Route(channel="#third")]

    assert route(Offline(routes=routes), a_signal()).channel == "#second"


def test_what_no_route_matches_goes_to_the_last():
    routes = [Route(channel="#first", severity="critical"), Route(channel="#last", severity="critical")]

    assert route(Offline(routes=routes), a_signal()).channel == "#last"


def test_a_route_takes_its_severity_and_worse():
    assert matches(a_route(severity="medium"), a_signal(severity=Severity.HIGH))
    assert not matches(a_route(severity="critical"), a_signal(severity=Severity.HIGH))


def test_every_condition_must_hold():
    assert matches(a_route(sources=["guardduty"], accounts=[ACCOUNT]), a_signal())
    assert not matches(a_route(sources=["guardduty"], accounts=["999999999999"]), a_signal())


def test_types_are_patterns_in_which_star_and_question_mark_alone_are_special():
    assert matches(a_route(types=["*:IAMUser/*"]), a_signal())
    assert matches(a_route(types=["cpu [prod] ?"]), a_signal(type="CPU [prod] 1"))
    assert not matches(a_route(types=["cpu [prod]"]), a_signal(type="cpu p"))


def test_a_route_may_be_of_an_environment_whatever_its_case():
    production = a_route(environments=["production", "live"])

    assert matches(production, a_signal(), "Production")
    assert not matches(production, a_signal(), "staging")
    assert not matches(production, a_signal())
    assert matches(a_route(), a_signal(), "staging")


def test_the_environment_is_that_of_the_account_in_the_settings():
    routes = [Route(channel="#live", environments=["production"]), Route(channel="#rest")]
    live = Aws(accounts=[Account(id=ACCOUNT, environment="Production")])

    assert route(Offline(routes=routes, aws=live), a_signal()).channel == "#live"
    assert route(Offline(routes=routes), a_signal()).channel == "#rest"
