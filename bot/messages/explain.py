"""One check explained: why it is there, how it judges, how it stands, how to fix what it finds, where it is from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from bot.messages.blocks import context, header, section
from bot.messages.evidence import in_words, named
from bot.messages.text import Block, Message, code, count, escape, fit, plain, severity
from checks.guide import Form, Guide, guide
from checks.guide import in_words as value_in_words
from checks.judge import adjusted
from checks.model import Check, Finding, Status
from checks.settings import CheckSettings

_SHOWN = 8
_ACCOUNTS = 5


def build(
    check: Check,
    findings: Sequence[Finding],
    name: Callable[[str], str],
    settings: CheckSettings,
    own: Mapping[str, CheckSettings] | None = None,
) -> Message:
    """The answer to `/aws-audit explain CHECK`.

    `findings` are the newest answers of this check, of all accounts; `name` is what people call an account;
    `settings` are those of all accounts, `own` those of accounts that have some of their own.
    """
    told = guide(check.id)
    stands = _stands(findings)
    judged = ["*How it is judged*", plain(told.judged(settings)), *_tuned(check, told, settings, own or {})]
    blocks = [
        header(check.id),
        section(f"*{escape(check.title)}* · {severity(adjusted(check, check.severity, settings))}"),
        section(f"*Why*\n{plain(check.why)}"),
        section("\n".join(judged)),
        section("\n".join(["*How it stands*", stands, *_failing(findings, name), *_unknown(findings)])),
        section(f"*How to fix it*\n{plain(check.fix)}"),  # so that its commands can be copied as they are
        section("\n".join(["*In the console*", *(f"{n}. {plain(step)}" for n, step in enumerate(told.console, 1))])),
        *_form("With the AWS CLI", told.cli),
        *_form("With Terraform", told.terraform),
        context(f"References: {', '.join(check.references)}. To audit it now: `/aws-audit {check.id}`"),
    ]
    return Message(f"{check.id}: {check.title}. {stands}", blocks)


def _form(title: str, form: Form) -> Iterator[Block]:
    note = [plain(form.note)] if form.note else []
    preformatted = [f"```{plain(form.code)}```"] if form.code else []
    yield section("\n".join([f"*{title}*", *note, *preformatted]))


def _tuned(check: Check, told: Guide, settings: CheckSettings, own: Mapping[str, CheckSettings]) -> Iterator[str]:
    """Which settings tune the check, and the accounts where they differ."""
    names = [f"`checks.{each}`" for each in told.settings]
    if names:
        yield f"The settings that tune it: {', '.join(names)}."
    if check.id in settings.disabled:
        yield "It is switched off by `checks.disabled`."
    if check.id in settings.severity:
        yield f"Its severity is set by `checks.severity`; its own is {check.severity}."
    differing = [
        f"{fit(account, 60)} ({fit(', '.join(said), 200, code)})"
        for account, theirs in own.items()
        if (said := list(_differences(check, told, settings, theirs)))
    ]
    if differing:
        more = f" and {len(differing) - _ACCOUNTS:,} more" if len(differing) > _ACCOUNTS else ""
        yield f"Otherwise in {'; '.join(differing[:_ACCOUNTS])}{more}."


def _differences(check: Check, told: Guide, settings: CheckSettings, theirs: CheckSettings) -> Iterator[str]:
    for each in told.settings:
        if (value := getattr(theirs, each)) != getattr(settings, each):
            yield f"{each}: {value_in_words(value)}"
    if theirs.severity.get(check.id) != settings.severity.get(check.id):
        yield f"severity: {adjusted(check, check.severity, theirs)}"
    if (check.id in theirs.disabled) != (check.id in settings.disabled):
        yield "switched off" if check.id in theirs.disabled else "switched on"


def _stands(findings: Sequence[Finding]) -> str:
    if not findings:
        return "No audit has judged it yet."
    found = Counter(finding.status for finding in findings)
    words = {Status.FAIL: "fail", Status.PASS: "passed", Status.UNKNOWN: "could not be judged", Status.MUTED: "muted"}
    said = [f"{found[status]:,} {word}" for status, word in words.items() if found[status]]
    return f"Of {count(len(findings), 'resource')}: {', '.join(said)}."


def _failing(findings: Sequence[Finding], name: Callable[[str], str]) -> Iterator[str]:
    """What fails, the worst first; what passes is a number and a few names."""
    failing = sorted((f for f in findings if f.status is Status.FAIL), key=lambda f: (-f.severity, f.resource))
    yield from (_line(finding, name) for finding in failing[:_SHOWN])
    if len(failing) > _SHOWN:
        yield f"… and {len(failing) - _SHOWN:,} more"
    if passing := sorted((f for f in findings if f.status is Status.PASS), key=lambda f: f.resource):
        more = f" and {len(passing) - _ACCOUNTS:,} more" if len(passing) > _ACCOUNTS else ""
        yield f":white_check_mark: Passing: {', '.join(fit(named(f), 60) for f in passing[:_ACCOUNTS])}{more}"


def _unknown(findings: Sequence[Finding]) -> Iterator[str]:
    """The reason that most often kept it from judging."""
    reasons = Counter(finding.reason for finding in findings if finding.status is Status.UNKNOWN and finding.reason)
    if reasons:
        yield f":grey_question: Not judged: {fit(reasons.most_common(1)[0][0], 300)}"


def _line(finding: Finding, name: Callable[[str], str]) -> str:
    where = f"{fit(name(finding.account), 60)}, {fit(finding.region, 30)}"
    said = f": {fit(in_words(finding.evidence), 160)}" if finding.evidence else ""
    return f"• {severity(finding.severity)} *{fit(named(finding), 100)}* · {where}{said}"
