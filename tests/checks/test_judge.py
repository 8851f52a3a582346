"""Judging: one finding for each check and resource, whatever goes wrong."""

import dataclasses
import pickle

import pytest

from checks.catalog import CATALOG
from checks.inventory import GapError, Inventory, View, foremost, known
from checks.inventory.ec2 import NetworkInterface, SecurityGroup
from checks.inventory.iam import Group, Root, User
from checks.judge import judge
from checks.model import Accepted, LeftOut, Problem, Severity, Status, Unknown, check
from checks.settings import CheckSettings
from tests.builders import (
    REGION,
    a_gap,
    a_group_rule,
    a_key,
    a_password_policy,
    a_root,
    a_security_group,
    a_user,
    ago,
    an_interface,
    an_inventory,
)


def made(judging, id_="iam-test-bad", **facts):
    """A check of users that answers as `judging` does."""
    facts = {
        "title": "Bad",
        "services": ("iam",),
        "severity": Severity.MEDIUM,
        "why": "Because.",
        "fix": "Do.",
        "references": (),
        "judges": User,
        **facts,
    }
    return check(id=id_, **facts)(judging)


def judged(one, *records, **settings):
    gaps = settings.pop("gaps", ())
    return list(judge(an_inventory(*records, gaps=gaps), [one], CheckSettings(**settings)))


@pytest.mark.parametrize(
    ("verdict", "status", "reason"),
    [
        (None, Status.PASS, ""),
        (Problem({"a": 1}), Status.FAIL, ""),
        (Unknown("hidden"), Status.UNKNOWN, "hidden"),
        (LeftOut("excepted"), Status.MUTED, "excepted"),
    ],
)
def test_a_verdict_becomes_a_finding_of_that_resource(verdict, status, reason):
    (finding,) = judged(made(lambda _user, _view: verdict), a_user())
    assert (finding.status, finding.reason, finding.severity) == (status, reason, Severity.MEDIUM)
    assert (finding.resource, finding.region) == ("arn:aws:iam::111122223333:user/alice", "global")
    assert (finding.account, finding.title, finding.check) == ("111122223333", "Bad", "iam-test-bad")


def test_a_pass_may_say_what_it_rests_on():
    (finding,) = judged(made(lambda _user, _view: Accepted({"instead": "a lock"})), a_user())
    assert (finding.status, finding.evidence, finding.reason) == (Status.PASS, {"instead": "a lock"}, "")


def test_what_was_seen_anywhere_comes_with_the_gaps_of_the_rest():
    inventory = an_inventory(a_security_group(), gaps=[a_gap(SecurityGroup, "us-east-1"), a_gap(User)])
    view = View(inventory=inventory, settings=CheckSettings(), allowed=frozenset({SecurityGroup}))
    groups, gaps = view.seen(SecurityGroup)
    assert ([group.region for group in groups], [gap.region for gap in gaps]) == ([REGION], ["us-east-1"])
    with pytest.raises(LookupError, match="User without declaring it"):
        view.seen(User)


def test_every_resource_gets_an_answer_and_nothing_there_gives_none():
    one = made(lambda user, _view: Problem({}) if user.name == "bob" else None)
    assert [f.status for f in judged(one, a_user(), a_user("bob"))] == [Status.PASS, Status.FAIL]
    assert judged(one) == []


def test_a_gap_in_the_judged_type_is_one_unknown_of_the_account_and_the_rest_is_judged():
    gaps = [a_gap(SecurityGroup, "us-east-1"), a_gap(NetworkInterface, "us-east-1"), a_gap(Root)]
    one = made(lambda _group, _view: None, judges=SecurityGroup)
    unknown, passed = judged(one, a_security_group(), gaps=gaps)
    assert (unknown.status, unknown.region) == (Status.UNKNOWN, "us-east-1")
    assert unknown.reason == "AccessDenied: not allowed to read it (missing permission: x:DescribeIt)"
    assert unknown.evidence == {
        "not_read": "SecurityGroup",
        "region": "us-east-1",
        "missing_permission": "x:DescribeIt",
    }
    assert passed.status is Status.PASS


def test_a_gap_without_a_missing_permission_names_none():
    one = made(lambda _user, _view: None)
    (finding,) = judged(one, gaps=[a_gap(User, reason="throttled to the end", permission="")])
    assert finding.reason == "throttled to the end"
    assert "missing_permission" not in finding.evidence


def test_a_gap_in_what_a_check_reads_makes_that_resource_unknown():
    one = made(lambda _user, view: Problem({}) if view.of(Group) else None, reads=(Group,))
    (finding,) = judged(one, a_user(), gaps=[a_gap(Group, permission="iam:ListGroups")])
    assert finding.status is Status.UNKNOWN
    assert finding.resource.endswith("user/alice")
    assert "iam:ListGroups" in finding.reason


def test_what_is_unknown_by_nature_is_told_from_what_failed():
    at_home = made(lambda _user, _view: Unknown("another account sees it", by_nature=True))
    elsewhere = made(lambda _user, view: known(a_gap(Group, by_nature=True)))
    refused = made(lambda _user, view: known(foremost([a_gap(Group, by_nature=True), a_gap(Group)])))
    found = [finding for one in (at_home, elsewhere, refused) for finding in judged(one, a_user())]
    assert [finding.by_nature for finding in found] == [True, True, False]


def test_one_checks_bug_is_unknown_and_does_not_lose_the_audit():
    def broken(user, _view):
        return {}[user.name]

    inventory = an_inventory(a_user(), a_root(mfa=False))
    found = list(judge(inventory, [made(broken), CATALOG["iam-root-no-mfa"]], CheckSettings()))
    assert [f.status for f in found] == [Status.UNKNOWN, Status.FAIL]
    assert "this check failed on arn:aws:iam::111122223333:user/alice: a fault of Picket" in found[0].reason
    assert "KeyError" in found[0].reason


def test_reading_what_was_not_declared_is_a_fault():
    one = made(lambda _user, view: view.of(Group) and None)
    (finding,) = judged(one, a_user())
    assert finding.status is Status.UNKNOWN
    assert "reads Group without declaring it" in finding.reason


def test_a_view_shows_one_region_and_raises_only_for_the_gaps_there():
    here, there = an_interface(), an_interface(id="eni-2", region="us-east-1")
    inventory = an_inventory(here, there, gaps=[a_gap(NetworkInterface, "us-east-1")])
    view = View(inventory=inventory, settings=CheckSettings(), allowed=frozenset({NetworkInterface}))
    assert view.of(NetworkInterface, REGION) == (here,)
    for region in ("us-east-1", None):
        with pytest.raises(GapError):
            view.of(NetworkInterface, region)


def test_ages_are_whole_days_rounded_down_and_never_negative():
    view = View(inventory=an_inventory(), settings=CheckSettings(), allowed=frozenset())
    assert [view.age(ago(days)) for days in (0, 0.9, 90.5, 91, -3)] == [0, 0, 90, 91, 0]


def test_an_index_is_worked_out_once_for_all_resources():
    asked = []
    view = View(inventory=an_inventory(), settings=CheckSettings(), allowed=frozenset())

    def index(_view, region):
        asked.append(region)
        return region

    assert [view.once(index, r) for r in ("a", "a", "b")] == ["a", "a", "b"]
    assert asked == ["a", "b"]


# ── settings ──


def test_a_check_that_is_switched_off_gives_nothing():
    assert judged(made(lambda _user, _view: Problem({})), a_user(), disabled=("iam-test-bad",)) == []


@pytest.mark.parametrize(
    ("given", "own", "expected"),
    [
        (None, "high", Severity.HIGH),
        (None, "critical", Severity.CRITICAL),
        (Severity.LOW, "critical", Severity.HIGH),
        (Severity.LOW, "low", Severity.LOW),
        (Severity.HIGH, "low", Severity.MEDIUM),
        (Severity.HIGH, "Critical", Severity.CRITICAL),
        (Severity.LOW, "info", Severity.INFO),
    ],
)
def test_an_operators_severity_moves_with_the_verdict(given, own, expected):
    one = made(lambda _user, _view: Problem({}, given))
    (finding,) = judged(one, a_user(), severity={"iam-test-bad": own})
    assert finding.severity is expected


# ── processes ──


def a_whole_account() -> Inventory:
    return an_inventory(
        a_root(mfa=False),
        a_user(keys=(a_key(created=ago(400)),)),
        a_password_policy(max_age=None),
        a_security_group(a_group_rule("0.0.0.0/0", protocol="-1", ports=None)),
        an_interface(),
        gaps=[a_gap(SecurityGroup, "us-east-1")],
    )


def test_inventories_and_findings_travel_between_processes():
    inventory = a_whole_account()
    copy = pickle.loads(pickle.dumps(inventory))  # noqa: S301
    assert copy == inventory
    findings = list(judge(copy, CATALOG.values(), CheckSettings()))
    assert findings == list(judge(inventory, CATALOG.values(), CheckSettings()))
    assert pickle.loads(pickle.dumps(findings)) == findings  # noqa: S301


def test_a_finding_keeps_its_identity_from_audit_to_audit():
    inventory = a_whole_account()
    later = dataclasses.replace(inventory, collected_at=ago(-1))
    first, second = ([f.id for f in judge(i, CATALOG.values(), CheckSettings())] for i in (inventory, later))
    assert first == second
    assert len(set(first)) == len(first)
