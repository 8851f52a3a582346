"""Remedies for EC2: the rules of a security group."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.aws.errors import told
from bot.aws.remedies.setting import looked, stack_warning
from bot.errors import AwsError
from bot.remedy import Clients, Effect, Preview, Remedy, Risk, Subject, Target
from checks.inventory.ec2 import Rule
from checks.network import Spread, describe, entries, spread

_GROUP = re.compile(r":security-group/(sg-[0-9a-z]+)$")
_NAMED = re.compile(r"^(.+ (?:from|to) ([0-9A-Fa-f:.]+/\d{1,3}))(?: \(|$)")
"""A rule as the checks name it, with or without its note: `tcp 22 from 0.0.0.0/0 (office)`."""

_EGRESS = "ec2-sg-open-egress"
_SHOWN = 8


def _aim(subject: Subject) -> Target | None:
    return None if subject.type == _EGRESS else _aimed(subject, out=False)


def _aim_out(subject: Subject) -> Target | None:
    return _aimed(subject, out=True)


def _aimed(subject: Subject, *, out: bool) -> Target | None:
    group = _GROUP.search(subject.resource)
    rules = sorted({name for said in _said(subject.facts.get("rules")) if (name := _open_rule(said))})
    if not group or not rules:
        return None
    return Target(
        account=subject.account,
        region=subject.region,
        resource=subject.resource,
        parameters={"group": group[1], "rules": rules, "out": out},
    )


def _said(rules: object) -> Sequence[str]:
    return [rule for rule in rules if isinstance(rule, str)] if isinstance(rules, list | tuple) else []


def _open_rule(said: str) -> str:
    """The rule's name without its note when its source is (nearly) the world by itself or half of it, else empty."""
    named = _NAMED.match(said)
    return named[1] if named and spread(frozenset({named[2]})) >= Spread.NEARLY else ""


def _preview(clients: Clients, target: Target, now: datetime) -> Preview:
    id_ = target.parameters["group"]
    group = _group(clients, target)
    with told("ec2", target.region):
        pages = (
            clients("ec2")
            .get_paginator("describe_security_group_rules")
            .paginate(Filters=[{"Name": "group-id", "Values": [id_]}])
        )
        found = [rule for page in pages for rule in page["SecurityGroupRules"] if rule["IsEgress"] is _out(target)]
    rules = {_name(rule): rule for rule in found}
    chosen = {name: rules[name] for name in target.parameters["rules"] if name in rules}
    stay = [name for name in rules if name not in chosen]
    attached, unread = _attached(clients, target)
    return Preview(
        name=f"security group {id_} ({group['GroupName']})",
        before={name: {"description": r.get("Description", ""), "tags": _tags(r)} for name, r in chosen.items()},
        after={},
        effects=(*attached, *_staying(stay)),
        warnings=(*unread, *_warnings(group, stay, out=_out(target))),
        handles={name: _permission(rule) for name, rule in chosen.items()},
    )


def _out(target: Target) -> bool:
    """Whether it is about outbound rules."""
    return bool(target.parameters.get("out"))


def _group(clients: Clients, target: Target) -> dict[str, Any]:
    id_ = target.parameters["group"]
    with looked("ec2", target.region, f"the security group {id_}", "InvalidGroup.NotFound"):
        found: list[dict[str, Any]] = clients("ec2").describe_security_groups(GroupIds=[id_])["SecurityGroups"]
        return found[0]


def _name(rule: Mapping[str, Any]) -> str:
    """As the checks name it, so that what a finding says can be found again."""
    cidr = rule.get("CidrIpv4") or rule.get("CidrIpv6")
    bare = Rule(
        protocol=rule["IpProtocol"],
        from_port=rule.get("FromPort"),
        to_port=rule.get("ToPort"),
        cidrs=(cidr or "0.0.0.0/32",),
    )
    ((entry,), _) = entries((bare,), lambda _: None, out=rule["IsEgress"])
    if cidr:
        return entry.text
    source = rule.get("PrefixListId") or rule.get("ReferencedGroupInfo", {}).get("GroupId", rule["SecurityGroupRuleId"])
    return f"{describe(entry.protocol, entry.low, entry.high)} {'to' if rule['IsEgress'] else 'from'} {source}"


def _tags(thing: Mapping[str, Any]) -> dict[str, str]:
    """Without AWS's own, which nobody can set."""
    return {tag["Key"]: tag["Value"] for tag in thing.get("Tags", ()) if not tag["Key"].startswith("aws:")}


def _permission(rule: Mapping[str, Any]) -> dict[str, Any]:
    parts = ("SecurityGroupRuleId", "IpProtocol", "FromPort", "ToPort", "CidrIpv4", "CidrIpv6")
    return {part: rule[part] for part in parts if part in rule}


def _attached(clients: Clients, target: Target) -> tuple[list[Effect], list[str]]:
    """What stands behind the group; and why that could not be read, if it could not."""
    try:
        with told("ec2", target.region):
            pages = (
                clients("ec2")
                .get_paginator("describe_network_interfaces")
                .paginate(Filters=[{"Name": "group-id", "Values": [target.parameters["group"]]}])
            )
            found = [interface for page in pages for interface in page["NetworkInterfaces"]]
    except AwsError as error:
        return [], [f"It is not known what the group is attached to. {error}"]
    if not found:
        return [Effect("The group is attached to nothing.")], []
    found.sort(key=lambda i: ("Association" not in i, i["NetworkInterfaceId"]))
    effects = [Effect(_interface(interface, target.parameters["group"])) for interface in found[:_SHOWN]]
    if len(found) > _SHOWN:
        effects.append(Effect(f"… and {len(found) - _SHOWN} more network interfaces."))
    return effects, []


def _interface(interface: Mapping[str, Any], group: str) -> str:
    public = interface.get("Association", {}).get("PublicIp")
    owner = interface.get("Attachment", {}).get("InstanceId") or interface.get("Description", "")
    address = f"public address {public}" if public else "no public address"
    others = ", ".join(other["GroupId"] for other in interface.get("Groups", ()) if other["GroupId"] != group)
    also = f", which also has {others}" if others else ""
    return f"Attached to {interface['NetworkInterfaceId']}{f' of {owner}' if owner else ''}{also}, {address}."


def _staying(stay: Sequence[str]) -> list[Effect]:
    if not stay:
        return []
    more = f" and {len(stay) - _SHOWN} more" if len(stay) > _SHOWN else ""
    return [Effect(f"Stays open: {', '.join(stay[:_SHOWN])}{more}.")]


def _warnings(group: Mapping[str, Any], stay: Sequence[str], *, out: bool) -> list[str]:
    warnings = []
    if not stay and out:
        warnings.append("No other rule of this group lets anything out: what is behind it can call nobody any more.")
    elif not stay:
        warnings.append("No other rule of this group lets anything in: whoever comes in by these ports loses access.")
    tags = {tag["Key"]: tag["Value"] for tag in group.get("Tags", ())}
    return [*warnings, *stack_warning(tags, "the group")]


def _apply(clients: Clients, target: Target, now: Preview) -> None:
    ids = [now.handles[name]["SecurityGroupRuleId"] for name in now.before]
    if ids:
        with told("ec2", target.region):
            client = clients("ec2")
            revoke = client.revoke_security_group_egress if _out(target) else client.revoke_security_group_ingress
            revoke(GroupId=target.parameters["group"], SecurityGroupRuleIds=ids)


def _undo(clients: Clients, target: Target, saved: Preview, now: Preview) -> None:
    """One call for all rules that carry the same tags; each is all or nothing."""
    by_tags: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for name, rule in saved.before.items():
        if name not in now.before:
            by_tags[json.dumps(rule["tags"], sort_keys=True)].append(
                _as_permission(saved.handles[name], rule["description"])
            )
    for tags, permissions in by_tags.items():
        listed = [{"Key": key, "Value": value} for key, value in json.loads(tags).items()]
        tagged = {"TagSpecifications": [{"ResourceType": "security-group-rule", "Tags": listed}]} if listed else {}
        with told("ec2", target.region):
            client = clients("ec2")
            allow = client.authorize_security_group_egress if _out(target) else client.authorize_security_group_ingress
            allow(GroupId=target.parameters["group"], IpPermissions=permissions, **tagged)


def _as_permission(handle: Mapping[str, Any], description: str) -> dict[str, Any]:
    key, part = ("Ipv6Ranges", "CidrIpv6") if "CidrIpv6" in handle else ("IpRanges", "CidrIp")
    source = {part: handle.get("CidrIpv6") or handle["CidrIpv4"]}
    if description:
        source["Description"] = description
    parts = () if handle["IpProtocol"] == "-1" else ("FromPort", "ToPort")
    ports = {part: handle[part] for part in parts if part in handle}
    return {"IpProtocol": handle["IpProtocol"], **ports, key: [source]}


REVOKE_INGRESS = Remedy(
    id="ec2-revoke-ingress",
    title="Close a security group to the world",
    label="Revoke open rules",
    risk=Risk.MEDIUM,
    fixes=("ec2-sg-open-*",),
    answers=(),
    reads=("ec2:DescribeSecurityGroups", "ec2:DescribeSecurityGroupRules", "ec2:DescribeNetworkInterfaces"),
    writes=("ec2:RevokeSecurityGroupIngress", "ec2:AuthorizeSecurityGroupIngress", "ec2:CreateTags"),
    aim=_aim,
    preview=_preview,
    apply=_apply,
    undo=_undo,
    assigned=("rule ids",),
)

REVOKE_EGRESS = replace(
    REVOKE_INGRESS,
    id="ec2-revoke-egress",
    title="Let a security group call no more than it needs",
    label="Revoke open rules",
    fixes=(_EGRESS,),
    writes=("ec2:RevokeSecurityGroupEgress", "ec2:AuthorizeSecurityGroupEgress", "ec2:CreateTags"),
    aim=_aim_out,
)

REMEDIES = (REVOKE_INGRESS, REVOKE_EGRESS)
