"""What an audit on the command line came to: counted account by account, so that no finding is kept for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from bot.accepted import Accepted
from checks.inventory import Gap
from checks.model import Finding, Severity, Status

if TYPE_CHECKING:
    from bot.tasks import AccountResult


@dataclass(kw_only=True)
class Tally:
    """Counts what was reported; `summary` is the whole of it for a machine to read."""

    selector: str
    checks: tuple[str, ...]
    """Ids of those that run."""
    accounts: tuple[str, ...]
    """Ids of those to look at."""
    left_out: Mapping[str, str] = field(default_factory=dict)
    """Accounts that are not looked at, and why not."""
    accepted: Accepted = field(default_factory=Accepted)
    """What is shown of the suppressions."""
    noted: tuple[str, ...] = ()
    """What else the operator should know of the settings, in words."""
    began: datetime
    seconds: float = 0
    stopped: bool = False
    """By a person or a signal, before it was through."""
    troubles: list[str] = field(default_factory=list)
    """What ended the audit as a whole before it was through."""
    severities: Counter[Severity] = field(default_factory=Counter)
    """Failures by severity."""
    regions: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Looked at, by account that was looked at."""
    regions_left_out: dict[str, Mapping[str, str]] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)
    unread: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """Answers that are UNKNOWN for want of reading, by account, region and reason."""
    calls: Counter[str] = field(default_factory=Counter)
    judged: dict[str, Counter[Status]] = field(init=False)

    def __post_init__(self) -> None:
        self.judged = {check: Counter() for check in self.checks}

    def add(self, result: AccountResult, reported: Iterable[Finding]) -> None:
        """Count an account, and what of its findings is reported."""
        self.regions[result.account] = result.regions
        if result.left_out:
            self.regions_left_out[result.account] = result.left_out
        self.gaps += result.gaps
        self.calls.update(result.calls)
        self.accepted.add(result.accepted, ())
        self.count(reported)

    def count(self, reported: Iterable[Finding]) -> None:
        """Count findings that are reported."""
        reported = tuple(reported)
        self.accepted.add((), reported)
        for finding in reported:
            self.judged[finding.check][finding.status] += 1
            if finding.status is Status.FAIL:
                self.severities[finding.severity] += 1
            if finding.status is Status.UNKNOWN and not finding.by_nature:
                self.unread[finding.account, finding.region, finding.reason] += 1

    @property
    def statuses(self) -> Mapping[Status, int]:
        """How many findings of each status were reported."""
        return {status: sum(counts[status] for counts in self.judged.values()) for status in Status}

    @property
    def missed(self) -> tuple[str, ...]:
        """The accounts that were to be looked at and were not."""
        return tuple(account for account in self.accounts if account not in self.regions)

    @property
    def is_complete(self) -> bool:
        """Whether everything was read that the checks needed, in every account."""
        return not (self.stopped or self.troubles or self.unread or self.missed)

    def fails(self, at: Severity) -> bool:
        """Whether anything fails that is so bad or worse."""
        return any(number for severity, number in self.severities.items() if severity >= at)

    def shortcomings(self) -> list[str]:
        """Why it is not complete, a line each."""
        lines = ["It was stopped before it was through."] if self.stopped else []
        lines += self.troubles
        lines += [f"{account}: not begun" for account in self.missed]
        for (account, region, reason), number in sorted(self.unread.items()):
            what = "one answer is" if number == 1 else f"{number:,} answers are"
            lines.append(f"{account} {region}: {what} UNKNOWN: {reason}")
        return lines

    def warnings(self, today: date) -> list[str]:
        """What the operator should look at in the settings: suppressions that cover nothing, and the like."""
        through = not (self.stopped or self.troubles or self.missed)
        return [*self.noted, *self.accepted.warnings(today, through=through)]

    def summary(self) -> dict[str, Any]:
        """All of it, JSON-able."""
        left_out = {**self.left_out, **dict.fromkeys(self.missed, "not begun")}
        return {
            "complete": self.is_complete,
            "stopped": self.stopped,
            "shortcomings": self.shortcomings(),
            "warnings": self.warnings(self.began.date()),
            "selector": self.selector,
            "began_at": self.began.isoformat(),
            "seconds": round(self.seconds, 3),
            "counts": {
                "status": {str(status): number for status, number in self.statuses.items()},
                "severity": {str(each): self.severities[each] for each in sorted(Severity, reverse=True)},
            },
            "judged": {
                check: {str(status): counts[status] for status in Status} for check, counts in self.judged.items()
            },
            "gaps": [
                {
                    "account": gap.account,
                    "region": gap.region,
                    "record": gap.record,
                    "reason": gap.reason,
                    "permission": gap.permission,
                }
                for gap in self.gaps
            ],
            "accounts": {"looked_at": list(self.regions), "left_out": left_out},
            "regions": {
                "looked_at": {account: list(regions) for account, regions in self.regions.items()},
                "left_out": {account: dict(why) for account, why in self.regions_left_out.items()},
            },
            "calls": dict(sorted(self.calls.items())),
        }
