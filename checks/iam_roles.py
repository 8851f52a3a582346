"""IAM roles: who may assume them."""

from __future__ import annotations

from typing import Any

from checks import policy, trust
from checks.evidence import few
from checks.iam_policies import left_out
from checks.inventory import GapError, View, known
from checks.inventory.iam import Role
from checks.inventory.organization import Organization
from checks.model import LeftOut, Problem, Severity, Unknown, Verdict, check


@check(
    id="iam-role-trusts-anyone",
    title="Role that strangers may assume",
    services=("iam",),
    severity=Severity.HIGH,
    why="Who may assume a role has all its rights here, and who that is lies in the hands of somebody else.",
    fix=(
        "IAM > Roles > the role > Trust relationships: name the account, and ask for an external id, an organisation "
        "or a source (`aws iam update-assume-role-policy`); for web identity, a condition on `sub`."
    ),
    references=("best-practices/12",),
    judges=Role,
    reads=(Organization,),
)
def role_trusts_anyone(role: Role, view: View) -> Verdict:
    """Row 12: anyone, or another account without an external id or the like, may assume it."""
    family, unread = view.once(_family)
    try:
        doors = trust.doors(role.trust, family.__contains__)
    except policy.PolicyError as error:
        return Unknown(str(error))
    if not doors:
        return None
    if why := left_out(role, view):
        return LeftOut(why)
    evidence: dict[str, Any] = {
        "role": role.name,
        "assumable_by": few(list(dict.fromkeys(door.who for door in doors))),
        "statements": few(list(dict.fromkeys(door.statement for door in doors))),
    }
    if unread:
        evidence["organization"] = f"its accounts could not be told from strangers: {unread}"
    return Problem(evidence, Severity.HIGH.lowered(all(door.narrowed for door in doors)))


def _family(view: View, _region: str) -> tuple[frozenset[str], str]:
    """The accounts that are no strangers, and why those of the organisation are not among them."""
    own = {view.account, *view.settings.known_accounts}
    try:
        for organization in view.of(Organization):
            own |= set(known(organization.accounts))
    except GapError as error:
        return frozenset(own), error.gap.text
    return frozenset(own), ""
