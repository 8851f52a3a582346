"""Whether a bucket is public."""

import json
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.inventory import GapError
from checks.inventory.s3 import Bucket, Grant, PublicAccessBlock
from checks.s3_public import EVERYONE, ways_in
from tests.builders import CLOSED, a_bucket, a_gap

ALL_USERS, ANY_AWS_USER = EVERYONE
READ = Grant(grantee=ALL_USERS, permission="READ")
ANYONE = json.dumps(
    {
        "Statement": [
            {"Sid": "web", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"},
            {"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "s3:PutObject", "Resource": "*"},
        ]
    }
)
UNREAD = a_gap(Bucket, permission="s3:GetSomething")


def by_acl(**facts):
    return a_bucket(**{"acl": (READ,), **facts})


def by_policy(**facts):
    return a_bucket(**{"policy": ANYONE, "policy_public": True, **facts})


def test_a_bucket_that_grants_nobody_else_anything_is_not_public():
    assert ways_in(a_bucket()) == ()
    owner = Grant(grantee="75aa57f09aa0", permission="FULL_CONTROL")
    delivery = Grant(grantee="http://acs.amazonaws.com/groups/s3/LogDelivery", permission="WRITE")
    assert ways_in(a_bucket(acl=(owner, delivery))) == ()


@pytest.mark.parametrize(("grantee", "who"), EVERYONE.items())
@pytest.mark.parametrize("permission", ["READ", "WRITE", "READ_ACP", "WRITE_ACP", "FULL_CONTROL"])
def test_a_grant_to_everyone_or_to_any_aws_user_is_a_way_in(grantee, who, permission):
    (way,) = ways_in(a_bucket(acl=(Grant(grantee=grantee, permission=permission),)))
    assert way == f"its ACL grants {permission} to {who}"


def test_a_policy_that_aws_calls_public_is_a_way_in_and_its_open_statements_are_named():
    assert ways_in(by_policy()) == ("AWS calls its policy public: anyone may s3:GetObject (web)",)


def test_a_policy_for_anyone_that_aws_does_not_call_public_is_none():
    assert ways_in(by_policy(policy_public=False)) == ()


@pytest.mark.parametrize("where", ["block", "account_block"])
def test_each_path_is_stopped_by_its_own_switch_on_bucket_or_account(where):
    ignore, restrict = PublicAccessBlock(ignore_public_acls=True), PublicAccessBlock(restrict_public_buckets=True)
    assert ways_in(by_acl(**{where: ignore})) == ()
    assert ways_in(by_policy(**{where: restrict})) == ()
    assert ways_in(by_acl(**{where: restrict}))
    assert ways_in(by_policy(**{where: ignore}))


def test_switches_that_only_refuse_new_grants_close_nothing():
    new_only = PublicAccessBlock(block_public_acls=True, block_public_policy=True)
    assert ways_in(by_acl(block=new_only, account_block=new_only))
    assert ways_in(by_policy(block=new_only, account_block=new_only))


def test_acls_of_an_enforced_owner_count_for_nothing_and_of_a_preferred_one_do():
    assert ways_in(by_acl(ownership="BucketOwnerEnforced")) == ()
    assert ways_in(by_acl(ownership="BucketOwnerPreferred"))
    assert ways_in(by_acl(ownership="ObjectWriter"))


def test_both_ways_in_are_told():
    assert len(ways_in(by_acl(policy=ANYONE, policy_public=True))) == 2


@pytest.mark.parametrize("part", ["acl", "block", "account_block", "ownership"])
def test_a_part_of_the_acls_path_that_was_not_read_is_unknown(part):
    with pytest.raises(GapError) as raised:
        ways_in(by_acl(**{part: UNREAD}))
    assert raised.value.gap is UNREAD


@pytest.mark.parametrize("part", ["policy_public", "block", "account_block"])
def test_a_part_of_the_policys_path_that_was_not_read_is_unknown(part):
    with pytest.raises(GapError):
        ways_in(by_policy(**{part: UNREAD}))


def test_what_was_not_read_does_not_matter_where_the_rest_decides():
    assert ways_in(by_acl(account_block=UNREAD, block=CLOSED)) == ()
    assert ways_in(a_bucket(acl=UNREAD, ownership="BucketOwnerEnforced")) == ()
    assert ways_in(a_bucket(acl=UNREAD, account_block=CLOSED)) == ()
    assert ways_in(a_bucket(block=UNREAD)) == ()
    assert ways_in(a_bucket(policy=UNREAD)) == ()
    assert ways_in(by_policy(policy=UNREAD)) == ("AWS calls its policy public",)
    assert ways_in(a_bucket(policy="", policy_public=UNREAD)) == ()


def test_a_way_in_is_told_though_another_could_not_be_looked_at():
    assert len(ways_in(by_acl(policy=ANYONE, policy_public=UNREAD))) == 1


def test_a_policy_that_is_no_policy_is_no_crash():
    assert ways_in(by_policy(policy="[]")) == ("AWS calls its policy public",)
    assert ways_in(by_policy(policy="{")) == ("AWS calls its policy public",)


switches = st.builds(
    PublicAccessBlock,
    **{
        name: st.booleans()
        for name in ("block_public_acls", "ignore_public_acls", "block_public_policy", "restrict_public_buckets")
    },
)
buckets = st.builds(
    a_bucket,
    block=switches,
    account_block=switches,
    ownership=st.sampled_from(["", "BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"]),
    acl=st.sampled_from([(), (READ,)]),
    policy=st.just(ANYONE),
    policy_public=st.booleans(),
)


@given(buckets)
def test_a_bucket_is_public_when_one_of_two_plain_sentences_holds(bucket):
    acls = (
        bucket.acl
        and bucket.ownership != "BucketOwnerEnforced"
        and not (bucket.block.ignore_public_acls or bucket.account_block.ignore_public_acls)
    )
    policy = bucket.policy_public and not (
        bucket.block.restrict_public_buckets or bucket.account_block.restrict_public_buckets
    )
    assert bool(ways_in(bucket)) == bool(acls or policy)


PARTS = {
    "account_block": [PublicAccessBlock(), CLOSED],
    "block": [PublicAccessBlock(), CLOSED],
    "ownership": ["", "BucketOwnerEnforced"],
    "acl": [(), (READ,)],
    "policy_public": [False, True],
}


@given(
    facts=st.fixed_dictionaries({name: st.sampled_from([*values, None]) for name, values in PARTS.items()}),
)
def test_an_answer_with_parts_unread_is_the_answer_whatever_they_hold(facts):
    def answer(parts):
        return bool(ways_in(a_bucket(policy=ANYONE, **parts)))

    unread = [name for name, value in facts.items() if value is None]
    try:
        said = answer({name: UNREAD if value is None else value for name, value in facts.items()})
    except GapError:
        return
    for values in product(*(PARTS[name] for name in unread)):
        assert answer({**facts, **dict(zip(unread, values, strict=True))}) == said
