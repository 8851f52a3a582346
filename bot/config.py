"""Settings: one TOML file and the environment, validated before anything starts; every fault is named at once.

Secrets come from the environment alone (`SLACK_BOT_TOKEN`, `SLACK_APP_TOKEN`), as do the addresses that tools of
Slack and AWS share (`SLACK_API_URL`, `AWS_ENDPOINT_URL`); all else from the file.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator

from bot.alerts import Source
from bot.aws.remedies import REMEDIES
from bot.errors import SettingsError
from checks.catalog import CATALOG
from checks.model import Severity
from checks.selection import Selection, SelectionError, parse


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is no time zone; write it as Europe/Helsinki") from error
    return name


def _cron(text: str) -> str:
    try:
        CronTrigger.from_crontab(text, timezone="UTC")
    except ValueError as error:
        raise ValueError(f"{text!r} is no cron line of five fields ({error}); write it as '0 9 * * mon-fri'") from error
    return text


def _severity(word: object) -> object:
    if isinstance(word, str) and word.upper() in Severity.__members__:
        return Severity.named(word)
    if isinstance(word, Severity):
        return word
    raise ValueError(f"{word!r} is no severity; use info, low, medium, high or critical")


def _form(pattern: str, advice: str) -> AfterValidator:
    def fits(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(f"{text!r} is not {advice}")
        return text

    return AfterValidator(fits)


def _one_of(known: Collection[str], kind: str) -> AfterValidator:
    def known_word(word: str) -> str:
        if word not in known:
            near = get_close_matches(word, known, n=3, cutoff=0.5)
            advice = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(sorted(known))}"
            raise ValueError(f"there is no {kind} {word!r}; {advice}")
        return word

    return AfterValidator(known_word)


def _token(start: str, kind: str) -> AfterValidator:
    def fits(token: SecretStr) -> SecretStr:
        if not token.get_secret_value().startswith(start):  # which is not shown: it may be another secret
            raise ValueError(f"it is no {kind}, which begins with {start}")
        return token

    return AfterValidator(fits)


Zone = Annotated[str, AfterValidator(_zone)]
Cron = Annotated[str, AfterValidator(_cron)]
Level = Annotated[Any, AfterValidator(_severity)]
AccountId = Annotated[str, _form(r"\d{12}", "an account's number of twelve digits (in quotes)")]
Channel = Annotated[str, _form(r"#[\w.-]{1,80}|[CGD][A-Z0-9]{2,}", "a channel's #name or its id (C…)")]
Member = Annotated[
    str, _form(r"\*|@[\w.-]+|[UWS][A-Z0-9]{2,}", "a user's id (U…), a user group's id (S…) or @handle, or *")
]
"""A user's id, a user group's id or @handle, or `*` for everyone in the workspace."""
Mention = Annotated[
    str,
    _form(r"|@here|@channel|@everyone|[UWS][A-Z0-9]{2,}", "@here, or a user group's id (S…): a name notifies nobody"),
]
SourceName = Annotated[str, _one_of([str(source) for source in Source], "source")]
CheckId = Annotated[str, _one_of(CATALOG, "check")]
RemedyId = Annotated[str, _one_of(REMEDIES, "remedy")]


class Part(BaseModel):
    """A table of the file: frozen, and a key it does not know is a fault."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Slack(Part):
    """How to reach Slack; all of it from the environment."""

    bot_token: Annotated[SecretStr, _token("xoxb-", "bot token")]
    """SLACK_BOT_TOKEN: begins with xoxb-."""
    app_token: Annotated[SecretStr, _token("xapp-", "app-level token")]
    """SLACK_APP_TOKEN: begins with xapp-, with the scope connections:write."""
    api_url: Annotated[str, _form(r"https?://[^\s/]+/(\S*/)?", "an address as https://slack.com/api/")] = (
        "https://slack.com/api/"
    )
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
    """iam-root-used: days."""
    password_length: Annotated[int, Field(ge=6, le=128)] = 14
    """iam-password-policy-weak: characters."""
    password_max_age: Annotated[int, Field(ge=1)] = 90
    """iam-password-no-expiry: days."""
    password_remembered: Annotated[int, Field(ge=1, le=24)] = 24
    """iam-password-reuse: passwords."""
    break_glass: tuple[str, ...] = ()
    """Names of users and roles for emergencies, left out of the checks on people."""
    severity: Mapping[CheckId, Level] = {}
    """Severity by check id, in place of its own."""
    disabled: tuple[CheckId, ...] = ()
    """Ids of checks that are switched off."""


class Settings(Part):
    """All of it."""

    slack: Slack
    aws: Aws = Aws()
    store: Store = Store()
    routes: Annotated[tuple[Route, ...], Field(min_length=1)]
    """The last route should match everything: what no route matches goes to the last one's channel."""
    rights: Rights = Rights()
    audits: Audits = Audits()
    digests: tuple[Digest, ...] = ()
    remediation: Remediation = Remediation()
    snooze: Snooze = Snooze()
    checks: Checks = Checks()

    @model_validator(mode="after")
    def _scheduled(self) -> Settings:
        try:
            self.select(self.audits.selector)
        except SelectionError as error:
            raise ValueError(f"audits.selector: {error}") from error
        return self

    def select(self, selector: str) -> Selection:
        """The selection that the words of /aws-audit mean for these accounts. Raises SelectionError, in words."""
        known = [word for account in self.aws.accounts for word in (account.id, account.name) if word]
        return parse(selector, CATALOG, accounts=known)

    def account_name(self, account: str) -> str:
        """What people call an account: `acme-prod`, or its number."""
        return next((a.name for a in self.aws.accounts if a.id == account and a.name), account)


def load(path: Path, environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of the file at `path` and of `environment`.

    Raises SettingsError that names every fault with its key.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError([f"it cannot be read: {error.strerror}"], str(path)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError([f"it is not TOML: {error}"], str(path)) from error
    faults = [
        f"slack.{key}: it does not belong in the file; set SLACK_{key.upper()} in the environment"
        for key in table.pop("slack", {})
    ]
    slack = {"bot_token": environment.get("SLACK_BOT_TOKEN"), "app_token": environment.get("SLACK_APP_TOKEN")}
    if url := environment.get("SLACK_API_URL"):
        slack["api_url"] = url if url.endswith("/") else url + "/"
    table["slack"] = {key: value for key, value in slack.items() if value}
    try:
        settings = Settings.model_validate(table)
    except ValidationError as error:
        broken = {fault["loc"][0] for fault in error.errors() if len(fault["loc"]) > 1}
        faults += [
            _words(fault)
            for fault in error.errors()
            if not (fault["type"] == "too_short" and fault["loc"][0] in broken)  # a list whose items were refused
        ]
        raise SettingsError(faults, str(path)) from error
    if faults:
        raise SettingsError(faults, str(path))
    return settings


_VARIABLES = {f"slack.{name}": f"SLACK_{name.upper()}" for name in Slack.model_fields}
_ADVICE: dict[str, str] = {
    "missing": "it is missing",
    "extra_forbidden": "there is no such setting",
    "too_short": "at least one is needed",
}


def _words(fault: Mapping[str, Any]) -> str:
    key = ".".join(str(part) for part in fault["loc"] if part != "[key]")
    if key in _VARIABLES and fault["type"] == "missing":
        return f"{_VARIABLES[key]}: it is not set in the environment"
    key = _VARIABLES.get(key, key)
    words = _ADVICE.get(fault["type"], str(fault["msg"]).removeprefix("Value error, "))
    return f"{key}: {words}" if key else words
