"""An audit in Slack: its progress while it runs, then what it found, a page at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.messages import gaps
from bot.messages.blocks import actions, button, context, header, section
from bot.messages.evidence import in_words, named
from bot.messages.limits import HEADER
from bot.messages.text import Block, Message, code, count, date, fit, plain, severity
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
    who = f" for <@{audit.requested_by}>" if audit.requested_by else ""
    title = f"*Auditing* {fit(audit.selector, 200, code)}{who}"
    what = fit(audit.selector, 500, plain)
    if audit.started_at is None:
        return Message(f"Audit of {what} is waiting to start.", [section(f"{title}\nWaiting to start.")])
    far, share = audit.progress, _share(audit.progress)
    said = [
        f"{far.accounts_done:,} of {count(far.accounts, 'account')}" if far.accounts else "",
        f"{far.regions_done:,} of {count(far.regions, 'region')}" if far.regions else "",
        count(far.checks, "check") if far.checks else "",
        f"{count(far.failing, 'problem')} so far" if far.accounts else "",
        f"{_span(now - audit.started_at)} elapsed",
    ]
    bar = f"`{'█' * int(share * _BAR):░<{_BAR}}` {share:.0%}"
    return Message(
        f"Audit of {what} is running: {share:.0%}.",
        [section(f"{title}\n{bar}"), context(" · ".join(part for part in said if part))],
    )


def _share(far: Progress) -> float:
    """How much is done: regions tell, but an account that was not begun has not told its regions yet."""
    if not far.accounts or not far.regions:
        return 0.0
    return min(1.0, far.regions_done / far.regions, (far.accounts_done + 1) / far.accounts)


def failed(audit: Audit) -> Message:
    """The message of an audit that could not be run."""
    said = f":x: The audit of {fit(audit.selector, 200, code)} could not be run: {fit(audit.error, 1500)}"
    text = f"Audit of {fit(audit.selector, 500, plain)} could not be run: {fit(audit.error, 1000, plain)}"
    return Message(text, [section(said)])


def done(audit: Audit) -> Message:
    """Said in the thread of a long audit, because an edit rings for nobody."""
    text = f"<@{audit.requested_by}> the audit of {fit(audit.selector, 200, code)} is done: {_headline(audit)}"
    return Message(text.replace("*", ""), [section(text)])


def summary(result: Result, offers: Offers, name: Name, page: int = 1) -> Message:
    """What was found, the worst first; `page` counts from 1 and is brought within those that there are."""
    audit, lines = result.audit, fold(result.failing)
    pages = max(1, -(-len(lines) // PAGE))
    page = min(max(page, 1), pages)
    shown = lines[(page - 1) * PAGE : page * PAGE]
    blocks: list[Block] = [
        header(f"Audit · {fit(audit.selector, HEADER - 10, plain)}"),
        section(f"{_headline(audit)}\n{_breadth(audit, name)}\n{_changed(result.changes)}"),
        *(block for line in shown for block in _line(line, offers(line.worst), name)),
    ]
    if pages > 1:
        blocks += _paging(audit.id, page, pages, len(lines))
    blocks += _gaps(result, name)
    if warnings := audit.summary.warnings:
        more = [f"… and {len(warnings) - _ALSO:,} more"] if len(warnings) > _ALSO else []
        told = "\n".join([*(f":warning: {fit(words, 350)}" for words in warnings[:_ALSO]), *more])
        blocks.append(section(told))
    blocks.append(context(_footer(audit)))
    said = f"{_headline(audit)} {_changed(result.changes, in_words=True)}".replace("*", "")
    return Message(f"Audit of {fit(audit.selector, 500, plain)}: {said}", blocks)


def _headline(audit: Audit) -> str:
    found, statuses = audit.summary.severities, audit.summary.statuses
    unknown = statuses.get(Status.UNKNOWN, 0)
    but = f", and {unknown:,} could not be judged" if unknown else ""
    if not sum(found.values()):
        judged = sum(number for status, number in statuses.items() if status is not Status.UNKNOWN)
        return f"*{'Nothing that was judged fails' if judged else 'There was nothing to judge'}*{but}."
    said = ", ".join(f"{found[level]:,} {level}" for level in sorted(found, reverse=True) if found[level])
    return f"*{count(sum(found.values()), 'finding')}*: {said}{but}."


def _breadth(audit: Audit, name: Name) -> str:
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
    return " · ".join(part for part in said if part)


def elapsed(audit: Audit) -> timedelta:
    """How long it took, once it has finished."""
    if audit.started_at is None or audit.finished_at is None:
        return timedelta()
    return audit.finished_at - audit.started_at


def _changed(changes: Changes | None, *, in_words: bool = False) -> str:
    if changes is None:
        return "This is the first audit: later ones say what changed."
    since = f"{changes.since:%Y-%m-%d %H:%M} UTC" if in_words else date(changes.since)
    numbers = ((changes.new, "new"), (changes.back, "came back"), (changes.worse, "worse"), (changes.fixed, "fixed"))
    said = ", ".join(f"*{number:,} {word}*" for number, word in numbers if number)
    if not changes.first:
        return f"Since {since}: {said}." if said else f"Nothing changed since {since}."
    first = f"{count(changes.first, 'finding is', 'findings are')} from checks or places audited for the first time"
    return f"Since {since}: {said}. {first}." if said else f"{first}; nothing else changed since {since}."


def _line(line: Line, offers: Sequence[tuple[str, str]], name: Name) -> Iterable[Block]:
    worst = line.worst
    also = sorted({f.check for f in line.folded})
    where = f"{fit(name(worst.account), 60)}, {fit(worst.region, 30)}"
    text = f"{severity(worst.severity)} · *{fit(named(worst), 120)}* · {where}\n{fit(worst.title, 130)}"
    if said := in_words(worst.evidence):
        text += f" ({fit(said, 200)})"
    text += f" {fit(worst.check, 80, code)}"
    if also:
        more = f" and {len(also) - _ALSO} more" if len(also) > _ALSO else ""
        text += f"\nAlso {fit(', '.join(also[:_ALSO]), 120)}{more}"
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
        context(f"Page {page} of {pages} · a resource's findings share a line, {count(lines, 'line')} in all"),
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
        more = [f"… and {len(lines) - _GAPS:,} more, in the files of the thread"] if len(lines) > _GAPS else []
        yield section("\n".join([f"*{gaps.TITLE}*", *lines[:_GAPS], *more]))
    if result.nothing_judged:
        checks = ", ".join(result.nothing_judged)
        yield context(f"{count(len(result.nothing_judged), 'check')} ran and had nothing to judge: {fit(checks, 300)}")


def _footer(audit: Audit) -> str:
    who = f"asked for by <@{audit.requested_by}>" if audit.requested_by else "by schedule"
    at = f"Finished {date(audit.finished_at)}" if audit.finished_at else "Finished"
    return f"{at}, {who}. The full report, as CSV and HTML, is in the thread."


def _span(time: timedelta) -> str:
    seconds = max(0, int(time.total_seconds()))
    return f"{seconds // 60} min {seconds % 60} s" if seconds >= 60 else f"{seconds} s" if seconds else "under 1 s"
