"""Who calls AWS, and with which client."""

import json
import pickle
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from bot.aws.errors import told
from bot.aws.sessions import Access, Sessions
from bot.config import Aws
from bot.errors import AwsDenied, AwsError
from checks.inventory import GLOBAL
from sandbox.aws.accounts import DEV, HUB, PROD

ROLES = Aws(read_role="Reader", remediation_role="Fixer", external_id="acme-picket")


def make_role(cloud, account, name, external_id="acme-picket"):
    trust = {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Principal": {"AWS": HUB.id},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"sts:ExternalId": external_id}},
        },
    }
    cloud.client("iam", account).create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))


def whoami(sessions, account, access):
    with told("sts"):
        return sessions.client(account, "sts", GLOBAL, access).get_caller_identity()["Arn"]


def test_the_caller_is_asked_of_aws_once(cloud, sessions):
    assert sessions.caller.account == HUB.id
    assert sessions.caller.partition == "aws"
    assert sessions.caller is sessions.caller
    assert cloud.calls.count()["sts:GetCallerIdentity"] == 1


def test_without_a_read_role_the_caller_reads_its_own_account_alone(sessions):
    assert ":user/" in whoami(sessions, HUB.id, Access.READ)

    with pytest.raises(AwsError, match=r"aws\.read_role"):
        sessions.client(PROD.id, "iam", GLOBAL, Access.READ)


def test_each_access_assumes_its_own_role_in_the_account_that_it_names(cloud):
    sessions = Sessions(ROLES)
    for account in (PROD, DEV):
        make_role(cloud, account, "Reader")
        make_role(cloud, account, "Fixer")

    assert whoami(sessions, PROD.id, Access.READ).startswith(f"arn:aws:sts::{PROD.id}:assumed-role/Reader/")
    assert whoami(sessions, DEV.id, Access.READ).startswith(f"arn:aws:sts::{DEV.id}:assumed-role/Reader/")
    assert whoami(sessions, PROD.id, Access.REMEDIATE).startswith(f"arn:aws:sts::{PROD.id}:assumed-role/Fixer/")
    assert ":user/" in whoami(sessions, PROD.id, Access.SERVICE)


def test_nothing_may_be_changed_without_a_remediation_role(sessions):
    with pytest.raises(AwsError, match=r"aws\.remediation_role"):
        sessions.client(HUB.id, "iam", GLOBAL, Access.REMEDIATE)


def test_a_role_that_is_not_there_says_what_was_refused(cloud):
    sessions = Sessions(ROLES, attempts=1)

    with pytest.raises(AwsDenied, match="role/Reader") as refused:
        whoami(sessions, PROD.id, Access.READ)

    assert refused.value.permission == "sts:AssumeRole"


def test_a_role_is_assumed_once_for_all_its_clients(cloud):
    sessions = Sessions(ROLES)
    make_role(cloud, PROD, "Reader")

    for service in ("iam", "ec2", "sts"):
        sessions.client(PROD.id, service, "eu-west-1", Access.READ)
    assert "sts:AssumeRole" not in cloud.calls.count()

    sessions.client(PROD.id, "iam", GLOBAL, Access.READ).list_users()
    sessions.client(PROD.id, "ec2", "eu-west-1", Access.READ).describe_vpcs()
    assert cloud.calls.count()["sts:AssumeRole"] == 1


def test_a_role_is_assumed_again_before_it_expires(cloud, monkeypatch):
    sessions = Sessions(ROLES)
    make_role(cloud, PROD, "Reader")
    client = sessions.client(PROD.id, "iam", GLOBAL, Access.READ)
    client.list_users()

    held = client._request_signer._credentials
    monkeypatch.setattr(held, "_time_fetcher", lambda: datetime.now(UTC) + timedelta(minutes=58))
    client.list_users()

    assert cloud.calls.count()["sts:AssumeRole"] == 2


def test_what_reads_has_no_operation_that_changes_anything(cloud):
    sessions = Sessions(Aws(read_role="Same", remediation_role="Same"))
    reading, changing = (
        sessions.client(PROD.id, "ec2", "eu-west-1", access) for access in (Access.READ, Access.REMEDIATE)
    )

    assert hasattr(reading, "describe_security_groups")
    assert not hasattr(reading, "revoke_security_group_ingress")
    assert hasattr(changing, "revoke_security_group_ingress")


def test_the_callers_own_credentials_read_without_a_role_and_change_nothing(cloud, sessions):
    client = sessions.client(HUB.id, "iam", GLOBAL, Access.READ)

    assert [user["UserName"] for user in client.get_paginator("list_users").paginate().build_full_result()["Users"]]
    assert not hasattr(client, "create_user")


def test_threads_that_ask_for_the_same_client_share_one(cloud, sessions):
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: sessions.client(HUB.id, "ec2", "eu-west-1", Access.READ), range(32)))

    assert len({id(client) for client in made}) == 1


def test_every_call_is_told_with_who_made_it_and_where(cloud):
    heard = []
    sessions = Sessions(ROLES, heard.append)
    make_role(cloud, PROD, "Reader")

    sessions.client(PROD.id, "ec2", "eu-west-1", Access.READ).describe_vpcs()

    names = {(call.account, call.access, call.role, call.name, call.region) for call in heard}
    assert (PROD.id, Access.READ, "Reader", "ec2:DescribeVpcs", "eu-west-1") in names
    assert {call.access for call in heard if call.account == PROD.id} == {Access.READ}


def test_a_listener_hears_only_while_it_listens(sessions):
    heard = []
    client = sessions.client(HUB.id, "sts", GLOBAL, Access.READ)
    with sessions.listening(heard.append):
        client.get_caller_identity()
    client.get_caller_identity()

    assert [call.operation for call in heard] == ["GetCallerIdentity"]


def test_sessions_travel_as_their_settings_without_credentials(cloud):
    sessions = Sessions(ROLES)
    make_role(cloud, PROD, "Reader")
    whoami(sessions, PROD.id, Access.READ)

    carried = pickle.dumps(sessions)

    assert cloud.environment()["AWS_SECRET_ACCESS_KEY"].encode() not in carried
    copy = pickle.loads(carried)  # noqa: S301 - our own
    assert copy.aws == ROLES
    assert ":assumed-role/Reader/" in whoami(copy, PROD.id, Access.READ)


def test_an_account_that_is_forgotten_is_entered_anew(cloud):
    sessions = Sessions(ROLES)
    make_role(cloud, PROD, "Reader")
    whoami(sessions, PROD.id, Access.READ)

    sessions.forget(PROD.id)
    whoami(sessions, PROD.id, Access.READ)

    assert cloud.calls.count()["sts:AssumeRole"] == 2


def test_s3_control_reaches_a_custom_endpoint_by_its_address_alone(cloud, sessions):
    client = sessions.client(HUB.id, "s3control", "us-east-1", Access.READ)

    with pytest.raises(client.exceptions.NoSuchPublicAccessBlockConfiguration):
        client.get_public_access_block(AccountId=HUB.id)


def test_s3_control_of_aws_itself_keeps_the_account_in_its_host(monkeypatch):
    for name, value in {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    client = Sessions(Aws()).client("", "s3control", "eu-west-1", Access.SERVICE)
    sent = []
    client.meta.events.register_last("before-send.s3-control", lambda request, **_: sent.append(request.url) or _stop())

    with pytest.raises(InterruptedError):
        client.get_public_access_block(AccountId=HUB.id)

    assert sent == [f"https://{HUB.id}.s3-control.eu-west-1.amazonaws.com/v20180820/configuration/publicAccessBlock"]


def _stop():
    raise InterruptedError


@pytest.mark.parametrize(
    ("region", "host"),
    [("us-gov-west-1", "ec2.us-gov-west-1.amazonaws.com"), ("cn-north-1", "ec2.cn-north-1.amazonaws.com.cn")],
)
def test_other_partitions_are_reached_at_their_own_hosts(monkeypatch, region, host):
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)

    client = Sessions(Aws()).client("", "ec2", region, Access.SERVICE)

    assert client.meta.endpoint_url == f"https://{host}"


@pytest.mark.parametrize(
    ("region", "partition"), [("eu-west-1", "aws"), ("us-gov-west-1", "aws-us-gov"), ("cn-north-1", "aws-cn")]
)
def test_the_partition_is_that_of_the_region_that_the_environment_names(monkeypatch, region, partition):
    monkeypatch.setenv("AWS_DEFAULT_REGION", region)

    assert Sessions(Aws()).partition == partition
