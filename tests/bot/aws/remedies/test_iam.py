from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.stub import Stubber

from bot.alerts import Source
from bot.aws.remedies import REMEDIES
from bot.errors import AwsDenied, AwsUnreachable, NotFound
from bot.remedy import Clients, Preview, Subject, Target
from tests.builders import ACCOUNT

REMEDY = REMEDIES["iam-deactivate-key"]
NOW = datetime.now(UTC)
EXAMPLE = "AKIAIOSFODNN7EXAMPLE"
ALICE = f"arn:aws:iam::{ACCOUNT}:user/eng/alice"


def a_subject(**facts: Any) -> Subject:
    facts = {
        "source": Source.AUDIT,
        "type": "iam-key-old",
        "account": ACCOUNT,
        "region": "global",
        "resource": f"{ALICE}/access-key/AKIAIOSFODNN7EXAMPLE",
        "facts": {},
        **facts,
    }
    return Subject(**facts)


def a_user_with_key(clients: Clients, name: str = "alice") -> str:
    iam = clients("iam")
    if name not in [user["UserName"] for user in iam.list_users()["Users"]]:
        iam.create_user(UserName=name)
    return iam.create_access_key(UserName=name)["AccessKey"]["AccessKeyId"]


def a_target(*keys: str, user: str = "alice") -> Target:
    return Target(account=ACCOUNT, region="global", resource=ALICE, parameters={"user": user, "keys": list(keys)})


def look(clients: Clients, target: Target) -> Preview:
    return REMEDY.preview(clients, target, NOW)


def statuses(clients: Clients, user: str = "alice") -> dict[str, str]:
    keys = clients("iam").list_access_keys(UserName=user)["AccessKeyMetadata"]
    return {key["AccessKeyId"]: key["Status"] for key in keys}


@pytest.mark.parametrize("check", ["iam-key-old", "iam-key-unused"])
def test_a_finding_on_a_key_aims_at_that_key_of_its_user_whatever_the_path(check: str) -> None:
    target = REMEDY.fits(a_subject(type=check))
    assert target is not None
    assert target.parameters == {"user": "alice", "keys": ["AKIAIOSFODNN7EXAMPLE"]}


def test_a_finding_on_a_user_with_password_and_keys_aims_at_all_keys_of_the_user() -> None:
    target = REMEDY.fits(a_subject(type="iam-user-console-and-keys", resource=ALICE))
    assert target is not None
    assert target.parameters == {"user": "alice", "keys": []}


def test_a_key_that_is_known_by_its_number_only_is_not_aimed_at() -> None:
    assert REMEDY.fits(a_subject(resource=f"{ALICE}/access-key/1")) is None


def test_other_checks_do_not_offer_it() -> None:
    assert REMEDY.fits(a_subject(type="iam-user-no-mfa", resource=ALICE)) is None


def test_a_guardduty_finding_about_a_users_key_aims_at_that_key() -> None:
    facts = {"access_key_id": "AKIAIOSFODNN7EXAMPLE", "user_name": "alice", "user_type": "IAMUser"}
    subject = a_subject(
        source=Source.GUARDDUTY, type="UnauthorizedAccess:IAMUser/MaliciousIPCaller.Custom", resource=ALICE, facts=facts
    )
    target = REMEDY.fits(subject)
    assert target is not None
    assert target.region == "global"
    assert target.parameters == {"user": "alice", "keys": ["AKIAIOSFODNN7EXAMPLE"]}


@pytest.mark.parametrize(
    "facts",
    [
        {"access_key_id": "ASIAIOSFODNN7EXAMPLE", "user_name": "alice", "user_type": "IAMUser"},
        {"access_key_id": "AKIAIOSFODNN7EXAMPLE", "user_name": "root", "user_type": "Root"},
        {"access_key_id": "AKIAIOSFODNN7EXAMPLE", "user_type": "IAMUser"},
        {},
    ],
)
def test_a_session_or_root_or_nobodys_key_is_not_aimed_at(facts: dict[str, str]) -> None:
    subject = a_subject(source=Source.GUARDDUTY, type="Recon:IAMUser/TorIPCaller", resource=ALICE, facts=facts)
    assert REMEDY.fits(subject) is None


def test_the_preview_says_what_changes_and_that_no_other_key_is_left(clients: Clients) -> None:
    key = a_user_with_key(clients)
    seen = look(clients, a_target(key))
    assert (seen.before, seen.after) == ({key: "Active"}, {key: "Inactive"})
    said = [effect.words for effect in seen.effects]
    assert any("never used" in words for words in said)
    assert "alice has no other active key." in said


def test_the_preview_names_the_key_that_goes_on_working(clients: Clients) -> None:
    key, other = a_user_with_key(clients), a_user_with_key(clients)
    said = [effect.words for effect in look(clients, a_target(key)).effects]
    assert f"alice keeps the active key {other}." in said


def test_a_key_in_use_is_warned_about_with_when_and_where(clients: Clients) -> None:
    iam = clients("iam")
    with Stubber(iam) as stub:
        made = NOW - timedelta(days=400)
        key = {"UserName": "alice", "AccessKeyId": "AKIAIOSFODNN7EXAMPLE", "Status": "Active", "CreateDate": made}
        stub.add_response("list_access_keys", {"AccessKeyMetadata": [key]})
        used = {"LastUsedDate": NOW - timedelta(hours=2), "ServiceName": "s3", "Region": "eu-west-1"}
        stub.add_response("get_access_key_last_used", {"UserName": "alice", "AccessKeyLastUsed": used})
        seen = look(clients, a_target("AKIAIOSFODNN7EXAMPLE"))
    assert "AKIAIOSFODNN7EXAMPLE was last used by s3 in eu-west-1" in [effect.words for effect in seen.effects]
    assert "is in use" in seen.warnings[0]


def test_not_being_allowed_to_see_the_last_use_is_a_warning_that_names_the_permission(clients: Clients) -> None:
    iam = clients("iam")
    with Stubber(iam) as stub:
        key = {"UserName": "alice", "AccessKeyId": "AKIAIOSFODNN7EXAMPLE", "Status": "Active", "CreateDate": NOW}
        stub.add_response("list_access_keys", {"AccessKeyMetadata": [key]})
        stub.add_client_error("get_access_key_last_used", "AccessDenied", "no")
        seen = look(clients, a_target("AKIAIOSFODNN7EXAMPLE"))
    assert "not known" in seen.warnings[0]
    assert "iam:GetAccessKeyLastUsed" in seen.warnings[0]


def test_the_round_trip_of_all_keys_of_a_user_ends_where_it_began(clients: Clients) -> None:
    active, inactive = a_user_with_key(clients), a_user_with_key(clients)
    clients("iam").update_access_key(UserName="alice", AccessKeyId=inactive, Status="Inactive")
    target = a_target()
    saved = look(clients, target)

    REMEDY.apply(clients, target, saved)
    done = look(clients, target)
    assert statuses(clients) == {active: "Inactive", inactive: "Inactive"}
    assert done.already_done
    assert done.before == saved.after

    assert REMEDY.undo is not None
    REMEDY.undo(clients, target, saved, done)
    assert statuses(clients) == {active: "Active", inactive: "Inactive"}
    assert look(clients, target).before == saved.before


def test_applying_after_half_was_done_does_the_other_half_alone(clients: Clients) -> None:
    first, second = sorted((a_user_with_key(clients), a_user_with_key(clients)))
    clients("iam").update_access_key(UserName="alice", AccessKeyId=first, Status="Inactive")
    seen = look(clients, a_target())
    with Stubber(clients("iam")) as stub:
        expected = {"UserName": "alice", "AccessKeyId": second, "Status": "Inactive"}
        stub.add_response("update_access_key", {}, expected)
        REMEDY.apply(clients, a_target(), seen)
        stub.assert_no_pending_responses()


def test_applying_what_is_done_calls_nothing(clients: Clients) -> None:
    key = a_user_with_key(clients)
    REMEDY.apply(clients, a_target(key), look(clients, a_target(key)))
    with Stubber(clients("iam")) as stub:
        stub.add_response("list_access_keys", {"AccessKeyMetadata": []})
        done = Preview(name="", before={key: "Inactive"}, after={key: "Inactive"})
        REMEDY.apply(clients, a_target(key), done)


def test_a_key_that_is_gone_is_said_to_be_gone(clients: Clients) -> None:
    a_user_with_key(clients)
    with pytest.raises(NotFound, match="AKIAIOSFODNN7EXAMPLE of alice does not exist any more"):
        look(clients, a_target("AKIAIOSFODNN7EXAMPLE"))


def test_a_user_who_is_gone_is_said_to_be_gone(clients: Clients) -> None:
    with pytest.raises(NotFound, match="user bob does not exist any more"):
        look(clients, a_target(user="bob"))


@pytest.mark.parametrize(("code", "error"), [("AccessDenied", AwsDenied), ("Throttling", AwsUnreachable)])
def test_a_refusal_of_aws_is_told_in_words(clients: Clients, code: str, error: type[Exception]) -> None:
    with Stubber(clients("iam")) as stub:
        stub.add_client_error("update_access_key", code, "no")
        now = Preview(name="", before={EXAMPLE: "Active"}, after={EXAMPLE: "Inactive"})
        with pytest.raises(error, match="UpdateAccessKey"):
            REMEDY.apply(clients, a_target(), now)
