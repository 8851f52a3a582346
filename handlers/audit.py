"""`/aws-audit`, its subcommands, and the pages of an audit's message.

A subcommand is one function and one line of SUBCOMMANDS; the help is written from that table. What is no subcommand
selects what to audit.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from importlib.metadata import version
from typing import Any

from slack_bolt import Ack, App

from bot import audit, digest, people, permalinks, roster, score
from bot.accepted import standing
from bot.announce import Announcements, destination
from bot.enrolment import Enrolment
from bot.errors import NotFound, Stale, UserError
from bot.messages import Message, diff, drill, explain, help, permissions, reconciliation, status  # noqa: A004 - the command's own word
from bot.messages.blocks import section
from bot.messages.limits import cut
from bot.messages.text import code, fit, link, plain
from bot.offers import in_scope
from bot.rights import Right
from bot.routing import idle
from bot.services import Services
from bot.silence import ended
from bot.store import Tx, audits, digests, drills, enrolments, findings, history, inbox, looks, outbox
from bot.store.audits import Audit, State
from checks.catalog import CATALOG
from checks.selection import Selection, SelectionError
from handlers import alert_commands, alert_list, route
from handlers.subcommand import Asked, Subcommand, plain_words

_WEEK = timedelta(days=7)
_LONGEST = 700
"""Characters of a command that make sense to read."""


def register(app: App) -> None:
    """Add the listeners."""
    app.command("/aws-audit")(_command)
    app.action(re.compile(r"^audit:page(:\w+)?$"))(_page)
    app.action(re.compile("^audit:(start|account)$"))(_start)


def _command(ack: Ack, body: Mapping[str, Any], services: Services) -> None:
    asked = Asked(
        text=str(body.get("text") or "").strip(),
        user=body["user_id"],
        channel=body["channel_id"],
        channel_name=body.get("channel_name", ""),
    )
    words = asked.text.lower().split() or ["help"]
    wanted = SUBCOMMANDS.get(words[0])
    services.rights.require(asked.user, wanted.right if wanted else Right.AUDIT)
    if len(asked.text) > _LONGEST:
        raise UserError(f"That is {len(asked.text):,} characters; {_LONGEST} are enough. Try `/aws-audit help`.")
    if wanted and wanted.needs_zone(asked.text):
        asked = replace(asked, zone=people.zone(services, asked.user))
    run = wanted.run if wanted else _audit
    with services.store.write(timeout=1) as tx:
        answer = run(services, tx, asked)
    ack(text=answer.text, blocks=[dict(block) for block in answer.blocks], response_type="ephemeral")


def _help(services: Services, _tx: Tx, asked: Asked) -> Message:
    if words := plain_words(asked.text.lower())[1:]:
        selector = " ".join(words)
        return help.listing(selector, _selected(services, selector).checks(CATALOG))
    rows = [("all", "audits everything; see below for less"), *((s.usage, s.does) for s in SUBCOMMANDS.values())]
    return help.build(rows, CATALOG)


def _status(services: Services, tx: Tx, _asked: Asked) -> Message:
    waiting, oldest = outbox.waiting(tx)
    arrived, arrived_at = inbox.waiting(tx)
    given_up, why = outbox.given_up(tx, services.now() - _WEEK)
    settings, kept = services.settings, enrolments.latest(tx)
    enrolment = roster.of_kept(services.written.aws, kept) if settings.aws.organization.enabled else Enrolment()
    facts = status.Status(
        now=services.now(),
        version=version("picket"),
        running=audits.waiting(tx),
        audited=digests.audited(tx),
        accounts=[account.id for account in settings.aws.accounts],
        organization=settings.aws.organization.enabled,
        enrolled_at=kept.at,
        left_out=enrolment.left_out,
        warnings=[
            *enrolment.warnings,
            *standing(settings, audits.last_warnings(tx), services.now().date()),
            *idle(settings),
            *ended(settings, services.now()),
        ],
        gaps=digests.gaps(tx),
        relay=_relay(services, tx) if settings.aws.queue_url else (),
        waiting=waiting,
        oldest=oldest,
        arrived=arrived,
        arrived_at=arrived_at,
        given_up=given_up,
        why=why,
    )
    return status.build(facts, settings.account_name)


def _relay(services: Services, tx: Tx) -> list[str]:
    settings = services.settings
    looked = looks.every(tx) if settings.reconciliation.every_minutes else None
    return [drill.standing(drills.latest(tx)), *reconciliation.lines(looked, settings.account_name)]


def _digest(services: Services, tx: Tx, asked: Asked) -> Message:
    words = plain_words(asked.text.lower())[1:]
    if words not in ([], ["week"]):
        raise UserError("A digest is of what is new since the last one, or of a `week`: `/aws-audit digest week`.")
    mine = next((one for one in services.settings.digests if _is(one.channel, asked)), None)
    digest.ask(services, tx, asked.user, mine, _WEEK if words else None)
    if mine:
        return _say("The digest of this channel is on its way.")
    return _say("This channel has no digest of its own, so one comes in your direct messages with me.")


def _audit(services: Services, tx: Tx, asked: Asked) -> Message:
    """Audit what the words select."""
    selector = " ".join(plain_words(asked.text.lower()))
    _selected(services, selector)
    public = any(_is(channel, asked) for channel in services.settings.audits.public_channels)
    where = "here" if public else "in your direct messages with me"
    if running := _running(tx, selector, asked.channel if public else asked.user):
        return _say(f"{fit(selector, 200, code)} is being audited already: {_link(services, tx, running)}.")
    wanted = audit.request(
        tx,
        services.new_id(),
        selector,
        requested_by=asked.user,
        channel=asked.channel,
        public=public,
        now=services.now(),
    )
    Announcements(services).progress(tx, wanted)
    return _say(f"I am auditing {fit(selector, 200, code)}; the answer comes {where}.")


def _explain(services: Services, tx: Tx, asked: Asked) -> Message:
    """Why a check is there, how it stands, and how to fix what it finds."""
    words = plain_words(asked.text.lower())[1:]
    if len(words) != 1:
        raise UserError("Name one check, as `/aws-audit explain iam-root-no-mfa`; `/aws-audit help iam` lists them.")
    if words[0] not in CATALOG:
        near = get_close_matches(words[0], CATALOG, n=3)
        meant = (
            f"; did you mean {' or '.join(f'`{id_}`' for id_ in near)}?"
            if near
            else "; `/aws-audit help` shows what there is."
        )
        raise UserError(f"There is no check {fit(words[0], 100, code)}{meant}")
    settings = services.settings
    own = {settings.account_name(one.id): settings.for_judging(one) for one in settings.aws.accounts}
    known = findings.of_check(tx, words[0])
    return explain.build(CATALOG[words[0]], known, settings.account_name, settings.for_judging(), own)


def _permissions(services: Services, tx: Tx, _asked: Asked) -> Message:
    """What AWS refuses now, of the checks and accounts that the settings still name."""
    settings = services.settings
    unknown = [
        one
        for one in findings.unknown(tx)
        if one.check in CATALOG
        and one.check not in settings.checks.with_own(settings.account(one.account).checks).disabled
        and in_scope(one.account, settings)
    ]
    return permissions.build(permissions.missing(unknown), settings.aws.read_role, settings.account_name)


def _diff(services: Services, tx: Tx, asked: Asked) -> Message:
    """What changed since the beginning of a day of the asker's, yesterday where none is named."""
    now = services.now()
    since = _since(plain_words(asked.text.lower())[1:], now, asked.zone)
    return diff.build(history.diff(tx, since, now), services.settings.account_name)


def _since(words: list[str], now: datetime, zone: people.Zone) -> datetime:
    """When the day begins that the words name, with or without `since`; yesterday where there are none."""
    today = zone.today(now)
    named = words[1:] if words[:1] == ["since"] else words
    days = {"": today - timedelta(days=1), "yesterday": today - timedelta(days=1), "today": today}
    try:
        word = " ".join(named)
        day = days[word] if word in days else date.fromisoformat(word)
        since = zone.beginning(day)
    except (ValueError, OverflowError) as error:
        raise UserError(
            f"{fit(' '.join(words), 100, code)} is no day that I can read. Write it as year-month-day: "
            f"`/aws-audit diff {today - _WEEK}`, or say `yesterday` or `today`."
        ) from error
    if day > today:
        raise UserError(f"{day} has not come yet: name a day up to today, {today} ({zone.name}).")
    return since


def _score(services: Services, tx: Tx, asked: Asked) -> Message:
    return score.ask(services, tx, asked.user)


def _selected(services: Services, selector: str) -> Selection:
    try:
        return services.settings.select(selector)
    except SelectionError as error:
        raise UserError(_unknown(error)) from error


SUBCOMMANDS: Mapping[str, Subcommand] = {
    "status": Subcommand("status", "says what runs, how fresh the audits are, and what could not be read", _status),
    "digest": Subcommand(
        "digest [week]", "sends this channel's digest now, or that of a week; where it has none, to you alone", _digest
    ),
    "explain": Subcommand("explain CHECK", "says why and how a check judges, what fails now, how to fix it", _explain),
    "diff": Subcommand(
        "diff [2026-11-01]",
        "says what is new, back, worse and fixed since that day, or yesterday",
        _diff,
        needs_zone=lambda _text: True,
    ),
    "score": Subcommand("score", "says how much passes in each account, and sends a chart of 30 days", _score),
    "permissions": Subcommand("permissions", "says what AWS refuses, which checks suffer, and the fix", _permissions),
    **alert_list.COMMANDS,
    **alert_commands.COMMANDS,
    **route.COMMANDS,
    "help": Subcommand("help [iam]", "shows this, or the checks of a service", _help),
}


def _unknown(error: SelectionError) -> str:
    words = cut(str(error), 600)
    near = get_close_matches(error.word, SUBCOMMANDS, n=1, cutoff=0.6)
    or_command = f" Or did you mean the command `/aws-audit {near[0]}`?" if near else ""
    said = plain(words[:1].upper() + words[1:])
    end = "" if said.endswith("?") else "."
    return f"{said}{end}{or_command} Nothing was started; `/aws-audit help` shows all."


def _is(channel: str, asked: Asked) -> bool:
    """Whether a channel of the settings, an id or a #name, is the one where it was asked."""
    return channel in (asked.channel, f"#{asked.channel_name}")


def _running(tx: Tx, selector: str, place: str) -> Audit | None:
    """The same audit, waiting or running, whose answer comes to the same place."""
    words = set(selector.split())
    same = (one for one in audits.waiting(tx) if set(one.selector.split()) == words and destination(one) == place)
    return next(same, None)


def _link(services: Services, tx: Tx, running: Audit) -> str:
    permalink = permalinks.of(services, tx, running.key)
    return link(permalink, "see its message") if permalink else "its message is on its way"


def _start(ack: Ack, body: Mapping[str, Any], action: Mapping[str, Any], services: Services) -> None:
    """The button and the menu of App Home: audit everything, or one account, for the person alone."""
    user = body["user"]["id"]
    services.rights.require(user, Right.AUDIT)
    account = (action.get("selected_option") or {}).get("value")
    with services.store.write(timeout=1) as tx:
        _audit(services, tx, Asked(text=f"all account={account}" if account else "all", user=user, channel=user))
    ack()


def _page(ack: Ack, body: Mapping[str, Any], action: Mapping[str, Any], services: Services) -> None:
    id_, _, page = str(action.get("value", "")).rpartition(":")
    with services.store.write(timeout=1) as tx:
        found = audits.get(tx, id_)
        if found is None or not page.isdecimal() or len(page) > 6:
            raise NotFound("Picket knows nothing of that audit (any more). Please run `/aws-audit` again.")
        where = body.get("container", {})
        clicked = outbox.Place(str(where.get("channel_id")), str(where.get("message_ts")))
        if found.state is not State.DONE or outbox.place(tx, found.key) != clicked:
            raise Stale("That message shows an older state of the audit. Please run `/aws-audit` again.")
        Announcements(services).page(tx, found, int(page))
    ack()


def _say(text: str) -> Message:
    return Message(text, [section(text)])
