"""SSH keys: EC2's key pairs, and the public keys of IAM users (for CodeCommit)."""

from __future__ import annotations

from checks.evidence import day, few
from checks.iam_users import idle_days
from checks.inventory import GapError, View
from checks.inventory.autoscaling import AutoScalingGroup
from checks.inventory.compute import Instance, KeyPair, LaunchTemplate
from checks.inventory.iam import SshPublicKey, User
from checks.model import LeftOut, Problem, Severity, Unknown, Verdict, check


def _instances(view: View, region: str) -> dict[str, list[str]]:
    return _by_key([(one.key, one.label) for one in view.of(Instance, region)])


def _templates(view: View, region: str) -> dict[str, list[str]]:
    return _by_key([(key, f"launch template {t.name}") for t in view.of(LaunchTemplate, region) for key in t.keys])


def _scaling_groups(view: View, region: str) -> dict[str, list[str]]:
    return _by_key([(key, f"scaling group {g.name}") for g in view.of(AutoScalingGroup, region) for key in g.keys])


def _by_key(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key, holder in pairs:
        found.setdefault(key, []).append(holder)
    return found


def _used_by(pair: KeyPair, view: View) -> list[str]:
    """What names the pair. Raises GapError where nothing does, as far as it could be read."""
    found: list[str] = []
    unread: GapError | None = None
    for holders in (_instances, _templates, _scaling_groups):
        try:
            found += view.once(holders, pair.region).get(pair.name, ())
        except GapError as error:
            unread = unread or error
    if unread and not found:
        raise unread
    return found


@check(
    id="ec2-key-pair-old",
    title="EC2 key pair not rotated",
    services=("ec2",),
    severity=Severity.LOW,
    why="The private half lives on laptops and in backups; the older it is, the more people may have it.",
    fix=(
        "Make a new pair (`aws ec2 create-key-pair`), put its public half into `authorized_keys` in the place of the "
        "old one, launch what comes next with it, and delete the old pair. Session Manager needs no keys at all."
    ),
    references=("best-practices/29",),
    judges=KeyPair,
    reads=(Instance, LaunchTemplate, AutoScalingGroup),
)
def key_pair_old(pair: KeyPair, view: View) -> Verdict:
    """Row 29: a pair that is in use and was made too long ago."""
    if pair.created is None:
        return Unknown("AWS gives no creation date for this key pair", by_nature=True)
    age = view.age(pair.created)
    if age <= view.settings.ssh_key_max_age:
        return None
    used_by = _used_by(pair, view)
    if not used_by:
        return None
    return Problem({"key_pair": pair.name, "created": day(pair.created), "age_days": age, "used_by": few(used_by)})


@check(
    id="ec2-key-pair-unused",
    title="EC2 key pair not used",
    services=("ec2",),
    severity=Severity.LOW,
    why="A pair that nothing names still opens the machine that somebody launches with it by mistake.",
    fix=(
        "Delete it: EC2 > Key pairs, or `aws ec2 delete-key-pair --key-name NAME`. Machines that run already keep "
        "the public half in `authorized_keys`."
    ),
    references=("best-practices/34",),
    judges=KeyPair,
    reads=(Instance, LaunchTemplate, AutoScalingGroup),
)
def key_pair_unused(pair: KeyPair, view: View) -> Verdict:
    """Row 34: no instance, launch template or scaling group names it."""
    if _used_by(pair, view):
        return None
    evidence = {"key_pair": pair.name, "used_by": "nothing"}
    return Problem({**evidence, "created": day(pair.created)} if pair.created else evidence)


@check(
    id="iam-ssh-key-old",
    title="IAM user's SSH key not rotated",
    services=("iam",),
    severity=Severity.LOW,
    why="The private half lives on laptops and in backups; the older it is, the more people may have it.",
    fix=(
        "Upload a new one (`aws iam upload-ssh-public-key`), then deactivate the old one "
        "(`aws iam update-ssh-public-key --status Inactive`) and delete it once nothing breaks."
    ),
    references=("best-practices/29",),
    judges=SshPublicKey,
)
def ssh_key_old(key: SshPublicKey, view: View) -> Verdict:
    """Row 29: an active key that was uploaded too long ago."""
    if key.user in view.settings.break_glass:
        return _break_glass(key)
    age = view.age(key.uploaded)
    if not key.active or age <= view.settings.ssh_key_max_age:
        return None
    return Problem({"user": key.user, "ssh_key": key.id, "uploaded": day(key.uploaded), "age_days": age})


@check(
    id="iam-ssh-key-unused",
    title="IAM user's SSH key not used",
    services=("iam",),
    severity=Severity.LOW,
    why="A key that nobody needs is missed by nobody when somebody else uses it.",
    fix="Delete it: IAM > Users > the user > Security credentials, or `aws iam delete-ssh-public-key`.",
    references=("best-practices/34",),
    judges=SshPublicKey,
    reads=(User,),
)
def ssh_key_unused(key: SshPublicKey, view: View) -> Verdict:
    """Row 34: inactive, or of a user who is; AWS does not tell when an SSH key was used."""
    if key.user in view.settings.break_glass:
        return _break_glass(key)
    evidence = {"user": key.user, "ssh_key": key.id, "uploaded": day(key.uploaded)}
    if not key.active:
        return Problem({**evidence, "status": "inactive"})
    user = view.once(_users).get(key.user)
    idle = idle_days(user, view) if user else None
    if idle is None or idle <= view.settings.user_inactive:
        return None
    return Problem({**evidence, "status": "active", "user_inactive_days": idle})


def _users(view: View, _region: str) -> dict[str, User]:
    return {user.name: user for user in view.of(User)}


def _break_glass(key: SshPublicKey) -> LeftOut:
    return LeftOut(f"{key.user} is on the break-glass list")
