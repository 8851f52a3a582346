"""A small Picket without Slack or AWS: services, audits that are done, alerts, and what people do."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from slack_bolt import App, BoltRequest, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot import relay
from bot.alerts import Alert, Source
from bot.announce import Announcements
from bot.app import build_app
from bot.aws.sessions import Sessions
from bot.config import Settings
from bot.rights import Rights
from bot.services import Services
from bot.store import Store, Tx, alerts, audits, findings
from bot.store.audits import Audit, Kind, Part, State
from checks.model import Finding, Severity, Status

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
ACCOUNT = "111122223333"
ANALYST, APPROVER, OUTSIDER = "UANALYST", "UAPPROVER", "UOUTSIDER"


def a_picket(folder: Path, **settings: Any) -> Services:
    """Services over a state file in `folder`; `now` stands still at NOW."""
    table = {
        "slack": {"bot_token": "xoxb-1", "app_token": "xapp-1"},
        "aws": {"accounts": [{"id": ACCOUNT, "name": "acme-prod"}]},
        "routes": [{"channel": "#security-alerts"}],
        "rights": {"audit": [ANALYST], "respond": [ANALYST], "approve": [APPROVER]},
        "audits": {"public_channels": ["#security-alerts", "CPUBLIC"]},
        "digests": [{"channel": "#security-digest"}],
        **settings,
    }
    made = Settings.model_validate(table)
    numbers = itertools.count(1)
    return Services(
        settings=made,
        store=Store(folder / "picket.db"),
        rights=Rights(made.rights, lambda _group: frozenset()),
        slack=WebClient(base_url="http://127.0.0.1:9/api/", timeout=1),
        aws=Sessions.of(made.aws),
        now=lambda: NOW,
        new_id=lambda: f"id{next(numbers):04}",
    )


def an_app(services: Services) -> App:
    """The real Bolt app over `services`."""
    return build_app(
        services,
        signing_secret="",
        request_verification_enabled=False,
        authorize=lambda: AuthorizeResult(enterprise_id=None, team_id="T1", bot_user_id="UBOT", bot_token="xoxb-1"),
    )


def a_command(
    app: App, text: str, *, user: str = ANALYST, channel: str = "CGENERAL", name: str = "general"
) -> BoltResponse:
    """Somebody types `/aws-audit …`."""
    body = {
        "command": "/aws-audit",
        "text": text,
        "user_id": user,
        "channel_id": channel,
        "channel_name": name,
        "team_id": "T1",
        "team_domain": "acme",
        "trigger_id": "1.2",
        "response_url": "http://127.0.0.1:9/",
    }
    return app.dispatch(BoltRequest(mode="socket_mode", body=body))


def a_click(
    app: App, action: str, value: str = "", *, user: str = ANALYST, place: tuple[str, str] = ("CPUBLIC", "1.1")
) -> BoltResponse:
    """Somebody clicks a button of a message."""
    channel, ts = place
    body = {
        "type": "block_actions",
        "user": {"id": user},
        "team": {"id": "T1"},
        "channel": {"id": channel},
        "container": {"type": "message", "channel_id": channel, "message_ts": ts},
        "trigger_id": "1.2",
        "actions": [{"type": "button", "action_id": action, "block_id": "b", "value": value}],
    }
    return app.dispatch(BoltRequest(mode="socket_mode", body=body))


def an_answer(response: BoltResponse) -> str:
    """What a response to a command says, as one text."""
    body = json.loads(response.body) if isinstance(response.body, str) and response.body else response.body
    return json.dumps(body, ensure_ascii=False)


def outgoing(services: Services) -> list[dict[str, Any]]:
    """The rows of the outbox that are not sent, oldest first; cards as they would be sent now."""
    with services.store.read() as tx:
        rows = list(tx.query("select * from outbox where sent_at is null order by id"))
        return [_drawn(services, tx, row) for row in rows]


def _drawn(services: Services, tx: Tx, row: dict[str, Any]) -> dict[str, Any]:
    body = json.loads(row["body_json"])
    if row["kind"] == "message" and not body:
        card = relay.draw(services, tx, row["key"], row["channel"])
        body = {"blocks": list(card.blocks)}
        row = {**row, "text": card.text, "body_json": json.dumps(body)}
    return {**row, "body": body}


def posted(services: Services, key: str, channel: str = "CPUBLIC", ts: str = "1.1") -> None:
    """Slack has the message `key`: nothing waits any more."""
    with services.store.write() as tx:
        tx.execute("update outbox set sent_at = ? where sent_at is null", (NOW.isoformat(),))
        tx.execute("insert or replace into messages values (?, ?, ?, ?)", (key, channel, ts, NOW.isoformat()))


def a_finding(**changes: Any) -> Finding:
    """A console user without MFA."""
    facts: dict[str, Any] = {
        "check": "iam-user-no-mfa",
        "status": Status.FAIL,
        "severity": Severity.HIGH,
        "account": ACCOUNT,
        "region": "global",
        "resource": f"arn:aws:iam::{ACCOUNT}:user/alice",
        "title": "A user signs in without MFA",
        "evidence": {"console_password": "set"},
    }
    return Finding(**(facts | changes))


def users(number: int, **changes: Any) -> list[Finding]:
    """Many users without MFA."""
    return [a_finding(resource=f"arn:aws:iam::{ACCOUNT}:user/user-{i:03}", **changes) for i in range(number)]


def an_audit(**changes: Any) -> Audit:
    """Of everything, by the analyst, in a public channel, a minute ago."""
    facts: dict[str, Any] = {
        "id": "a1",
        "kind": Kind.ADHOC,
        "selector": "all",
        "requested_by": ANALYST,
        "channel": "CPUBLIC",
        "public": True,
        "created_at": NOW - timedelta(seconds=42),
        "started_at": NOW - timedelta(seconds=40),
    }
    return Audit(**(facts | changes))


def audited(
    services: Services,
    found: Iterable[Finding],
    *,
    judged: Mapping[str, int] | None = None,
    left_out: Mapping[str, str] | None = None,
    at: datetime = NOW,
    **changes: Any,
) -> Audit:
    """An audit that is done and was told of, as the worker leaves it."""
    audit, found = an_audit(**({"created_at": at, "started_at": at} | changes)), list(found)
    with services.store.write() as tx:
        audits.add(tx, audit)
        covered = {(f.check, f.region) for f in found}
        news = findings.save(tx, ACCOUNT, found, covered, audit.id, at)
        part = Part(account=ACCOUNT, name="acme-prod", regions=("eu-north-1",), left_out=left_out or {})
        audits.save_part(tx, audit.id, part, found, news)
        summary = audits.summarise(tx, audit.id, judged or {f.check: 1 for f in found})
        audit = replace(
            audit, state=State.DONE, finished_at=at, summary=replace(summary, judged=judged or summary.judged)
        )
        audits.update(tx, audit)
        Announcements(services).finished(tx, audit)
    return audit


def an_alert(tx: Tx, **changes: Any) -> Alert:
    """A stored alert of GuardDuty, opened two hours ago."""
    id_ = changes.get("id", "alert1")
    facts: dict[str, Any] = {
        "id": id_,
        "identity": f"guardduty\n{id_}",
        "source": Source.GUARDDUTY,
        "type": "UnauthorizedAccess:EC2/SSHBruteForce",
        "account": ACCOUNT,
        "region": "eu-north-1",
        "resource": "arn:aws:ec2:eu-north-1:111122223333:instance/i-1",
        "severity": Severity.HIGH,
        "title": "Somebody guesses passwords of web-1",
        "channel": "#security-alerts",
        "opened_at": NOW - timedelta(hours=2),
        "updated_at": NOW - timedelta(hours=2),
    }
    alert = Alert(**(facts | changes))
    alerts.save(tx, alert)
    return alert
