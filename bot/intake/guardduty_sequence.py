"""What a GuardDuty attack sequence is about: several signals of actors on resources, over hours.

Fields: https://docs.aws.amazon.com/guardduty/latest/APIReference/API_Sequence.html.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from bot.intake.guardduty_actions import few, lines, placed
from bot.intake.guardduty_place import Resource, Where
from bot.intake.shapes import Node


def told(finding: Node) -> dict[str, Any]:
    """`did`, `origin` and `details` of a sequence; empty of any other finding."""
    sequence = _of(finding)
    if not sequence:
        return {}
    signals = sequence.nodes("signals")
    origins = [place for each in sequence.nodes("endpoints") if (place := _endpoint(each))]
    facts = {
        "did": f"{len(signals)} signals that belong together" if len(signals) > 1 else "",
        "origin": few(origins, 2),
        "details": lines(
            *(("Signal", _signal(each)) for each in _worst(signals)),
            ("Signal", f"and {len(signals) - _SIGNALS} more" if signals[_SIGNALS:] else ""),
            *((label, few(_indicated(sequence, key))) for key, label in _INDICATORS.items()),
        ),
    }
    return {name: each for name, each in facts.items() if each}


def resource(finding: Node, where: Where, family: str) -> Resource | None:
    """The identity, the cluster or the bucket that it is about, the first by name of several; else itself."""
    sequence = _of(finding)
    resources, actors = sequence.nodes("resources"), sequence.nodes("actors")
    if not resources and not actors:
        return None
    users = [each.node("user") for each in actors if each.node("user")]
    user = users[0] if users else Node({})
    main = {uid for each in resources if each.text("resourceType") == _MAIN.get(family) and (uid := each.text("uid"))}
    if family == "IAM" and user.text("name"):
        kind = "role" if user.text("type") in ("Role", "AssumedRole") else "user"
        name = where.arn("iam", f"{kind}/{user.text('name')}", region=False)
    else:
        name = min(main) if main else finding.text("arn")
    return Resource(
        kind="AttackSequence",
        name=name or f"attack sequence {finding.text('id')}",
        who=few(_actors(actors), 3),
        details=lines(("Resources", _resources(resources))),
        ids={"user_name": user.text("name"), "user_type": user.text("type")} if user.text("name") else {},
        everywhere=family == "IAM",
    )


_SIGNALS = 4
_MAIN = {"S3": "S3_BUCKET", "EKS": "EKS_CLUSTER", "ECS": "ECS_CLUSTER", "EC2": "EC2_INSTANCE"}
"""The type of the resource that each family of sequences is about."""
_INDICATORS = {
    "ATTACK_TACTIC": "Tactics",
    "ATTACK_TECHNIQUE": "Techniques",
    "MISCONFIGURATION": "Made easier by",
    "VULNERABILITY": "Vulnerabilities",
    "SENSITIVE_DATA": "Sensitive data",
}
_USERS = {"IAMUser": "IAM user", "Role": "role", "AssumedRole": "role"}
_KINDS = {
    "S3_BUCKET": "bucket",
    "S3_OBJECT": "object",
    "ACCESS_KEY": "access key",
    "EC2_INSTANCE": "instance",
    "EC2_NETWORK_INTERFACE": "network interface",
    "EKS_CLUSTER": "cluster",
    "ECS_CLUSTER": "cluster",
    "ECS_TASK": "task",
    "KUBERNETES_WORKLOAD": "workload",
    "CONTAINER": "container",
}


def _of(finding: Node) -> Node:
    return finding.node("service").node("detection").node("sequence")


def _endpoint(endpoint: Node) -> str:
    network, place = endpoint.node("autonomousSystem"), endpoint.node("location")
    return placed(
        endpoint.text("ip", "domain"), network.text("name"), network.text("number"), place.text("city"),
        place.text("country"),
    )  # fmt: skip


def _worst(signals: list[Node]) -> list[Node]:
    """The worst first, and of equal ones in the order in which they happened."""
    return sorted(signals, key=lambda each: (-(each.number("severity") or 0), _since(each)))[:_SIGNALS]


def _since(signal: Node) -> datetime:
    return signal.moment("firstSeenAt", "createdAt") or datetime.max.replace(tzinfo=UTC)


def _signal(signal: Node) -> str:
    often = signal.whole("count") or 1
    name = signal.text("name", "type")
    return f"{name}, {often:,} times" if name and often > 1 else name


def _indicated(sequence: Node, key: str) -> list[str]:
    found = [each for each in sequence.nodes("sequenceIndicators") if each.text("key") == key]
    return [value for each in found for value in each.texts("values") or [each.text("title")]]


def _actors(actors: list[Node]) -> list[str]:
    words = []
    for actor in actors:
        user, program = actor.node("user"), actor.node("process").text("path", "name")
        who = f"{_USERS.get(user.text('type'), user.text('type'))} {user.text('name')}".strip()
        if user.text("type") == "Root":
            who = "the root user"
        without = " (signed in without MFA)" if actor.node("session").text("mfaStatus") == "DISABLED" else ""
        words.append(f"{who}{without}" if who else f"process {program}" if program else "")
    return [word for word in words if word]


def _resources(resources: list[Node]) -> str:
    """`bucket reports, 3 instances (i-1, i-2, i-3)`."""
    kinds: dict[str, list[str]] = {}
    for each in resources:
        kinds.setdefault(_kind(each), []).append(each.text("name") or each.text("uid").rpartition(":")[2])
    return few([f"{kind} {names[0]}".strip() if len(names) == 1 else f"{len(names)} {kind}s ({few(names, 3)})"
                for kind, names in kinds.items()])  # fmt: skip


def _kind(resource: Node) -> str:
    kind = resource.text("resourceType")
    return _KINDS.get(kind, kind.lower().replace("_", " ") or "resource")
