"""What is read of IAM."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from bot.aws.collect import iam
from bot.errors import AwsDenied, AwsError
from sandbox.aws.accounts import HUB
from sandbox.aws.gaps.credential_report import RootKey, RootUser, set_root
from sandbox.aws.seeds.prod_edge import pem
from tests.builders import ADMIN_DOCUMENT, READ_DOCUMENT

NOW = datetime.now(UTC).replace(microsecond=0)
BOT = "picket"


@pytest.fixture
def api(cloud):
    return cloud.client("iam", HUB)


@pytest.fixture
def alice(api):
    """A user with one of everything."""
    api.create_user(UserName="alice", Path="/people/", Tags=[{"Key": "Team", "Value": "web"}])
    api.create_login_profile(UserName="alice", Password="correct horse battery staple 9!")
    api.put_user_policy(UserName="alice", PolicyName="own", PolicyDocument=json.dumps(ADMIN_DOCUMENT))
    arn = api.create_policy(PolicyName="reading", PolicyDocument=json.dumps(READ_DOCUMENT))["Policy"]["Arn"]
    api.attach_user_policy(UserName="alice", PolicyArn=arn)
    api.create_group(GroupName="web")
    api.put_group_policy(GroupName="web", PolicyName="deploy", PolicyDocument=json.dumps(READ_DOCUMENT))
    api.add_user_to_group(GroupName="web", UserName="alice")
    return api.create_access_key(UserName="alice")["AccessKey"]


def named(records, name):
    return next(record for record in records if record.name == name)


def test_a_user_is_read_with_all_that_is_hers(alice, source):
    user = named(iam.users(source()), "alice")

    assert user.arn == f"arn:aws:iam::{HUB.id}:user/people/alice"
    assert (user.has_password, user.mfa, user.password_last_used) == (True, False, None)
    assert NOW - user.created < timedelta(minutes=5)
    assert user.inline_policies == {"own": ADMIN_DOCUMENT}
    assert user.attached_policies == (f"arn:aws:iam::{HUB.id}:policy/reading",)
    assert user.groups == ("web",)
    assert user.tags == {"Team": "web"}
    assert [key.id for key in user.keys] == [alice["AccessKeyId"]]


def test_groups_and_policies_are_read_with_their_documents(alice, source):
    group = named(iam.groups(source()), "web")
    policy = named(iam.policies(source()), "reading")

    assert group.inline_policies == {"deploy": READ_DOCUMENT}
    assert (policy.document, policy.attached, policy.by_aws) == (READ_DOCUMENT, 1, False)


def test_only_the_default_version_of_a_policy_counts(alice, api, source):
    arn = f"arn:aws:iam::{HUB.id}:policy/reading"
    api.create_policy_version(PolicyArn=arn, PolicyDocument=json.dumps(ADMIN_DOCUMENT), SetAsDefault=False)
    assert named(iam.policies(source()), "reading").document == READ_DOCUMENT

    api.set_default_policy_version(PolicyArn=arn, VersionId="v2")
    assert named(iam.policies(source()), "reading").document == ADMIN_DOCUMENT


def test_a_role_is_read_with_its_trust_policies_and_instance_profiles(api, source):
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}]}
    api.create_role(
        RoleName="web", Path="/app/", AssumeRolePolicyDocument=json.dumps(trust), Tags=[{"Key": "a", "Value": "b"}]
    )
    api.put_role_policy(RoleName="web", PolicyName="own", PolicyDocument=json.dumps(READ_DOCUMENT))
    api.attach_role_policy(RoleName="web", PolicyArn="arn:aws:iam::aws:policy/ReadOnlyAccess")
    profile = api.create_instance_profile(InstanceProfileName="web")["InstanceProfile"]["Arn"]
    api.add_role_to_instance_profile(InstanceProfileName="web", RoleName="web")

    role = named(iam.roles(source()), "web")

    assert (role.arn, role.path) == (f"arn:aws:iam::{HUB.id}:role/app/web", "/app/")
    assert (role.trust, role.inline_policies) == (trust, {"own": READ_DOCUMENT})
    assert role.attached_policies == ("arn:aws:iam::aws:policy/ReadOnlyAccess",)
    assert (role.instance_profiles, role.tags, role.boundary) == ((profile,), {"a": "b"}, "")
    assert NOW - role.created < timedelta(minutes=5)


def test_providers_and_certificates_are_read(api, source):
    certificate, key = pem("elb.acme.example", NOW - timedelta(days=5), NOW + timedelta(days=40))
    api.upload_server_certificate(ServerCertificateName="elb", CertificateBody=certificate, PrivateKey=key)
    api.create_saml_provider(Name="okta", SAMLMetadataDocument="x" * 1024)

    (read,) = iam.server_certificates(source())
    (provider,) = iam.saml_providers(source())

    assert (read.name, read.arn) == ("elb", f"arn:aws:iam::{HUB.id}:server-certificate/elb")
    assert read.expires == NOW + timedelta(days=40)
    assert provider.arn == f"arn:aws:iam::{HUB.id}:saml-provider/okta"


def detail(name, **facts):
    arn = f"arn:aws:iam::{HUB.id}:user/{name}"
    return {"UserName": name, "Arn": arn, "CreateDate": NOW, **facts}


def test_every_page_is_read_and_a_boundary_is_no_policy_of_the_user(canned, source):
    boundary = {
        "PermissionsBoundaryType": "Policy",
        "PermissionsBoundaryArn": "arn:aws:iam::aws:policy/PowerUserAccess",
    }
    asked = canned(
        "iam",
        "GetAccountAuthorizationDetails",
        {"UserDetailList": [detail("alice", PermissionsBoundary=boundary)], "IsTruncated": True, "Marker": "next"},
        {"UserDetailList": [detail("bob")], "IsTruncated": False},
    )

    alice, bob = iam.users(source())

    assert len(asked) == 2
    assert (alice.boundary, alice.attached_policies) == ("arn:aws:iam::aws:policy/PowerUserAccess", ())
    assert (bob.name, bob.boundary) == ("bob", "")


def test_a_user_that_is_newer_than_the_report_is_there_all_the_same(canned, source):
    canned("iam", "GetAccountAuthorizationDetails", {"UserDetailList": [detail("new")], "IsTruncated": False})

    (user,) = iam.users(source())

    assert (user.name, user.has_password, user.keys) == ("new", False, ())


def test_keys_are_named_by_their_ids(alice, api, source):
    second = api.create_access_key(UserName="alice")["AccessKey"]
    api.update_access_key(UserName="alice", AccessKeyId=second["AccessKeyId"], Status="Inactive")

    keys = {key.id: key for key in iam.access_keys(source()) if key.user == "alice"}

    assert keys[alice["AccessKeyId"]].active
    assert not keys[second["AccessKeyId"]].active
    assert keys[second["AccessKeyId"]].arn.endswith(f"user/people/alice/access-key/{second['AccessKeyId']}")


def test_a_key_is_as_it_is_now_and_not_as_the_report_of_hours_ago_says(alice, api, source, monkeypatch):
    reading = source()
    reading.once(iam.credential_report)
    api.update_access_key(UserName="alice", AccessKeyId=alice["AccessKeyId"], Status="Inactive")

    (key,) = [key for key in iam.access_keys(reading) if key.user == "alice"]

    assert not key.active


def test_a_key_that_was_deleted_since_the_report_is_gone_and_a_newer_one_is_there(alice, api, source):
    reading = source()
    reading.once(iam.credential_report)
    api.delete_access_key(UserName="alice", AccessKeyId=alice["AccessKeyId"])
    assert "alice" not in {key.user for key in iam.access_keys(reading)}

    reading = source()
    api.create_access_key(UserName="alice")
    reading.once(iam.credential_report)
    newer = api.create_access_key(UserName="alice")["AccessKey"]["AccessKeyId"]
    assert newer in {key.id for key in iam.access_keys(reading)}


def test_the_last_use_of_a_key_comes_from_the_report(alice, source):
    from moto.iam.models import AccessKeyLastUsed, iam_backends

    key = iam_backends[HUB.id]["aws"].users["alice"].access_keys[0]
    key.create_date = (NOW - timedelta(days=100)).replace(tzinfo=None)
    key.last_used = AccessKeyLastUsed(NOW - timedelta(days=40), "s3", "eu-west-1")

    (read,) = [key for key in iam.access_keys(source()) if key.user == "alice"]

    assert read.id
    assert read.created == NOW - timedelta(days=100)
    assert (read.last_used, read.last_used_service) == (NOW - timedelta(days=40), "s3")


def test_keys_that_may_not_be_listed_are_judged_without_their_ids(alice, cloud, source):
    cloud.faults.deny("iam", "ListAccessKeys")

    (key,) = [key for key in iam.access_keys(source()) if key.user == "alice"]

    assert (key.id, key.number, key.active) == ("", 1, True)


def test_keys_that_could_not_be_listed_for_another_reason_are_no_keys_without_ids(alice, cloud, source):
    cloud.faults.fail("iam", "ListAccessKeys", times=None)

    with pytest.raises(AwsError):
        list(iam.access_keys(source()))


def test_the_credential_report_is_made_once_for_all_who_read_it(alice, cloud, source):
    reading = source()
    for read in (iam.users, iam.access_keys, iam.root, iam.groups, iam.policies):
        list(read(reading))

    calls = cloud.calls.count()
    assert calls["iam:GenerateCredentialReport"] == calls["iam:GetCredentialReport"] == 1
    assert calls["iam:GetAccountAuthorizationDetails"] == 1
    assert calls["iam:ListAccessKeys"] == 2, "of the bot's own user and of alice"


@pytest.mark.parametrize(("mfa", "virtual"), [("none", False), ("hardware", False), ("virtual", True)])
def test_the_kind_of_roots_mfa_is_known(cloud, source, mfa, virtual):
    set_root(HUB.id, RootUser(created=NOW, password_last_used=NOW - timedelta(days=3), mfa=mfa))

    (root,) = iam.root(source())

    assert root.arn == f"arn:aws:iam::{HUB.id}:root"
    assert (root.mfa, root.virtual_mfa, root.keys) == (mfa != "none", virtual, ())
    assert root.password_last_used == NOW - timedelta(days=3)
    assert root.has_password is None


def test_a_key_of_root_is_seen(cloud, source):
    set_root(HUB.id, RootUser(created=NOW, keys=(RootKey(created=NOW - timedelta(days=500)),)))

    (root,) = iam.root(source())

    assert [(key.number, key.active, key.created) for key in root.keys] == [(1, True, NOW - timedelta(days=500))]


def test_the_kind_of_roots_mfa_is_unknown_where_devices_may_not_be_listed(cloud, source):
    set_root(HUB.id, RootUser(created=NOW, mfa="virtual"))
    cloud.faults.deny("iam", "ListVirtualMFADevices")

    assert iam.root(source())[0].virtual_mfa is None


def test_a_report_without_root_leaves_root_unknown_and_not_clean(source):
    reading = source()
    reading.shared.once(lambda: iam.Report(users={}, root=None), (iam.credential_report, reading.region))

    with pytest.raises(AwsError, match="no row of the root user"):
        iam.root(reading)


def test_no_password_policy_is_an_answer_and_no_error(cloud, source):
    (policy,) = iam.password_policy(source())

    assert not policy.exists


def test_a_password_policy_is_read_as_it_is_set(api, source):
    api.update_account_password_policy(
        MinimumPasswordLength=12, RequireSymbols=True, MaxPasswordAge=60, PasswordReusePrevention=5
    )

    (policy,) = iam.password_policy(source())

    assert (policy.exists, policy.minimum_length, policy.symbols, policy.numbers) == (True, 12, True, False)
    assert (policy.max_age, policy.remembered) == (60, 5)


def test_a_password_policy_that_may_not_be_read_is_no_missing_one(cloud, source):
    cloud.faults.deny("iam", "GetAccountPasswordPolicy")

    with pytest.raises(AwsDenied):
        iam.password_policy(source())
