"""What is wrong, in the same words whichever source noticed: by the tables of `bot.alerts.vocabulary` (pure).

A signal's facts may help: `practice` (the check that an alarm serves), `control_id` (Security Hub's, `EC2.2`), `check`
(of Picket's own finding there), `guardduty_type` (of GuardDuty's finding there), `rule` (Config's, when the type is
another name for it), `event_name`, `user_type`, `metrics` (an alarm's, as GetMetricData takes them), `resource_type`
(`AWS::S3::Bucket`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any

from bot.alerts.resources import account_of, canonical, region_of
from bot.alerts.signal import Problem, Signal, Source
from bot.alerts.vocabulary import (
    CHECKS,
    CONTROLS,
    EVENTS,
    FINDINGS,
    LOAD,
    OWN,
    PRACTICES,
    ROOT_EVENTS,
    RULES,
    Known,
    Of,
)
from checks.catalog import CATALOG
from checks.inventory.account import Account, AccountRegion
from checks.inventory.ebs import EbsDefaults
from checks.inventory.iam import AccessKey, PasswordPolicy, Root

PRACTICE, CONTROL, CHECK, GUARDDUTY_TYPE, RULE = "practice", "control_id", "check", "guardduty_type", "rule"
"""Facts by which the parsers of other sources help."""


_PREFIX = re.compile(r"^(?:securityhub|orgconfigrule|awsconfigrule)-", re.IGNORECASE)
_SUFFIX = re.compile(r"-(?:[0-9a-f]{6,8}|[a-z0-9]{6,8}|conformance-pack-[a-z0-9]+)$")


def problem(signal: Signal) -> Problem:
    """What is wrong by `signal`, as every source would say it; the source's own where no other tells of the same."""
    name = _TELLERS.get(signal.source, _none)(signal)
    if name:
        return _placed(signal, name)
    kind = signal.facts.get(GUARDDUTY_TYPE)
    if signal.source is Source.SECURITYHUB and isinstance(kind, str) and kind:
        return _one_resource(signal, f"{Source.GUARDDUTY}:{kind}", _FORWARDED)
    own = f"{signal.source}:{signal.type}"
    why = _FORWARDED if signal.source is Source.GUARDDUTY else ""
    return _one_resource(signal, own, why)


def known(name: str) -> bool:
    """Whether more sources than one may tell of the problem of that name."""
    return name in OWN or name in CATALOG


_FORWARDED = "Security Hub passes on what GuardDuty found"


def _placed(signal: Signal, name: str) -> Problem:
    kind = _kind(name)
    why = f"each says that {kind.words}"
    if kind.of is Of.ACCOUNT:
        return Problem(name=name, region="global", resource=account_of(signal.account), why=why)
    if kind.of is Of.REGION:
        return Problem(name=name, region=signal.region, resource=account_of(signal.account), why=why)
    placed = _one_resource(signal, name, why)
    if kind.of is Of.USER:
        user = placed.resource.partition("/access-key/")[0]
        return Problem(name=name, region=placed.region, resource=user, why=why)
    return placed


def _one_resource(signal: Signal, name: str, why: str) -> Problem:
    resource = _resource(signal, name)
    return Problem(name=name, region=region_of(resource, signal.region), resource=resource, why=why)


def _resource(signal: Signal, name: str) -> str:
    facts = signal.facts
    instance = _loaded(facts) if name == "instance-abused" and signal.source is Source.CLOUDWATCH else ""
    return canonical(
        instance or signal.resource,
        signal.account,
        signal.region,
        kind="" if instance else _text(facts, "resource_type"),
        partition=_text(facts, "partition"),
    )


@lru_cache(maxsize=512)
def _kind(name: str) -> Known:
    """Of what a problem is: a check's follows from what it judges."""
    if name in OWN:
        return OWN[name]
    check = CATALOG[name]
    judged = set(check.judges)
    if judged <= {Account, Root, PasswordPolicy}:
        of = Of.ACCOUNT
    elif judged <= {AccountRegion, EbsDefaults}:
        of = Of.REGION
    elif judged == {AccessKey}:
        of = Of.USER
    else:
        of = Of.RESOURCE
    return Known(of, f"“{check.title}”")


@lru_cache(maxsize=1)
def _by_control() -> Mapping[str, str]:
    """A check's id by Security Hub's control, for controls that one check alone refers to."""
    named = [
        (reference.removeprefix("fsbp/"), check.id)
        for check in CATALOG.values()
        for reference in check.references
        if reference.startswith("fsbp/")
    ]
    often = Counter(control for control, _ in named)
    return {**{control: check for control, check in named if often[control] == 1}, **CONTROLS}


def problem_of_check(check: str) -> str:
    """The name of the problem that a check looks for; empty for a check that is not known."""
    name = CHECKS.get(check, check)
    return name if known(name) else ""


def _audit(signal: Signal) -> str:
    return problem_of_check(signal.type)


def _guardduty(signal: Signal) -> str:
    return _of_finding(signal.type)


def _of_finding(kind: str) -> str:
    return next((name for pattern, name in FINDINGS if fnmatchcase(kind, pattern)), "")


def _securityhub(signal: Signal) -> str:
    facts = signal.facts
    if kind := _text(facts, GUARDDUTY_TYPE):
        return _of_finding(kind)
    if check := _text(facts, CHECK):
        return problem_of_check(check)
    control = _text(facts, CONTROL) or signal.type
    return problem_of_check(_by_control().get(control, ""))


def _config(signal: Signal) -> str:
    return _of_rule(_text(signal.facts, RULE)) or _of_rule(signal.type)


def _of_rule(rule: str) -> str:
    """A managed rule by its name or identifier, with what Security Hub and conformance packs put around it."""
    plain = _PREFIX.sub("", rule.strip().lower().replace("_", "-"))
    return RULES.get(plain) or RULES.get(_SUFFIX.sub("", plain)) or ""


def _cloudtrail(signal: Signal) -> str:
    event = _text(signal.facts, "event_name") or signal.type.rpartition(":")[2].strip()
    event = event.split(" ")[0].split("/")[-1]
    if event in EVENTS:
        return EVENTS[event]
    root = _text(signal.facts, "user_type") == "Root" or signal.resource.endswith(":root")
    return ROOT_EVENTS.get(event, "") if root else ""


def _cloudwatch(signal: Signal) -> str:
    if practice := _text(signal.facts, PRACTICE):
        return PRACTICES.get(practice, "")
    return "instance-abused" if _loaded(signal.facts) else ""


def _loaded(facts: Mapping[str, Any]) -> str:
    """The id of the one instance whose load an alarm measures; empty when it measures something else, or more."""
    found = set()
    for query in facts.get("metrics") or ():
        metric = (query.get("MetricStat") or {}).get("Metric") if isinstance(query, dict) else None
        if metric is None:
            continue  # an expression, over the others
        if metric["Namespace"] != "AWS/EC2" or metric["MetricName"] not in LOAD:
            return ""
        found.add(next((each["Value"] for each in metric["Dimensions"] if each["Name"] == "InstanceId"), ""))
    return found.pop() if len(found) == 1 else ""


def _none(_signal: Signal) -> str:
    return ""


def _text(facts: Mapping[str, Any], name: str) -> str:
    value = facts.get(name)
    return value if isinstance(value, str) else ""


_TELLERS: Mapping[Source, Callable[[Signal], str]] = {
    Source.AUDIT: _audit,
    Source.GUARDDUTY: _guardduty,
    Source.SECURITYHUB: _securityhub,
    Source.CONFIG: _config,
    Source.CLOUDTRAIL: _cloudtrail,
    Source.CLOUDWATCH: _cloudwatch,
}
