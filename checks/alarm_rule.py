"""Whether a composite alarm goes off with some of its alarms: its rule, read.

Source: CloudWatch User Guide, "Create a composite alarm".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Set

from checks.inventory.cloudwatch import Alarm

_TOKENS = re.compile(
    r"""\s*(?:(?P<state>ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*(?:"(?P<quoted>[^"]*)"|(?P<bare>[^"()\s]+))\s*\)
    |(?P<word>AND|OR|NOT|TRUE|FALSE)\b|(?P<bracket>[()]))""",
    re.VERBOSE,
)

_MOST_PARTS = 400


class RuleError(ValueError):
    """A text that is no alarm rule."""


def going_off(first: Alarm, alarms: Iterable[Alarm]) -> tuple[Alarm, ...]:
    """`first`, and the composite alarms that go off when it does, everything else being well."""
    firing = {first.arn: first}
    waiting = [alarm for alarm in alarms if alarm.rule]
    grown = True
    while grown:
        names = {name for alarm in firing.values() for name in (alarm.name, alarm.arn)}
        found = [alarm for alarm in waiting if alarm.arn not in firing and _holds(alarm.rule, names)]
        firing.update((alarm.arn, alarm) for alarm in found)
        grown = bool(found)
    return tuple(firing.values())


def _holds(rule: str, firing: Set[str]) -> bool:
    try:
        return holds(rule, firing)
    except RuleError:
        return False


def holds(rule: str, firing: Set[str]) -> bool:
    """Whether a rule is met while the alarms of these names or ARNs are in alarm and all others are OK.

    Raises RuleError.
    """
    if rule.count("(") + rule.count("NOT") > _MOST_PARTS:
        raise RuleError("the alarm rule has more parts than AWS allows")
    tokens = _read(rule, firing)
    value, rest = _any_of(tokens)
    if rest:
        raise RuleError(f"cannot read the alarm rule {rule!r}")
    return value


Tokens = list[bool | str]


def _read(rule: str, firing: Set[str]) -> Tokens:
    tokens: Tokens = []
    at, end = 0, len(rule.rstrip())
    while at < end:
        found = _TOKENS.match(rule, at)
        if found is None:
            raise RuleError(f"cannot read the alarm rule at {rule[at : at + 20]!r}")
        at = found.end()
        if found["state"]:
            in_alarm = (found["quoted"] or found["bare"]) in firing
            tokens.append({"ALARM": in_alarm, "OK": not in_alarm}.get(found["state"], False))
        elif found["word"] in ("TRUE", "FALSE"):
            tokens.append(found["word"] == "TRUE")
        else:
            tokens.append(found["word"] or found["bracket"])
    return tokens


def _any_of(tokens: Tokens) -> tuple[bool, Tokens]:
    value, rest = _all_of(tokens)
    while rest[:1] == ["OR"]:
        other, rest = _all_of(rest[1:])
        value = value or other
    return value, rest


def _all_of(tokens: Tokens) -> tuple[bool, Tokens]:
    value, rest = _one(tokens)
    while rest[:1] == ["AND"]:
        other, rest = _one(rest[1:])
        value = value and other
    return value, rest


def _one(tokens: Tokens) -> tuple[bool, Tokens]:
    if not tokens:
        raise RuleError("the alarm rule ends too soon")
    first, rest = tokens[0], tokens[1:]
    if isinstance(first, bool):
        return first, rest
    if first == "NOT":
        value, rest = _one(rest)
        return not value, rest
    if first == "(":
        value, rest = _any_of(rest)
        if rest[:1] == [")"]:
            return value, rest[1:]
    raise RuleError(f"the alarm rule has {first!r} in the wrong place")
