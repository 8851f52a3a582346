"""Collecting: what each collector fills and may do, which are needed, and running them at once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from datetime import datetime
from threading import Lock

from bot.aws.accounts import Regions
from bot.aws.collect import account as account_
from bot.aws.collect import (
    acm,
    autoscaling,
    bucket_tags,
    cloudfront,
    cloudtrail,
    cloudwatch,
    compute,
    config,
    credential_report,
    ebs,
    ec2,
    events,
    functions,
    guardduty,
    iam,
    load_balancing,
    organization,
    rds,
    redshift,
    sns,
    ssh_keys,
    trail_buckets,
)
from bot.aws.collect.collector import Collector, Scope
from bot.aws.collect.source import Shared, Source
from bot.aws.sessions import Call, Sessions
from bot.config import Account
from bot.errors import AwsDenied, AwsError
from checks.inventory import GLOBAL, Gap, Inventory, Record
from checks.inventory.account import Account as AccountRecord
from checks.inventory.account import AccountRegion
from checks.inventory.iam import (
    AccessKey,
    Group,
    PasswordPolicy,
    Policy,
    Role,
    Root,
    SamlProvider,
    ServerCertificate,
    User,
)
from checks.model import Check

_REPORT = credential_report.ACTIONS
_AUTHORIZATION = ("iam:GetAccountAuthorizationDetails",)
_KEYS = (*_REPORT, "iam:ListAccessKeys")

COLLECTORS = (
    Collector(record=AccountRecord, scope=Scope.GLOBAL, read=account_.account),
    Collector(record=AccountRegion, scope=Scope.REGIONAL, read=account_.account_region),
    Collector(record=AccessKey, scope=Scope.GLOBAL, actions=_KEYS, read=iam.access_keys),
    Collector(record=User, scope=Scope.GLOBAL, actions=(*_KEYS, *_AUTHORIZATION), read=iam.users),
    Collector(record=Group, scope=Scope.GLOBAL, actions=_AUTHORIZATION, read=iam.groups),
    Collector(record=Role, scope=Scope.GLOBAL, actions=_AUTHORIZATION, read=iam.roles),
    Collector(record=Policy, scope=Scope.GLOBAL, actions=_AUTHORIZATION, read=iam.policies),
    Collector(record=SamlProvider, scope=Scope.GLOBAL, actions=("iam:ListSAMLProviders",), read=iam.saml_providers),
    Collector(
        record=ServerCertificate,
        scope=Scope.GLOBAL,
        actions=("iam:ListServerCertificates",),
        read=lambda source: source.once(iam.server_certificates),
    ),
    Collector(
        record=Root,
        scope=Scope.GLOBAL,
        actions=(*_REPORT, "iam:GetAccountSummary", "iam:ListVirtualMFADevices"),
        read=iam.root,
    ),
    Collector(
        record=PasswordPolicy,
        scope=Scope.GLOBAL,
        actions=("iam:GetAccountPasswordPolicy",),
        read=iam.password_policy,
    ),
    *ssh_keys.COLLECTORS,
    *organization.COLLECTORS,
    *ec2.COLLECTORS,
    *compute.COLLECTORS,
    *ebs.COLLECTORS,
    *autoscaling.COLLECTORS,
    *functions.COLLECTORS,
    *bucket_tags.COLLECTORS,
    *cloudtrail.COLLECTORS,
    *trail_buckets.COLLECTORS,
    *cloudwatch.COLLECTORS,
    *sns.COLLECTORS,
    *rds.COLLECTORS,
    *redshift.COLLECTORS,
    *acm.COLLECTORS,
    *load_balancing.COLLECTORS,
    *cloudfront.COLLECTORS,
    *config.COLLECTORS,
    *events.COLLECTORS,
    *guardduty.COLLECTORS,
)


def plan(checks: Iterable[Check]) -> tuple[Collector, ...]:
    """The collectors whose records `checks` judge or read.

    Raises LookupError when no collector fills a record that a check needs: that check could never be judged.
    """
    needed = {record for check in checks for record in (*check.judges, *check.reads)}
    if unfilled := needed - {collector.record for collector in COLLECTORS}:
        raise LookupError(f"no collector fills {', '.join(sorted(r.__name__ for r in unfilled))}")
    return tuple(collector for collector in COLLECTORS if collector.record in needed)


def is_regional(checks: Iterable[Check]) -> bool:
    """Whether `checks` look at anything that an account has in each region."""
    return any(collector.scope is Scope.REGIONAL for collector in plan(checks))


def collect(
    sessions: Sessions,
    account: Account,
    regions: Regions,
    checks: Iterable[Check],
    *,
    now: datetime,
    partition: str = "aws",
    progress: Callable[[str], None] = lambda _: None,
) -> Inventory:
    """What `checks` need to know of `account`, each thing read once; what cannot be read is a gap.

    `progress` is told of each region (and `global`) when all of it was read; what it raises ends the reading.
    """
    jobs = [
        (collector, region)
        for collector in plan(checks)
        for region in ((GLOBAL,) if collector.scope is Scope.GLOBAL else regions.enabled)
    ]
    counted = _Counter(account.id)
    with sessions.listening(counted.add):
        records, gaps = _read(sessions, account.id, partition, regions.enabled, jobs, progress)
    return Inventory(
        account=account.id,
        name=account.name,
        partition=partition,
        collected_at=now,
        regions=regions.enabled,
        left_out=regions.left_out,
        records={record: tuple(found) for record, found in records.items()},
        gaps=tuple(gaps),
        calls=dict(sorted(counted.calls.items())),
    )


Job = tuple[Collector, str]


def _read(
    sessions: Sessions,
    account: str,
    partition: str,
    regions: tuple[str, ...],
    jobs: list[Job],
    progress: Callable[[str], None],
) -> tuple[dict[type[Record], list[Record]], list[Gap]]:
    shared = Shared()
    # Two pools, so that a collector that waits for its own calls never waits for a place that it holds itself.
    with ThreadPoolExecutor(sessions.threads) as pool, ThreadPoolExecutor(sessions.threads) as fan:

        def read(job: Job) -> list[Record]:
            collector, region = job
            source = Source(
                sessions=sessions,
                account=account,
                region=region,
                regions=regions,
                partition=partition,
                fan=fan,
                shared=shared,
            )
            return list(collector.read(source))

        futures = {pool.submit(read, job): job for job in jobs}
        try:
            return _gather(account, futures, progress)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _gather(
    account: str, futures: dict[Future[list[Record]], Job], progress: Callable[[str], None]
) -> tuple[dict[type[Record], list[Record]], list[Gap]]:
    records: dict[type[Record], list[Record]] = defaultdict(list)
    gaps: list[Gap] = []
    waiting = Counter(region for _, region in futures.values())
    for future in as_completed(futures):
        collector, region = futures[future]
        try:
            records[collector.record].extend(future.result())
        except AwsError as error:
            gaps.append(gap(account, region, collector.record, error))
        waiting[region] -= 1
        if not waiting[region]:
            progress(region)
    for found in records.values():
        found.sort(key=lambda record: (record.region, record.arn))
    return records, sorted(gaps, key=lambda g: (g.region, g.record))


def gap(account: str, region: str, record: type[Record], error: AwsError) -> Gap:
    """The gap that `error` leaves where records of a type were to be read."""
    permission = error.permission if isinstance(error, AwsDenied) else ""
    return Gap(account=account, region=region, record=record.__name__, reason=str(error), permission=permission)


class _Counter:
    """Counts the calls made in one account, from many threads."""

    def __init__(self, account: str) -> None:
        self.calls: Counter[str] = Counter()
        self._account = account
        self._lock = Lock()

    def add(self, call: Call) -> None:
        if call.account == self._account:
            with self._lock:
                self.calls[call.name] += 1
