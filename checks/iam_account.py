"""IAM, the account's own part: its root user and its password policy."""

from __future__ import annotations

from checks.inventory import View
from checks.inventory.iam import PasswordPolicy, Root
from checks.model import Evidence, Problem, Severity, Unknown, Verdict, check

NO_POLICY = "no password policy is set, so AWS's default rules apply"


def _without_credentials(root: Root) -> bool:
    """Whether the organisation took root's credentials away: there is nothing left to sign in with."""
    return root.has_password is False and not root.keys


@check(
    id="iam-root-no-mfa",
    title="Root user without MFA",
    services=("iam",),
    severity=Severity.CRITICAL,
    why="The root user can do everything and nothing limits it, so one leaked password is the whole account.",
    fix=(
        "Sign in as root, open Security credentials and assign an MFA device; or, in an organisation, "
        "delete root's credentials with centralised root access (IAM > Root access management)."
    ),
    references=("best-practices/7", "cis-3.0/1.5", "cis-5.0/1.4"),
    judges=Root,
)
def root_no_mfa(root: Root, _view: View) -> Verdict:
    """Row 7: root can sign in without a second factor."""
    if root.mfa or _without_credentials(root):
        return None
    return Problem({"cause": "no MFA device", "password": _password(root), "access_keys": len(root.keys)})


def _password(root: Root) -> str:
    return {True: "set", False: "none", None: "not said by AWS"}[root.has_password]


@check(
    id="iam-root-virtual-mfa",
    title="Root user's MFA is a virtual device",
    services=("iam",),
    severity=Severity.MEDIUM,
    why="A virtual device lives on a phone that can be lost, copied or attacked; a hardware key cannot.",
    fix=(
        "Sign in as root, open Security credentials, assign a hardware security key as MFA device, "
        "then remove the virtual one."
    ),
    references=("best-practices/7", "cis-3.0/1.6", "cis-5.0/1.5", "fsbp/IAM.6"),
    judges=Root,
)
def root_virtual_mfa(root: Root, _view: View) -> Verdict:
    """Row 7: root's second factor is an app."""
    if not root.mfa or _without_credentials(root):
        return None
    if root.virtual_mfa is None:
        return Unknown(
            "whether root's MFA device is a virtual one could not be read "
            "(missing permission: iam:ListVirtualMFADevices)"
        )
    return Problem({"mfa_device": "virtual"}) if root.virtual_mfa else None


@check(
    id="iam-root-used",
    title="Root user in use",
    services=("iam",),
    severity=Severity.HIGH,
    why="Daily work as root leaves no limits and no name in the audit trail; root is for the few tasks only it can do.",
    fix=(
        "Find out who signed in (CloudTrail, userIdentity.type = Root), give them a role with what they need, "
        "and lock root's password away."
    ),
    references=("best-practices/24", "cis-3.0/1.7", "cis-5.0/1.6"),
    judges=Root,
)
def root_used(root: Root, view: View) -> Verdict:
    """Row 24: the latest of root's password and keys was used lately."""
    uses = [(root.password_last_used, "password")]
    uses += [(key.last_used, f"access key {key.number}") for key in root.keys]
    dated = [(moment, by) for moment, by in uses if moment is not None]
    if not dated:
        return None
    moment, by = max(dated)
    age = view.age(moment)
    if age > view.settings.root_used:
        return None
    return Problem({"last_used": moment.isoformat(timespec="minutes"), "age_days": age, "by": by})


@check(
    id="iam-root-key",
    title="Root user has an access key",
    services=("iam",),
    severity=Severity.CRITICAL,
    why="A root access key gives programs the whole account, without MFA and without limits.",
    fix=(
        "Move what uses the key to a role. Sign in as root, open Security credentials, "
        "deactivate the key, and delete it once nothing breaks."
    ),
    references=("best-practices/28", "cis-3.0/1.4", "cis-5.0/1.3", "fsbp/IAM.4"),
    judges=Root,
)
def root_key(root: Root, view: View) -> Verdict:
    """Row 28: root has an access key, active or not."""
    if not root.keys:
        return None
    keys = []
    for key in root.keys:
        made = f", created {key.created:%Y-%m-%d}, {view.age(key.created)} days old" if key.created else ""
        used = f", last used {key.last_used:%Y-%m-%d}" if key.last_used else ", never used"
        keys.append(f"key {key.number}: {'active' if key.active else 'inactive'}{made}{used}")
    return Problem({"access_keys": keys})


@check(
    id="iam-password-policy-weak",
    title="Password policy is weak",
    services=("iam",),
    severity=Severity.MEDIUM,
    why="Short and simple passwords are guessed; without a policy of its own the account takes any of 8 characters.",
    fix=(
        "IAM > Account settings > Edit password policy, or `aws iam update-account-password-policy "
        "--minimum-password-length 14 --require-uppercase-characters --require-lowercase-characters "
        "--require-numbers --require-symbols` (name the other settings too: what is left out is reset)."
    ),
    references=("best-practices/13", "cis-3.0/1.8", "cis-5.0/1.7", "fsbp/IAM.7"),
    judges=PasswordPolicy,
)
def password_policy_weak(policy: PasswordPolicy, view: View) -> Verdict:
    """Row 13: what the policy asks for is less than the settings say; every weak part is named."""
    least = view.settings.password_length
    weak = []
    if policy.minimum_length < least:
        weak.append(f"minimum length {policy.minimum_length}, not {least}")
    for asked, what in (
        (policy.uppercase, "an uppercase letter"),
        (policy.lowercase, "a lowercase letter"),
        (policy.numbers, "a digit"),
        (policy.symbols, "a symbol"),
    ):
        if not asked:
            weak.append(f"does not ask for {what}")
    if not policy.exists:
        return Problem({"cause": NO_POLICY, "weak": weak})
    return Problem({"weak": weak}) if weak else None


def _unless_none(policy: PasswordPolicy, facts: Evidence) -> Evidence:
    """The facts of a policy, with the cause that its findings share where there is none."""
    return facts if policy.exists else {"cause": NO_POLICY, **facts}


@check(
    id="iam-password-no-expiry",
    title="Passwords do not expire in time",
    services=("iam",),
    severity=Severity.LOW,
    why="A password that leaked unnoticed stays good for whoever has it until it is changed.",
    fix=(
        "IAM > Account settings > Edit password policy > Turn on password expiration at 90 days, or "
        "`aws iam update-account-password-policy --max-password-age 90` with the other settings."
    ),
    references=("best-practices/14",),
    judges=PasswordPolicy,
)
def password_no_expiry(policy: PasswordPolicy, view: View) -> Verdict:
    """Row 14: no expiry, or one later than the settings say."""
    most = view.settings.password_max_age
    if not policy.exists or not policy.max_age:
        return Problem(_unless_none(policy, {"expiry": "none", "wanted": f"{most} days or less"}))
    if policy.max_age > most:
        return Problem({"expiry": f"{policy.max_age} days", "wanted": f"{most} days or less"})
    return None


@check(
    id="iam-password-reuse",
    title="Old passwords may be used again",
    services=("iam",),
    severity=Severity.MEDIUM,
    why="People who may go back to an old password do, and so does whoever learned it.",
    fix=(
        "IAM > Account settings > Edit password policy > Prevent password reuse, remember 24, or "
        "`aws iam update-account-password-policy --password-reuse-prevention 24` with the other settings."
    ),
    references=("best-practices/14", "cis-3.0/1.9", "cis-5.0/1.8"),
    judges=PasswordPolicy,
)
def password_reuse(policy: PasswordPolicy, view: View) -> Verdict:
    """Row 14: fewer passwords are remembered than the settings say."""
    least = view.settings.password_remembered
    if policy.exists and policy.remembered >= least:
        return None
    remembered = policy.remembered if policy.exists else 0
    return Problem(_unless_none(policy, {"remembered": remembered, "wanted": f"{least} or more"}))
