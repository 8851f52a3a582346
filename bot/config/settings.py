"""Every setting, with its default and what it is for; the reference page is written from this file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from bot.config.alarms import Alarms
from bot.config.aws import Account, Aws
from bot.config.checks import Checks
from bot.config.joins import Join, Joining
from bot.config.messages import Messages
from bot.config.part import Part
from bot.config.response import Escalation, GuardDuty, Owners, Reminders, Snooze
from bot.config.routing import AlertSuppression, Maintenance, Route, order, strangers
from bot.config.storms import Storms
from bot.config.values import (
    AccountId,
    ApiUrl,
    AppToken,
    BotToken,
    Channel,
    CheckPattern,
    Cron,
    Executor,
    Member,
    RemedyId,
    TagPattern,
    Words,
    Zone,
)
from bot.config.watching import Drill, Reconciliation
from checks import suppression
from checks.catalog import CATALOG
from checks.selection import Selection, SelectionError, parse
from checks.settings import CheckSettings


class Slack(Part):
    """How to reach Slack; all of it from the environment."""

    bot_token: BotToken
    """SLACK_BOT_TOKEN: begins with xoxb-."""
    app_token: AppToken
    """SLACK_APP_TOKEN: begins with xapp-, with the scope connections:write."""
    api_url: ApiUrl = "https://slack.com/api/"
    """SLACK_API_URL: another Slack than the real one."""


class Store(Part):
    """Where the state lies."""

    path: Path = Path("picket.db")
    """The SQLite file. It needs a disk that lasts."""
    keep_days: Annotated[int, Field(ge=15, le=3650)] = 90
    """For how many days events as they came and messages as they were sent are kept; those of open alerts are kept
    longer. Alerts, their timelines and findings stay."""


class Rights(Part):
    """Who may do what. Reading what is in a channel needs no right."""

    audit: tuple[Member, ...] = ("*",)
    """Start audits."""
    respond: tuple[Member, ...] = ("*",)
    """Acknowledge, snooze, resolve."""
    request: tuple[Member, ...] = ()
    """Ask for a remediation."""
    approve: tuple[Member, ...] = ()
    """Approve, decline and undo a remediation. Above low risk nobody approves what they asked for."""


class Audits(Part):
    """The audits that run by themselves."""

    schedule: Cron | None = None
    """Five fields of cron; none: only when somebody asks."""
    selector: str = "all"
    """What the scheduled audit looks at, in the words of /aws-audit."""
    time_zone: Zone = "UTC"
    """Of the schedule."""
    public_channels: tuple[Channel, ...] = ()
    """Where the answer to `/aws-audit` is for all to see; elsewhere it is for the asker alone."""
    executor: Executor = ""
    """A Dask scheduler whose workers audit the accounts: `dask://host:8786`, or `dask+tls://host:8786`; empty:
    processes of this machine. Needs the extra `scale`."""
    executor_ca: Path | None = None
    """dask+tls: the file of the authority that signed the cluster's certificates; without any of the three files, what
    Dask's own configuration names."""
    executor_certificate: Path | None = None
    """dask+tls: the file of Picket's own certificate."""
    executor_key: Path | None = None
    """dask+tls: the file of its key."""

    @model_validator(mode="after")
    def _encrypted(self) -> Self:
        files = (self.executor_ca, self.executor_certificate, self.executor_key)
        if any(files) and self.executor.startswith("dask://"):
            raise ValueError("certificates are for an executor of dask+tls://, and would not be used")
        if any(files) and not all(files):
            raise ValueError("executor_ca, executor_certificate and executor_key go together")
        return self


class Digest(Part):
    """A digest: what changed since its last one. A channel may have several, as one a day and one a week."""

    channel: Channel
    """Where it is posted."""
    schedule: Cron = "0 9 * * *"
    """Five fields of cron; `0 9 * * mon` is once a week."""
    time_zone: Zone = "UTC"
    """Of the schedule."""


class Remediation(Part):
    """Which fixes may be applied; none by default."""

    enabled: tuple[RemedyId, ...] = ()
    """Remedy ids, as `iam-deactivate-key`."""
    approval_minutes: Annotated[int, Field(ge=1, le=1440)] = 15
    """How long a preview may be approved."""
    undo_hours: Annotated[int, Field(ge=1, le=168)] = 24
    """How long a fix may be undone by its button."""


class SecurityHub(Part):
    """Findings that go into AWS Security Hub, in the account and region of each, by `aws.security_hub_role`."""

    enabled: bool = False
    """After each scheduled audit; on the command line `--to-security-hub` says so."""
    global_region: str = ""
    """Where those go that are of no region; empty: where AWS's global services live, as us-east-1."""


class Suppression(Part):
    """Findings that somebody accepts: MUTED, and shown as such. Every kind that is given must match."""

    checks: tuple[CheckPattern, ...] = ()
    """Check ids, with * and ?; empty: all."""
    accounts: tuple[AccountId, ...] = ()
    """Empty: all."""
    resources: tuple[Words, ...] = ()
    """Patterns with * and ?, of the whole ARN; empty: all."""
    tags: tuple[TagPattern, ...] = ()
    """`key=value`, with * and ?, where the resource's tags are read; empty: any or none."""
    reason: Words
    """Why it is accepted."""
    owner: Words
    """Who accepts it."""
    until: date
    """The last day, in UTC, as 2026-12-31."""

    @model_validator(mode="after")
    def _narrow(self) -> Suppression:
        if not (self.checks or self.accounts or self.resources or self.tags):
            raise ValueError("it would mute everything; name checks, accounts, resources or tags")
        return self

    def for_judging(self) -> suppression.Suppression:
        """The same, as the checks know it."""
        return suppression.Suppression(**self.model_dump())


_NAMELESS = Account.model_construct()


class Offline(Part):
    """What an audit on the command line needs: the same file, of which Slack's parts may be missing."""

    aws: Aws = Aws()
    store: Store = Store()
    routes: tuple[Route, ...] = ()
    rights: Rights = Rights()
    audits: Audits = Audits()
    digests: tuple[Digest, ...] = ()
    alarms: Alarms = Alarms()
    joining: Joining = Joining()
    joins: tuple[Join, ...] = ()
    messages: Messages = Messages()
    reconciliation: Reconciliation = Reconciliation()
    drill: Drill = Drill()
    remediation: Remediation = Remediation()
    guardduty: GuardDuty = GuardDuty()
    storms: Storms = Storms()
    snooze: Snooze = Snooze()
    reminders: Reminders = Reminders()
    owners: Owners = Owners()
    escalation: tuple[Escalation, ...] = ()
    security_hub: SecurityHub = SecurityHub()
    checks: Checks = Checks()
    suppressions: tuple[Suppression, ...] = ()
    alert_suppressions: tuple[AlertSuppression, ...] = ()
    maintenance: tuple[Maintenance, ...] = ()

    @model_validator(mode="after")
    def _routed(self) -> Self:
        order(self.routes)
        for name in ("routes", "alert_suppressions", "maintenance"):
            strangers(name, getattr(self, name), self.aws)
        return self

    @model_validator(mode="after")
    def _scheduled(self) -> Self:
        try:
            self.select(self.audits.selector)
        except SelectionError as error:
            raise ValueError(f"audits.selector: {error}") from error
        return self

    @model_validator(mode="after")
    def _archives(self) -> Self:
        able = "guardduty-archive-finding" in self.remediation.enabled and self.aws.remediation_role
        if self.guardduty.archive_on_resolve and not able:
            raise ValueError(
                "guardduty.archive_on_resolve: it needs `guardduty-archive-finding` in remediation.enabled, and "
                "aws.remediation_role"
            )
        return self

    def select(self, selector: str) -> Selection:
        """The selection that the words of /aws-audit mean for these accounts. Raises SelectionError, in words."""
        known = [word for account in self.aws.accounts for word in (account.id, account.name) if word]
        return parse(selector, CATALOG, accounts=known)

    def for_judging(self, account: Account | None = None) -> CheckSettings:
        """The checks' numbers and lists, with what follows from the accounts and the queue of [aws].

        Those of `account` where one is named, else those of all that set none of their own.
        """
        given = (self.checks.with_own(account.checks) if account else self.checks).for_judging()
        return replace(
            given,
            known_accounts=tuple(dict.fromkeys((*given.known_accounts, *(one.id for one in self.aws.accounts)))),
            event_queue=given.event_queue or self.aws.queue_url,
        )

    def account(self, id_: str) -> Account:
        """What is known of an account: its name, and what is different for it; nothing of one that has no number."""
        known = next((one for one in self.aws.accounts if one.id == id_), None)
        return known or _NAMELESS.model_copy(update={"id": id_})

    def account_name(self, account: str) -> str:
        """What people call an account: `acme-prod`, or its number."""
        return next((one.name for one in self.aws.accounts if one.id == account and one.name), account)

    def environment(self, account: str) -> str:
        """The environment of an account: `production`; empty where nothing says it."""
        return next((one.environment for one in self.aws.accounts if one.id == account), "")

    def runs(self, check: str) -> bool:
        """Whether a check is switched on, be it for one account alone."""
        own = [*(one.checks for one in self.aws.accounts), *(one.checks for one in self.aws.organization.groups)]
        return any(check not in self.checks.with_own(each).disabled for each in (Checks(), *own))

    def enrolled(self, accounts: Sequence[Account]) -> Self:
        """The same settings for these accounts."""
        return self.model_copy(update={"aws": self.aws.model_copy(update={"accounts": tuple(accounts)})})

    def accepted(self) -> tuple[suppression.Suppression, ...]:
        """The suppressions, as the checks know them."""
        return tuple(one.for_judging() for one in self.suppressions)


class Settings(Offline):
    """All of it, for the service."""

    slack: Slack
    routes: Annotated[tuple[Route, ...], Field(min_length=1)]
    """One of them must match everything, so that no alert is without a channel."""
