"""What an IAM policy document really allows: the one evaluator behind every policy question.

A question about "everything" is asked with names that no policy can spell (`FRESH`): a pattern that matches such
a name has no letters of its own, so it matches every name. That covers unions of statements, NotAction,
NotResource, Deny and boundaries with the same few lines that decide about one action on one resource.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

FRESH = "\0"
"""A letter that IAM allows in no action and no ARN."""

_SERVICES = (FRESH * 2, FRESH * 14)
_NAMES = (FRESH * 3, FRESH * 40)
_PLACES: Mapping[str, tuple[str, str | None]] = {"iam": ("", None), "s3": ("", "")}
"""Region and account in the ARNs of services that leave them out; None: the account stands there."""

NARROWING = (
    "aws:multifactorauth",
    "aws:source",
    "aws:vpcsource",
    "aws:principal",
    "aws:resourceorg",
    "aws:userid",
    "aws:username",
    "sts:externalid",
)
"""Beginnings of the condition keys that narrow who may use a grant: MFA, source, organisation, principal."""

_EVERYTHING = frozenset({"*", "0.0.0.0/0", "::/0"})


class PolicyError(ValueError):
    """A document that is not a policy; the message says what is wrong in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement, its strings made lists and its actions lower case."""

    allow: bool
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    not_actions: bool = False
    not_resources: bool = False
    condition: Mapping[str, Any] = field(default_factory=dict)
    policy: str = ""
    """The policy it came from, for the evidence."""

    def applies(self, action: str, resource: str) -> bool:
        """Whether the statement speaks of `action` on `resource`, its condition left aside."""
        if any(matches(pattern, action.lower()) for pattern in self.actions) == self.not_actions:
            return False
        return any(matches(pattern, resource) for pattern in self.resources) != self.not_resources


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a set of statements says to one action on one resource."""

    allowed: bool
    narrowed: bool = False
    """Whether a condition on MFA, source, organisation or principal stands before every way in."""
    policies: tuple[str, ...] = ()
    """Names of the policies that allow it."""
    conditions: tuple[str, ...] = ()
    """The conditions of those grants, and of the denials that hold only sometimes, as JSON."""


DENIED = Decision(allowed=False)


def matches(pattern: str, text: str) -> bool:
    """Whether `text` matches an IAM pattern: `*` any run of characters, `?` any one; in time |pattern| x |text|."""
    at = seen = 0
    star, mark = -1, 0
    while seen < len(text):
        if at < len(pattern) and pattern[at] == "*":
            star, mark = at, seen
            at += 1
        elif at < len(pattern) and pattern[at] in ("?", text[seen]):
            at += 1
            seen += 1
        elif star >= 0:
            mark += 1
            at, seen = star + 1, mark
        else:
            return False
    return all(rest == "*" for rest in pattern[at:])


def parse(document: Any, policy: str = "") -> tuple[Statement, ...]:
    """The statements of a policy document: a mapping, or its JSON text.

    `policy` is the name to show for it. Raises PolicyError for what is not a policy.
    """
    if isinstance(document, str):
        try:
            document = json.loads(document)
        except ValueError as error:
            raise PolicyError(f"policy {policy or 'document'} is not JSON: {error}") from error
    if not isinstance(document, Mapping):
        raise PolicyError(f"policy {policy or 'document'} is not a JSON object")
    statements = document.get("Statement")
    if isinstance(statements, Mapping):
        statements = (statements,)
    if not isinstance(statements, list | tuple):
        raise PolicyError(f"policy {policy or 'document'} has no list of statements")
    return tuple(_statement(one, policy) for one in statements)


def _statement(raw: Any, policy: str) -> Statement:
    if not isinstance(raw, Mapping) or raw.get("Effect") not in ("Allow", "Deny"):
        raise PolicyError(f"policy {policy or 'document'} has a statement that neither allows nor denies")
    if "Action" not in raw and "NotAction" not in raw:
        raise PolicyError(f"policy {policy or 'document'} has a statement without an action")
    if not isinstance(raw.get("Condition") or {}, Mapping):
        raise PolicyError(f"policy {policy or 'document'} has a condition that is not a JSON object")
    not_actions, not_resources = "NotAction" in raw, "NotResource" in raw
    return Statement(
        allow=raw["Effect"] == "Allow",
        actions=tuple(a.lower() for a in _strings(raw["NotAction" if not_actions else "Action"])),
        not_actions=not_actions,
        # trust policies have no resource: they are about their role
        resources=tuple(_strings(raw["NotResource"] if not_resources else raw.get("Resource", "*"))),
        not_resources=not_resources,
        condition=raw.get("Condition") or {},
        policy=policy,
    )


def _strings(value: Any) -> Iterator[str]:
    yield from map(str, value if isinstance(value, list | tuple) else (value,))


def decide(
    statements: Sequence[Statement],
    action: str,
    resource: str,
    boundary: Sequence[Statement] | None = None,
) -> Decision:
    """What `statements`, within `boundary` if there is one, say to `action` on `resource`.

    A Deny without a condition denies; one with a condition holds only sometimes, so it at most narrows. A grant
    with a condition counts as a grant.
    """
    decision = _decide(statements, action, resource)
    if boundary is None or not decision.allowed:
        return decision
    limit = _decide(boundary, action, resource)
    if not limit.allowed:
        return DENIED
    return Decision(
        allowed=True,
        narrowed=decision.narrowed or limit.narrowed,
        policies=decision.policies,
        conditions=_unique((*decision.conditions, *limit.conditions)),
    )


def _decide(statements: Sequence[Statement], action: str, resource: str) -> Decision:
    relevant = [s for s in statements if s.applies(action, resource)]
    denials = [s for s in relevant if not s.allow]
    grants = [s for s in relevant if s.allow]
    if not grants or any(not s.condition for s in denials):
        return DENIED
    free = [s for s in grants if not s.condition]
    narrowed = all(narrows(s) for s in grants) or any(narrows(s) for s in denials)
    quoted = denials if free else [*grants, *denials]
    return Decision(
        allowed=True,
        narrowed=narrowed,
        policies=_unique(s.policy for s in free or grants),
        conditions=_unique(json.dumps(s.condition, sort_keys=True, default=str) for s in quoted),
    )


def narrows(statement: Statement) -> bool:
    """Whether the condition keeps the grant from some people: on MFA, source, organisation or principal.

    On an Allow it must ask for something (`Bool … true`, `StringEquals`); on a Deny it must deny those who lack
    something (`BoolIfExists … false`, `StringNotEquals`).
    """
    for operator, keys in statement.condition.items():
        for key, value in keys.items() if isinstance(keys, Mapping) else ():
            vacuous = statement.allow and _EVERYTHING.intersection(_strings(value))
            if key.lower().startswith(NARROWING) and not vacuous and _asks(operator, value) == statement.allow:
                return True
    return False


def _asks(operator: str, value: Any) -> bool:
    """Whether a condition is met by those who have something, rather than by those who lack it."""
    word = operator.lower().split(":")[-1].removesuffix("ifexists")
    on = str(value[0] if isinstance(value, list) and value else value).lower() == "true"
    if word == "bool":
        return on
    if word == "null":
        return not on
    return "not" not in word and "greaterthan" not in word


def _unique(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for word in words if word))


def allows_all(
    statements: Sequence[Statement],
    service: str | None = None,
    boundary: Sequence[Statement] | None = None,
    account: str = FRESH,
    partition: str = "aws",
) -> Decision:
    """Whether every action (of `service`, or of every service) is allowed on every resource.

    Single actions or resources that are named and left out do not count against it: what is asked is whether
    the grant is one of everything, less some. With `account`, ARN patterns that name it count as all.
    """
    decisions = []
    for name in (service,) if service else _SERVICES:
        for action in _NAMES:
            region, owner = _PLACES.get(name, (FRESH, account))
            resource = f"arn:{partition}:{name}:{region}:{account if owner is None else owner}:{FRESH}"
            decisions.append(decide(statements, f"{name}:{action}", resource, boundary))
    return _worst(decisions)


def administers(
    statements: Sequence[Statement],
    boundary: Sequence[Statement] | None = None,
    account: str = FRESH,
    partition: str = "aws",
) -> Decision:
    """Whether this is an administrator: `*` on `*`, or everything but some that does not leave out all of IAM."""
    everything = allows_all(statements, None, boundary, account, partition)
    iam = allows_all(statements, "iam", boundary, account, partition)
    return _worst((everything, iam))


def _worst(decisions: Sequence[Decision]) -> Decision:
    """All of them together: allowed only where each is."""
    if not all(d.allowed for d in decisions):
        return DENIED
    return Decision(
        allowed=True,
        narrowed=any(d.narrowed for d in decisions),
        policies=_unique(p for d in decisions for p in d.policies),
        conditions=_unique(c for d in decisions for c in d.conditions),
    )
