"""IAM policies: each judged by itself, managed ones by their ARN, inline ones by their holder's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any

from checks import escalation, policy
from checks.evidence import few
from checks.inventory import GapError, View
from checks.inventory.iam import Group, Policy, Role, User
from checks.model import LeftOut, NotApplicable, Problem, Severity, Unknown, Verdict, check
from checks.policy import Decision, Statement

Holder = User | Group | Role

EVERYTHING = "the policy allows everything"
"""One cause for what all three checks say of an administrator's policy."""


@dataclass(frozen=True, slots=True)
class _Wrong:
    """What is wrong with one policy."""

    facts: tuple[str, ...]
    narrowed: bool
    """Whether a condition on MFA, source, organisation or principal stands before all of it."""
    conditions: tuple[str, ...] = ()
    everything: bool = False
    """Whether that is so because the policy allows everything."""


Ask = Callable[[Sequence[Statement], View], _Wrong | None]


def left_out(holder: Holder, view: View) -> str:
    """Why a holder is not judged; empty: it is."""
    if isinstance(holder, Role) and holder.path.startswith("/aws-service-role/"):
        return f"{holder.name} is a service-linked role, whose policies are AWS's own"
    if isinstance(holder, Role) and holder.name.startswith("AWSReservedSSO_"):
        return f"{holder.name} is a role of IAM Identity Center, whose policies are its permission set's"
    if not isinstance(holder, Group) and holder.name in view.settings.break_glass:
        return f"{holder.name} is on the break-glass list"
    return ""


@dataclass(frozen=True, slots=True)
class _Holders:
    """Who holds each managed policy, by its ARN; and why some could not be told."""

    of: Mapping[str, Sequence[Holder]]
    unread: tuple[str, ...]


def _holders(view: View, _region: str) -> _Holders:
    found: dict[str, list[Holder]] = {}
    unread = []
    kinds: tuple[type[Holder], ...] = (User, Group, Role)
    for kind in kinds:
        try:
            holders = view.of(kind)
        except GapError as error:
            unread.append(f"{kind.__name__.lower()}s could not be read: {error.gap.text}")
            continue
        for holder in holders:
            for arn in holder.attached_policies:
                found.setdefault(arn, []).append(holder)
    return _Holders(found, tuple(unread))


def _name(holder: Holder) -> str:
    return f"{type(holder).__name__.lower()} {holder.name}"


def _each_policy(severity: Severity, facts: str) -> Callable[[Ask], Callable[[Policy | Holder, View], Verdict]]:
    """Judge a managed policy, or all inline ones of a holder, by asking each document by itself.

    `severity` is that of a policy that somebody holds without a condition; `facts` names, in the evidence, what
    the question found.
    """

    def make(ask: Ask) -> Callable[[Policy | Holder, View], Verdict]:
        @wraps(ask)
        def judge(resource: Policy | Holder, view: View) -> Verdict:
            if isinstance(resource, Policy):
                about = _of_managed(resource, view)
                documents = {resource.name: resource.document}
            else:
                about = _of_inline(resource, view)
                documents = dict(resource.inline_policies)
            if not isinstance(about, dict):
                return about
            return _judged(documents, ask, about, view, severity, facts)

        return judge

    return make


def _of_inline(holder: Holder, view: View) -> dict[str, Any] | LeftOut | NotApplicable:
    if not holder.inline_policies:
        return NotApplicable()
    why = left_out(holder, view)
    return LeftOut(why) if why else {"kind": "inline", "held_by": [_name(holder)]}


def _of_managed(managed: Policy, view: View) -> dict[str, Any] | LeftOut | NotApplicable:
    if managed.by_aws and not managed.attached:
        return NotApplicable()  # AWS's own are there for everyone; that somebody holds one is the account's doing
    known = view.once(_holders)
    holders = known.of.get(managed.arn, ())
    reasons = [why for holder in holders if (why := left_out(holder, view))]
    if holders and len(reasons) == len(holders) and not known.unread:
        return LeftOut("only those hold it that are left out: " + "; ".join(few(reasons)))
    evidence: dict[str, Any] = {"kind": "managed by AWS" if managed.by_aws else "managed"}
    evidence["held_by"] = few([_name(holder) for holder in holders if not left_out(holder, view)])
    if not evidence["held_by"]:
        evidence["held_by"] = [f"{managed.attached} that could not be named"] if managed.attached else "nobody"
    if known.unread:
        evidence["holders_not_read"] = list(known.unread)
    if reasons:
        evidence["left_out"] = few(reasons)
    return evidence


def _judged(
    documents: Mapping[str, Any], ask: Ask, about: dict[str, Any], view: View, severity: Severity, facts: str
) -> Verdict:
    wrong: dict[str, _Wrong] = {}
    unread: list[str] = []
    for name, document in documents.items():
        try:
            found = ask(policy.parse(document, name), view)
        except policy.PolicyError as error:
            unread.append(str(error))
        else:
            if found:
                wrong[name] = found
    if not wrong:
        return Unknown(unread[0]) if unread else None
    evidence: dict[str, Any] = {"policy": list(wrong), facts: _unique(f for one in wrong.values() for f in one.facts)}
    conditions = _unique(c for one in wrong.values() for c in one.conditions)
    if conditions:
        evidence["conditions"] = conditions
    if any(one.everything for one in wrong.values()):
        evidence["cause"] = EVERYTHING
    if all(one.narrowed for one in wrong.values()):
        severity = severity.lowered()
    if about["held_by"] == "nobody":
        severity = Severity.LOW
    return Problem({**evidence, **about}, severity)


def _unique(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))


_JUDGES = (Policy, User, Group, Role)


@check(
    id="iam-policy-admin",
    title="Policy allows everything",
    services=("iam",),
    severity=Severity.CRITICAL,
    why="Whoever holds it, or takes over who does, has the whole account; nobody's work needs all of it at all times.",
    fix=(
        "Write down what its holders do (IAM > Access Analyzer makes a policy of what they did), attach that, and take "
        "this one away: `aws iam detach-role-policy`, or `aws iam delete-role-policy` for an inline one."
    ),
    references=("best-practices/12", "cis-3.0/1.16", "cis-5.0/1.15", "fsbp/IAM.1"),
    judges=_JUDGES,
)
@_each_policy(Severity.CRITICAL, "allowed_by")
def policy_admin(statements: Sequence[Statement], view: View) -> _Wrong | None:
    """Row 12: everything on everything, or everything but some that does not leave out all of IAM."""
    decision = _administers(statements, view)
    if not decision.allowed:
        return None
    return _Wrong(tuple(_wide(statements)), decision.narrowed, decision.conditions, everything=True)


def _administers(statements: Sequence[Statement], view: View) -> Decision:
    return policy.administers(statements, None, view.account, view.inventory.partition)


def _wide(statements: Sequence[Statement]) -> Iterator[str]:
    """The statements by which a policy allows much at once."""
    for one in statements:
        if one.allow and (one.not_actions or any("*" in action for action in one.actions)):
            actions = f"everything but {', '.join(one.actions)}" if one.not_actions else ", ".join(one.actions)
            resources = f"all but {', '.join(one.resources)}" if one.not_resources else ", ".join(one.resources)
            yield f"Allow {actions} on {resources}"[:500]


@check(
    id="iam-policy-service-admin",
    title="Policy allows all of a sensitive service",
    services=("iam",),
    severity=Severity.MEDIUM,
    why="All of a service means its deletion, its sharing and its logs too, which hardly any work needs.",
    fix=(
        "Name the actions and resources that its holders use (IAM > the policy > Access advisor shows them), or make "
        "a new version with `aws iam create-policy-version --set-as-default`."
    ),
    references=("best-practices/12", "fsbp/IAM.21"),
    judges=_JUDGES,
)
@_each_policy(Severity.MEDIUM, "services")
def policy_service_admin(statements: Sequence[Statement], view: View) -> _Wrong | None:
    """Row 12: every action of a sensitive service on every resource."""
    found: dict[str, Decision] = {}
    for service in view.settings.sensitive_services:
        decision = policy.allows_all(statements, service, None, view.account, view.inventory.partition)
        if decision.allowed:
            found[service] = decision
    if not found:
        return None
    conditions = _unique(c for decision in found.values() for c in decision.conditions)
    narrowed = all(decision.narrowed for decision in found.values())
    return _Wrong(tuple(found), narrowed, tuple(conditions), _administers(statements, view).allowed)


@check(
    id="iam-privilege-escalation",
    title="Policy lets its holder become an administrator",
    services=("iam",),
    severity=Severity.HIGH,
    why="These actions together are as good as all rights: one step more and the holder has them.",
    fix=(
        "Take the actions of the path away, or name the roles, users and policies they may touch; bound what its "
        "holders can make with a permissions boundary (`aws iam put-role-permissions-boundary`)."
    ),
    references=("best-practices/12",),
    judges=_JUDGES,
)
@_each_policy(Severity.HIGH, "paths")
def privilege_escalation(statements: Sequence[Statement], view: View) -> _Wrong | None:
    """Row 12: a known path to all rights, each named."""
    paths = escalation.paths(statements, view.account, view.inventory.partition)
    if not paths:
        return None
    conditions = _unique(c for path in paths for c in path.conditions)
    narrowed = all(path.narrowed for path in paths)
    texts = tuple(path.text for path in paths)
    return _Wrong(texts, narrowed, tuple(conditions), _administers(statements, view).allowed)
