"""Use case: one resource is judged again, now, after a fix; what it says is kept as any audit's answer."""

from __future__ import annotations

from bot import tasks
from bot.changes import Receive, take_in
from bot.services import Services
from bot.store import audits
from bot.store.audits import Audit, Kind, State
from bot.tasks import Task
from checks.inventory import GLOBAL
from checks.model import Finding, Status


def recheck(
    services: Services, check: str, account: str, region: str, resource: str, *, receive: Receive | None = None
) -> Finding | None:
    """Judge one resource again, now, with one check; None: it is not there any more.

    What it says is kept as any audit's answer; an alert of it ends when it passes. Reads AWS, so it takes seconds.
    An UNKNOWN names what could not be read.
    """
    named, now = services.settings.account(account), services.now()
    task = Task(
        aws=services.settings.aws,
        account=named,
        checks=(check,),
        regions=() if region == GLOBAL else (region,),
        settings=services.settings.for_judging(named),
        suppressions=services.settings.accepted(),
        at=now,
    )
    result = tasks.run_account(task, sessions=services.aws)
    place = (check, region)
    found = next((f for f in result.findings if f.resource == resource and f.region == region), None)
    if found is None and place not in result.covered:
        return next((f for f in result.findings if f.status is Status.UNKNOWN), None)
    audit = Audit(
        id=services.new_id(),
        kind=Kind.RECHECK,
        selector=f"{check} account={account} region={region}",
        state=State.DONE,
        requested_by="",
        channel="",
        created_at=now,
        started_at=now,
        finished_at=services.now(),
    )
    with services.store.write(timeout=30) as tx:
        audits.add(tx, audit)
        audits.update(tx, audit)
        take_in(services, tx, result, audit, receive)
    return found
