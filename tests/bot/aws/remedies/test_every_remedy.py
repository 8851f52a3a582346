"""What holds for every remedy, on a resource of each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from bot.aws.remedies import REMEDIES
from bot.errors import AwsDenied, NotFound
from bot.remedy import Clients, Preview, Remedy, Subject, Target, between
from tests.bot.aws.remedies.cases import CASES, Case
from tests.bot.aws.remedies.conftest import an_account

NOW = datetime.now(UTC)
TOLD_BY_TESTS_OF_THEIR_OWN = {"iam-deactivate-key", "ec2-revoke-ingress", "guardduty-archive-finding"}
ALL = [
    pytest.param(id_, case, id=f"{id_} {name}".strip()) for id_, cases in CASES.items() for name, case in cases.items()
]
UNDOABLE = [one for one in ALL if REMEDIES[one.values[0]].undo]
REMOVABLE = [one for one in ALL if one.values[1].remove]
_READS = ("Describe", "Get", "List")
_ACTIONS = {
    "s3:GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
    "s3:PutPublicAccessBlock": "s3:PutBucketPublicAccessBlock",
    "s3:DeletePublicAccessBlock": "s3:PutBucketPublicAccessBlock",
}
"""Where the action has another name than the operation, by the Service Authorization Reference."""
_BESIDES = {
    "guardduty-enable": {"iam:CreateServiceLinkedRole"},
    "ec2-snapshot-volumes": {"ec2:CreateTags"},
    "ec2-revoke-egress": {"ec2:CreateTags"},
}
"""What AWS asks for beside the call itself."""


class Killed(BaseException):
    """The process ends here."""


class Wire:
    """Listens to every call, and can cut it short."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.writes = 0
        self.killed_after: int | None = None
        self.denied = False

    def call(self, send: Any, client: BaseClient, operation: str, parameters: dict[str, Any]) -> Any:
        name = f"{client.meta.service_model.service_id.hyphenize()}:{operation}"
        is_write = not operation.startswith(_READS)
        if self.denied and is_write:
            raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, operation)
        answer = send(client, operation, parameters)
        self.calls.append(_action(name))
        if is_write:
            self.writes += 1
            if self.writes == self.killed_after:
                raise Killed
        return answer

    @contextmanager
    def hearing(self, heard: set[str]) -> Iterator[None]:
        """Add the actions of the calls that are made meanwhile."""
        before = len(self.calls)
        yield
        heard.update(self.calls[before:])


def _action(name: str) -> str:
    name = name.replace("config-service:", "config:")
    return _ACTIONS.get(name, name)


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    wire, send = Wire(), BaseClient._make_api_call  # type: ignore[attr-defined]
    monkeypatch.setattr(
        BaseClient, "_make_api_call", lambda client, operation, given: wire.call(send, client, operation, given)
    )
    return wire


def aimed(remedy: Remedy, subject: Subject) -> Target:
    target = remedy.fits(subject)
    assert target is not None
    return target


def look(remedy: Remedy, clients: Clients, target: Target) -> Preview:
    return remedy.preview(clients, target, NOW)


def test_every_remedy_has_a_resource_to_be_tried_on() -> None:
    assert CASES.keys() | TOLD_BY_TESTS_OF_THEIR_OWN == REMEDIES.keys()


@pytest.mark.parametrize(("id_", "case"), ALL)
def test_applied_it_is_as_the_preview_said_and_asked_again_it_does_nothing(
    id_: str, case: Case, clients: Clients, wire: Wire
) -> None:
    remedy = REMEDIES[id_]
    target = aimed(remedy, case.build(clients))
    saved = look(remedy, clients, target)
    assert not saved.already_done
    assert saved.name
    assert saved.effects
    remedy.apply(clients, target, saved)
    seen = look(remedy, clients, target)
    assert seen.before == saved.after
    assert seen.already_done
    writes = wire.writes
    remedy.apply(clients, target, seen)
    assert wire.writes == writes


@pytest.mark.parametrize(("id_", "case"), UNDOABLE)
def test_undone_it_is_as_it_was(id_: str, case: Case, clients: Clients) -> None:
    remedy = REMEDIES[id_]
    subject = case.build(clients)
    before, target = case.state(clients, subject), aimed(remedy, subject)
    saved = look(remedy, clients, target)
    remedy.apply(clients, target, saved)
    assert case.state(clients, subject) != before
    assert remedy.undo
    remedy.undo(clients, target, saved, look(remedy, clients, target))
    assert case.state(clients, subject) == before


@pytest.mark.parametrize(("id_", "case"), REMOVABLE)
def test_what_is_gone_is_said_to_be_gone(id_: str, case: Case, clients: Clients) -> None:
    remedy = REMEDIES[id_]
    subject = case.build(clients)
    target = aimed(remedy, subject)
    assert case.remove
    case.remove(clients, subject)
    with pytest.raises(NotFound):
        look(remedy, clients, target)


@pytest.mark.parametrize(("id_", "case"), ALL)
def test_denied_it_names_the_permission_and_changes_nothing(id_: str, case: Case, clients: Clients, wire: Wire) -> None:
    remedy = REMEDIES[id_]
    subject = case.build(clients)
    before, target = case.state(clients, subject), aimed(remedy, subject)
    saved = look(remedy, clients, target)
    wire.denied = True
    with pytest.raises(AwsDenied) as denied:
        remedy.apply(clients, target, saved)
    assert any(action in str(denied.value) for action in remedy.writes)
    assert case.state(clients, subject) == before


@pytest.mark.parametrize(("id_", "case"), ALL)
def test_killed_after_any_call_the_next_look_finishes_it(id_: str, case: Case, clients: Clients, wire: Wire) -> None:
    remedy = REMEDIES[id_]
    target = aimed(remedy, case.build(clients))
    saved = look(remedy, clients, target)
    for _ in range(20):
        wire.killed_after = wire.writes + 1
        now = look(remedy, clients, target)
        assert between(now.before, saved.before, saved.after)
        if now.already_done:
            break
        with pytest.raises(Killed):
            remedy.apply(clients, target, now)
    assert look(remedy, clients, target).before == saved.after


@pytest.mark.parametrize(("id_", "case"), UNDOABLE)
def test_killed_after_any_call_of_undoing_the_next_look_finishes_it(
    id_: str, case: Case, clients: Clients, wire: Wire
) -> None:
    remedy = REMEDIES[id_]
    subject = case.build(clients)
    before, target = case.state(clients, subject), aimed(remedy, subject)
    saved = look(remedy, clients, target)
    remedy.apply(clients, target, saved)
    assert remedy.undo
    for _ in range(20):
        wire.killed_after = wire.writes + 1
        now = look(remedy, clients, target)
        assert between(now.before, saved.before, saved.after)
        if now.before == saved.before:
            break
        with pytest.raises(Killed):
            remedy.undo(clients, target, saved, now)
    assert case.state(clients, subject) == before


@pytest.mark.parametrize("id_", CASES)
def test_it_may_do_what_it_does_and_nothing_else(id_: str, credentials: None, wire: Wire) -> None:
    remedy = REMEDIES[id_]
    reads: set[str] = set()
    writes: set[str] = set()
    for case in CASES[id_].values():
        with an_account() as clients:
            target = aimed(remedy, case.build(clients))
            with wire.hearing(reads):
                saved = look(remedy, clients, target)
            with wire.hearing(writes):
                remedy.apply(clients, target, saved)
            with wire.hearing(reads):
                now = look(remedy, clients, target)
            with wire.hearing(writes):
                if remedy.undo:
                    remedy.undo(clients, target, saved, now)
    assert reads == set(remedy.reads)
    assert writes | _BESIDES.get(id_, set()) == set(remedy.writes)


def test_an_instance_in_a_quarantine_that_somebody_gave_rules_is_not_called_cut_off(clients: Clients) -> None:
    remedy, ec2 = REMEDIES["ec2-quarantine-instance"], clients("ec2")
    target = aimed(remedy, CASES[remedy.id]["new"].build(clients))
    remedy.apply(clients, target, look(remedy, clients, target))
    (group,) = ec2.describe_security_groups(GroupNames=["picket-quarantine"])["SecurityGroups"]
    web = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    ec2.authorize_security_group_ingress(GroupId=group["GroupId"], IpPermissions=[web])
    seen = look(remedy, clients, target)
    assert not seen.already_done
    remedy.apply(clients, target, seen)
    assert look(remedy, clients, target).already_done


@pytest.mark.parametrize(
    ("statement", "done"),
    [
        ({"Action": "*", "Condition": {"DateLessThan": {"aws:TokenIssueTime": "2026-11-20T10:00:00.000Z"}}}, True),
        ({"Action": "*", "Condition": {"DateLessThan": {"aws:TokenIssueTime": "2026-11-20T09:59:59Z"}}}, False),
        ({"Action": "s3:*", "Condition": {"DateLessThan": {"aws:TokenIssueTime": "2026-11-21T00:00:00Z"}}}, False),
    ],
)
def test_sessions_are_revoked_when_everything_is_denied_to_those_from_before_the_alert(
    statement: dict[str, Any], done: bool, clients: Clients
) -> None:
    remedy = REMEDIES["iam-revoke-role-sessions"]
    target = aimed(remedy, CASES[remedy.id][""].build(clients))
    document = {"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Resource": "*", **statement}}
    clients("iam").put_role_policy(
        RoleName="ci", PolicyName="AWSRevokeOlderSessions", PolicyDocument=json.dumps(document)
    )
    assert look(remedy, clients, target).already_done is done
