"""Whether an EventBridge pattern lets an event through.

Source: Amazon EventBridge User Guide, "Comparison operators for use in event patterns". A pattern lists, for each
field it names, what the field may be; a field of the event that is a list matches by any of its values.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from ipaddress import ip_address, ip_network
from typing import Any

from checks.policy import matches as like

Event = Mapping[str, Any]

_ABSENT = object()


class PatternError(ValueError):
    """What is no event pattern; the message says why."""


def parse(text: str) -> Mapping[str, Any]:
    """The pattern that a rule's JSON says. Raises PatternError."""
    try:
        pattern = json.loads(text)
    except ValueError as error:
        raise PatternError(f"the event pattern is not JSON: {error}") from error
    if not isinstance(pattern, Mapping):
        raise PatternError("the event pattern is not a JSON object")
    return pattern


def matches(pattern: Mapping[str, Any], event: Any) -> bool:
    """Whether `event` meets every field that `pattern` names."""
    if isinstance(event, list):
        return any(matches(pattern, one) for one in event)
    fields = event if isinstance(event, Mapping) else {}
    return all(
        any(matches(one, event) for one in wanted) if name == "$or" else _field(wanted, fields.get(name, _ABSENT))
        for name, wanted in pattern.items()
    )


def _field(wanted: Any, value: Any) -> bool:
    if isinstance(wanted, Mapping):
        return matches(wanted, value)
    values = value if isinstance(value, list) else [value]
    # a list of the event matches by one of its values, an empty one as if it were not there
    return any(_one(each, one) for each in _list(wanted) for one in values or [_ABSENT])


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _one(wanted: Any, value: Any) -> bool:
    if not isinstance(wanted, Mapping):
        alike = type(value) is type(wanted) or {type(value), type(wanted)} == {int, float}  # 8 is 8.0
        return alike and bool(value == wanted)
    operator, argument = next(iter(wanted.items()), ("", None))
    if operator == "exists":
        return (value is not _ABSENT) == bool(argument)
    if operator == "anything-but":
        return value is not _ABSENT and not any(
            _one(each, value)
            for each in (_alternatives(argument) if isinstance(argument, Mapping) else _list(argument))
        )
    if operator == "numeric":
        return isinstance(value, int | float) and not isinstance(value, bool) and _numeric(argument, value)
    return isinstance(value, str) and operator in _TEXT and _TEXT[operator](argument, value)


def _alternatives(argument: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    """`{"prefix": ["a", "b"]}` as one matcher for each."""
    return [{operator: one} for operator, values in argument.items() for one in _list(values)]


_COMPARE: Mapping[str, Callable[[float, float], bool]] = {
    "=": lambda value, bound: value == bound,
    "<": lambda value, bound: value < bound,
    "<=": lambda value, bound: value <= bound,
    ">": lambda value, bound: value > bound,
    ">=": lambda value, bound: value >= bound,
}


def _numeric(argument: Any, value: float) -> bool:
    pairs = list(zip(argument[::2], argument[1::2], strict=False)) if isinstance(argument, list) else []
    return bool(pairs) and all(word in _COMPARE and _COMPARE[word](value, float(bound)) for word, bound in pairs)


def _affix(test: Callable[[str, str], bool]) -> Callable[[Any, str], bool]:
    """A prefix or suffix, which may be one whose case does not matter."""

    def holds(argument: Any, value: str) -> bool:
        if isinstance(argument, Mapping):
            return test(value.lower(), str(argument.get("equals-ignore-case", "")).lower())
        return test(value, str(argument))

    return holds


def _in_range(argument: Any, value: str) -> bool:
    try:
        return ip_address(value) in ip_network(str(argument), strict=False)
    except ValueError:
        return False


_TEXT: Mapping[str, Callable[[Any, str], bool]] = {
    "prefix": _affix(str.startswith),
    "suffix": _affix(str.endswith),
    "equals-ignore-case": lambda argument, value: str(argument).lower() == value.lower(),
    # an event pattern's wildcard is `*` alone; `?` stands for itself
    "wildcard": lambda argument, value: like(str(argument).replace("?", "\0"), value.replace("?", "\0")),
    "cidr": _in_range,
}
