"""Which CloudWatch alarms become alerts, and how severe each is."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from bot.config.part import Part
from bot.config.values import Level, TagPattern, Words
from checks.model import Severity


class AlarmRule(Part):
    """How severe an alarm is in ALARM; the first rule that fits counts. Every kind that is given must fit."""

    names: tuple[Words, ...] = ()
    """Patterns with * and ?, of the alarm's name; empty: all."""
    namespaces: tuple[Words, ...] = ()
    """Patterns with * and ?, of its metrics' namespace, as AWS/RDS; empty: all."""
    tags: tuple[TagPattern, ...] = ()
    """`key=value`, with * and ?, of the alarm's tags, where it sends them along ("tag propagation"); empty: any."""
    severity: Level
    """info, low, medium, high or critical."""

    @model_validator(mode="after")
    def _narrow(self) -> Self:
        if not (self.names or self.namespaces or self.tags):
            raise ValueError("it would be of every alarm; name alarms, namespaces or tags, or set alarms.severity")
        return self


class Alarms(Part):
    """CloudWatch's alarms, which have no severity of their own."""

    severity: Level = Severity.HIGH
    """Of an alarm that is in ALARM, where no rule fits."""
    leave_out: tuple[Words, ...] = ("TargetTracking-*", "AWS/AutoScaling")
    """Patterns with * and ?, of an alarm's name or its metrics' namespace: those auto scaling's turn all day."""
    rules: tuple[AlarmRule, ...] = ()
    flap_changes: Annotated[int, Field(ge=2, le=50)] = 3
    """So many changes into ALARM within flap_minutes are flapping: one card says so, and nothing is repeated."""
    flap_minutes: Annotated[int, Field(ge=1, le=1440)] = 60
