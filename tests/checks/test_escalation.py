"""The known paths to all rights."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks import escalation, policy
from tests.builders import ACCOUNT
from tests.service_builders import a_document

SELF = f"arn:aws:iam::{ACCOUNT}:user/${{aws:username}}"
BOB = f"arn:aws:iam::{ACCOUNT}:user/bob"


def paths(*documents):
    statements = [s for document in documents for s in policy.parse(document)]
    return escalation.paths(statements, ACCOUNT)


def texts(*documents):
    return [path.text for path in paths(*documents)]


def denied(*actions, on="*"):
    return {"Statement": {"Effect": "Deny", "Action": list(actions), "Resource": on}}


@pytest.mark.parametrize("action", escalation.WRITES)
def test_writing_to_iam_is_a_path_on_anything_and_on_named_others(action):
    kind = escalation.WRITES[action]
    assert texts(a_document(action)) == [f"{action} on any {kind}"]
    assert texts(a_document(action, on=f"arn:aws:iam::*:{kind}/*")) == [f"{action} on any {kind}"]
    assert texts(a_document(action, on=f"arn:aws:iam::{ACCOUNT}:{kind}/bob")) == [f"{action} on {kind} bob"]


@pytest.mark.parametrize("action", sorted(escalation.CREDENTIALS))
def test_credentials_of_ones_own_are_no_path(action):
    assert texts(a_document(action, on=SELF)) == []
    assert texts(a_document(action, on=[SELF, BOB])) == [f"{action} on user bob"]


def test_policies_of_ones_own_are_a_path():
    assert texts(a_document("iam:PutUserPolicy", on=SELF)) == ["iam:PutUserPolicy on oneself"]


def test_a_target_of_another_kind_is_no_path():
    assert texts(a_document("iam:*", on="arn:aws:s3:::bucket")) == []
    assert not [text for text in texts(a_document("iam:*", on=BOB)) if "role" in text or "group" in text]


def test_a_deny_takes_a_path_away():
    assert texts(a_document("iam:CreateAccessKey"), denied("iam:CreateAccessKey")) == []
    assert texts(a_document("iam:CreateAccessKey", on=BOB), denied("iam:*", on=BOB)) == []


PASSES = [(service, [group[0] for group in groups]) for service, groups in escalation.PASSES]


@pytest.mark.parametrize(("service", "actions"), PASSES, ids=["+".join(actions) for _, actions in PASSES])
def test_passing_any_role_to_what_runs_code_is_a_path_and_half_of_it_is_none(service, actions):
    whole = "iam:PassRole + " + " + ".join(actions)
    assert texts(a_document("iam:PassRole", *actions)) == [whole]
    assert texts(a_document(*actions)) == []
    assert texts(a_document("iam:PassRole", *actions[:-1])) == []


@given(st.sampled_from(PASSES), st.data())
def test_the_actions_of_a_path_may_lie_in_several_statements(found, data):
    _, actions = found
    words = data.draw(st.permutations(["iam:PassRole", *actions]))
    split = data.draw(st.integers(0, len(words)))
    documents = [a_document(*part) for part in (words[:split], words[split:]) if part]
    assert len(texts(*documents)) == 1


@pytest.mark.parametrize("second", ["lambda:InvokeFunction", "lambda:CreateEventSourceMapping"])
def test_a_function_needs_an_invocation_or_an_event_source(second):
    assert texts(a_document("iam:PassRole", "lambda:CreateFunction", second)) == [
        f"iam:PassRole + lambda:CreateFunction + {second}"
    ]


def test_passing_one_named_role_is_no_path():
    role = f"arn:aws:iam::{ACCOUNT}:role/web-server"
    assert texts(a_document("iam:PassRole", on=role), a_document("ec2:RunInstances")) == []


def test_code_of_named_things_runs_as_any_role_all_the_same():
    function = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:app-*"
    second = a_document("lambda:CreateFunction", "lambda:InvokeFunction", on=function)
    assert len(texts(a_document("iam:PassRole"), second)) == 1


@pytest.mark.parametrize(
    ("services", "count"),
    [
        ("ec2.amazonaws.com", 1),
        ("ec2.amazonaws.com.cn", 1),
        (["lambda.amazonaws.com", "ec2.*"], 1),
        ("lambda.amazonaws.com", 0),
    ],
)
def test_a_role_that_may_be_passed_to_one_service_alone_is_a_path_by_that_service_alone(services, count):
    condition = {"StringLike": {"iam:PassedToService": services}}
    passing = a_document("iam:PassRole", Condition=condition)
    assert len(texts(passing, a_document("ec2:RunInstances"))) == count


@pytest.mark.parametrize("action", escalation.CHANGES)
def test_changing_any_code_that_runs_is_a_path_and_changing_one_function_is_none(action):
    assert texts(a_document(action)) == [f"{action} on any {escalation.CHANGES[action]}"]
    service = action.partition(":")[0]
    assert texts(a_document(action, on=f"arn:aws:{service}:eu-west-1:{ACCOUNT}:thing/one")) == []


def test_a_path_is_narrowed_where_one_of_its_actions_is():
    mfa = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    (path,) = paths(a_document("iam:PassRole"), a_document("ec2:RunInstances", Condition=mfa))
    assert path.narrowed
    assert "MultiFactorAuthPresent" in path.conditions[0]


def test_nothing_else_of_iam_is_a_path():
    assert texts(a_document("iam:Get*", "iam:List*", "iam:ChangePassword", "iam:CreateUser", "iam:PassRole")) == []


def test_a_policy_without_resources_is_no_path():
    assert texts({"Statement": {"Effect": "Allow", "Action": "iam:*", "Resource": []}}) == []
