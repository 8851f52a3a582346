"""A security group's exposure: what reaches it, and what it is attached to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from checks import network
from checks.inventory import GapError, View
from checks.inventory.ec2 import NetworkInterface, PrefixList, SecurityGroup
from checks.model import Unknown
from checks.network import Entry

MOST_SHOWN = 10
"""Interfaces named in the evidence of one finding; its rules are all named, for a remedy aims at them."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """What a group is attached to, as far as it is known; `steps` by which that lowers the severity."""

    steps: int
    evidence: dict[str, Any]


def attachment(group: SecurityGroup, view: View) -> Attachment:
    """What a group is attached to. Where interfaces could not be read the severity stands, and it says so."""
    try:
        interfaces = view.once(_by_group, group.region).get(group.id, [])
    except GapError as error:
        return Attachment(0, {"attachment": f"unknown: {error.gap.text}"})
    if not interfaces:
        return Attachment(1, {"attachment": "not attached"})
    named = [f"{i.id} ({i.instance or i.description})".removesuffix(" ()") for i in interfaces]
    evidence: dict[str, Any] = {"attachment": _few(named)}
    public = [f"{i.public_address} on {i.id}" for i in interfaces if i.public_address]
    if public:
        evidence["public_addresses"] = _few(public)
    return Attachment(0, evidence)


def _by_group(view: View, region: str) -> dict[str, list[NetworkInterface]]:
    found: dict[str, list[NetworkInterface]] = {}
    for interface in view.of(NetworkInterface, region):
        for id_ in interface.groups:
            found.setdefault(id_, []).append(interface)
    return found


def _lists(view: View, region: str) -> dict[str, PrefixList]:
    return {one.id: one for one in view.of(PrefixList, region)}


def ingress(group: SecurityGroup, view: View) -> tuple[tuple[Entry, ...], tuple[Entry, ...], str]:
    """The sources of a group's inbound rules; those in prefix lists that could not be read, and why not."""
    reason = "it is not among the region's prefix lists"
    lists: dict[str, PrefixList] = {}
    if any(rule.prefix_lists for rule in group.ingress):
        try:
            lists = view.once(_lists, group.region)
        except GapError as error:
            reason = error.gap.text
    known, unknown = network.entries(group.ingress, lists.get)
    return known, unknown, reason


def _few(texts: list[str]) -> list[str]:
    more = [f"and {len(texts) - MOST_SHOWN} more"] if len(texts) > MOST_SHOWN else []
    return texts[:MOST_SHOWN] + more


def unread(lists: Sequence[Entry], reason: str) -> Unknown | None:
    """What to say of a group that only these prefix lists, which were not read, could make wrong; none: it is right."""
    return Unknown(f"{lists[0].text} could not be looked into: {reason}") if lists else None
