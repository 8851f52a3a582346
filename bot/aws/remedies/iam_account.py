"""The remedy for an account's password policy."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.aws.errors import told
from bot.aws.remedies.setting import Seen, aimed, asked, setting
from bot.remedy import Clients, Effect, Facts, Remedy, Risk, Subject, Target
from checks.settings import CheckSettings

_PART = "password policy"
_DERIVED = "ExpirePasswords"
"""AWS says it, and takes it not."""
_CLASSES = ("RequireUppercaseCharacters", "RequireLowercaseCharacters", "RequireNumbers", "RequireSymbols")
_WANTED: Mapping[str, tuple[str, re.Pattern[str]]] = {
    "length": ("weak", re.compile(r"minimum length \d+, not (\d+)")),
    "age": ("wanted", re.compile(r"(\d+) days or less")),
    "remembered": ("wanted", re.compile(r"(\d+) or more")),
}
"""Where the checks say which number the settings ask for."""


def _aim(subject: Subject) -> Target:
    usual = CheckSettings()
    numbers = {
        "length": usual.password_length,
        "age": usual.password_max_age,
        "remembered": usual.password_remembered,
    }
    for name, (key, pattern) in _WANTED.items():
        if found := pattern.search(str(subject.facts.get(key, ""))):
            numbers[name] = int(found[1])
    return aimed(subject, **numbers)


def _look(clients: Clients, target: Target) -> Seen:
    policy = _policy(clients)
    numbers = target.parameters
    wanted: dict[str, Any] = {
        "AllowUsersToChangePassword": True,  # else nobody could, once it has expired
        **policy,
        **dict.fromkeys(_CLASSES, True),
        "MinimumPasswordLength": max(policy.get("MinimumPasswordLength", 0), numbers["length"]),
        "MaxPasswordAge": min(policy.get("MaxPasswordAge") or numbers["age"], numbers["age"]),
        "PasswordReusePrevention": max(policy.get("PasswordReusePrevention", 0), numbers["remembered"]),
    }
    return Seen(
        name=f"password policy of {target.account}",
        parts={_PART: policy} if policy else {},
        wanted={_PART: wanted},
        effects=(
            Effect("What is stricter already stays as it is."),
            Effect("A password that is older than the policy allows must be changed at the next sign-in."),
        ),
    )


def _policy(clients: Clients) -> dict[str, Any]:
    """What the account set; nothing where AWS's own policy holds."""
    answer = asked("iam", "NoSuchEntity", lambda: clients("iam").get_account_password_policy())
    found: dict[str, Any] = answer["PasswordPolicy"] if answer else {}
    return {name: value for name, value in found.items() if value and name != _DERIVED}  # what it lacks is not asked


def _write(clients: Clients, _target: Target, parts: Facts, _handles: Facts) -> None:
    with told("iam"):
        if _PART in parts:
            clients("iam").update_account_password_policy(**parts[_PART])
        else:
            clients("iam").delete_account_password_policy()


SET_PASSWORD_POLICY = Remedy(
    id="iam-set-password-policy",
    title="Set a strong password policy",
    label="Set policy",
    risk=Risk.MEDIUM,
    fixes=("iam-password-policy-weak", "iam-password-no-expiry", "iam-password-reuse"),
    answers=(),
    reads=("iam:GetAccountPasswordPolicy",),
    writes=("iam:UpdateAccountPasswordPolicy", "iam:DeleteAccountPasswordPolicy"),
    aim=_aim,
    **setting(_look, _write),
)

REMEDIES = (SET_PASSWORD_POLICY,)
