from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.stub import Stubber

from bot.alerts import Source
from bot.aws.remedies import REMEDIES
from bot.errors import AwsDenied, AwsUnreachable, NotFound
from bot.remedy import Clients, Preview, Subject, Target
from checks.network import entries
from tests.builders import ACCOUNT, REGION, a_group_rule

REMEDY = REMEDIES["ec2-revoke-ingress"]
NOW = datetime(2026, 3, 1, tzinfo=UTC)
SSH = "tcp 22 from 0.0.0.0/0"


def a_subject(*rules: str, check: str = "ec2-sg-open-ssh", **facts: Any) -> Subject:
    facts = {
        "source": Source.AUDIT,
        "type": check,
        "account": ACCOUNT,
        "region": REGION,
        "resource": f"arn:aws:ec2:{REGION}:{ACCOUNT}:security-group/sg-0123456789abcdef0",
        "facts": {"rules": list(rules)},
        **facts,
    }
    return Subject(**facts)


def a_group(clients: Clients, *permissions: dict[str, Any], **tags: str) -> str:
    ec2 = clients("ec2")
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    group = ec2.create_security_group(GroupName="web", Description="d", VpcId=vpc)["GroupId"]
    listed = [{"Key": key, "Value": value} for key, value in tags.items()]
    tagged = {"TagSpecifications": [{"ResourceType": "security-group-rule", "Tags": listed}]} if listed else {}
    if permissions:
        ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=list(permissions), **tagged)
    return group


def opening(*cidrs: str, port: int = 22, protocol: str = "tcp", note: str = "") -> dict[str, Any]:
    noted = {"Description": note} if note else {}
    return {
        "IpProtocol": protocol,
        **({} if protocol == "-1" else {"FromPort": port, "ToPort": port}),
        "IpRanges": [{"CidrIp": cidr, **noted} for cidr in cidrs if ":" not in cidr],
        "Ipv6Ranges": [{"CidrIpv6": cidr, **noted} for cidr in cidrs if ":" in cidr],
    }


def a_target(group: str, *rules: str) -> Target:
    return Target(
        account=ACCOUNT, region=REGION, resource=f"arn:…/{group}", parameters={"group": group, "rules": list(rules)}
    )


def look(clients: Clients, target: Target) -> Preview:
    return REMEDY.preview(clients, target, NOW)


def rules(clients: Clients, group: str) -> set[tuple[Any, ...]]:
    """A group's inbound rules without the ids that AWS assigns."""
    found = clients("ec2").describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group]}])
    return {
        (
            rule["IpProtocol"],
            rule["FromPort"],
            rule["ToPort"],
            rule.get("CidrIpv4", rule.get("CidrIpv6")),
            rule.get("Description"),
            tuple(sorted((tag["Key"], tag["Value"]) for tag in rule["Tags"])),
        )
        for rule in found["SecurityGroupRules"]
        if not rule["IsEgress"]
    }


def test_the_finding_names_the_rules_and_notes_are_left_aside() -> None:
    target = REMEDY.fits(a_subject("tcp 22 from 0.0.0.0/0 (from 10.0.0.0/8 (really))", "tcp 22 from ::/0"))
    assert target is not None
    assert target.parameters["rules"] == [SSH, "tcp 22 from ::/0"]
    assert target.parameters["group"] == "sg-0123456789abcdef0"


def test_a_rule_is_named_as_the_checks_name_it() -> None:
    rule = a_group_rule("0.0.0.0/0", ports=22, description="jump (host)")
    ((entry,), _) = entries((rule,), lambda _: None)
    target = REMEDY.fits(a_subject(entry.text))
    assert target is not None
    assert target.parameters["rules"] == [SSH]


def test_the_two_halves_of_the_internet_are_both_aimed_at_and_an_office_is_not() -> None:
    target = REMEDY.fits(
        a_subject("tcp 22 from 0.0.0.0/1", "tcp 22 from 128.0.0.0/1", "tcp 22 from 203.0.113.0/24 (office)")
    )
    assert target is not None
    assert target.parameters["rules"] == ["tcp 22 from 0.0.0.0/1", "tcp 22 from 128.0.0.0/1"]


@pytest.mark.parametrize(
    "subject",
    [
        a_subject(),
        a_subject("tcp 22 from 203.0.113.0/24"),
        a_subject("tcp 22 from prefix list pl-0123 (all: 0.0.0.0/0)"),
        a_subject(SSH, check="ec2-sg-open-egress"),
        a_subject(SSH, check="ec2-sg-unused"),
        a_subject(SSH, resource="arn:aws:ec2:eu-west-1:111122223333:instance/i-0123"),
        a_subject(SSH, facts={"rules": SSH}),
        a_subject(SSH, source=Source.GUARDDUTY),
    ],
)
def test_what_it_cannot_close_is_not_aimed_at(subject: Subject) -> None:
    assert REMEDY.fits(subject) is None


def test_only_the_named_sources_of_a_rule_are_closed_and_the_preview_says_what_stays(clients: Clients) -> None:
    group = a_group(clients, opening("0.0.0.0/0", "10.0.0.0/8", "::/0"), opening("0.0.0.0/0", port=443))
    target = a_target(group, SSH, "tcp 22 from ::/0")
    seen = look(clients, target)
    assert set(seen.before) == {SSH, "tcp 22 from ::/0"}
    assert seen.after == {}
    assert any("tcp 22 from 10.0.0.0/8" in e.words and "tcp 443 from 0.0.0.0/0" in e.words for e in seen.effects)

    REMEDY.apply(clients, target, seen)
    assert {rule[1:4] for rule in rules(clients, group)} == {(22, 22, "10.0.0.0/8"), (443, 443, "0.0.0.0/0")}


def test_the_preview_names_what_stands_behind_the_group_public_addresses_first(clients: Clients) -> None:
    group = a_group(clients, opening("0.0.0.0/0"))
    ec2 = clients("ec2")
    subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    quiet = ec2.create_network_interface(SubnetId=subnet, Groups=[group], Description="quiet <!channel>")
    loud = ec2.create_network_interface(SubnetId=subnet, Groups=[group])
    address = ec2.allocate_address(Domain="vpc")
    ec2.associate_address(
        AllocationId=address["AllocationId"], NetworkInterfaceId=loud["NetworkInterface"]["NetworkInterfaceId"]
    )
    said = [effect.words for effect in look(clients, a_target(group, SSH)).effects]
    assert address["PublicIp"] in said[0]
    assert quiet["NetworkInterface"]["NetworkInterfaceId"] in said[1]


def test_an_interface_that_has_other_groups_too_names_them(clients: Clients) -> None:
    group = a_group(clients, opening("0.0.0.0/0"))
    ec2 = clients("ec2")
    subnet = ec2.describe_subnets()["Subnets"][0]
    other = ec2.create_security_group(GroupName="office", Description="d", VpcId=subnet["VpcId"])["GroupId"]
    ec2.create_network_interface(SubnetId=subnet["SubnetId"], Groups=[group, other])
    said = look(clients, a_target(group, SSH)).effects[0].words
    assert f"also has {other}" in said
    assert group not in said


def test_a_group_attached_to_nothing_says_so(clients: Clients) -> None:
    group = a_group(clients, opening("0.0.0.0/0"))
    seen = look(clients, a_target(group, SSH))
    assert seen.effects[0].words == "The group is attached to nothing."
    assert "No other rule" in seen.warnings[0]


def test_a_group_of_a_stack_warns_that_the_stack_may_open_it_again(clients: Clients) -> None:
    group = a_group(clients, opening("0.0.0.0/0"))
    tag = {"Key": "aws:cloudformation:stack-name", "Value": "web-stack"}
    with Stubber(clients("ec2")) as stub:
        stub.add_response("describe_security_groups", {"SecurityGroups": [{"GroupName": "web", "Tags": [tag]}]})
        stub.add_response("describe_security_group_rules", {"SecurityGroupRules": []})
        stub.add_response("describe_network_interfaces", {"NetworkInterfaces": []})
        assert any("web-stack" in warning for warning in look(clients, a_target(group, SSH)).warnings)


def test_the_round_trip_gives_back_rules_descriptions_and_tags(clients: Clients) -> None:
    group = a_group(
        clients, opening("0.0.0.0/0", "10.0.0.0/8", note="temporary"), opening("::/0"), team="web", cost="7"
    )
    clients("ec2").authorize_security_group_ingress(GroupId=group, IpPermissions=[opening("0.0.0.0/0", protocol="-1")])
    before = rules(clients, group)
    target = a_target(group, SSH, "tcp 22 from ::/0", "all traffic from 0.0.0.0/0")
    saved = look(clients, target)
    assert len(saved.before) == 3

    REMEDY.apply(clients, target, saved)
    done = look(clients, target)
    assert done.already_done
    assert {rule[3] for rule in rules(clients, group)} == {"10.0.0.0/8"}

    assert REMEDY.undo is not None
    REMEDY.undo(clients, target, saved, done)
    assert rules(clients, group) == before
    assert look(clients, target).before == saved.before


def test_undoing_after_half_was_done_adds_what_is_missing_alone(clients: Clients) -> None:
    group = a_group(clients, opening("0.0.0.0/0"), a="1")
    clients("ec2").authorize_security_group_ingress(GroupId=group, IpPermissions=[opening("::/0")])
    before, target = rules(clients, group), a_target(group, SSH, "tcp 22 from ::/0")
    saved = look(clients, target)
    REMEDY.apply(clients, target, saved)
    clients("ec2").authorize_security_group_ingress(GroupId=group, IpPermissions=[opening("::/0")])

    assert REMEDY.undo is not None
    REMEDY.undo(clients, target, saved, look(clients, target))
    assert rules(clients, group) == before


def test_applying_what_is_done_calls_nothing(clients: Clients) -> None:
    group = a_group(clients)
    seen = look(clients, a_target(group, SSH))
    assert seen.already_done
    with Stubber(clients("ec2")):
        REMEDY.apply(clients, a_target(group, SSH), seen)


def test_a_group_that_is_gone_is_said_to_be_gone(clients: Clients) -> None:
    with pytest.raises(NotFound, match="sg-0123456789abcdef0 does not exist any more"):
        look(clients, a_target("sg-0123456789abcdef0", SSH))


def test_not_seeing_what_the_group_is_attached_to_is_a_warning_that_names_the_permission(clients: Clients) -> None:
    with Stubber(clients("ec2")) as stub:
        stub.add_response("describe_security_groups", {"SecurityGroups": [{"GroupName": "web"}]})
        stub.add_response("describe_security_group_rules", {"SecurityGroupRules": []})
        stub.add_client_error("describe_network_interfaces", "UnauthorizedOperation", "no")
        warning = look(clients, a_target("sg-0123", SSH)).warnings[0]
    assert "ec2:DescribeNetworkInterfaces" in warning


@pytest.mark.parametrize(
    ("code", "error"), [("UnauthorizedOperation", AwsDenied), ("RequestLimitExceeded", AwsUnreachable)]
)
def test_a_refusal_of_aws_is_told_in_words(clients: Clients, code: str, error: type[Exception]) -> None:
    group = a_group(clients, opening("0.0.0.0/0"))
    seen = look(clients, a_target(group, SSH))
    with Stubber(clients("ec2")) as stub:
        stub.add_client_error("revoke_security_group_ingress", code, "no")
        with pytest.raises(error, match="RevokeSecurityGroupIngress"):
            REMEDY.apply(clients, a_target(group, SSH), seen)
