"""Signals, events and services with good defaults, for the tests of alerts."""

from __future__ import annotations

import json
import queue
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from slack_bolt import App, BoltRequest, BoltResponse
from slack_sdk import WebClient

from bot import relay
from bot.alerts import Alert, Signal, Source, receive
from bot.config import Settings
from bot.rights import Rights
from bot.services import Services
from bot.store import Store
from checks.model import Severity
from sandbox.slack import validate
from tests.audit_builders import an_app, outgoing

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
ACCOUNT = "111122223333"
FINDING = "a4b1c2d3e4f5061728394a5b6c7d8e9f"


def a_signal(**facts: Any) -> Signal:
    """A key used from Tor, high, first seen now."""
    defaults: dict[str, Any] = {
        "event_id": "e1",
        "source": Source.GUARDDUTY,
        "type": "UnauthorizedAccess:IAMUser/TorIPCaller",
        "account": ACCOUNT,
        "region": "global",
        "resource": f"arn:aws:iam::{ACCOUNT}:user/alice",
        "severity": Severity.HIGH,
        "title": "A key of alice was used from Tor",
        "at": NOW,
        "member_id": FINDING,
        "facts": {"what": "The key was used from a Tor exit node.", "access_key_id": "AKIAIOSFODNN7EXAMPLE"},
    }
    return Signal(**{**defaults, **facts})


def an_alert(**facts: Any) -> Alert:
    """The alert of `a_signal`, open in C1."""
    alert, _ = receive(None, a_signal(**facts), NOW, "C1")
    assert alert is not None
    return alert


def a_finding(**parts: Any) -> dict[str, Any]:
    """A GuardDuty finding as EventBridge writes it: SSH guessed at an instance, by default."""
    finding: dict[str, Any] = {
        "schemaVersion": "2.0",
        "accountId": ACCOUNT,
        "region": "eu-north-1",
        "partition": "aws",
        "id": FINDING,
        "arn": f"arn:aws:guardduty:eu-north-1:{ACCOUNT}:detector/d1/finding/{FINDING}",
        "type": "UnauthorizedAccess:EC2/SSHBruteForce",
        "resource": {
            "resourceType": "Instance",
            "instanceDetails": {
                "instanceId": "i-0a1b2c3d4e5f60718",
                "instanceType": "t3.micro",
                "tags": [{"key": "Name", "value": "bastion"}],
                "networkInterfaces": [
                    {
                        "publicIp": "203.0.113.7",
                        "privateIpAddress": "10.0.0.5",
                        "vpcId": "vpc-1",
                        "securityGroups": [{"groupId": "sg-0a1b2c3d", "groupName": "ssh"}],
                    }
                ],
            },
        },
        "service": {
            "serviceName": "guardduty",
            "detectorId": "d1",
            "action": {
                "actionType": "NETWORK_CONNECTION",
                "networkConnectionAction": {
                    "connectionDirection": "INBOUND",
                    "protocol": "TCP",
                    "localPortDetails": {"port": 22, "portName": "SSH"},
                    "remoteIpDetails": REMOTE,
                },
            },
            "eventFirstSeen": "2026-11-25T08:00:00.000Z",
            "eventLastSeen": "2026-11-25T08:50:00.000Z",
            "archived": False,
            "count": 12,
        },
        "severity": 8,
        "createdAt": "2026-11-25T08:10:00.000Z",
        "updatedAt": "2026-11-25T08:55:00.000Z",
        "title": "198.51.100.23 is guessing SSH passwords of i-0a1b2c3d4e5f60718.",
        "description": "198.51.100.23 is performing SSH brute force attacks against i-0a1b2c3d4e5f60718.",
    }
    return {**finding, **parts}


REMOTE = {
    "ipAddressV4": "198.51.100.23",
    "country": {"countryName": "Netherlands"},
    "city": {"cityName": "Amsterdam"},
    "organization": {"asn": "64500", "asnOrg": "Example Hosting B.V.", "isp": "Example", "org": "Example"},
}


def a_key_finding(**parts: Any) -> dict[str, Any]:
    """A finding about an access key of alice, used from Tor."""
    action = {
        "actionType": "AWS_API_CALL",
        "awsApiCallAction": {
            "api": "ListUsers",
            "serviceName": "iam.amazonaws.com",
            "callerType": "Remote IP",
            "remoteIpDetails": REMOTE,
            "userAgent": "aws-cli/2.0",
        },
    }
    key = {"accessKeyId": "AKIAIOSFODNN7EXAMPLE", "principalId": "AIDA1", "userName": "alice", "userType": "IAMUser"}
    defaults = {
        "type": "Recon:IAMUser/TorIPCaller",
        "severity": 5,
        "resource": {"resourceType": "AccessKey", "accessKeyDetails": key},
        "service": {**a_finding()["service"], "action": action},
        "title": "Recon API ListUsers was called from a Tor exit node.",
    }
    return a_finding(**{**defaults, **parts})


def pascal(value: Any) -> Any:
    """As GetFindings writes it."""
    if isinstance(value, dict):
        return {name[:1].upper() + name[1:]: pascal(each) for name, each in value.items()}
    return [pascal(each) for each in value] if isinstance(value, list) else value


def eventbridge(detail: Mapping[str, Any], **parts: Any) -> dict[str, Any]:
    """An event around a finding."""
    return {
        "version": "0",
        "id": "cd2d702e-ab31-411b-9344-793ce56b1bc7",
        "detail-type": "GuardDuty Finding",
        "source": "aws.guardduty",
        "account": detail.get("accountId", ACCOUNT),
        "time": "2026-11-25T08:55:10Z",
        "region": detail.get("region", "eu-north-1"),
        "resources": [],
        "detail": detail,
        **parts,
    }


ALARM = f"arn:aws:cloudwatch:us-west-2:{ACCOUNT}:alarm:root-used"


def an_alarm_event(state: str = "ALARM", previous: str = "OK", at: str = "08:30:00", **detail: Any) -> dict[str, Any]:
    """An alarm's change of state as EventBridge brings it."""
    data = {"threshold": 1.0, "recentDatapoints": [0.0, 2.0]}
    return {
        "version": "0",
        "id": f"alarm-{state}-{at}",
        "detail-type": "CloudWatch Alarm State Change",
        "source": "aws.cloudwatch",
        "account": ACCOUNT,
        "time": f"2026-11-25T{at}Z",
        "region": "us-west-2",
        "resources": [ALARM],
        "detail": {
            "alarmName": "root-used",
            "state": {
                "value": state,
                "reason": "Threshold Crossed: 1 datapoint [2.0] was greater than 1.0.",
                "reasonData": json.dumps(data),
                "timestamp": f"2026-11-25T{at}.985+0000",
            },
            "previousState": {"value": previous},
            "configuration": {
                "description": "Row 4.3",
                "metrics": [
                    {
                        "id": "m1",
                        "metricStat": {
                            "metric": {"namespace": "Trail", "name": "RootUsage", "dimensions": {"Trail": "main"}},
                            "period": 300,
                            "stat": "Sum",
                        },
                    }
                ],
            },
            **detail,
        },
    }


def an_alarm_message(state: str = "ALARM", at: str = "08:30:00", **parts: Any) -> dict[str, Any]:
    """An alarm's change of state as it publishes it to a topic."""
    return {
        "AlarmName": "root-used",
        "AlarmDescription": None,
        "AWSAccountId": ACCOUNT,
        "NewStateValue": state,
        "OldStateValue": "OK",
        "NewStateReason": "Threshold Crossed: 1 datapoint [2.0] was greater than 1.0.",
        "StateChangeTime": f"2026-11-25T{at}.985+0000",
        "Region": "US West - Oregon",
        "AlarmArn": ALARM,
        "Trigger": {
            "MetricName": "RootUsage",
            "Namespace": "Trail",
            "Statistic": "SUM",
            "Dimensions": [{"name": "Trail", "value": "main"}],
            "ComparisonOperator": "GreaterThanThreshold",
            "Threshold": 1.0,
        },
        **parts,
    }


def in_sns(message: Any, **parts: Any) -> dict[str, Any]:
    """SNS's envelope."""
    return {
        "Type": "Notification",
        "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
        "TopicArn": f"arn:aws:sns:us-west-2:{ACCOUNT}:alarms",
        "Subject": 'ALARM: "root-used" in US West (Oregon)',
        "Message": message if isinstance(message, str) else json.dumps(message),
        "Timestamp": "2026-11-25T08:30:01.000Z",
        **parts,
    }


def an_alarm_action(state: str = "ALARM", at: str = "08:30:00") -> dict[str, Any]:
    """An alarm's change of state as it invokes a function with it."""
    detail = an_alarm_event(state, at=at)["detail"]
    return {
        "source": "aws.cloudwatch",
        "alarmArn": ALARM,
        "accountId": ACCOUNT,
        "time": f"2026-11-25T{at}.985+0000",
        "region": "us-west-2",
        "alarmData": {
            "alarmName": "root-used",
            "state": detail["state"],
            "previousState": detail["previousState"],
            "configuration": detail["configuration"],
        },
    }


class Clock:
    """Time that a test moves."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **span: float) -> None:
        """Let time go by."""
        self.now += timedelta(**span)


def settings(**parts: Any) -> Settings:
    """Criticals in #critical, all else in #alerts; only UANALYST may respond."""
    return Settings.model_validate(
        {
            "slack": {"bot_token": "xoxb-1", "app_token": "xapp-1"},
            "aws": {"accounts": [{"id": ACCOUNT, "name": "acme-prod"}]},
            "routes": [
                {"channel": "#critical", "severity": "critical", "mention": "@here"},
                {"channel": "#alerts"},
            ],
            "rights": {"respond": ["UANALYST", "USECOND"]},
            **parts,
        }
    )


def services(folder: Path, clock: Clock | None = None, slack: WebClient | None = None, **parts: Any) -> Services:
    """Real parts on a state file in `folder`; AWS is never called."""
    chosen = settings(**parts)
    return Services(
        settings=chosen,
        store=Store(folder / "picket.db"),
        rights=Rights(chosen.rights, lambda _group: frozenset()),
        slack=slack or WebClient(token="xoxb-1", base_url="http://127.0.0.1:9/api/"),
        aws=cast(Any, SimpleNamespace()),
        now=clock or Clock(),
        new_id=lambda: "id",
    )


class Modals(WebClient):
    """A Slack that opens modals, judged as Slack judges them, and nothing else."""

    def __init__(self) -> None:
        super().__init__(token="xoxb-1", base_url="http://127.0.0.1:9/api/", timeout=1)
        self.opened: list[dict[str, Any]] = []
        self.filled: queue.Queue[dict[str, Any]] = queue.Queue()

    def views_open(self, **given: Any) -> Any:  # type: ignore[override]
        """Keep the view."""
        validate.check_view(given["view"])
        assert given["trigger_id"]
        self.opened.append(given["view"])
        return {"ok": True, "view": {"id": f"V{len(self.opened)}", "hash": "h"}}

    def views_update(self, **given: Any) -> Any:  # type: ignore[override]
        """Keep what the view became."""
        validate.check_view(given["view"])
        assert given["view_id"] == f"V{len(self.opened)}"
        self.filled.put(given["view"])
        return {"ok": True}


@dataclass
class Bot:
    """The real Bolt app with one alert in its store, and what people do to it."""

    services: Services
    clock: Clock
    app: App
    alert_id: str

    @classmethod
    def with_alert(cls, folder: Path, wanted: Mapping[str, Any] | None = None, /, **facts: Any) -> Bot:
        """One alert, its card posted; `wanted` are settings that differ."""
        clock = Clock()
        made = services(folder, clock, Modals(), **(wanted or {}))
        signal = a_signal(**facts)
        with made.store.write() as tx:
            relay.take(made, tx, signal)
            tx.execute("update outbox set sent_at = created_at")
        return cls(made, clock, an_app(made), signal.alert_id)

    @property
    def alert(self) -> Alert:
        """As it now is."""
        with self.services.store.read() as tx:
            return relay.find(tx, self.alert_id)

    @property
    def modals(self) -> list[dict[str, Any]]:
        """The views that were opened."""
        return cast(Modals, self.services.slack).opened

    def said(self) -> list[dict[str, Any]]:
        """What waits to be sent, oldest first; cards as they are now."""
        return outgoing(self.services)

    def whispered(self) -> str:
        """What was said to the person alone."""
        (row,) = [row for row in self.said() if row["kind"] == "ephemeral"]
        return str(row["text"])

    def click(self, action: str, user: str = "UANALYST", **given: Any) -> BoltResponse:
        """Somebody uses an element of the card."""
        what = given or {"value": self.alert_id}
        return self._send(
            {
                "type": "block_actions",
                "user": {"id": user},
                "channel": {"id": "C1"},
                "container": {"type": "message", "channel_id": "C1", "message_ts": "1.1"},
                "trigger_id": "1.2",
                "actions": [{"type": "button", "action_id": action, "block_id": "b", **what}],
            }
        )

    def choose(self, action: str, value: str, user: str = "UANALYST") -> BoltResponse:
        """Somebody chooses from a select of the card."""
        return self.click(action, user, type="static_select", selected_option={"value": f"{value}:{self.alert_id}"})

    def submit(self, callback: str, values: dict[str, Any], user: str = "UANALYST") -> BoltResponse:
        """Somebody submits a modal; `values` by block, whose element has the same name."""
        state = {"values": {name: {name: value} for name, value in values.items()}}
        view = {"type": "modal", "callback_id": callback, "private_metadata": self.alert_id, "state": state}
        return self._send({"type": "view_submission", "user": {"id": user}, "view": {"id": "V1", **view}})

    def _send(self, body: dict[str, Any]) -> BoltResponse:
        return self.app.dispatch(BoltRequest(mode="socket_mode", body={"team": {"id": "T1"}, **body}))
