"""What else is wrong with an alert's resource and with what it hangs on, by the last audit."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from bot.alerts import Alert
from bot.alerts.problems import problem_of_check
from bot.alerts.resources import canonical
from bot.store import Tx, findings
from checks.model import Finding

MOST = 20
"""Findings that are looked at; a card shows fewer."""


_GROUP = re.compile(r"\bsg-[0-9a-f]{8,17}\b")


def related(tx: Tx, alert: Alert) -> list[Finding]:
    """The failing findings of the alert's resource and of what belongs to it, the worst first; not of its own problem.

    An instance's security groups and role, a user's keys: what the sources name, and what an audit's evidence names.
    """
    named = resources(alert)
    found = findings.failing_of(tx, alert.account, sorted(named), MOST)
    further = {
        canonical(group, finding.account, finding.region)
        for finding in found
        if ":instance/" in finding.resource
        for group in _GROUP.findall(json.dumps(finding.evidence, default=str))
    }
    if further - named:
        found = findings.failing_of(tx, alert.account, sorted(named | further), MOST)
    return [finding for finding in found if problem_of_check(finding.check) != alert.problem]


def resources(alert: Alert) -> set[str]:
    """The names of the alert's resource and of what it hangs on, by what its sources say."""
    names: set[str] = set()
    for member in alert.members:
        partition = str(member.facts.get("partition") or "")
        where = (member.facts.get("reported_in") or [member.region])[0]
        told: Iterable[str] = (member.resource, *_parts(member.facts))
        names |= {canonical(each, alert.account, str(where), partition=partition) for each in told}
        if user := member.facts.get("user_name"):
            kind = "AWS::IAM::Role" if member.facts.get("user_type") in ("Role", "AssumedRole") else "AWS::IAM::User"
            if member.facts.get("user_type") != "Root":
                names.add(canonical(str(user), alert.account, "global", kind=kind, partition=partition))
    return {name for name in names if name.startswith("arn:")}


def _parts(facts: object) -> list[str]:
    """The ids of groups and roles, at the top of what a source says or in an audit's evidence."""
    parts: list[str] = []
    for told in (facts, facts.get("evidence") if isinstance(facts, dict) else None):
        if not isinstance(told, dict):
            continue
        for name in ("security_group_ids", "security_groups"):
            listed = told.get(name)
            parts += [each for each in listed if isinstance(each, str)] if isinstance(listed, list) else []
        parts += [
            each for name in ("instance_id", "role", "instance_profile") if isinstance(each := told.get(name), str)
        ]
        profile = told.get("instance_profile")
        if isinstance(profile, str):  # made together by the console and by most templates, with one name
            parts.append(profile.replace(":instance-profile/", ":role/"))
    return parts
