"""Remedies that set something: AWS takes the whole of it in one call, and in another takes back what was before."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypedDict, TypeVar

from bot.aws.errors import told
from bot.errors import AwsError, NotFound
from bot.remedy import Clients, Effect, Facts, Preview, Subject, Target

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """How it stands."""

    name: str
    """What people call the resource."""
    parts: Facts
    wanted: Facts
    """The parts as they should be."""
    effects: tuple[Effect, ...] = ()
    warnings: tuple[str, ...] = ()
    handles: Facts = field(default_factory=dict)
    """See `bot.remedy.Preview`."""


Write = Callable[[Clients, Target, Facts, Facts], None]
"""`(clients, target, parts, handles)`: let the parts be so; `handles` are those of the look taken just before."""


class Ways(TypedDict):
    """The functions of a remedy that speak to AWS."""

    preview: Callable[[Clients, Target, datetime], Preview]
    apply: Callable[[Clients, Target, Preview], None]
    undo: Callable[[Clients, Target, Preview, Preview], None]


def setting(look: Callable[[Clients, Target], Seen], write: Write) -> Ways:
    """Of the remedy that writes what is wanted, and to undo it what was there: `Remedy(…, **setting(look, write))`."""

    def preview(clients: Clients, target: Target, _now: datetime) -> Preview:
        seen = look(clients, target)
        return Preview(
            name=seen.name,
            before=seen.parts,
            after=seen.wanted,
            effects=seen.effects,
            warnings=seen.warnings,
            handles=seen.handles,
        )

    def apply(clients: Clients, target: Target, now: Preview) -> None:
        if not now.already_done:
            write(clients, target, now.after, now.handles)

    def undo(clients: Clients, target: Target, saved: Preview, now: Preview) -> None:
        if now.before != saved.before:
            write(clients, target, saved.before, now.handles)

    return Ways(preview=preview, apply=apply, undo=undo)


def by_arn(pattern: str) -> Callable[[Subject], Target | None]:
    """An aim at the resource whose ARN ends as `pattern` says, its groups' names being the parameters' names."""
    form = re.compile(rf"(?:{pattern})$")

    def aim(subject: Subject) -> Target | None:
        found = form.search(subject.resource)
        return aimed(subject, **found.groupdict()) if found else None

    return aim


def aimed(subject: Subject, **parameters: Any) -> Target:
    """The subject's own resource, where it is."""
    return Target(account=subject.account, region=subject.region, resource=subject.resource, parameters=parameters)


@contextmanager
def looked(service: str, region: str, thing: str, *gone: str) -> Iterator[None]:
    """Tell AWS's errors in words; a code of `gone` says that there is no `thing` (any more).

    Raises NotFound and AwsError.
    """
    try:
        with told(service, region):
            yield
    except AwsError as error:
        if error.code in gone:
            raise NotFound(f"{thing[:1].upper()}{thing[1:]} does not exist any more.") from error
        raise


def asked(service: str, absent: str, ask: Callable[[], T]) -> T | None:
    """What AWS answers; None where the code `absent` says that there is no such thing. Raises AwsError."""
    try:
        with told(service):
            return ask()
    except AwsError as error:
        if error.code == absent:
            return None
        raise


def stack_warning(tags: Mapping[str, str], thing: str) -> tuple[str, ...]:
    """That a stack of CloudFormation may bring back what is set otherwise."""
    stack = tags.get("aws:cloudformation:stack-name")
    if not stack:
        return ()
    return (
        f"The CloudFormation stack {stack} made {thing}; its next update may change it back: fix its template too.",
    )
