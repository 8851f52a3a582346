"""IAM policies that let Picket do what it does, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.aws import accounts, alarm_graph, drilling, looking, queue, security_hub
from bot.aws.collect import plan
from bot.aws.collect.collector import Scope
from bot.aws.organization import actions as enrolling
from bot.config import Aws, Organization
from bot.remedy import Remedy
from checks.model import Check


def read_actions(checks: Iterable[Check]) -> tuple[str, ...]:
    """The IAM actions that collecting for `checks` needs, sorted."""
    collectors = plan(checks)
    actions = {action for collector in collectors for action in collector.actions}
    if any(collector.scope is Scope.REGIONAL for collector in collectors):
        actions.update(accounts.ACTIONS)
    return tuple(sorted(actions))


def read_policy(
    checks: Iterable[Check],
    remedies: Iterable[Remedy] = (),
    organization: Organization | None = None,
    *,
    relay: bool = False,
) -> dict[str, Any]:
    """The least policy of the role that reads: what the checks collect, and what the remedies' previews look at.

    Besides, where the `organization` is the source of accounts, what it is asked for, and for the `relay` of events
    what draws alarms' graphs and finds what the queue did not bring.

    A document to be written as JSON; on all resources, since most of these actions know no other.
    """
    actions = {*read_actions(checks), *(action for remedy in remedies for action in remedy.reads)}
    if organization:
        actions.update(enrolling(organization))
    if relay:
        actions.update((*alarm_graph.ACTIONS, *looking.ACTIONS))
    return _document("PicketReads", actions)


def remediation_policy(remedies: Iterable[Remedy]) -> dict[str, Any]:
    """The least policy of the role that changes things by `remedies`, which looks again before it acts."""
    return _document("PicketRemediates", {a for remedy in remedies for a in (*remedy.reads, *remedy.writes)})


def security_hub_policy() -> dict[str, Any]:
    """The least policy of the role that imports findings into Security Hub."""
    return _document("PicketImports", set(security_hub.ACTIONS))


def service_policy(aws: Aws, partition: str = "aws", *, samples: bool = False) -> dict[str, Any]:
    """The least policy of the service's own role: its queue, its drills, and the roles that it assumes.

    `samples`: drills are sample findings.
    """
    document = _document("PicketServes", {*queue.ACTIONS, *drilling.ACTIONS, *(drilling.SAMPLING if samples else ())})
    if roles := sorted({aws.read_role, aws.remediation_role, aws.security_hub_role} - {""}):
        arns = [f"arn:{partition}:iam::*:role/{role}" for role in roles]
        enters = {"Sid": "PicketEnters", "Effect": "Allow", "Action": ["sts:AssumeRole"], "Resource": arns}
        document["Statement"].append(enters)
    return document


def _document(sid: str, actions: set[str]) -> dict[str, Any]:
    statement = {"Sid": sid, "Effect": "Allow", "Action": sorted(actions), "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [statement] if actions else []}
