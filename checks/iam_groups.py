"""IAM groups: those that serve nobody, and how many there are."""

from __future__ import annotations

from checks.inventory import View
from checks.inventory.account import Account
from checks.inventory.iam import Group, User
from checks.model import Problem, Severity, Verdict, check


def _members(view: View, _region: str) -> frozenset[str]:
    """The groups that somebody is in."""
    return frozenset(name for user in view.of(User) for name in user.groups)


@check(
    id="iam-group-empty",
    title="IAM group without members",
    services=("iam",),
    severity=Severity.LOW,
    why="An empty group is a set of rights that waits for whoever is added to it, and that nobody looks after.",
    fix="Delete it: `aws iam delete-group --group-name NAME`, after its policies were detached.",
    references=("best-practices/31",),
    judges=Group,
    reads=(User,),
)
def group_empty(group: Group, view: View) -> Verdict:
    """Row 31: nobody is in it."""
    return None if group.name in view.once(_members) else Problem({"group": group.name, "members": 0})


@check(
    id="iam-group-no-policy",
    title="IAM group without policies",
    services=("iam",),
    severity=Severity.LOW,
    why="A group that allows nothing looks like order and is none; what its members may do is said elsewhere.",
    fix=(
        "Attach what its members need (`aws iam attach-group-policy`), or delete it with `aws iam delete-group "
        "--group-name NAME`."
    ),
    references=("best-practices/31",),
    judges=Group,
)
def group_no_policy(group: Group, _view: View) -> Verdict:
    """Row 31: neither an inline nor an attached policy."""
    held = group.inline_policies or group.attached_policies
    return None if held else Problem({"group": group.name, "policies": 0})


@check(
    id="iam-group-too-many",
    title="Too many IAM groups",
    services=("iam",),
    severity=Severity.LOW,
    why="The more groups there are, the fewer people know what each allows, and rights pile up unseen.",
    fix="Merge groups that allow the same and delete unused ones (IAM > User groups; `aws iam delete-group`).",
    references=("best-practices/31",),
    judges=Account,
    reads=(Group,),
)
def group_too_many(_account: Account, view: View) -> Verdict:
    """Row 31: more groups than anyone keeps in mind."""
    count, most = len(view.of(Group)), view.settings.iam_groups
    return Problem({"groups": count, "most": most}) if count > most else None
