"""Every setting, with its default and what it is for; the reference page is written from this file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bot.config.values import (
    AccountId,
    ApiUrl,
    AppToken,
    BotToken,
    Channel,
    CheckId,
    CheckPattern,
    Cron,
    Executor,
    Expression,
    Level,
    Member,
    Mention,
    Port,
    RemedyId,
    SourceName,
    Tag,
    TagPattern,
    Words,
    Zone,
)
from checks import suppression
from checks.catalog import CATALOG
from checks.model import Severity
from checks.selection import Selection, SelectionError, parse
from checks.settings import ENVIRONMENTS, SENSITIVE_SERVICES, SHARED_NAMES, TAG_PATTERNS, CheckSettings


class Part(BaseModel):
    """A table of the file: frozen, and a key it does not know is a fault."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Slack(Part):
    """How to reach Slack; all of it from the environment."""

    bot_token: BotToken
    """SLACK_BOT_TOKEN: begins with xoxb-."""
    app_token: AppToken
    """SLACK_APP_TOKEN: begins with xapp-, with the scope connections:write."""
    api_url: ApiUrl = "https://slack.com/api/"
    """SLACK_API_URL: another Slack than the real one."""


class Account(Part):
    """An AWS account to audit and to fix."""

    id: AccountId
    """Twelve digits, in quotes."""
    name: str = ""
    """What people call it: acme-prod."""
    environment: str = ""
    """production, staging, development …"""


class Aws(Part):
    """Which accounts and regions, by which roles."""

    accounts: tuple[Account, ...] = ()
    """Empty: the caller's own account alone."""
    regions: tuple[str, ...] = ()
    """Empty: all that the account has enabled."""
    read_role: str = ""
    """Name of the role to assume in each account for reading; empty: the caller's own credentials."""
    remediation_role: str = ""
    """Name of the role that may change things; empty: remediations are off."""
    external_id: str = ""
    """Sent with AssumeRole, when the roles ask for one."""
    queue_url: str = ""
    """The SQS queue that EventBridge and SNS lead to; empty: no relay."""


class Store(Part):
    """Where the state lies."""

    path: Path = Path("picket.db")
    """The SQLite file. It needs a disk that lasts."""


class Route(Part):
    """Alerts that match go to `channel`; the first route that matches wins."""

    channel: Channel
    """Where the cards go."""
    severity: Level = Severity.INFO
    """This severity and worse."""
    sources: tuple[SourceName, ...] = ()
    """guardduty, cloudwatch, audit, picket, unknown; empty: all."""
    accounts: tuple[AccountId, ...] = ()
    """Empty: all."""
    types: tuple[str, ...] = ()
    """Patterns with * and ?, of a finding type, an alarm's name or a check id."""
    mention: Mention = ""
    """Said at the top of each new card: `@here`, or a user group's id."""


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
    """One digest: its channel, when, and in which zone."""

    channel: Channel
    """Where it is posted."""
    schedule: Cron = "0 9 * * *"
    """Five fields of cron."""
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


class Snooze(Part):
    """How long an alert may be put off, in hours, by severity."""

    critical: Annotated[int, Field(ge=1)] = 24
    """The longest, in hours: 24 h."""
    high: Annotated[int, Field(ge=1)] = 24 * 7
    """The longest, in hours: a week."""
    medium: Annotated[int, Field(ge=1)] = 24 * 30
    """The longest, in hours: a month."""
    low: Annotated[int, Field(ge=1)] = 24 * 90
    """The longest, in hours: three months."""
    info: Annotated[int, Field(ge=1)] = 24 * 90
    """The longest, in hours: three months."""


class Checks(Part):
    """The checks' numbers and lists; names as in the reference of settings."""

    key_max_age: Annotated[int, Field(ge=1)] = 90
    """iam-key-old: days."""
    key_very_old: Annotated[int, Field(ge=1)] = 365
    """iam-key-old is high above so many days."""
    key_unused: Annotated[int, Field(ge=1)] = 30
    """iam-key-unused: days."""
    user_inactive: Annotated[int, Field(ge=1)] = 90
    """iam-user-inactive: days."""
    root_used: Annotated[int, Field(ge=1)] = 90
    """iam-root-used, iam-root-as-daily-user: days."""
    password_length: Annotated[int, Field(ge=6, le=128)] = 14
    """iam-password-policy-weak: characters."""
    password_max_age: Annotated[int, Field(ge=1)] = 90
    """iam-password-no-expiry: days."""
    password_remembered: Annotated[int, Field(ge=1, le=24)] = 24
    """iam-password-reuse: passwords."""
    trail_delivery: Annotated[int, Field(ge=1)] = 1
    """cloudtrail-no-cloudwatch-logs: days within which a trail has delivered into its log group."""
    break_glass: tuple[str, ...] = ()
    """Names of users and roles for emergencies, left out of the checks on people."""
    known_accounts: tuple[AccountId, ...] = ()
    """ec2-ami-shared: accounts to share with, beside the account's own and those of its organisation."""
    ssh_key_max_age: Annotated[int, Field(ge=1)] = 90
    """ec2-key-pair-old, iam-ssh-key-old: days."""
    wide_port_range: Annotated[int, Field(ge=1, le=65535)] = 100
    """ec2-sg-wide-port-range: ports."""
    broad_public: Annotated[int, Field(ge=0, le=32)] = 24
    """ec2-sg-broad-source: bits of the widest prefix of public IPv4 addresses that passes."""
    broad_private: Annotated[int, Field(ge=0, le=32)] = 16
    """ec2-sg-broad-source: bits of the widest prefix of private IPv4 addresses that passes."""
    common_tcp_ports: tuple[Port, ...] = (80, 443)
    """ec2-sg-open-uncommon-port, ec2-sg-broad-source: TCP ports that may be open to the world."""
    common_udp_ports: tuple[Port, ...] = (443,)
    """ec2-sg-open-uncommon-port, ec2-sg-broad-source: UDP ports that may be open to the world."""
    security_groups_per_vpc: Annotated[int, Field(ge=1)] = 50
    """ec2-sg-too-many: groups."""
    bastion_tag: Tag = "Role=bastion"
    """ec2-admin-port-not-bastion: the tag of a bastion, as `key=value`."""
    bastion_words: tuple[str, ...] = ("bastion", "jump", "jumpbox", "jumphost")
    """ec2-admin-port-not-bastion: whole words, one of which a bastion's name has."""
    environment_tags: tuple[str, ...] = ("Environment", "Env")
    """vpc-mixed-environments: keys of the tag that names an environment; the first that a resource has counts."""
    environments: Mapping[str, tuple[str, ...]] = ENVIRONMENTS
    """vpc-mixed-environments: other names of an environment, by its own."""
    required_tags: tuple[str, ...] = ("Environment", "Owner")
    """tag-missing, tag-value-invalid: keys that everything must have."""
    required_tags_ec2: tuple[str, ...] = ("Name",)
    """tag-missing: keys that instances, volumes, VPCs and security groups must have besides."""
    tag_patterns: Mapping[str, Expression] = TAG_PATTERNS
    """tag-value-invalid, name-invalid: regular expressions that the whole value must match, by key."""
    shared_names: tuple[str, ...] = SHARED_NAMES
    """iam-shared-user: words of which a shared name is made, digits and punctuation aside."""
    sensitive_services: tuple[str, ...] = SENSITIVE_SERVICES
    """iam-policy-service-admin: services of which no policy should allow everything."""
    iam_groups: Annotated[int, Field(ge=1)] = 30
    """iam-group-too-many: groups."""
    certificate_expiring: Annotated[int, Field(ge=0)] = 30
    """acm-certificate-expiring, iam-certificate-expiring: days that are left."""
    guardduty_left_open: Annotated[int, Field(ge=0)] = 7
    """guardduty-finding-left-open: days."""
    event_queue: str = ""
    """guardduty-not-relayed: URL of the SQS queue that findings are to reach; empty: the one in aws.queue_url."""
    severity: Mapping[CheckId, Level] = {}
    """Severity by check id, in place of its own."""
    disabled: tuple[CheckId, ...] = ()
    """Ids of checks that are switched off."""

    def for_judging(self) -> CheckSettings:
        """The same, as the checks know them."""
        given = self.model_dump()
        given["severity"] = {check: str(severity) for check, severity in self.severity.items()}
        return CheckSettings(**given)


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


class Offline(Part):
    """What an audit on the command line needs: the same file, of which Slack's parts may be missing."""

    aws: Aws = Aws()
    store: Store = Store()
    routes: tuple[Route, ...] = ()
    rights: Rights = Rights()
    audits: Audits = Audits()
    digests: tuple[Digest, ...] = ()
    remediation: Remediation = Remediation()
    snooze: Snooze = Snooze()
    checks: Checks = Checks()
    suppressions: tuple[Suppression, ...] = ()

    @model_validator(mode="after")
    def _scheduled(self) -> Self:
        try:
            self.select(self.audits.selector)
        except SelectionError as error:
            raise ValueError(f"audits.selector: {error}") from error
        return self

    def select(self, selector: str) -> Selection:
        """The selection that the words of /aws-audit mean for these accounts. Raises SelectionError, in words."""
        known = [word for account in self.aws.accounts for word in (account.id, account.name) if word]
        return parse(selector, CATALOG, accounts=known)

    def for_judging(self) -> CheckSettings:
        """The checks' numbers and lists, with what follows from the accounts and the queue of [aws]."""
        given = self.checks.for_judging()
        return replace(
            given,
            known_accounts=tuple(dict.fromkeys((*given.known_accounts, *(one.id for one in self.aws.accounts)))),
            event_queue=given.event_queue or self.aws.queue_url,
        )

    def account_name(self, account: str) -> str:
        """What people call an account: `acme-prod`, or its number."""
        return next((a.name for a in self.aws.accounts if a.id == account and a.name), account)

    def accepted(self) -> tuple[suppression.Suppression, ...]:
        """The suppressions, as the checks know them."""
        return tuple(one.for_judging() for one in self.suppressions)


class Settings(Offline):
    """All of it, for the service."""

    slack: Slack
    routes: Annotated[tuple[Route, ...], Field(min_length=1)]
    """The last route should match everything: what no route matches goes to the last one's channel."""
