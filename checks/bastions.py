"""Bastions: the only instances that SSH and RDP should come to from elsewhere, and the only source for the others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from checks import network
from checks.exposure import ingress, unread
from checks.inventory import View
from checks.inventory.compute import Instance
from checks.inventory.ec2 import PrefixList, Rule, SecurityGroup
from checks.model import NotApplicable, Problem, Severity, Verdict, check
from checks.network import Entry
from checks.settings import CheckSettings

ADMIN_PORTS = (("tcp", 22), ("tcp", 3389), ("udp", 3389))
"""SSH and RDP."""


@dataclass(frozen=True, slots=True)
class _Bastions:
    """From where a region's other instances may be administered."""

    groups: frozenset[str]
    addresses: frozenset[str]

    def hold(self, cidr: str) -> bool:
        """Whether every address of a range is a bastion's."""
        range_ = ip_network(cidr, strict=False)
        return range_.num_addresses <= len(self.addresses) and all(str(one) in self.addresses for one in range_)


def is_bastion(instance: Instance, settings: CheckSettings) -> bool:
    """Whether an instance is one, by its tag or by a whole word of its name."""
    key, _, value = settings.bastion_tag.partition("=")
    if instance.tags.get(key, "").lower() == value.lower():
        return True
    words = re.split(r"[^a-z0-9]+|(?<=[a-z])(?=[0-9])", instance.name.lower())
    return not {word.lower() for word in settings.bastion_words}.isdisjoint(words)


def _bastions(view: View, region: str) -> _Bastions:
    found = [instance for instance in view.of(Instance, region) if is_bastion(instance, view.settings)]
    return _Bastions(
        groups=frozenset(group for instance in found for group in instance.groups),
        addresses=frozenset(str(ip_address(one)) for instance in found for one in instance.addresses),
    )


def _groups(view: View, region: str) -> dict[str, SecurityGroup]:
    return {group.id: group for group in view.of(SecurityGroup, region)}


@check(
    id="ec2-admin-port-not-bastion",
    title="SSH or RDP from elsewhere than a bastion",
    services=("ec2",),
    severity=Severity.HIGH,
    why="Every machine that takes SSH or RDP by itself is one more door to watch; a bastion is one door for all.",
    fix=(
        "EC2 > Security groups > the group > Edit inbound rules: let 22 and 3389 in from the bastion's group alone "
        "(`aws ec2 revoke-security-group-ingress`), or use Session Manager, which needs no open port. "
        "Mark bastions with the tag of the setting `checks.bastion_tag`."
    ),
    references=("best-practices/25",),
    judges=Instance,
    reads=(SecurityGroup, PrefixList),
)
def admin_port_not_bastion(instance: Instance, view: View) -> Verdict:
    """Row 25: an instance, stopped or not, that lets SSH or RDP in from anything but a bastion."""
    if is_bastion(instance, view.settings):
        return NotApplicable()
    bastions = view.once(_bastions, instance.region)
    groups = view.once(_groups, instance.region)
    found: list[str] = []
    maybe: list[Entry] = []
    reason = ""
    for id_ in instance.groups:
        if id_ not in groups:
            continue  # made since the groups were read
        known, unknown, why = ingress(groups[id_], view)
        found += [f"{entry.text} in {groups[id_].name}" for entry in _reaching(known) if not _from(entry, bastions)]
        found += [f"{text} in {groups[id_].name}" for text in _references(groups[id_], bastions)]
        maybe += _reaching(unknown)
        reason = reason or (why if unknown else "")
    if not found:
        return unread(maybe, reason)
    return Problem({"instance": instance.name, "rules": list(dict.fromkeys(found))})


def _reaching(entries: tuple[Entry, ...]) -> list[Entry]:
    return [entry for entry in entries if any(entry.reaches(*port) for port in ADMIN_PORTS)]


def _from(entry: Entry, bastions: _Bastions) -> bool:
    return all(bastions.hold(cidr) for cidr in entry.cidrs)


def _references(group: SecurityGroup, bastions: _Bastions) -> Iterator[str]:
    """The rules that let members of other groups in to the ports."""
    for rule in group.ingress:
        if _reaches(rule):
            for other in rule.groups:
                if other != group.id and other not in bastions.groups:
                    yield f"{network.describe_rule(rule)} from group {other}"


def _reaches(rule: Rule) -> bool:
    protocol, low, high = network.traffic(rule)
    sample = Entry(protocol=protocol, low=low, high=high, cidrs=frozenset(), text="")
    return bool(_reaching((sample,)))
