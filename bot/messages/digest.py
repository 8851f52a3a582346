"""The digest: what changed in a span of time, how fast people were, whose it is, and what still waits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.alerts import JOINED, SPLIT
from bot.messages import digest_lines as lines
from bot.messages import gaps
from bot.messages.blocks import context, header, section
from bot.messages.digest_lines import Names
from bot.messages.limits import MESSAGE
from bot.messages.text import Block, Message, count, date, fit, mention
from bot.messages.words import Marked, say
from bot.period import Net, Response, Window
from bot.store.digests import AlertLine, AlertNews, FindingNews
from checks.folding import GapLine
from checks.model import Severity


@dataclass(frozen=True, slots=True)
class Owner:
    """What somebody has of the open alerts, and how many of theirs were resolved; "" is nobody."""

    id: str
    open: Mapping[Severity, int]
    resolved: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """The facts of a span; lists have the worst first."""

    window: Window
    time_zone: str = "UTC"
    alerts: Sequence[AlertNews] = ()
    findings: Sequence[FindingNews] = ()
    initial: int = 0
    """Findings that the first audits of their checks and places met; they are not among `findings`."""
    open: Mapping[Severity, int] = field(default_factory=dict)
    open_before: int = 0
    failing: Mapping[Severity, int] = field(default_factory=dict)
    failing_before: int = 0
    untouched: Sequence[AlertLine] = ()
    waking: Sequence[AlertLine] = ()
    response: Response = field(default_factory=Response)
    response_before: Response = field(default_factory=Response)
    owners: Sequence[Owner] = ()
    gaps: Sequence[GapLine] = ()
    new_gaps: Sequence[GapLine] = ()
    regained: int = 0
    """Answers that were missing before and are there now."""
    warnings: Sequence[str] = ()
    """What to look at in the settings."""
    audited: Mapping[str, datetime] = field(default_factory=dict)

    @property
    def changed(self) -> bool:
        """Whether anything came, went, came back or moved, or somebody saw to it."""
        return any((self.alerts, self.findings, self.initial, self.new_gaps, self.regained, self.response.acknowledged))


def build(digest: Digest, names: Names) -> Message:
    """The message: one line when nothing changed, and shorter lists where it would be too long for Slack."""
    if not digest.changed:
        return _quiet(digest, names)
    title, summary = _title(digest), _summary(digest)
    text = f"{title}: {summary}".replace("*", "").replace("\n", " ")
    ends = header(title), section(summary), _foot(digest, names)
    room = MESSAGE - sum(map(_length, ends))
    whole = (list(_lists(digest, names, shown)) for shown in range(lines.SHOWN, 0, -1))
    fitting = next((blocks for blocks in whole if sum(map(_length, blocks)) <= room), [])
    return Message(text, [*ends[:2], *fitting, ends[2]])


def _length(block: Block) -> int:
    return sum(len(part["text"]) for part in (block.get("text"), *block.get("elements", ())) if part)


def _foot(digest: Digest, names: Names) -> Block:
    since, until = Marked(date(digest.window.since)), Marked(date(digest.window.until))
    return context(say("digest", "foot", since=since, until=until, freshness=Marked(_freshness(digest, names))))


def period(window: Window) -> str:
    """How long it is: `day`, `week`, `3 days`, `5 hours`."""
    hours = round((window.until - window.since) / timedelta(hours=1))
    named = {24: "day", 7 * 24: "week"}
    near = next((word for length, word in named.items() if abs(hours - length) <= 1), "")  # clocks change
    return near or (count(round(hours / 24), "day") if hours >= 36 else count(hours, "hour"))


def _title(digest: Digest) -> str:
    since, until = (at.astimezone(ZoneInfo(digest.time_zone)) for at in (digest.window.since, digest.window.until))
    if period(digest.window) != "week":
        first, last = f"{since:%A} {since.day} {since:%B}", f"{until:%A} {until.day} {until:%B}"
    else:
        first = f"{since.day}" if since.month == until.month else f"{since.day} {since:%B}"
        last = f"{until.day} {until:%B}"
    return say("digest", "title", period=period(digest.window), since=first, until=last)


def _quiet(digest: Digest, names: Names) -> Message:
    def said(since: str) -> str:
        return say(
            "digest",
            "quiet",
            since=Marked(since),
            alerts=count(sum(digest.open.values()), "open alert") + lines.worst(digest.open),
            findings=count(sum(digest.failing.values()), "failing finding") + lines.worst(digest.failing),
            gaps=count(len(digest.gaps), "gap") if digest.gaps else "no gaps",
            notes=[Marked(note) for note in (*_waiting(digest), _freshness(digest, names))],
            warnings=[Marked(fit(words, 350)) for words in digest.warnings[: lines.SHOWN]],
        )

    since = digest.window.since
    there = since.astimezone(ZoneInfo(digest.time_zone))
    return Message(said(f"{there.day} {there:%B %H:%M}").partition("\n")[0], [section(said(date(since)))])


def _summary(digest: Digest) -> str:
    alerts = Counter(net for one in digest.alerts for net in _told(one))
    found = Counter(net for one in digest.findings for net in _said(one))
    if digest.initial:
        found["from a first audit"] = digest.initial
    is_open, fails = sum(digest.open.values()), sum(digest.failing.values())
    standing = [
        ("Alerts", _listed(alerts), f"{is_open:,} open{lines.worst(digest.open)}", _moved(is_open, digest.open_before)),
        ("Findings", _listed(found), f"{fails:,} failing{lines.worst(digest.failing)}",
         _moved(fails, digest.failing_before)),
        ("Not looked at", _regained(digest), _gaps(digest), ""),
    ]  # fmt: skip
    return say("digest", "summary", lines=standing)


def _told(one: AlertNews) -> list[str]:
    if one.change.turn.why in (SPLIT, JOINED) and one.change.net is Net.OVER:
        return ["split or joined"]
    words = {Net.NEW: ["new"], Net.BACK: ["came back"], Net.WORSE: ["got worse"], Net.MILDER: ["got milder"]}
    return {**words, Net.OVER: ["resolved"], Net.BRIEF: ["new", "resolved"]}[one.change.net]


def _said(one: FindingNews) -> list[str]:
    words = {Net.NEW: ["new"], Net.BACK: ["came back"], Net.WORSE: ["got worse"], Net.MILDER: ["got milder"]}
    over = "accepted" if lines.accepted(one) else "fixed"
    return {**words, Net.OVER: [over], Net.BRIEF: ["new", over]}[one.change.net]


_ORDER = ("new", "came back", "got worse", "got milder", "resolved", "split or joined", "fixed", "accepted",
          "from a first audit")  # fmt: skip


def _listed(counted: Mapping[str, int]) -> str:
    return ", ".join(f"{counted[word]:,} {word}" for word in _ORDER if counted.get(word))


def _moved(now: int, before: int) -> str:
    if now == before:
        return "as before"
    return f"{now - before:,} more than before" if now > before else f"{before - now:,} fewer than before"


def _regained(digest: Digest) -> str:
    there = count(digest.regained, "missing answer is", "missing answers are")
    return f"{there} there again" if digest.regained else ""


def _gaps(digest: Digest) -> str:
    if not digest.gaps:
        return "no gaps"
    new, old = len(digest.new_gaps), len(digest.gaps) - len(digest.new_gaps)
    said = [count(new, "new gap")] if new else []
    said += [f"{count(old, 'gap')} as before"] if old else []
    return " and ".join(said)


def _lists(digest: Digest, names: Names, shown: int) -> Iterable[Block]:
    """What needs somebody first, then who has what, and what is over last; of each list so many lines."""

    def alerts(*nets: Net, shown: int = shown) -> list[str]:
        told = [one for one in digest.alerts if one.change.net in nets]
        return lines.capped(told, shown, lambda one: lines.news(one, names))

    def findings(*nets: Net, accepted: bool = False, shown: int = shown) -> list[str]:
        told = [one for one in digest.findings if one.change.net in nets and lines.accepted(one) is accepted]
        return lines.capped(lines.alike(told, names), shown, lambda group: lines.findings(group, names))

    def left(one: AlertLine) -> str:
        # naming people in Slack's way rings for them, so only those are who have left something lying
        return lines.alert(one, names, f"since {date(one.at, lines.DAY)} by {mention(one.by or '')}")

    def waking(one: AlertLine) -> str:
        return lines.alert(one, names, f"until {date(one.at)}")

    over, few = (Net.OVER, Net.BRIEF), min(shown, lines.SHOWN_OVER)
    lists = (
        ("New alerts", alerts(Net.NEW)),
        ("Alerts that came back", alerts(Net.BACK)),
        ("Alerts that got worse", alerts(Net.WORSE)),
        ("New findings", findings(Net.NEW)),
        ("Findings that came back", findings(Net.BACK)),
        ("Findings that got worse", findings(Net.WORSE)),
        (f"New {gaps.TITLE.lower()}", lines.capped(digest.new_gaps, shown, lambda gap: gaps.line(gap, names.account))),
        ("Acknowledged, and untouched for over a day", lines.capped(digest.untouched, shown, left)),
        ("Snoozes that end within a day", lines.capped(digest.waking, shown, waking)),
        ("Settings to look at", lines.capped(digest.warnings, shown, lambda words: f"• {fit(words, 350)}")),
        ("Who has what", lines.capped(digest.owners, shown, lambda one: _owner(one, names))),
        ("How fast", _response(digest)),
        ("Resolved", alerts(*over, shown=few)),
        ("Fixed", findings(*over, shown=few)),
        ("Accepted", findings(*over, accepted=True, shown=few)),
    )
    return [section("\n".join([f"*{title}*", *each])) for title, each in lists if each]


def _response(digest: Digest) -> list[str]:
    now, before = digest.response, digest.response_before
    times = [("Acknowledged", now.acknowledged, before.acknowledged), ("Resolved", now.resolved, before.resolved)]
    told = [(what, lines.took(one), lines.took(other)) for what, one, other in times if one or other]
    return [say("digest", "response", period=period(digest.window), lines=told)] if told else []


def _owner(one: Owner, names: Names) -> str:
    who = Marked(names.who(one.id) if one.id else "nobody")
    number, worst = sum(one.open.values()), lines.worst(one.open)
    return say("digest", "owner", owner=who, open=number, worst=worst, resolved=one.resolved)


def _waiting(digest: Digest) -> list[str]:
    said = []
    if digest.untouched:
        said.append(f"{count(len(digest.untouched), 'alert')} acknowledged and untouched for over a day.")
    if digest.waking:
        said.append(f"{count(len(digest.waking), 'snooze ends', 'snoozes end')} within a day.")
    return said


def _freshness(digest: Digest, names: Names) -> str:
    if not digest.audited:
        return "No account has been audited yet."
    shown = sorted(digest.audited.items(), key=lambda item: item[1])
    said = [f"{fit(names.account(id_), 100)} {_age(digest.window.until - at)}" for id_, at in shown[: lines.SHOWN]]
    more = f" and {len(shown) - lines.SHOWN} more, later" if len(shown) > lines.SHOWN else ""
    return f"Last audited: {', '.join(said)}{more}."


def _age(age: timedelta) -> str:
    hours = max(0, int(age.total_seconds() // 3600))
    if hours < 1:
        return "within the hour"
    return f"{count(hours, 'hour')} ago" if hours < 48 else f"{count(hours // 24, 'day')} ago"
