"""The formats of an audit on the command line: each turns findings, account by account, into text as they come."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.reports import Format, asff, csv, jsonl, ocsf
from bot.reports.origin import Origin
from bot.reports.table import Screen
from checks.model import Finding

if TYPE_CHECKING:
    from bot.tally import Tally

Batches = Iterable[Sequence[Finding]]
"""The findings of an account each; when they end, the tally is complete."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What the result is written with."""

    origin: Origin
    tally: Tally
    screen: Screen

    def account_name(self, account: str) -> str:
        """What people call an account, or its number."""
        return self.origin.account_names.get(account) or account


def write(kind: Format, batches: Batches, page: Page) -> Iterator[str]:
    """The result in pieces, each whole up to where it ends: what was written so far can be read."""
    return _FORMATS[kind](batches, page)


def _table(batches: Batches, page: Page) -> Iterator[str]:
    from bot.reports import table

    for findings in batches:
        account = list(page.tally.regions)[-1]  # the one that was counted last
        yield table.account(findings, account, page.account_name(account), page.screen)
    yield table.end(page.tally, page.screen)


def _json(batches: Batches, page: Page) -> Iterator[str]:
    for findings in batches:
        yield "".join(jsonl.line(finding, page.origin.checks) for finding in findings)
    yield jsonl.written({"summary": page.tally.summary()})


def _csv(batches: Batches, page: Page) -> Iterator[str]:
    yield csv.heading()
    for findings in batches:
        yield csv.lines(findings, page.account_name)


def _html(batches: Batches, page: Page) -> Iterator[str]:
    from bot.reports import html

    findings = [finding for batch in batches for finding in batch]
    tally, origin = page.tally, page.origin
    part = "" if tally.is_complete else " (a part: not everything could be read)"
    report = html.Report(
        title="Audit of AWS accounts",
        finished_at=origin.at,
        scope=tally.selector + part,
        findings=findings,
        checks=origin.checks,
        account_names=origin.account_names,
        nothing_judged=[check for check, judged in tally.judged.items() if not judged.total()],
    )
    yield html.render(report).decode()


def _ocsf(batches: Batches, page: Page) -> Iterator[str]:
    for findings in batches:
        yield "".join(jsonl.written(ocsf.event(finding, page.origin)) for finding in findings)


def _asff(batches: Batches, page: Page) -> Iterator[str]:
    yield "["
    before = "\n"
    for findings in batches:
        items: list[dict[str, Any]] = [asff.finding_of(finding, page.origin) for finding in findings]
        if items:
            yield before + ",\n".join(json.dumps(item) for item in items)
            before = ",\n"
    yield "\n]\n"


_FORMATS: Mapping[Format, Callable[[Batches, Page], Iterator[str]]] = {
    Format.TABLE: _table,
    Format.JSON: _json,
    Format.CSV: _csv,
    Format.HTML: _html,
    Format.OCSF: _ocsf,
    Format.ASFF: _asff,
}
