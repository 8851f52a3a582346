"""What a setting's value may be, and what is said of one that it may not be."""

from __future__ import annotations

import re
from collections.abc import Collection
from difflib import get_close_matches
from fnmatch import filter as matching
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger
from pydantic import AfterValidator, Field, SecretStr

from bot.alerts import Source
from bot.aws.remedies import REMEDIES
from checks.catalog import CATALOG
from checks.model import Severity


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is no time zone; write it as Europe/Helsinki") from error
    return name


def _cron(text: str) -> str:
    """The line with its days of the week by name: cron counts them from Sunday, APScheduler from Monday."""
    try:
        *rest, days = text.split()
        named = " ".join((*rest, ",".join(map(_weekdays, days.split(",")))))
        CronTrigger.from_crontab(named, timezone="UTC")
    except ValueError as error:
        raise ValueError(f"{text!r} is no cron line of five fields ({error}); write it as '0 9 * * mon-fri'") from error
    return named


def _weekdays(term: str) -> str:
    """One term of cron's last field, as `mon`, `1`, `0-4` or `*/2`."""
    if not any(letter.isdigit() for letter in term):
        return term
    days, _, step = term.partition("/")
    first, _, last = ("0", "", "6") if days == "*" else days.partition("-")
    start, end = (int(day) if day.isdigit() else (DAYS.index(day) + 1) % 7 for day in (first, last or first))
    if not 0 <= start <= end <= 7:
        raise ValueError(f"{term!r} are no days of the week, which are 0 to 7, Sunday being both")
    return ",".join(dict.fromkeys(DAYS[(day - 1) % 7] for day in range(start, end + 1, int(step or 1))))


def _expression(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"{text!r} is no regular expression: {error}") from error
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


def _pattern(text: str) -> str:
    if not matching(CATALOG, text):
        near = get_close_matches(text.replace("*", ""), CATALOG, n=3, cutoff=0.5)
        raise ValueError(f"no check is called {text!r}" + (f"; did you mean {' or '.join(near)}?" if near else ""))
    return text


def _destination(name: str) -> str:
    if name:
        raise ValueError(
            f"there is no destination {name!r} yet: an escalation can mention somebody or go to another channel"
        )
    return name


def _days(text: str) -> str:
    first, _, last = text.partition("-")
    if first not in DAYS or (last or first) not in DAYS:
        raise ValueError(f"{text!r} are no days; write them as mon-fri, or sat")
    return text


def _hours(text: str) -> str:
    start, _, end = text.partition("-")
    if not (_CLOCK.fullmatch(start) and (_CLOCK.fullmatch(end) or end == "24:00") and start != end):
        raise ValueError(f"{text!r} are no hours of a day; write them as 08:00-18:00, or 22:00-06:00 over midnight")
    return text


_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ALWAYS = ("mon-sun", "00:00-24:00")
"""Days and hours that are all of the week."""
Days = Annotated[str, AfterValidator(_days)]
Hours = Annotated[str, AfterValidator(_hours)]
Destination = Annotated[str, AfterValidator(_destination)]
Zone = Annotated[str, AfterValidator(_zone)]
Expression = Annotated[str, AfterValidator(_expression)]
Executor = Annotated[
    str,
    _form(r"|dask(\+tls)?://[^\s/@]+:\d{1,5}", "a Dask scheduler's address: dask://host:8786, or dask+tls://host:8786"),
]
Tag = Annotated[str, _form(r"[^=]+=.+", "a tag, written as key=value")]
Port = Annotated[int, Field(ge=0, le=65535)]
Cron = Annotated[str, AfterValidator(_cron)]
MaybeCron = Annotated[str, AfterValidator(lambda text: _cron(text) if text else "")]
Level = Annotated[Any, AfterValidator(_severity)]
AccountId = Annotated[str, _form(r"\d{12}", "an account's number of twelve digits (in quotes)")]
MaybeAccountId = Annotated[str, _form(r"|\d{12}", "an account's number of twelve digits (in quotes)")]
Belonging = Annotated[
    str,
    _form(
        r"[^=]+=.*|\d{12}|r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}|(?!/|ou-)[^=]*[^=/]",
        "an organisational unit's id (ou-…) or path of names (Workloads/Production), a tag as key=value, "
        "or an account's number",
    ),
]
Channel = Annotated[str, _form(r"#[\w.-]{1,80}|[CGD][A-Z0-9]{2,}", "a channel's #name or its id (C…)")]
MaybeChannel = Annotated[str, _form(r"|#[\w.-]{1,80}|[CGD][A-Z0-9]{2,}", "a channel's #name or its id (C…)")]
Assignee = Annotated[str, _form(r"[UWS][A-Z0-9]{2,}", "a user's id (U…), or a user group's (S…)")]
Member = Annotated[
    str,
    _form(
        r"\*|@(?!(here|channel|everyone)$)[\w.-]+|[UWS][A-Z0-9]{2,}",
        "a user's id (U…), a user group's id (S…) or @handle, or *",
    ),
]
"""A user's id, a user group's id or @handle, or `*` for everyone in the workspace."""
Mention = Annotated[
    str,
    _form(r"|@here|@channel|@everyone|[UWS][A-Z0-9]{2,}", "@here, or a user group's id (S…): a name notifies nobody"),
]
SourceName = Annotated[str, _one_of([str(source) for source in Source], "source")]
CheckPattern = Annotated[str, AfterValidator(_pattern)]
"""A check's id, with * and ?."""
TagPattern = Annotated[str, _form(r"[^=]+=.*", "a tag as key=value")]
Words = Annotated[str, _form(r"(?s).*\S.*", "anything: say it in words")]
CheckId = Annotated[str, _one_of(CATALOG, "check")]
RemedyId = Annotated[str, _one_of(REMEDIES, "remedy")]
BotToken = Annotated[SecretStr, _token("xoxb-", "bot token")]
AppToken = Annotated[SecretStr, _token("xapp-", "app-level token")]
ApiUrl = Annotated[str, _form(r"https?://[^\s/]+/(\S*/)?", "an address as https://slack.com/api/")]
