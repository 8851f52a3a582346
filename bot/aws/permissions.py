"""IAM policies that let Picket do what it does, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.aws import accounts
from bot.aws.collect import Scope, plan
from checks.model import Check


def read_actions(checks: Iterable[Check]) -> tuple[str, ...]:
    """The IAM actions that collecting for `checks` needs, sorted."""
    collectors = plan(checks)
    actions = {action for collector in collectors for action in collector.actions}
    if any(collector.scope is Scope.REGIONAL for collector in collectors):
        actions.update(accounts.ACTIONS)
    return tuple(sorted(actions))


def read_policy(checks: Iterable[Check]) -> dict[str, Any]:
    """The least policy of the role that reads, as a document to be written as JSON.

    On all resources, since most of these actions know no other.
    """
    statement = {"Sid": "PicketReads", "Effect": "Allow", "Action": list(read_actions(checks)), "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [statement]}
