"""IAM, the people: users, their passwords, MFA, access keys and permissions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import wraps
from typing import Any

from checks import policy
from checks.inventory import View
from checks.inventory.iam import AccessKey, Group, Policy, User
from checks.model import LeftOut, Problem, Severity, Unknown, Verdict, check

NO_MFA = "no MFA device"


def _except_break_glass(judge: Callable[[Any, View], Verdict]) -> Callable[[Any, View], Verdict]:
    """Leave out the users that the operator keeps for emergencies, and say so."""

    @wraps(judge)
    def judged(resource: User | AccessKey, view: View) -> Verdict:
        name = resource.name if isinstance(resource, User) else resource.user
        if name in view.settings.break_glass:
            return LeftOut(f"{name} is on the break-glass list")
        return judge(resource, view)

    return judged


@check(
    id="iam-user-no-mfa",
    title="Console user without MFA",
    services=("iam",),
    severity=Severity.HIGH,
    why="Without a second factor, a guessed or phished password is all it takes to sign in.",
    fix=(
        "Have the user assign an MFA device (IAM > Users > the user > Security credentials), or remove the "
        "console password with `aws iam delete-login-profile --user-name NAME` if it is not needed."
    ),
    references=("best-practices/7", "cis-3.0/1.10", "cis-5.0/1.9", "fsbp/IAM.5"),
    judges=User,
)
@_except_break_glass
def user_no_mfa(user: User, _view: View) -> Verdict:
    """Row 7: a console password and no second factor."""
    if user.mfa or not user.has_password:
        return None
    used = _day(user.password_last_used) if user.password_last_used else "never"
    return Problem({"cause": NO_MFA, "console_password": "set", "password_last_used": used})


@check(
    id="iam-admin-no-mfa",
    title="Administrator without MFA",
    services=("iam",),
    severity=Severity.CRITICAL,
    why="Whoever takes over an administrator has the whole account; a second factor is the last thing in the way.",
    fix=(
        "Have the user assign an MFA device (IAM > Users > the user > Security credentials), or take "
        "the administrator policy away and let them assume a role that asks for MFA."
    ),
    references=("best-practices/7",),
    judges=User,
    reads=(Group, Policy),
)
@_except_break_glass
def admin_no_mfa(user: User, view: View) -> Verdict:
    """Row 7: an administrator, judged whole, with a way in and no second factor."""
    ways = _ways_in(user)
    if user.mfa or not ways:
        return None
    try:
        decision = _administers(user, view)
    except policy.PolicyError as error:
        return Unknown(f"whether {user.name} is an administrator cannot be told: {error}")
    if not decision.allowed:
        return None
    evidence = {"cause": NO_MFA, "ways_in": ways, "administrator_by": list(decision.policies)}
    if decision.conditions:
        evidence["conditions"] = list(decision.conditions)
    return Problem(evidence, Severity.HIGH if decision.narrowed else None)


def _ways_in(user: User) -> list[str]:
    password = ["console password"] if user.has_password else []
    return password + [_key_name(key) for key in user.keys if key.active]


def _administers(user: User, view: View) -> policy.Decision:
    """Whether the user is an administrator by its own and its groups' policies, within its boundary.

    Raises PolicyError where a document is missing or is not a policy.
    """
    managed = view.once(_policies) if _needs_managed(user, view) else {}
    held = [s for holder in _holders(user, view) for s in _statements(holder, managed)]
    boundary = policy.parse(_document(user.boundary, managed), "boundary") if user.boundary else None
    return policy.administers(held, boundary, view.account, view.inventory.partition)


def _holders(user: User, view: View) -> Iterator[User | Group]:
    yield user
    if user.groups:
        groups = view.once(_groups)
        for name in user.groups:
            if name not in groups:
                raise policy.PolicyError(f"its group {name} was not found")
            yield groups[name]


def _groups(view: View, _region: str) -> dict[str, Group]:
    return {group.name: group for group in view.of(Group)}


def _policies(view: View, _region: str) -> dict[str, Policy]:
    return {found.arn: found for found in view.of(Policy)}


def _needs_managed(user: User, view: View) -> bool:
    return bool(user.boundary) or any(holder.attached_policies for holder in _holders(user, view))


def _statements(holder: User | Group, managed: dict[str, Policy]) -> Iterator[policy.Statement]:
    """The statements of one holder, each named for where it stands."""
    where = f" of group {holder.name}" if isinstance(holder, Group) else ""
    for name, document in holder.inline_policies.items():
        yield from policy.parse(document, f"inline policy {name}{where}")
    for arn in holder.attached_policies:
        yield from policy.parse(_document(arn, managed), f"{arn.rpartition('/')[2]}{where}")


def _document(arn: str, managed: dict[str, Policy]) -> Any:
    if arn not in managed:
        raise policy.PolicyError(f"the policy {arn} was not read")
    return managed[arn].document


@check(
    id="iam-user-console-and-keys",
    title="User with both console password and access key",
    services=("iam",),
    severity=Severity.MEDIUM,
    why="One name for a person and a program: each leak opens both ways, and neither can be shut without the other.",
    fix=(
        "Give the program a role (or a user of its own) and deactivate the key with `aws iam update-access-key "
        "--status Inactive`, or remove the console password with `aws iam delete-login-profile`."
    ),
    references=("best-practices/9", "cis-3.0/1.11", "cis-5.0/1.10"),
    judges=User,
)
@_except_break_glass
def user_console_and_keys(user: User, _view: View) -> Verdict:
    """Row 9: a console password and an active key."""
    active = [key for key in user.keys if key.active]
    if not user.has_password or not active:
        return None
    used = _day(user.password_last_used) if user.password_last_used else "never"
    keys = [f"{_key_name(key)}, last used {_day(key.last_used)}" for key in active]
    return Problem({"password_last_used": used, "active_keys": keys})


@check(
    id="iam-user-direct-policy",
    title="Policy directly on a user",
    services=("iam",),
    severity=Severity.MEDIUM,
    why="Rights handed out one by one are forgotten one by one; groups and roles show who may do what.",
    fix=(
        "Put the user in a group that holds the policy (`aws iam add-user-to-group`), then detach it from the "
        "user (`aws iam detach-user-policy`, or `delete-user-policy` for an inline one)."
    ),
    references=("best-practices/10", "cis-3.0/1.15", "cis-5.0/1.14", "fsbp/IAM.2"),
    judges=User,
)
@_except_break_glass
def user_direct_policy(user: User, _view: View) -> Verdict:
    """Row 10: an inline or attached policy; letting users change their own password alone is minor."""
    if not user.inline_policies and not user.attached_policies:
        return None
    minor = not user.inline_policies and all(
        arn.endswith(":iam::aws:policy/IAMUserChangePassword") for arn in user.attached_policies
    )
    evidence = {
        "attached": [arn.partition(":policy/")[2] or arn for arn in user.attached_policies],
        "inline": list(user.inline_policies),
    }
    return Problem({k: v for k, v in evidence.items() if v}, Severity.LOW if minor else None)


@check(
    id="iam-key-old",
    title="Access key not rotated",
    services=("iam",),
    severity=Severity.MEDIUM,
    worst=Severity.HIGH,
    why="The longer a key lives, the more places it has been copied to; rotation ends what leaked unnoticed.",
    fix=(
        "Create a second key (`aws iam create-access-key`), move its users over, deactivate the old one "
        "(`aws iam update-access-key --status Inactive`), and delete it once nothing breaks."
    ),
    references=("best-practices/11", "cis-3.0/1.14", "cis-5.0/1.13", "fsbp/IAM.3"),
    judges=AccessKey,
)
@_except_break_glass
def key_old(key: AccessKey, view: View) -> Verdict:
    """Row 11: an active key that was made too long ago."""
    if not key.active:
        return None
    if key.created is None:
        return Unknown("AWS gives no creation date for this key", by_nature=True)
    age = view.age(key.created)
    if age <= view.settings.key_max_age:
        return None
    severity = Severity.HIGH if age > view.settings.key_very_old else None
    return Problem({**_of_key(key), "created": _day(key.created), "age_days": age}, severity)


@check(
    id="iam-key-unused",
    title="Access key not used",
    services=("iam",),
    severity=Severity.MEDIUM,
    why="A key that nobody uses is missed by nobody when somebody else uses it.",
    fix=(
        "Deactivate it with `aws iam update-access-key --status Inactive`, and delete it once nothing breaks "
        "(`aws iam delete-access-key`)."
    ),
    references=("best-practices/32", "cis-3.0/1.12", "cis-5.0/1.11", "fsbp/IAM.8"),
    judges=AccessKey,
)
@_except_break_glass
def key_unused(key: AccessKey, view: View) -> Verdict:
    """Row 32: an active key that was not used for long, or never and is older than that."""
    since = key.last_used or key.created
    if not key.active:
        return None
    if since is None:
        return Unknown("AWS gives neither a last use nor a creation date for this key", by_nature=True)
    age = view.age(since)
    if age <= view.settings.key_unused:
        return None
    evidence = {**_of_key(key), "last_used": _day(key.last_used), "unused_days": age}
    if key.created:
        evidence["created"] = _day(key.created)
    if key.last_used_service:
        evidence["last_used_service"] = key.last_used_service
    return Problem(evidence)


def _of_key(key: AccessKey) -> dict[str, Any]:
    return {"user": key.user, "key": _key_name(key)}


def _key_name(key: AccessKey) -> str:
    return f"key {key.id or key.number}"


@check(
    id="iam-user-inactive",
    title="User inactive",
    services=("iam",),
    severity=Severity.MEDIUM,
    why="Accounts of people who left, and of things long gone, are the ones nobody watches.",
    fix=(
        "Ask whether the user is still needed; if not, deactivate the keys (`aws iam update-access-key`), delete "
        "the password (`aws iam delete-login-profile`), and later the user."
    ),
    references=("best-practices/33", "cis-3.0/1.12", "cis-5.0/1.11", "fsbp/IAM.8"),
    judges=User,
)
@_except_break_glass
def user_inactive(user: User, view: View) -> Verdict:
    """Row 33: credentials that still work, and no use of any for long."""
    ways = _ways_in(user)
    if not ways:
        return None
    latest = _last_seen(user)
    age = view.age(latest)
    if age <= view.settings.user_inactive:
        return None
    what = {"last_used": _day(latest)} if _uses(user) else {"last_used": "never", "created": _day(latest)}
    return Problem({"credentials": ways, **what, "inactive_days": age})


def idle_days(user: User, view: View) -> int | None:
    """Whole days since a user with credentials that work last used any of them; None: it has none."""
    return view.age(_last_seen(user)) if _ways_in(user) else None


def _last_seen(user: User) -> datetime:
    # one that never used anything is judged by the newest of its own and its keys' creation
    return max(_uses(user) or [user.created, *(key.created for key in user.keys if key.created)])


def _uses(user: User) -> list[datetime]:
    return [moment for moment in (user.password_last_used, *(key.last_used for key in user.keys)) if moment]


def _day(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d}" if moment else "never"
