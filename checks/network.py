"""What the rules of a security group really open: ranges, ports and protocols, taken together."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_network

from checks.inventory.ec2 import PrefixList, Rule

Network = IPv4Network | IPv6Network

PRIVATE_4 = tuple(IPv4Network(n) for n in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"))
"""RFC 1918 and RFC 6598."""
PRIVATE_6 = (IPv6Network("fc00::/7"),)
"""RFC 4193."""

EVERYWHERE = ("0.0.0.0/0", "::/0")

NEARLY_4 = 2**24
NEARLY_6 = 2**112
"""From how many public addresses on a union is nearly the world: an IPv4 /8, an IPv6 /16."""

_PROTOCOLS = {"-1": "all", "6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6"}

_HARMLESS = {"icmp": {3}, "icmpv6": {1, 2, 3, 4}}
"""ICMP types that carry path-MTU and errors: a host needs them (RFC 1191, RFC 4890)."""


class Spread(IntEnum):
    """How much of the internet a set of sources is."""

    LIMITED = 0
    NEARLY = 1
    WORLD = 2


@lru_cache(maxsize=4096)
def spread(cidrs: frozenset[str]) -> Spread:
    """How much of the internet these ranges are together, private ranges taken out."""
    if all(_size(cidr) < (NEARLY_6 if ":" in cidr else NEARLY_4) // len(cidrs) for cidr in cidrs):
        return Spread.LIMITED  # by far the most usual answer, known without taking the union
    four, six = public_size(cidrs)
    if four == _TOTAL_4 or six == _TOTAL_6:
        return Spread.WORLD
    if four >= NEARLY_4 or six >= NEARLY_6:
        return Spread.NEARLY
    return Spread.LIMITED


@lru_cache(maxsize=16384)
def _network(cidr: str) -> Network:
    return ip_network(cidr, strict=False)


def _size(cidr: str) -> int:
    return _network(cidr).num_addresses


def public_size(cidrs: Collection[str]) -> tuple[int, int]:
    """How many public addresses these ranges hold together, IPv4 and IPv6."""
    four, six = [], []
    for cidr in cidrs:
        network = _network(cidr)
        if isinstance(network, IPv4Network):
            four.append(network)
        else:
            six.append(network)
    return (
        sum(n.num_addresses for n in collapse_addresses([*four, *PRIVATE_4])) - _PRIVATE_TOTAL_4,
        sum(n.num_addresses for n in collapse_addresses([*six, *PRIVATE_6])) - _PRIVATE_TOTAL_6,
    )


@lru_cache(maxsize=16384)
def private_size(cidrs: frozenset[str]) -> tuple[int, int]:
    """How many private addresses these ranges hold together, IPv4 and IPv6."""
    networks = [_network(cidr) for cidr in cidrs]
    all_4 = collapse_addresses(n for n in networks if isinstance(n, IPv4Network))
    all_6 = collapse_addresses(n for n in networks if isinstance(n, IPv6Network))
    public_4, public_6 = public_size(cidrs)
    return sum(n.num_addresses for n in all_4) - public_4, sum(n.num_addresses for n in all_6) - public_6


def largest(cidrs: Collection[str]) -> int:
    """How many addresses these ranges hold at most, counted one by one."""
    return sum(_size(cidr) for cidr in cidrs)


_PRIVATE_TOTAL_4 = sum(n.num_addresses for n in PRIVATE_4)
_PRIVATE_TOTAL_6 = sum(n.num_addresses for n in PRIVATE_6)
_TOTAL_4 = 2**32 - _PRIVATE_TOTAL_4
_TOTAL_6 = 2**128 - _PRIVATE_TOTAL_6


def protocol_name(raw: str) -> str:
    """`all`, `tcp`, `udp`, `icmp`, `icmpv6`, or the number of another protocol, for what AWS gives."""
    word = raw.strip().lower()
    return _PROTOCOLS.get(word, word)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One source of one rule; `low` and `high` are ports, for ICMP the type and the code; None: all."""

    protocol: str
    low: int | None
    high: int | None
    cidrs: frozenset[str]
    text: str
    """For a person: `tcp 22 from 0.0.0.0/0 (office)`."""

    def reaches(self, protocol: str, port: int) -> bool:
        """Whether it lets `protocol` (tcp or udp) in to `port`."""
        if self.protocol == "all":
            return True
        return self.protocol == protocol and (self.low is None or self.low <= port <= (self.high or self.low))

    @property
    def ports(self) -> int:
        """How many ports of TCP or UDP it opens; nought for other protocols."""
        if self.protocol not in ("all", "tcp", "udp"):
            return 0
        return 65536 if self.low is None else (self.high or self.low) - self.low + 1

    @property
    def harmless(self) -> bool:
        """Whether it lets in nothing but the ICMP messages that path-MTU discovery needs."""
        return self.low is not None and self.low in _HARMLESS.get(self.protocol, ())

    def lets_in_message(self, protocol: str, kind: int | None, code: int | None) -> bool:
        """Whether it lets in ICMP messages of this type and code; None: of every type or code."""
        if self.protocol == "all":
            return True
        return self.protocol == protocol and self.low in (None, kind) and self.high in (None, code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """Neighbouring ports that the same sources reach, and how much of the internet those are."""

    protocol: str
    low: int | None
    high: int | None
    spread: Spread
    entries: tuple[Entry, ...]
    """Those that decide, where it is wide: the ones that are so by themselves, else all with public addresses."""

    @property
    def text(self) -> str:
        """For a person: `tcp 22`."""
        return describe(self.protocol, self.low, self.high)


def entries(
    rules: Iterable[Rule], prefix_list: Callable[[str], PrefixList | None], *, out: bool = False
) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
    """The sources of `rules` one by one, references to groups left out; and those that could not be looked into.

    `prefix_list` gives a list by id, or None where it is not known: such a source stands for the worst it could
    be, the world. AWS's own lists are service ranges, not the internet, and hold no ranges here. With `out` the
    rules are outbound, and their sources destinations.
    """
    known: list[Entry] = []
    unknown: list[Entry] = []
    word = "to" if out else "from"
    for rule in rules:
        known += (_entry(rule, cidr, f"{word} {cidr}", (cidr,)) for cidr in rule.cidrs)
        for id_ in rule.prefix_lists:
            found = prefix_list(id_)
            if found is None:
                unknown.append(_entry(rule, id_, f"{word} prefix list {id_}", EVERYWHERE))
            else:
                cidrs = () if found.owner == "AWS" else found.cidrs
                source = f"{word} prefix list {id_} ({found.name}: {_few(cidrs) or 'of AWS'})"
                known.append(_entry(rule, id_, source, cidrs))
    return tuple(known), tuple(unknown)


def traffic(rule: Rule) -> tuple[str, int | None, int | None]:
    """The protocol's name and the ports of a rule, for ICMP type and code; None: all."""
    protocol, low, high = protocol_name(rule.protocol), rule.from_port, rule.to_port
    if protocol in ("icmp", "icmpv6"):
        low, high = (None if number == -1 else number for number in (low, high))
    elif protocol == "all" or low == -1:
        low = high = None
    return protocol, low, high


def describe_rule(rule: Rule) -> str:
    """What a rule lets through, without its sources."""
    return describe(*traffic(rule))


def _entry(rule: Rule, source: str, where: str, cidrs: Iterable[str]) -> Entry:
    protocol, low, high = traffic(rule)
    note = rule.descriptions.get(source, "")
    text = f"{describe(protocol, low, high)} {where}" + (f" ({note})" if note else "")
    return Entry(protocol=protocol, low=low, high=high, cidrs=frozenset(cidrs), text=text)


def _few(cidrs: Sequence[str], most: int = 5) -> str:
    more = f" and {len(cidrs) - most} more" if len(cidrs) > most else ""
    return ", ".join(cidrs[:most]) + more


def describe(protocol: str, low: int | None, high: int | None) -> str:
    """For a person: `tcp 22`, `udp 137-139`, `icmp type 8`, `all traffic`."""
    if protocol == "all":
        return "all traffic"
    if protocol in ("icmp", "icmpv6"):
        if low is None:
            return f"{protocol} of all types"
        return f"{protocol} type {low}" + ("" if high is None else f" code {high}")
    if low is None:
        return f"{protocol} on all ports"
    return f"{protocol} {low}" if high in (None, low) else f"{protocol} {low}-{high}"


def openings(sources: Sequence[Entry], protocol: str, low: int, high: int) -> Iterator[Opening]:
    """The ports from `low` to `high` of `protocol` (tcp or udp) in runs that the same sources reach."""
    able = [entry for entry in sources if entry.protocol in ("all", protocol)]
    starts = {low}
    for entry in able:
        if entry.low is not None:
            starts |= {entry.low, (entry.high or entry.low) + 1}
    runs = sorted(start for start in starts if low <= start <= high)
    for start, following in zip(runs, [*runs[1:], high + 1], strict=True):
        reaching = [entry for entry in able if entry.reaches(protocol, start)]
        yield _opening(protocol, start, following - 1, reaching)


def icmp_openings(sources: Sequence[Entry]) -> Iterator[Opening]:
    """The kinds of ICMP messages let in, those that path-MTU discovery needs left out."""
    for protocol, family in (("icmp", 4), ("icmpv6", 6)):
        able = [entry for entry in sources if entry.protocol == protocol]
        able += [_of_family(entry, family) for entry in sources if entry.protocol == "all"]
        kinds = {(None, None) if e.protocol == "all" else (e.low, e.high) for e in able}
        for kind, code in sorted(kinds, key=lambda pair: tuple(-1 if n is None else n for n in pair)):
            if kind not in _HARMLESS[protocol]:
                letting = [entry for entry in able if entry.lets_in_message(protocol, kind, code)]
                yield _opening(protocol, kind, code, letting)


def _of_family(entry: Entry, version: int) -> Entry:
    """The entry with its IPv4 or its IPv6 ranges alone."""
    return replace(entry, cidrs=frozenset(c for c in entry.cidrs if (":" in c) == (version == 6)))


def _opening(protocol: str, low: int | None, high: int | None, reaching: Sequence[Entry]) -> Opening:
    together = spread(frozenset().union(*(entry.cidrs for entry in reaching)))
    deciding: list[Entry] = []
    if together > Spread.LIMITED:
        deciding = [entry for entry in reaching if spread(entry.cidrs) == together]
        deciding = deciding or [entry for entry in reaching if any(public_size(entry.cidrs))]
    return Opening(protocol=protocol, low=low, high=high, spread=together, entries=tuple(deciding))


def opens_all(sources: Sequence[Entry], protocol: str) -> tuple[Entry, ...]:
    """The sources by which every port of `protocol` (tcp or udp) is open to the world; empty where one is not."""
    runs = list(openings(sources, protocol, 1, 65535))  # port 0 is reserved: nothing listens there
    if any(run.spread < Spread.WORLD for run in runs):
        return ()
    return tuple(dict.fromkeys(entry for run in runs for entry in run.entries))
