"""An audit in Slack: its progress while it runs, then what it found, a page at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.messages import gaps
from bot.messages.blocks import actions, button, context, header, section
from bot.messages.evidence import in_words, named
from bot.messages.limits import HEADER, TEXT, cut
from bot.messages.text import Block, Message, code, count, date, fit, mention, plain, severity
from bot.messages.words import Marked, say
from bot.store.audits import Audit, Progress
from bot.store.changes import Changes
from checks.folding import Line, fold, fold_gaps
from checks.model import Finding, Status

PAGE = 8
"""Lines of findings on a page: the message stays well under Slack's ceiling whatever is in them."""
_GAPS = 5
_BAR = 20
_ALSO = 3
_NAMED = 3
"""Accounts that are named; more are counted."""

Offers = Callable[[Finding], Sequence[tuple[str, str]]]
"""Remedy id and button label for each fix that is offered for a finding."""
Name = Callable[[str], str]
"""What people call an account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """An audit that is done, and of its answers what the message tells; text is unescaped."""

    audit: Audit
    failing: Sequence[Finding]
    unknown: Sequence[Finding] = ()
    changes: Changes | None = None
    """Since the audit before; None: there was none."""

    @property
    def nothing_judged(self) -> list[str]:
        """The checks that ran and found nothing to judge, and no gap either."""
        unknown = {finding.check for finding in self.unknown}
        return [check for check, number in self.audit.summary.judged.items() if not number and check not in unknown]


def progress(audit: Audit, now: datetime) -> Message:
    """The message while the audit runs."""
    waiting, far, share = audit.started_at is None, audit.progress, f"{_share(audit.progress):.0%}"
    bar = f"`{'█' * int(_share(far) * _BAR):░<{_BAR}}`"
    who = Marked(mention(audit.requested_by)) if audit.requested_by else ""
    selector = Marked(fit(audit.selector, 200, code))
    title = say("audit", "progress", selector=selector, who=who, waiting=waiting, bar=Marked(bar), share=share)
    numbers = say("audit", "numbers", numbers=_numbers(audit, now))
    plainly = Marked(fit(audit.selector, 500, plain))
    text = say("audit", "progress_fallback", selector=plainly, waiting=waiting, share=share)
    return Message(text, [section(title), *([context(numbers)] if numbers else [])])


def _numbers(audit: Audit, now: datetime) -> list[str]:
    if audit.started_at is None:
        return []
    far = audit.progress
    said = [
        f"{far.accounts_done:,} of {count(far.accounts, 'account')}" if far.accounts else "",
        f"{far.regions_done:,} of {count(far.regions, 'region')}" if far.regions else "",
        count(far.checks, "check") if far.checks else "",
        f"{count(far.failing, 'problem')} so far" if far.accounts else "",
        f"{_span(now - audit.started_at)} elapsed",
    ]
    return [part for part in said if part]


def _share(far: Progress) -> float:
    """How much is done: regions tell, but an account that was not begun has not told its regions yet."""
    if not far.accounts or not far.regions:
        return 0.0
    return min(1.0, far.regions_done / far.regions, (far.accounts_done + 1) / far.accounts)


def failed(audit: Audit) -> Message:
    """The message of an audit that could not be run."""
    selector, why = audit.selector, audit.error
    said = say("audit", "failed", selector=Marked(fit(selector, 200, code)), why=Marked(fit(why, 1500)))
    spoken = (Marked(fit(selector, 500, plain)), Marked(fit(why, 1000, plain)))
    return Message(say("audit", "failed_fallback", selector=spoken[0], why=spoken[1]), [section(said)])


def done(audit: Audit) -> Message:
    """Said in the thread of a long audit, because an edit rings for nobody."""
    text = say(
        "audit",
        "done",
        who=Marked(mention(audit.requested_by or "")),
        selector=Marked(fit(audit.selector, 200, code)),
        headline=Marked(_headline(audit)),
    )
    return Message(text.replace("*", ""), [section(text)])


def summary(result: Result, offers: Offers, name: Name, page: int = 1) -> Message:
    """What was found, the worst first; `page` counts from 1 and is brought within those that there are."""
    audit, lines = result.audit, fold(result.failing)
    pages = max(1, -(-len(lines) // PAGE))
    page = min(max(page, 1), pages)
    shown = lines[(page - 1) * PAGE : page * PAGE]
    blocks: list[Block] = [
        header(say("audit", "heading", selector=Marked(fit(audit.selector, HEADER - 10, plain)))),
        section(_summary(result, name)),
        *(block for line in shown for block in _line(line, offers(line.worst), name)),
    ]
    if pages > 1:
        blocks += _paging(audit.id, page, pages, len(lines))
    blocks += _gaps(result, name)
    if warnings := [Marked(fit(words, 350)) for words in audit.summary.warnings]:
        more = max(len(warnings) - _ALSO, 0)
        blocks.append(section(say("audit", "warnings", warnings=warnings[:_ALSO], more=f"{more:,}" if more else "")))
    blocks.append(context(_footer(audit)))
    return Message(_spoken(result), blocks)


def _summary(result: Result, name: Name) -> str:
    headline, changed = Marked(_headline(result.audit)), Marked(_changed(result.changes))
    breadth = [Marked(part) for part in _breadth(result.audit, name)]
    return say("audit", "summary", headline=headline, breadth=breadth, changed=changed)


def _spoken(result: Result) -> str:
    audit = result.audit
    text = say(
        "audit",
        "fallback",
        selector=Marked(fit(audit.selector, 500, plain)),
        headline=Marked(_headline(audit).replace("*", "")),
        changed=Marked(_changed(result.changes, in_words=True).replace("*", "")),
    )
    return cut(text, TEXT)


def _headline(audit: Audit) -> str:
    found, statuses = audit.summary.severities, audit.summary.statuses
    unknown, whole = statuses.get(Status.UNKNOWN, 0), sum(found.values())
    return say(
        "audit",
        "headline",
        found=count(whole, "finding") if whole else "",
        severities=", ".join(f"{found[level]:,} {level}" for level in sorted(found, reverse=True) if found[level]),
        judged=any(number for status, number in statuses.items() if status is not Status.UNKNOWN),
        unknown=f"{unknown:,}" if unknown else "",
    )


def _breadth(audit: Audit, name: Name) -> list[str]:
    parts, statuses = audit.summary.parts, audit.summary.statuses
    accounts = count(len(parts), "account")
    if 0 < len(parts) <= _NAMED:
        accounts = ", ".join(fit(part.name or name(part.account), 60) for part in parts)
    regions = {region for part in parts for region in part.regions}
    said = [
        f"{count(len(audit.summary.judged), 'check')} over {accounts}",
        count(len(regions), "region") if regions else "",
        f"{statuses.get(Status.PASS, 0):,} passed",
        f"{statuses.get(Status.MUTED, 0):,} muted" if statuses.get(Status.MUTED) else "",
        _span(elapsed(audit)),
    ]
    return [part for part in said if part]


def elapsed(audit: Audit) -> timedelta:
    """How long it took, once it has finished."""
    if audit.started_at is None or audit.finished_at is None:
        return timedelta()
    return audit.finished_at - audit.started_at


def _changed(changes: Changes | None, *, in_words: bool = False) -> str:
    if changes is None:
        return say("audit", "changed", since="", changes=[], baseline="")
    since = f"{changes.since:%Y-%m-%d %H:%M} UTC" if in_words else Marked(date(changes.since))
    numbers = ((changes.new, "new"), (changes.back, "came back"), (changes.worse, "worse"), (changes.fixed, "fixed"))
    said = [f"{number:,} {word}" for number, word in numbers if number]
    first = count(changes.first, "finding is", "findings are") if changes.first else ""
    return say("audit", "changed", since=since, changes=said, baseline=first)


def _line(line: Line, offers: Sequence[tuple[str, str]], name: Name) -> Iterable[Block]:
    worst = line.worst
    also = sorted({f.check for f in line.folded})
    text = say(
        "audit",
        "finding",
        severity=Marked(severity(worst.severity)),
        resource=Marked(fit(named(worst), 120)),
        account=Marked(fit(name(worst.account), 60)),
        region=Marked(fit(worst.region, 30)),
        title=Marked(fit(worst.title, 130)),
        evidence=Marked(fit(in_words(worst.evidence), 200)),
        check=Marked(fit(worst.check, 80, code)),
        also=Marked(fit(", ".join(also[:_ALSO]), 120)),
        more=max(len(also) - _ALSO, 0),
    )
    buttons = [button(label, "remediation:request", f"{remedy}:finding:{worst.id}") for remedy, label in offers[:3]]
    yield section(text, buttons[0] if buttons else None)
    yield from (actions([other]) for other in buttons[1:])


def _paging(audit: str, page: int, pages: int, lines: int) -> list[Block]:
    turns = (("back", "← Previous", page - 1), ("next", "Next →", page + 1))
    buttons = [
        button(label, f"audit:page:{name}", f"{audit}:{to}")  # Slack wants each id once in a block
        for name, label, to in turns
        if 1 <= to <= pages
    ]
    return [
        context(say("audit", "page", number=f"{page:,}", pages=f"{pages:,}", lines=count(lines, "line"))),
        actions(buttons),
    ]


def _gaps(result: Result, name: Name) -> Iterable[Block]:
    lines = [gaps.line(gap, name) for gap in fold_gaps(result.unknown)]
    left_out: dict[str, set[str]] = {}
    for part in result.audit.summary.parts:
        for region, why in part.left_out.items():
            left_out.setdefault(why, set()).add(region)
    lines += [
        f"• {count(len(regions), 'region')} left out, {fit(why, 120)}: {fit(', '.join(sorted(regions)), 120)}"
        for why, regions in left_out.items()
    ]
    if lines:
        shown, more = [Marked(line) for line in lines[:_GAPS]], max(len(lines) - _GAPS, 0)
        yield section(say("audit", "gaps", title=gaps.TITLE, lines=shown, more=f"{more:,}" if more else ""))
    if unjudged := result.nothing_judged:
        names = Marked(fit(", ".join(unjudged), 300))
        yield context(say("audit", "unjudged", checks=count(len(unjudged), "check"), names=names))


def _footer(audit: Audit) -> str:
    at = Marked(date(audit.finished_at)) if audit.finished_at else ""
    return say("audit", "footer", at=at, who=Marked(mention(audit.requested_by)) if audit.requested_by else "")


def _span(time: timedelta) -> str:
    seconds = max(0, int(time.total_seconds()))
    return f"{seconds // 60} min {seconds % 60} s" if seconds >= 60 else f"{seconds} s" if seconds else "under 1 s"
