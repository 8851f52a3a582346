"""Security groups: what they open to the world."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from checks import network
from checks.exposure import attachment, ingress, unread
from checks.inventory import View
from checks.inventory.ec2 import NetworkInterface, PrefixList, SecurityGroup
from checks.model import Check, Problem, Severity, Verdict, check
from checks.network import Entry, Opening, Spread

WORLD = "the world"
NEARLY = "nearly the world"


@check(
    id="ec2-sg-open-all",
    title="Security group opens everything to the world",
    services=("sg", "ec2"),
    severity=Severity.CRITICAL,
    why="Every port of what the group protects, those nobody thought of too, is one scan away for anyone.",
    fix=(
        "EC2 > Security groups > the group > Edit inbound rules: delete the rule, and allow only the ports and "
        "sources that are needed (`aws ec2 revoke-security-group-ingress`)."
    ),
    references=(
        "best-practices/37",
        "cis-3.0/5.2",
        "cis-3.0/5.3",
        "cis-5.0/5.3",
        "cis-5.0/5.4",
        "fsbp/EC2.18",
        "fsbp/EC2.19",
    ),
    judges=SecurityGroup,
    reads=(NetworkInterface, PrefixList),
)
def open_all(group: SecurityGroup, view: View) -> Verdict:
    """Row 37: all of TCP, all of UDP, or every protocol from the world."""
    known, unknown, reason = ingress(group, view)
    opened = _opened_wholly(known)
    deciding = [entry for entries in opened.values() for entry in entries]
    if not deciding:
        could = _opened_wholly(known + unknown)
        return unread([entry for entries in could.values() for entry in entries if entry in unknown], reason)
    how = attachment(group, view)
    ports = [f"all of {protocol.upper()}" for protocol, entries in opened.items() if entries]
    evidence = {"open_to": WORLD, "ports": ports, "rules": _rules(deciding), **how.evidence}
    return Problem({"group": group.name, **evidence}, Severity.CRITICAL.lowered(how.steps))


def _opened_wholly(sources: tuple[Entry, ...]) -> dict[str, tuple[Entry, ...]]:
    """The sources by which all of a protocol is open to the world, by protocol."""
    return {protocol: network.opens_all(sources, protocol) for protocol in ("tcp", "udp")}


def _rules(entries: list[Entry]) -> list[str]:
    return list(dict.fromkeys(entry.text for entry in entries))


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A well-known service of row 40: the ports where it listens, first and last of each run."""

    word: str
    name: str
    tcp: tuple[tuple[int, int], ...] = ()
    udp: tuple[tuple[int, int], ...] = ()
    severity: Severity = Severity.HIGH
    danger: str
    references: tuple[str, ...] = ("fsbp/EC2.18",)

    def openings(self, sources: tuple[Entry, ...]) -> Iterator[Opening]:
        """How `sources` reach the service's ports."""
        for protocol, runs in (("tcp", self.tcp), ("udp", self.udp)):
            for low, high in runs:
                yield from network.openings(sources, protocol, low, high)

    @property
    def ports(self) -> str:
        """For a person: `tcp 20-21`."""
        runs = [(p, *run) for p, all_runs in (("tcp", self.tcp), ("udp", self.udp)) for run in all_runs]
        return ", ".join(network.describe(*run) for run in runs)


_HIGH_RISK = ("fsbp/EC2.18", "fsbp/EC2.19")
_REMOTE_ADMIN = ("cis-3.0/5.2", "cis-3.0/5.3", "cis-5.0/5.3", "cis-5.0/5.4", "fsbp/EC2.18")

SERVICES = (
    Service(
        word="cifs",
        name="CIFS",
        tcp=((137, 139), (445, 445)),
        udp=((137, 139),),
        danger="Windows file sharing spreads worms and hands out files and password hashes.",
        references=("cis-5.0/5.1.2", *_HIGH_RISK),
    ),
    Service(
        word="ftp",
        name="FTP",
        tcp=((20, 21),),
        severity=Severity.MEDIUM,
        danger="FTP sends passwords and files in the clear.",
    ),
    Service(
        word="mongodb",
        name="MongoDB",
        tcp=((27017, 27019),),
        danger="Open MongoDB servers are found within hours, emptied and held to ransom.",
    ),
    Service(
        word="mssql",
        name="SQL Server",
        tcp=((1433, 1433),),
        udp=((1434, 1434),),
        danger="SQL Server is scanned for constantly, and a guessed login runs commands on the host.",
    ),
    Service(
        word="mysql",
        name="MySQL",
        tcp=((3306, 3306),),
        danger="A database on the internet is one guessed password from a leak.",
    ),
    Service(
        word="oracle",
        name="Oracle",
        tcp=((1521, 1521), (2483, 2484)),
        danger="A database listener on the internet is one guessed password or flaw from a leak.",
    ),
    Service(
        word="postgresql",
        name="PostgreSQL",
        tcp=((5432, 5432),),
        danger="A database on the internet is one guessed password from a leak.",
    ),
    Service(
        word="rdp",
        name="RDP",
        tcp=((3389, 3389),),
        udp=((3389, 3389),),
        danger="Remote Desktop on the internet is the usual first step of ransomware.",
        references=_REMOTE_ADMIN,
    ),
    Service(
        word="rpc",
        name="RPC",
        tcp=((135, 135),),
        udp=((135, 135),),
        severity=Severity.MEDIUM,
        danger="The RPC endpoint mapper tells anyone what a Windows host offers, and has been a worm's way in.",
        references=_HIGH_RISK,
    ),
    Service(
        word="smtp",
        name="SMTP",
        tcp=((25, 25),),
        severity=Severity.MEDIUM,
        danger="An open mail server is tried as a relay for spam.",
        references=_HIGH_RISK,
    ),
    Service(
        word="ssh",
        name="SSH",
        tcp=((22, 22),),
        danger="SSH on the internet is guessed at around the clock, and one weak key or flaw lets them in.",
        references=_REMOTE_ADMIN,
    ),
    Service(
        word="telnet",
        name="Telnet",
        tcp=((23, 23),),
        danger="Telnet sends passwords in the clear and gives a shell.",
    ),
    Service(
        word="dns",
        name="DNS",
        tcp=((53, 53),),
        udp=((53, 53),),
        severity=Severity.MEDIUM,
        danger="An open resolver is used to flood others and tells what the network holds.",
    ),
)


def _check_of(service: Service) -> Check:
    def judge(group: SecurityGroup, view: View) -> Verdict:
        return _judge_openings(group, view, service.severity, service.openings)

    return check(
        id=f"ec2-sg-open-{service.word}",
        title=f"{service.name} open to the world",
        services=("sg", "ec2"),
        severity=service.severity,
        why=service.danger,
        fix=(
            f"EC2 > Security groups > the group > Edit inbound rules: delete the rule or narrow the source of "
            f"{service.ports} to the addresses or groups that need it (`aws ec2 revoke-security-group-ingress`)."
        ),
        references=("best-practices/40", *service.references),
        judges=SecurityGroup,
        reads=(NetworkInterface, PrefixList),
    )(judge)


def _judge_openings(
    group: SecurityGroup,
    view: View,
    severity: Severity,
    openings: Callable[[tuple[Entry, ...]], Iterator[Opening]],
) -> Verdict:
    known, unknown, reason = ingress(group, view)
    wide = [opening for opening in openings(known) if opening.spread > Spread.LIMITED]
    if not wide:
        return unread([entry for opening in openings(unknown) for entry in opening.entries], reason)
    # a port that the world reaches decides; those that nearly the world reaches are then no news
    most = max(opening.spread for opening in wide)
    worst = [opening for opening in wide if opening.spread == most]
    how = attachment(group, view)
    evidence = {
        "group": group.name,
        "open_to": WORLD if most is Spread.WORLD else NEARLY,
        "ports": list(dict.fromkeys(opening.text for opening in worst)),
        "rules": _rules([entry for opening in worst for entry in opening.entries]),
        **how.evidence,
    }
    return Problem(evidence, severity.lowered(how.steps + (most is Spread.NEARLY)))


@check(
    id="ec2-sg-open-icmp",
    title="ICMP open to the world",
    services=("sg", "ec2"),
    severity=Severity.MEDIUM,
    why="Answers to pings and the like map a network for those who scan it, and have carried attacks and tunnels.",
    fix=(
        "EC2 > Security groups > the group > Edit inbound rules: delete the rule, or allow only type 3 code 4 "
        "(ICMPv6: types 1 to 4), which path-MTU discovery needs (`aws ec2 revoke-security-group-ingress`)."
    ),
    references=("best-practices/40",),
    judges=SecurityGroup,
    reads=(NetworkInterface, PrefixList),
)
def open_icmp(group: SecurityGroup, view: View) -> Verdict:
    """Row 40: ICMP messages other than those of path-MTU discovery."""
    return _judge_openings(group, view, Severity.MEDIUM, network.icmp_openings)


OPEN_SERVICES = tuple(_check_of(service) for service in SERVICES)
