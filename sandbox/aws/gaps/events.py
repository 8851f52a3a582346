"""EventBridge as AWS delivers: `account` in each event, SNS targets, buses elsewhere, no forged sources."""

import json
import uuid
from datetime import UTC, datetime
from typing import Any

from sandbox.aws.patch import Patch

Event = dict[str, Any]


def install(patch: Patch) -> None:
    """Deliver by `deliver` what moto puts on a bus, and refuse `aws.` sources from callers."""
    from moto.events.models import EventsBackend, Rule

    @patch.around(Rule, "send_to_targets")
    def send_to_targets(original: Any, rule: Any, event: Event, transform_input: bool = True) -> None:
        if "replay-name" in event:
            original(rule, event, transform_input)
        else:
            _run(rule, complete(rule.account_id, rule.region_name, event), hops=0)

    @patch.around(EventsBackend, "put_events")
    def put_events(original: Any, backend: Any, events: list[Event]) -> list[Event]:
        forged = [str(event.get("Source", "")).startswith("aws.") for event in events]
        accepted = iter(original(backend, [event for event, no in zip(events, forged, strict=True) if not no]))
        refused = {
            "ErrorCode": "NotAuthorizedForSourceException",
            "ErrorMessage": "Not authorized for the source.",
        }
        return [dict(refused) if no else next(accepted) for no in forged]


def complete(account: str, region: str, event: Event) -> Event:
    """An event with all that EventBridge adds: version, id, account, time, region, resources."""
    time = event.get("time")
    if not isinstance(time, str):
        moment = datetime.now(UTC) if time is None else datetime.fromtimestamp(float(time), UTC)
        time = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "version": "0",
        "id": event.get("id") or str(uuid.uuid4()),
        "detail-type": event["detail-type"],
        "source": event["source"],
        "account": event.get("account") or account,
        "time": time,
        "region": event.get("region") or region,
        "resources": event.get("resources", []),
        "detail": event["detail"],
    }


def deliver(account: str, region: str, event: Event, bus: str = "default", hops: int = 0) -> None:
    """Run every enabled rule of a bus that matches the event; `hops` counts the buses it came through."""
    from moto.events.models import events_backends

    event_bus = events_backends[account][region].event_buses.get(bus)
    for rule in list(event_bus.rules.values()) if event_bus else []:
        _run(rule, event, hops)


def _run(rule: Any, event: Event, hops: int) -> None:
    if rule.state == "DISABLED" or not rule.event_pattern.get_pattern():
        return
    if rule.event_pattern.matches_event(event):
        for target in list(rule.targets):
            _send(rule, target, event, hops)


def _send(rule: Any, target: dict[str, Any], event: Event, hops: int) -> None:
    """One target; one that is not there loses the event silently, as on AWS without a dead-letter queue."""
    service, region, account, resource = target["Arn"].split(":", 5)[2:]
    match service:
        case "events" if resource.startswith("event-bus/") and hops == 0:
            # an event that came from another bus is not passed on to a third one
            _send_to_bus(rule.account_id, account, region, resource.removeprefix("event-bus/"), event)
        case "sqs":
            _send_to_queue(account, region, resource, _input(target, event))
        case "sns":
            _send_to_topic(account, region, target["Arn"], _input(target, event))
        case "logs":
            seconds = datetime.fromisoformat(event["time"]).timestamp()  # moto wants it so
            rule._send_to_cw_log_group(resource.split(":")[1], {**event, "time": seconds})


def _send_to_bus(sender: str, account: str, region: str, bus: str, event: Event) -> None:
    from moto.events.models import events_backends

    event_bus = events_backends[account][region].event_buses.get(bus)
    if event_bus and (sender == account or _admits(event_bus.policy, sender)):
        deliver(account, region, event, bus, hops=1)


def _admits(policy: str | None, account: str) -> bool:
    """Whether a bus's policy lets another account put events on it; conditions are taken as met."""
    statements = json.loads(policy)["Statement"] if policy else []
    return any(
        statement["Principal"] == "*" or account in json.dumps(statement["Principal"])
        for statement in statements
        if statement["Effect"] == "Allow"
    )


def _input(target: dict[str, Any], event: Event) -> str:
    from moto.events.utils import EventTemplateParser

    if "Input" in target:
        return str(target["Input"])
    transformer = target.get("InputTransformer")
    if not transformer:
        return json.dumps(event)
    made = EventTemplateParser.parse(
        input_template=transformer["InputTemplate"],
        input_paths_map=transformer.get("InputPathsMap", {}),
        event={**event, "ingestion-time": event["time"]},
    )
    return made if isinstance(made, str) else json.dumps(made)


def _send_to_queue(account: str, region: str, queue: str, body: str) -> None:
    from moto.sqs.models import sqs_backends

    backend = sqs_backends[account][region]
    if queue in backend.queues:
        backend.send_message(queue_name=queue, message_body=body)


def _send_to_topic(account: str, region: str, arn: str, body: str) -> None:
    from moto.sns.models import sns_backends

    topic = sns_backends[account][region].topics.get(arn)
    if topic:
        topic.publish(body)
