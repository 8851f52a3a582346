"""IAM, who signs in: one person a user, and root left alone."""

from __future__ import annotations

import re

from checks.inventory import View
from checks.inventory.iam import Root, SamlProvider, User
from checks.model import LeftOut, Problem, Severity, Verdict, check


@check(
    id="iam-shared-user",
    title="Console user that sounds shared",
    services=("iam",),
    severity=Severity.MEDIUM,
    why="What several people do under one name can be laid to none of them, and none of them can be locked out alone.",
    fix=(
        "Give each person a user of their own, or better, sign-in through IAM Identity Center; then take the password "
        "away with `aws iam delete-login-profile --user-name NAME`."
    ),
    references=("best-practices/6",),
    judges=User,
)
def shared_user(user: User, view: View) -> Verdict:
    """Row 6: a console password, and a name that no person bears."""
    if not user.has_password or not sounds_shared(user.name, view.settings.shared_names):
        return None
    if user.name in view.settings.break_glass:
        return LeftOut(f"{user.name} is on the break-glass list")
    last = f"{user.password_last_used:%Y-%m-%d}" if user.password_last_used else "never"
    return Problem({"user": user.name, "console_password": "set", "password_last_used": last})


def sounds_shared(name: str, words: tuple[str, ...]) -> bool:
    """Whether nothing but digits and punctuation is left of `name` once these words are taken out of it.

    At least one must be in it: a number alone is somebody's.
    """
    known = "|".join(re.escape(word.lower()) for word in words if word)
    return bool(known) and bool(re.fullmatch(rf"[\W\d_]*(?:(?:{known})[\W\d_]*)+", name.lower()))


@check(
    id="iam-root-as-daily-user",
    title="Root is the only way in for people",
    services=("iam",),
    severity=Severity.MEDIUM,
    why="Who signs in as root has rights that nothing limits, and the log cannot say which person it was.",
    fix=(
        "Set up IAM Identity Center (or another SAML provider, `aws iam create-saml-provider`), or a user for each "
        "person with MFA, and put root's password and its device away."
    ),
    references=("best-practices/6", "cis-3.0/1.7", "cis-5.0/1.6"),
    judges=Root,
    reads=(User, SamlProvider),
)
def root_as_daily_user(root: Root, view: View) -> Verdict:
    """Row 6: root signed in not long ago, and nobody has another way in."""
    if root.password_last_used is None:
        return None
    age = view.age(root.password_last_used)
    if age > view.settings.root_used:
        return None
    if any(user.has_password or any(key.active for key in user.keys) for user in view.of(User)):
        return None
    if view.of(SamlProvider):
        return None
    return Problem(
        {
            "root_signed_in": f"{root.password_last_used:%Y-%m-%d}",
            "age_days": age,
            "other_ways_in": "none: no user with a password or a key, no Identity Center, no SAML provider",
        }
    )
