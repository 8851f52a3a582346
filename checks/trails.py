"""What a trail records: its event selectors read, in both of their forms.

Source: CloudTrail User Guide, "Logging management events" and "Logging data events".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from checks.inventory.cloudtrail import AdvancedSelector, BasicSelector, Condition

READ, WRITE = "reads", "writes"
BOTH = frozenset({READ, WRITE})
NEITHER: frozenset[str] = frozenset()

_BASIC = {"All": BOTH, "ReadOnly": frozenset({READ}), "WriteOnly": frozenset({WRITE})}
MAY_BE_LEFT_OUT = frozenset({"kms.amazonaws.com", "rdsdata.amazonaws.com"})
"""Services whose many management events may be left out; the rest must be recorded."""
_OBJECTS = "AWS::S3::Object"

Selector = BasicSelector | AdvancedSelector


def management(selectors: Iterable[Selector]) -> frozenset[str]:
    """Which management events a trail with these selectors records: reads, writes, both or neither."""
    return frozenset[str]().union(*(_management(one) for one in selectors))


def _management(selector: Selector) -> frozenset[str]:
    if isinstance(selector, BasicSelector):
        return _BASIC.get(selector.read_write, NEITHER) if selector.management else NEITHER
    return _by_fields(selector, "Management", {"eventSource": _leaves_out_few})


def _leaves_out_few(condition: Condition) -> bool:
    return condition.operator == "NotEquals" and set(condition.values) <= MAY_BE_LEFT_OUT


def left_out(selectors: Iterable[Selector]) -> tuple[str, ...]:
    """The services whose management events the selectors leave out, those that may be."""
    named: set[str] = set()
    for one in selectors:
        if isinstance(one, BasicSelector):
            named.update(one.excluded)
        else:
            named.update(value for c in one.conditions if c.field == "eventSource" for value in c.values)
    return tuple(sorted(named & MAY_BE_LEFT_OUT))


def data_of_bucket(selectors: Iterable[Selector], bucket: str, partition: str = "aws") -> frozenset[str]:
    """Which events on the objects of a bucket, all of them, a trail with these selectors records."""
    objects = f"arn:{partition}:s3:::{bucket}/"
    return frozenset[str]().union(*(_data(one, objects) for one in selectors))


def _data(selector: Selector, objects: str) -> frozenset[str]:
    if isinstance(selector, AdvancedSelector):
        return _by_fields(
            selector,
            "Data",
            {
                "resources.type": lambda c: c.operator == "Equals" and _OBJECTS in c.values,
                "resources.ARN": lambda c: _holds_all(c, objects),
            },
            needed=frozenset({"resources.type"}),
        )
    whole = any(objects.startswith(prefix) for prefix in selector.data.get(_OBJECTS, ()))
    return _BASIC.get(selector.read_write, NEITHER) if whole else NEITHER


def _holds_all(condition: Condition, objects: str) -> bool:
    """Whether a condition on the object's ARN holds for every object whose ARN begins so."""
    if condition.operator == "StartsWith":
        return any(objects.startswith(value) for value in condition.values)
    if condition.operator == "NotStartsWith":
        return not any(objects.startswith(value) or value.startswith(objects) for value in condition.values)
    if condition.operator == "NotEquals":
        return not any(value.startswith(objects) for value in condition.values)
    return False


def _by_fields(
    selector: AdvancedSelector,
    category: str,
    allowed: dict[str, Callable[[Condition], bool]],
    needed: frozenset[str] = frozenset(),
) -> frozenset[str]:
    """What a selector of a category records, where no condition narrows it but those that `allowed` approves."""
    recorded, seen = BOTH, set()
    for condition in selector.conditions:
        seen.add(condition.field)
        if condition.field == "eventCategory":
            fits = condition.operator == "Equals" and category in condition.values
        elif condition.field == "readOnly":
            fits, recorded = True, recorded & _by_read_only(condition)
        else:
            approve = allowed.get(condition.field)
            fits = approve is not None and approve(condition)
        if not fits:
            return NEITHER
    return recorded if seen >= {"eventCategory", *needed} else NEITHER


def _by_read_only(condition: Condition) -> frozenset[str]:
    values = {value.lower() for value in condition.values}
    named = frozenset(kind for word, kind in (("true", READ), ("false", WRITE)) if word in values)
    return {"Equals": named, "NotEquals": BOTH - named}.get(condition.operator, NEITHER)
