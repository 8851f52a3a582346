"""What is read of EventBridge: rules, and where they lead."""

import json
from dataclasses import replace

import pytest

from bot.aws.collect import events
from bot.aws.sessions import Sessions
from bot.config import Account, Aws
from bot.errors import AwsDenied
from checks.inventory import Gap
from sandbox.aws import accounts
from sandbox.aws.accounts import DEV, HUB
from sandbox.aws.seeds import organization

REGION, OTHER = "eu-west-1", "us-east-1"
FINDINGS = {"source": ["aws.guardduty"]}
QUEUE = f"arn:aws:sqs:{REGION}:{HUB.id}:picket-events"


def bus(account=HUB, region=REGION, name="default"):
    return f"arn:aws:events:{region}:{account.id}:event-bus/{name}"


@pytest.fixture
def rule(cloud):
    """Put a rule with a target on a bus."""

    def put(name="relay", pattern=FINDINGS, target=QUEUE, account=HUB, region=REGION, **facts):
        api = cloud.client("events", account, region)
        where = {"EventBusName": facts.pop("bus")} if "bus" in facts else {}
        api.put_rule(Name=name, EventPattern=json.dumps(pattern), **where, **facts)
        if target:
            api.put_targets(Rule=name, Targets=[{"Id": "1", "Arn": target}], **where)

    return put


def test_a_rule_is_read_with_its_pattern_and_targets(rule, source):
    rule()

    (read,) = events.rules(source(REGION))

    assert (read.name, read.region, read.enabled) == ("relay", REGION, True)
    assert json.loads(read.pattern) == FINDINGS
    assert [target.arn for target in read.targets] == [QUEUE]


def test_rules_of_other_sources_and_disabled_ones_cost_no_further_call(rule, cloud, source):
    rule("other", {"source": ["aws.ec2"]})
    rule("broken", {"detail-type": ["GuardDuty Finding"]}, State="DISABLED")
    cloud.client("events", HUB, REGION).put_rule(Name="nightly", ScheduleExpression="rate(1 day)")

    (read,) = events.rules(source(REGION))

    assert (read.name, read.enabled, read.targets) == ("broken", False, ())
    assert cloud.calls.count()["events:ListTargetsByRule"] == 0


def test_a_topic_is_read_with_its_subscriptions(rule, cloud, source):
    sns = cloud.client("sns", HUB, REGION)
    topic = sns.create_topic(Name="config")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=QUEUE)
    rule(target=topic)

    ((target,),) = [one.targets for one in events.rules(source(REGION))]

    assert [(one.endpoint, one.confirmed) for one in target.topic.subscriptions] == [(QUEUE, True)]


def test_a_bus_of_the_account_is_followed_into_its_own_region(rule, source):
    rule(target=bus(region=OTHER))
    rule("onward", {"account": [HUB.id]}, region=OTHER)

    ((target,),) = [one.targets for one in events.rules(source(REGION))]

    assert [(one.name, one.region, one.targets[0].arn) for one in target.bus.rules] == [("onward", OTHER, QUEUE)]


def test_buses_that_lead_to_each_other_end_somewhere(rule, source):
    rule(target=bus(region=OTHER))
    rule("back", region=OTHER, target=bus())

    def depth(found):
        below = [depth(target.bus.rules) for one in found for target in one.targets if target.bus]
        return 1 + max(below, default=0)

    assert depth(events.rules(source(REGION))) <= 1 + events.MOST_HOPS


def test_a_bus_of_an_account_that_is_not_audited_is_a_gap(rule, source):
    rule(target=bus(DEV))

    ((target,),) = [one.targets for one in events.rules(source(REGION))]

    assert isinstance(target.bus.rules, Gap)
    assert "not audited" in target.bus.rules.reason


def test_a_bus_of_an_audited_account_is_read_there_and_a_refusal_there_is_a_gap(cloud, rule, source):
    trust = organization.trust({"AWS": f"arn:aws:iam::{HUB.id}:user/{accounts.BOT_USER}"})
    for account in (HUB, DEV):
        cloud.client("iam", account).create_role(RoleName=accounts.READ_ROLE, AssumeRolePolicyDocument=trust)
    here = Account(id=HUB.id), Account(id=DEV.id)
    sessions = Sessions(Aws(accounts=here, read_role=accounts.READ_ROLE), attempts=1)
    rule(target=bus(DEV))
    rule("onward", account=DEV)

    def followed():
        ((target,),) = [one.targets for one in events.rules(replace(source(REGION), sessions=sessions))]
        return target.bus.rules

    assert [one.name for one in followed()] == ["onward"]
    cloud.faults.deny("events", "ListRules", account=DEV.id)
    assert followed().permission == "events:ListRules"


def test_targets_that_may_not_be_read_are_no_missing_ones(rule, cloud, source):
    rule()
    cloud.faults.deny("events", "ListTargetsByRule")

    with pytest.raises(AwsDenied):
        events.rules(source(REGION))
