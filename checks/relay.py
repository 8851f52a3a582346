"""Where EventBridge carries an event: by rules, over other buses, to targets that somebody hears."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from checks import event_pattern
from checks.event_pattern import Event, PatternError
from checks.inventory import Gap
from checks.inventory.events import EventRule, Target

Heard = Callable[[Target], "str | Gap"]
"""Why nobody hears at a target, empty where somebody does; a Gap where that could not be read."""


@dataclass(frozen=True, slots=True)
class Trace:
    """What becomes of an event."""

    heard: tuple[str, ...]
    """The rules and targets by which it is heard."""
    unread: tuple[Gap, ...]
    """What could not be read, where it may be heard."""
    lost: tuple[str, ...]
    """Where it ends unheard, and why."""


def trace(rules: Iterable[EventRule], event: Event, heard: Heard) -> Trace:
    """Follow `event` from the rules of its own bus."""
    ends = list(_follow(rules, event, heard))
    return Trace(
        heard=tuple(dict.fromkeys(where for where, end in ends if end == "")),
        unread=tuple(end for _, end in ends if isinstance(end, Gap)),
        lost=tuple(dict.fromkeys(f"{where}: {end}" for where, end in ends if isinstance(end, str) and end)),
    )


def _follow(rules: Iterable[EventRule], event: Event, heard: Heard, by: str = "") -> Iterator[tuple[str, str | Gap]]:
    for rule in rules:
        name = f"{by}rule {rule.name}"
        try:
            lets = event_pattern.matches(event_pattern.parse(rule.pattern), event)
        except PatternError as error:
            yield name, str(error)
            continue
        if not lets:
            continue
        if not rule.enabled:
            yield name, "it is disabled"
        elif not rule.targets:
            yield name, "it has no target"
        for target in rule.targets if rule.enabled else ():
            yield from _target(target, event, heard, f"{name} → {target.arn}")


def _target(target: Target, event: Event, heard: Heard, where: str) -> Iterator[tuple[str, str | Gap]]:
    end = heard(target)
    if target.bus is None or end == "":
        yield where, end
    elif isinstance(target.bus.rules, Gap):
        yield where, target.bus.rules
    else:
        further = list(_follow(target.bus.rules, event, heard, f"{where} → "))
        yield from further or [(where, "no rule there lets the event on")]


def topic(target: Target) -> str | Gap:
    """Why nobody hears what is published to a topic; empty: somebody does."""
    if target.topic is None:
        return "it is no topic"
    subscriptions = target.topic.subscriptions
    if isinstance(subscriptions, Gap):
        return subscriptions
    if any(subscription.confirmed for subscription in subscriptions):
        return ""
    return "nobody has confirmed a subscription to it" if subscriptions else "nobody subscribes to it"
