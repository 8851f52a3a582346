"""Use case: an audit without Slack or a state file, its findings handed on account by account."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.accepted import Accepted, within
from bot.aws.accounts import known_regions
from bot.aws.sessions import Sessions
from bot.config import Account, Checks, Offline
from bot.enrolment import Enrolment, enrolled
from bot.errors import AwsError, PicketError, UserError
from bot.reports import rank
from bot.security_hub import Importer
from bot.tally import Tally
from bot.tasks import EVERYWHERE, AccountResult, OnStep, Task, in_processes, in_this_process, on_cluster
from checks.catalog import CATALOG
from checks.elsewhere import is_shared, judged_elsewhere
from checks.inventory import GLOBAL
from checks.model import Finding, Status
from checks.selection import Selection, parse


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What will be done."""

    settings: Offline
    """With the accounts that there are."""
    selection: Selection
    tasks: tuple[Task, ...]
    tally: Tally
    sessions: Sessions
    """By which it was asked which accounts there are."""


def plan(settings: Offline, words: Sequence[str], now: datetime) -> Plan:
    """What `words` ask for under these settings; asks AWS which accounts there are, where that is not in the settings.

    Without accounts in the settings, any may be named by its id. Raises SelectionError for a word that means nothing,
    UserError when nothing is left to audit.
    """
    troubles: list[str] = []
    sessions = Sessions.of(settings.aws)
    enrolment = Enrolment(accounts=settings.aws.accounts)
    try:
        if settings.aws.organization.enabled:
            enrolment = enrolled(sessions, settings.aws)
    except AwsError as error:
        troubles.append(f"AWS Organizations did not say which accounts there are: {error}")
    settings = settings.enrolled(enrolment.accounts)
    sessions.aws = settings.aws  # the same but for the accounts that there are
    named = [word for account in settings.aws.accounts for word in (account.id, account.name) if word]
    selection = parse(words, CATALOG, accounts=named, regions=_known_regions(words))
    chosen: Sequence[Account] = ()
    try:
        chosen = _accounts(settings, selection, sessions)
    except AwsError as error:
        troubles.append(str(error))
    general = settings.for_judging()  # one for all that set none of their own: it lists every account
    judging = {one.id: settings.for_judging(one) if one.checks != Checks() else general for one in chosen}
    judged = {id_: selection.checks(CATALOG, its) for id_, its in judging.items()}
    ran = {check.id for each in judged.values() or [selection.checks(CATALOG, general)] for check in each}
    checks = tuple(id_ for id_ in CATALOG if id_ in ran)
    if not checks:
        raise UserError(f"Every check of {' '.join(words)} is switched off in the settings.")
    tasks = tuple(
        Task(
            aws=settings.aws,
            account=account,
            checks=tuple(check.id for check in judged[account.id]),
            regions=() if GLOBAL in selection.regions else selection.regions,  # what is global may lie in any of them
            settings=judging[account.id],
            suppressions=settings.accepted(),
            at=now,
        )
        for account in chosen
    )
    not_asked_for = {one.id: "not asked for" for one in settings.aws.accounts if one.id not in judged}
    tally = Tally(
        selector=" ".join(words),
        checks=checks,
        accounts=tuple(account.id for account in chosen),
        left_out={**enrolment.left_out, **not_asked_for},
        noted=enrolment.warnings,
        accepted=Accepted(
            suppressions=settings.accepted(),
            within=within(settings, selection, ran, judged.keys()),
        ),
        began=now,
        troubles=troubles,
    )
    return Plan(settings=settings, selection=selection, tasks=tasks, tally=tally, sessions=sessions)


def _known_regions(words: Sequence[str]) -> Sequence[str]:
    return known_regions() if any(word.lower().startswith("region=") for word in words) else ()


def _accounts(settings: Offline, selection: Selection, sessions: Sessions) -> Sequence[Account]:
    if settings.aws.accounts:
        return [one for one in settings.aws.accounts if selection.admits_account(one.id, one.name)]
    if not selection.accounts and settings.aws.organization.enabled:
        return ()
    if not selection.accounts:
        return enrolled(sessions, settings.aws).accounts
    for word in selection.accounts:
        if not (len(word) == 12 and word.isascii() and word.isdecimal()):
            raise UserError(f"{word!r} is no account's number of twelve digits, and no settings name accounts.")
    return [Account(id=word) for word in selection.accounts]


def findings(
    plan: Plan, stop: threading.Event, on_step: OnStep, hub: Importer | None = None
) -> Iterator[Sequence[Finding]]:
    """What is reported of each account as it is through, the worst first; `plan.tally` counts along.

    What an account does not know of a bucket that another may own comes last, unless that one judged it. Ends soon
    after `stop` is set, with what was read by then. Nothing is raised: what goes wrong is in the tally. What is
    reported is imported into the `hub`, if there is one.
    """
    began, tally = time.monotonic(), plan.tally
    shared: list[Finding] = []
    held: list[Finding] = []
    try:
        for result in _run(plan, on_step, stop):
            reported = [f for f in result.findings if f.region == EVERYWHERE or plan.selection.admits(f)]
            if len(plan.tasks) > 1:
                # of a thousand accounts' evidence nothing is kept
                shared += [replace(f, evidence={}) for f in result.findings if is_shared(CATALOG[f.check])]
                held += [f for f in reported if _may_be_settled(f)]
                reported = [f for f in reported if not _may_be_settled(f)]
            tally.add(result, reported)
            if hub:
                hub.account(result, reported, plan.selection)
            yield sorted(reported, key=rank)
    except PicketError as error:
        tally.troubles.append(str(error))
    except Exception as error:  # noqa: BLE001 - what was read before is worth more than a traceback
        tally.troubles.append(f"That is a fault of Picket; please report it ({type(error).__name__}: {error}).")
    settled = judged_elsewhere(shared)
    if rest := sorted((f for f in held if f.id not in settled), key=rank):
        tally.count(rest)
        if hub:
            hub.take(rest)
        yield rest
    tally.troubles += hub.troubles() if hub else []
    tally.stopped = stop.is_set()
    tally.seconds = time.monotonic() - began


def _may_be_settled(finding: Finding) -> bool:
    return finding.status is Status.UNKNOWN and is_shared(CATALOG[finding.check])


def _run(plan: Plan, on_step: OnStep, stop: threading.Event) -> Iterator[AccountResult]:
    if plan.settings.audits.executor:
        return on_cluster(plan.settings.audits, plan.tasks, on_step, stop, partial=True)
    if len(plan.tasks) > 1:
        return in_processes(plan.tasks, on_step, stop, partial=True)
    # a process of its own takes a second to begin
    return in_this_process(plan.tasks, on_step, stop, sessions=plan.sessions, partial=True)
