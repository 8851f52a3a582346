"""The policy evaluator, against a plain one that looks at every action and resource of a small world."""

import json
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks import policy
from checks.policy import PolicyError, administers, allows_all, decide, matches, parse

MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}


def allow(action="*", resource="*", **more):
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action="*", resource="*", **more):
    return {**allow(action, resource, **more), "Effect": "Deny"}


def statements(*raw):
    return parse({"Version": "2012-10-17", "Statement": list(raw)}, "p")


# ── patterns ──


def as_regex(pattern):
    return "".join({"*": ".*", "?": "."}.get(letter, re.escape(letter)) for letter in pattern)


@given(st.text("ab:*?", max_size=8), st.text("ab:", max_size=8))
def test_patterns_mean_what_the_same_regular_expression_means(pattern, text):
    assert matches(pattern, text) == bool(re.fullmatch(as_regex(pattern), text))


def test_a_hostile_pattern_takes_no_time():
    started = time.monotonic()
    assert not matches("*a" * 200 + "b", "a" * 2000)
    assert time.monotonic() - started < 5


# ── decisions, against brute force ──

ACTIONS = ("a:x", "a:y", "b:x", "B:Y")
RESOURCES = ("r", "s")
one_or_more = st.lists(st.sampled_from(["*", "a:*", "?:x", "A:X", "b:y", "c:z"]), min_size=1, max_size=2)
some_resources = st.lists(st.sampled_from(["*", "r", "?", "t"]), min_size=1, max_size=2)


@st.composite
def raw_statements(draw):
    raw = {"Effect": draw(st.sampled_from(["Allow", "Allow", "Deny"]))}
    actions, resources = draw(one_or_more), draw(some_resources)
    as_string = draw(st.booleans())
    raw[draw(st.sampled_from(["Action", "NotAction"]))] = actions[0] if as_string else actions
    raw[draw(st.sampled_from(["Resource", "NotResource"]))] = resources[0] if as_string else resources
    if draw(st.integers(0, 3)) == 0:
        raw["Condition"] = MFA
    return raw


def listed(value):
    return [value] if isinstance(value, str) else value


def speaks(raw, action, resource):
    def hit(key, text, flags=0):
        return any(re.fullmatch(as_regex(p), text, flags) for p in listed(raw[key]))

    on_action = hit("Action", action, re.I) if "Action" in raw else not hit("NotAction", action, re.I)
    on_resource = hit("Resource", resource) if "Resource" in raw else not hit("NotResource", resource)
    return on_action and on_resource


def plainly_allowed(document, action, resource):
    """With every condition met where it allows, and not met where it denies: as wide as it can be."""
    speaking = [raw for raw in document if speaks(raw, action, resource)]
    if any(raw["Effect"] == "Deny" and "Condition" not in raw for raw in speaking):
        return False
    return any(raw["Effect"] == "Allow" for raw in speaking)


@given(st.lists(raw_statements(), max_size=4), st.none() | st.lists(raw_statements(), max_size=3))
def test_decisions_are_those_of_the_plain_evaluator(document, boundary):
    held = statements(*document)
    limit = None if boundary is None else statements(*boundary)
    for action in ACTIONS:
        for resource in RESOURCES:
            expected = plainly_allowed(document, action, resource)
            if boundary is not None:
                expected = expected and plainly_allowed(boundary, action, resource)
            assert decide(held, action, resource, limit).allowed == expected


@given(st.lists(raw_statements(), max_size=5))
def test_who_is_allowed_everything_is_allowed_each_thing_that_no_statement_names(document):
    held = statements(*document)
    if allows_all(held).allowed:
        assert decide(held, "zebra:Stripe", "arn:aws:zebra:::herd").allowed


@given(st.lists(raw_statements(), max_size=4))
def test_one_more_deny_never_makes_an_administrator(document):
    before = administers(statements(*document)).allowed
    after = administers(statements(*document, deny("a:*"))).allowed
    assert before >= after


# ── administrators ──


@pytest.mark.parametrize(
    "raw",
    [
        [allow()],
        [allow(["*"], ["*"])],
        [allow("*:*")],
        [allow(["s3:*", "*"])],
        [allow("**")],
        [allow(resource="arn:aws:*")],
        [{"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}],
        [{"Effect": "Allow", "NotAction": ["iam:CreateUser", "aws-portal:*"], "Resource": "*"}],
        [{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}, allow("IAM:*")],
        [{"Effect": "Allow", "Action": "*", "NotResource": "arn:aws:s3:::secret/*"}],
        [allow(), deny("s3:DeleteBucket")],
        [allow(), deny("iam:DeleteUser")],
        [allow(), deny("*", "arn:aws:s3:::secret/*")],
        [allow(), deny(Condition={"StringEquals": {"aws:RequestedRegion": "us-east-1"}})],
    ],
)
def test_an_administrator_is_found_however_it_is_written(raw):
    decision = administers(statements(*raw))
    assert decision.allowed
    assert decision.policies == ("p",)
    assert not decision.narrowed


@pytest.mark.parametrize(
    "raw",
    [
        [],
        [allow("iam:*")],
        [allow("s3:*")],
        [allow("a*:*")],
        [allow("???:*")],
        [allow(resource="arn:aws:s3:::mine/*")],
        [allow(resource="arn:aws:iam::111122223333:user/x")],
        [{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}],
        [{"Effect": "Allow", "NotAction": ["s3:*", "IAM:*"], "Resource": "*"}],
        [{"Effect": "Allow", "NotAction": "*", "Resource": "*"}],
        [{"Effect": "Allow", "Action": "*", "NotResource": "*"}],
        [allow(), deny("iam:*")],
        [allow(), deny("*")],
        [allow(), {"Effect": "Deny", "NotAction": "s3:*", "Resource": "*"}],
        [allow(), deny("iam:*", "arn:aws:iam::*:*")],
    ],
)
def test_who_has_less_than_everything_is_no_administrator(raw):
    assert not administers(statements(*raw)).allowed


def test_arns_that_name_the_own_account_count_as_all_of_it():
    held = statements(allow("*", "arn:aws:*:*:111122223333:*"))
    assert not administers(held).allowed
    assert administers(held, account="111122223333").allowed


def test_services_without_region_or_account_in_their_arns_are_asked_for_as_they_are_written():
    assert allows_all(statements(allow("s3:*", "arn:aws:s3:::*")), "s3").allowed
    assert allows_all(statements(allow("iam:*", "arn:aws:iam::*:*")), "iam").allowed
    assert not allows_all(statements(allow("s3:*", "arn:aws:s3:::mine*")), "s3").allowed


def test_a_boundary_limits_and_a_deny_in_it_denies():
    held = statements(allow())
    assert administers(held, statements(allow())).allowed
    assert not administers(held, statements(allow("s3:*"))).allowed
    assert not administers(held, statements(allow(), deny("iam:*"))).allowed
    assert not administers(held, ()).allowed
    assert not administers((), statements(allow())).allowed


# ── conditions ──

IN_ORGANISATION = {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}


@pytest.mark.parametrize(
    "condition",
    [
        MFA,
        {"Bool": {"aws:multifactorauthpresent": True}},
        {"NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}},
        {"Null": {"aws:MultiFactorAuthAge": "false"}},
        {"IpAddress": {"aws:SourceIp": ["203.0.113.0/24"]}},
        {"StringEquals": {"aws:SourceVpce": "vpce-1"}},
        IN_ORGANISATION,
        {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-1/*"}},
        {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::1:role/x"}},
        {"StringLike": {"aws:PrincipalArn": "*"}, **MFA},
    ],
)
def test_conditions_on_mfa_source_organisation_and_principal_narrow_a_grant(condition):
    decision = administers(statements(allow(Condition=condition)))
    assert decision.allowed
    assert decision.narrowed
    assert json.loads(decision.conditions[0]) == condition


@pytest.mark.parametrize(
    "condition",
    [
        {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}},
        {"StringEquals": {"aws:RequestTag/Team": "x"}},
        {"Bool": {"aws:MultiFactorAuthPresent": "false"}},
        {"Null": {"aws:MultiFactorAuthAge": "true"}},
        {"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}},
        {"StringLike": {"aws:PrincipalArn": ["*"]}},
        {"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}},
        {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
        {"odd": "condition"},
    ],
)
def test_other_conditions_do_not_narrow_but_are_quoted(condition):
    decision = administers(statements(allow(Condition=condition)))
    assert decision.allowed
    assert not decision.narrowed
    assert decision.conditions


@pytest.mark.parametrize(
    "condition",
    [
        {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}},
        {"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}},
        {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
        {"NumericGreaterThan": {"aws:MultiFactorAuthAge": "3600"}},
    ],
)
def test_a_deny_for_those_who_lack_something_narrows(condition):
    decision = administers(statements(allow(), deny(Condition=condition)))
    assert decision.allowed
    assert decision.narrowed


def test_a_grant_without_a_condition_beside_one_with_is_not_narrowed():
    decision = administers(statements(allow(Condition=MFA), allow()))
    assert (decision.allowed, decision.narrowed, decision.conditions) == (True, False, ())


def test_a_boundary_with_a_condition_narrows():
    decision = administers(statements(allow()), statements(allow(Condition=MFA)))
    assert (decision.allowed, decision.narrowed) == (True, True)


def test_an_empty_condition_is_none():
    assert not administers(statements(allow(Condition={}))).narrowed
    assert not administers(statements(allow(), deny(Condition={}))).allowed


# ── documents ──


def test_a_document_may_be_json_text_and_its_statement_one_or_many():
    one = json.dumps({"Statement": allow()})
    assert parse(one) == parse({"Statement": [allow()]})


def test_a_trust_policy_has_no_resource_and_is_about_all():
    assert parse({"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole"}})[0].resources == ("*",)


def test_resources_are_case_sensitive_and_actions_are_not():
    held = statements(allow("S3:getObject", "arn:aws:s3:::Mine/*"))
    assert decide(held, "s3:GetObject", "arn:aws:s3:::Mine/a").allowed
    assert not decide(held, "s3:GetObject", "arn:aws:s3:::mine/a").allowed


def test_a_policy_variable_is_nobody_elses():
    held = statements(allow("iam:*", "arn:aws:iam::*:user/${aws:username}"))
    assert not decide(held, "iam:CreateAccessKey", "arn:aws:iam::1:user/bob").allowed


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        ("{", "not JSON"),
        ([], "not a JSON object"),
        (None, "not a JSON object"),
        ({"Statement": 7}, "no list of statements"),
        ({}, "no list of statements"),
        ({"Statement": ["x"]}, "neither allows nor denies"),
        ({"Statement": {"Effect": "allow", "Action": "*"}}, "neither allows nor denies"),
        ({"Statement": {"Effect": "Allow", "Resource": "*"}}, "without an action"),
        ({"Statement": allow(Condition=["x"])}, "condition that is not a JSON object"),
    ],
)
def test_what_is_not_a_policy_says_what_is_wrong_with_it(document, fault):
    with pytest.raises(PolicyError, match=f"policy mine .*{fault}|policy mine is {fault}"):
        parse(document, "mine")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=4),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["Statement", "Effect", "Action", "Resource", "Condition", "x"]), inner, max_size=4
            )
        ),
        max_leaves=12,
    )
)
def test_no_document_breaks_the_evaluator(document):
    try:
        held = policy.parse(document)
    except PolicyError:
        return
    administers(held, held)


@given(st.dictionaries(st.text(max_size=6), st.recursive(st.none() | st.text(max_size=4), st.lists), max_size=3))
def test_no_condition_breaks_the_evaluator(condition):
    administers(statements(allow(Condition={"StringLike": condition})))
    administers(statements(allow(Condition={**condition})))
