"""Who may assume a role, by its trust policy: anyone, other accounts, or other people's identity providers.

Of a foreign account its root, a role and a user are alike: all of it is somebody else's. AWS services and SAML
providers are let in by what the account itself set up. A condition by which the caller must show something that
only the right one has (an external id, an organisation, a source) settles it; one on MFA or the like narrows it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from checks import policy
from checks.policy import Statement

ASSUME = "sts:AssumeRole"
ASSUME_BY_WEB = "sts:AssumeRoleWithWebIdentity"

SETTLING = {
    "sts:externalid",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceorgid",
    "aws:sourceorgpaths",
}
_OWNERS = ("aws:principalaccount", "aws:principalarn")
_POSITIVE = {"stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike"}
_NEGATIVE = {"stringnotequals", "stringnotequalsignorecase", "stringnotlike", "arnnotequals", "arnnotlike"}
_ANYONES = (policy.FRESH, f"repo:{policy.FRESH}/{policy.FRESH}:{policy.FRESH}")
"""Subjects that nobody in particular has; the second is any repository of GitHub."""


@dataclass(frozen=True, slots=True)
class Door:
    """One way in to a role for somebody who is not of the known accounts."""

    who: str
    narrowed: bool
    statement: str
    """The statement that opens it, as JSON."""


Known = Callable[[str], bool]


def doors(document: Any, known: Known) -> tuple[Door, ...]:
    """The ways in that a trust policy leaves open; `known` tells whether an account's id is one of the family.

    Raises PolicyError for what is not a policy.
    """
    statements = policy.parse(document, "trust policy")
    raw = json.loads(document) if isinstance(document, str) else document
    said = raw["Statement"] if isinstance(raw["Statement"], list | tuple) else [raw["Statement"]]
    pairs = list(zip(statements, said, strict=True))
    denials = [s for s, one in pairs if not s.allow and _names_everyone(one) and s.applies(ASSUME, "*")]
    if any(not denial.condition or _denies_others(denial.condition) for denial in denials):
        return ()
    narrowed = any(policy.narrows(denial) for denial in denials)
    return tuple(
        Door(who, narrowed or policy.narrows(statement), json.dumps(one, sort_keys=True, default=str))
        for statement, one in pairs
        if statement.allow
        for who in (*_by_account(statement, one, known), *_by_web(statement, one))
    )


def _principals(raw: Mapping[str, Any], kind: str) -> Iterator[str]:
    principal = raw.get("Principal")
    if principal == "*":
        yield from ("*",) if kind == "AWS" else ()
    elif isinstance(principal, Mapping):
        yield from _strings(principal.get(kind, ()))


def _strings(value: Any) -> list[str]:
    return [str(one) for one in (value if isinstance(value, list | tuple) else (value,))]


def _names_everyone(raw: Mapping[str, Any]) -> bool:
    return "*" in _principals(raw, "AWS")


def _by_account(statement: Statement, raw: Mapping[str, Any], known: Known) -> Iterator[str]:
    if not statement.applies(ASSUME, "*") or _settled(statement.condition, known):
        return
    if "NotPrincipal" in raw:
        yield "anyone but those it names"
    for principal in _principals(raw, "AWS"):
        account = _account(principal)
        if principal == "*":
            yield "anyone"
        elif account and not known(account):
            yield f"account {account} ({principal})" if principal != account else f"account {account}"


def _account(principal: str) -> str:
    """The account of an ARN or of an id; empty for the leftover of a principal that was deleted (AROA…)."""
    part = principal.split(":")[4] if principal.count(":") >= 5 else principal
    return part if part.isdigit() else ""


def _conditions(condition: Mapping[str, Any]) -> Iterator[tuple[str, str, list[str]]]:
    """Operator (without ForAnyValue), key and values, in lower case but for the values."""
    for operator, keys in condition.items():
        for key, values in keys.items() if isinstance(keys, Mapping) else ():
            yield operator.lower().removeprefix("foranyvalue:"), key.lower(), _strings(values)


def _settled(condition: Mapping[str, Any], known: Known) -> bool:
    for operator, key, values in _conditions(condition):
        if operator not in _POSITIVE:
            continue  # "…IfExists" and "ForAllValues" are met by those who show nothing
        if key in SETTLING and all(value.strip("*?") for value in values):
            return True
        if key in _OWNERS and all(known(_account(value)) for value in values):
            return True
    return False


def _denies_others(condition: Mapping[str, Any]) -> bool:
    """Whether all are denied who do not show something that settles it."""
    return any(
        operator.removesuffix("ifexists") in _NEGATIVE and key in SETTLING and all(v.strip("*?") for v in values)
        for operator, key, values in _conditions(condition)
    )


def _by_web(statement: Statement, raw: Mapping[str, Any]) -> Iterator[str]:
    if not statement.applies(ASSUME_BY_WEB, "*") or _names_subject(statement.condition):
        return
    for provider in _principals(raw, "Federated"):
        if ":saml-provider/" not in provider:
            yield f"anyone that {provider.rpartition(':oidc-provider/')[2]} vouches for"


def _names_subject(condition: Mapping[str, Any]) -> bool:
    return any(
        operator in _POSITIVE
        and key.endswith(":sub")
        and not any(policy.matches(value, anyone) for value in values for anyone in _ANYONES)
        for operator, key, values in _conditions(condition)
    )
