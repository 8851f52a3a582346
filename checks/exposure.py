"""A security group's exposure: what reaches it, and what it is attached to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from checks import network
from checks.evidence import few
from checks.inventory import GapError, View
from checks.inventory.ec2 import NetworkInterface, PrefixList, Rule, SecurityGroup
from checks.model import Unknown
from checks.network import Entry


@dataclass(frozen=True, slots=True)
class Attachment:
    """What a group is attached to, as far as it is known; `steps` by which that lowers the severity."""

    steps: int
    evidence: dict[str, Any]


def attachment(group: SecurityGroup, view: View) -> Attachment:
    """What a group is attached to. Where interfaces could not be read the severity stands, and it says so."""
    try:
        interfaces = view.once(by_group, group.region).get(group.id, [])
    except GapError as error:
        return Attachment(0, {"attachment": f"unknown: {error.gap.text}"})
    if not interfaces:
        return Attachment(1, {"attachment": "not attached"})
    named = [f"{i.id} ({i.instance or i.description})".removesuffix(" ()") for i in interfaces]
    evidence: dict[str, Any] = {"attachment": few(named)}
    public = [f"{i.public_address} on {i.id}" for i in interfaces if i.public_address]
    if public:
        evidence["public_addresses"] = few(public)
    return Attachment(0, evidence)


def by_group(view: View, region: str) -> dict[str, list[NetworkInterface]]:
    """A region's network interfaces by the ids of their groups."""
    found: dict[str, list[NetworkInterface]] = {}
    for interface in view.of(NetworkInterface, region):
        for id_ in interface.groups:
            found.setdefault(id_, []).append(interface)
    return found


def _lists(view: View, region: str) -> dict[str, PrefixList]:
    return {one.id: one for one in view.of(PrefixList, region)}


def ingress(group: SecurityGroup, view: View) -> tuple[tuple[Entry, ...], tuple[Entry, ...], str]:
    """The sources of a group's inbound rules; those in prefix lists that could not be read, and why not."""
    return _entries(group.ingress, group.region, view, out=False)


def egress(group: SecurityGroup, view: View) -> tuple[tuple[Entry, ...], tuple[Entry, ...], str]:
    """The destinations of a group's outbound rules; those in prefix lists that could not be read, and why not."""
    return _entries(group.egress, group.region, view, out=True)


def _entries(
    rules: Iterable[Rule], region: str, view: View, *, out: bool
) -> tuple[tuple[Entry, ...], tuple[Entry, ...], str]:
    reason = "it is not among the region's prefix lists"
    lists: dict[str, PrefixList] = {}
    if any(rule.prefix_lists for rule in rules):
        try:
            lists = view.once(_lists, region)
        except GapError as error:
            reason = error.gap.text
    known, unknown = network.entries(rules, lists.get, out=out)
    return known, unknown, reason


def unread(lists: Sequence[Entry], reason: str) -> Unknown | None:
    """What to say of a group that only these prefix lists, which were not read, could make wrong; none: it is right."""
    return Unknown(f"{lists[0].text} could not be looked into: {reason}") if lists else None
