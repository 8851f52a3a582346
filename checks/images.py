"""Machine images: who may launch them."""

from __future__ import annotations

from collections.abc import Iterable

from checks.evidence import few
from checks.inventory import Gap, GapError, View, known
from checks.inventory.compute import Image
from checks.inventory.organization import Organization
from checks.model import Problem, Severity, Unknown, Verdict, check


@check(
    id="ec2-ami-public",
    title="Machine image is public",
    services=("ec2",),
    severity=Severity.HIGH,
    why="Anyone may launch the image and read all that is on its disks: code, configuration, forgotten keys.",
    fix=(
        "EC2 > AMIs > the image > Edit AMI permissions > Private, or `aws ec2 modify-image-attribute --image-id ID "
        "--launch-permission 'Remove=[{Group=all}]'`. Change every secret that is on it."
    ),
    references=("best-practices/35",),
    judges=Image,
)
def ami_public(image: Image, _view: View) -> Verdict:
    """Row 35: everyone may launch it."""
    return Problem({"image": image.name, "launchable_by": "everyone"}) if image.public else None


@check(
    id="ec2-ami-shared",
    title="Machine image shared with an unknown account",
    services=("ec2",),
    severity=Severity.LOW,
    why="The other account may launch the image, copy it, and read all that is on its disks.",
    fix=(
        "EC2 > AMIs > the image > Edit AMI permissions: remove the account (`aws ec2 modify-image-attribute`), or add "
        "it to `checks.known_accounts` in Picket's settings if it is one of yours."
    ),
    references=("best-practices/35",),
    judges=Image,
    reads=(Organization,),
)
def ami_shared(image: Image, view: View) -> Verdict:
    """Row 35: an account outside the known ones, or another organisation, may launch it."""
    own = {view.account, *view.settings.known_accounts}
    others = [one for one in known(image.shared_with) if one not in own]
    if not others:
        return None
    try:
        organization = view.once(_organization)
    except GapError as error:
        return _unsure(others, error.gap)
    foreign = [one for one in others if not _belongs(one, organization)]
    if not foreign:
        return None
    if isinstance(organization.accounts, Gap) and organization.id and all(one.isdigit() for one in foreign):
        return _unsure(foreign, organization.accounts)
    return Problem({"image": image.name, "shared_with": few(foreign)})


def _organization(view: View, _region: str) -> Organization:
    return view.of(Organization)[0]


def _belongs(one: str, organization: Organization) -> bool:
    """Whether an account, an organisation or a unit of one is of this organisation."""
    if one.isdigit():
        return not isinstance(organization.accounts, Gap) and one in organization.accounts
    return bool(organization.id) and organization.id in one.split("/")


def _unsure(others: Iterable[str], gap: Gap) -> Unknown:
    return Unknown(
        f"whether {', '.join(others)} is of the same organisation could not be read: {gap.text}. "
        "Name the accounts that you know in the setting checks.known_accounts."
    )
