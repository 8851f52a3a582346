"""EC2 instances: the role they act with, and the secrets that their user data holds instead."""

from __future__ import annotations

from checks import user_data
from checks.evidence import few
from checks.inventory import View
from checks.inventory.compute import Instance, InstanceProfile, UserData
from checks.model import NotApplicable, Problem, Severity, Verdict, check


@check(
    id="ec2-no-instance-profile",
    title="Instance without a role",
    services=("ec2",),
    severity=Severity.MEDIUM,
    why="Without a role, programs on the instance that call AWS need keys on its disk, which leak and never change.",
    fix=(
        "EC2 > Instances > the instance > Actions > Security > Modify IAM role, or "
        "`aws ec2 associate-iam-instance-profile`, with a role of what it needs and no more."
    ),
    references=("best-practices/20", "cis-3.0/1.18", "cis-5.0/1.17"),
    judges=Instance,
    reads=(InstanceProfile,),
)
def no_instance_profile(instance: Instance, view: View) -> Verdict:
    """Row 20: a running instance that has no instance profile, or one without a role."""
    if instance.state not in ("pending", "running"):
        return NotApplicable()
    if not instance.profile:
        return Problem({"instance": instance.name, "instance_profile": "none"})
    if view.once(_roles).get(instance.profile):
        return None
    name = instance.profile.rpartition("/")[2]
    state = "has no role" if instance.profile in view.once(_roles) else "was deleted"
    return Problem({"instance": instance.name, "instance_profile": f"{name} {state}"})


def _roles(view: View, _region: str) -> dict[str, tuple[str, ...]]:
    return {profile.arn: profile.roles for profile in view.of(InstanceProfile)}


@check(
    id="ec2-secret-in-user-data",
    title="Secret in user data",
    services=("ec2",),
    severity=Severity.CRITICAL,
    why="Everyone who may describe the instance, and every program on it, can read its user data; so can old copies.",
    fix=(
        "Change the secret first. Then keep it in Secrets Manager or Parameter Store, let the instance read it by its "
        "role, and take it out of the user data (`aws ec2 modify-instance-attribute`) or the template's versions."
    ),
    references=("best-practices/20",),
    judges=UserData,
)
def secret_in_user_data(holder: UserData, _view: View) -> Verdict:
    """Row 20: keys, tokens or passwords in what an instance or a launch template runs at its start."""
    found = [
        f"{secret} of {where}"
        for where, data in holder.data.items()
        for text in user_data.texts(data)
        for secret in user_data.secrets(text)
    ]
    return Problem({"name": holder.name, "secrets": few(list(dict.fromkeys(found)))}) if found else None
