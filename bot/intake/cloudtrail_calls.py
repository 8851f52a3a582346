"""What a call that CloudTrail saw means: which matter at once, which end what others began, which are nobody's alert.

The activities on which CIS wants alarms come from `checks.activities`, so there is no second list of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.intake.shapes import Node
from checks.cloudwatch_alarms import WATCHES, Watch
from checks.model import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """Of one call that succeeded."""

    severity: Severity
    did: str
    """After who did it: `stopped the trail`."""
    topic: str = ""
    """What begins and ends together: a start ends what a stop of the same topic and resource began."""
    over: bool = False
    watch: Watch | None = None
    """The practice that wants an alarm on it."""
    advice: tuple[str, ...] = ()


Meant = Callable[[Node], Meaning | None]
"""Takes the event; None when this call of that name does no harm."""

_TRAIL = ("Turn the trail on again first, so that what follows is recorded (`aws cloudtrail start-logging`).",
          "Ask who did it whether it was meant, and look at what else they did around that time.")  # fmt: skip
_GUARD = ("Turn GuardDuty on again first, so that what follows is seen.",
          "Ask who did it whether it was meant, and look in CloudTrail at what else they did.")  # fmt: skip
_RECORDER = ("Start the recorder again, so that changes are kept.", "Ask who did it whether it was meant.")
_ROOT = ("Ask the few who hold the root user's password whether it was one of them.",
         "If it was not: change the password, remove root's keys and sessions, and treat the account as taken over.",
         "Root is for the few things that only root can do; use an IAM role for the rest.")  # fmt: skip
_ROOT_KEY = ("Delete the key: root needs none.", *_ROOT[:2])
_CHANGE = ("Ask who did it whether it was meant, and undo it if not.",)


def _fixed(severity: Severity, did: str, topic: str = "", *, over: bool = False, advice: tuple[str, ...] = ()) -> Meant:
    meaning = Meaning(severity=severity, did=did, topic=topic, over=over, advice=advice)
    return lambda _event: meaning


def _update_trail(event: Node) -> Meaning | None:
    asked = event.node("requestParameters").value
    off = [
        words
        for name, words in (
            ("isMultiRegionTrail", "other regions"),
            ("includeGlobalServiceEvents", "global services"),
            ("enableLogFileValidation", "validation of its log files"),
        )
        if asked.get(name) is False
    ]
    if not off:
        return Meaning(severity=Severity.MEDIUM, did="changed the trail", advice=_CHANGE)
    return Meaning(severity=Severity.HIGH, did=f"turned off {' and '.join(off)} of the trail", advice=_CHANGE)


def _put_selectors(event: Node) -> Meaning | None:
    """High when management events are no longer recorded, or only half of them."""
    asked = event.node("requestParameters")
    plain, advanced = asked.nodes("eventSelectors"), asked.nodes("advancedEventSelectors")
    management = [one for one in plain if one.value.get("includeManagementEvents") is not False]
    whole = any(one.text("readWriteType") in ("", "All") for one in management)
    whole = whole or any(_takes_management(one) for one in advanced)
    if whole:
        return Meaning(severity=Severity.MEDIUM, did="changed what the trail records", advice=_CHANGE)
    did = (
        "let the trail record only some management events"
        if management
        else "let the trail record no management events"
    )
    return Meaning(severity=Severity.HIGH, did=did, advice=_CHANGE)


def _takes_management(selector: Node) -> bool:
    fields = {one.text("field"): one for one in selector.nodes("fieldSelectors")}
    category = fields.get("eventCategory")
    return category is not None and "Management" in category.texts("equals") and "readOnly" not in fields


def _update_detector(event: Node) -> Meaning | None:
    enable = event.node("requestParameters").value.get("enable")
    if enable is False:
        return Meaning(severity=Severity.CRITICAL, did="turned GuardDuty off", topic="guardduty", advice=_GUARD)
    if enable is True:
        return Meaning(severity=Severity.CRITICAL, did="turned GuardDuty on", topic="guardduty", over=True)
    return None


def _create_key(event: Node) -> Meaning | None:
    """Matters for root alone; only root itself can make one, and names no user."""
    if not _is_root(event) or event.node("requestParameters").text("userName"):
        return None
    return Meaning(severity=Severity.CRITICAL, did="made an access key for root", topic="root key", advice=_ROOT_KEY)


def _delete_key(event: Node) -> Meaning | None:
    if not _is_root(event) or event.node("requestParameters").text("userName"):
        return None
    return Meaning(severity=Severity.CRITICAL, did="deleted an access key of root", topic="root key", over=True)


def _is_root(event: Node) -> bool:
    return event.node("userIdentity").text("type") == "Root"


_CALLS: Mapping[tuple[str, str], Meant] = {
    ("cloudtrail", "StopLogging"): _fixed(Severity.CRITICAL, "stopped the trail", "trail", advice=_TRAIL),
    ("cloudtrail", "DeleteTrail"): _fixed(Severity.CRITICAL, "deleted the trail", "trail", advice=_TRAIL),
    ("cloudtrail", "StartLogging"): _fixed(Severity.CRITICAL, "started the trail", "trail", over=True),
    ("cloudtrail", "UpdateTrail"): _update_trail,
    ("cloudtrail", "PutEventSelectors"): _put_selectors,
    ("guardduty", "DeleteDetector"): _fixed(
        Severity.CRITICAL, "deleted GuardDuty's detector", "guardduty", advice=_GUARD
    ),
    ("guardduty", "UpdateDetector"): _update_detector,
    ("guardduty", "CreateDetector"): _fixed(Severity.CRITICAL, "turned GuardDuty on", "guardduty", over=True),
    **{
        ("guardduty", name): _fixed(Severity.CRITICAL, did, advice=_GUARD)
        for name, did in {
            "DisassociateFromMasterAccount": "took the account away from its GuardDuty administrator",
            "DisassociateFromAdministratorAccount": "took the account away from its GuardDuty administrator",
            "DisassociateMembers": "let GuardDuty's members go",
            "DeleteMembers": "deleted GuardDuty's members",
            "StopMonitoringMembers": "stopped GuardDuty for its members",
            "DisableOrganizationAdminAccount": "took GuardDuty's administrator away from the organisation",
        }.items()
    },
    ("config", "StopConfigurationRecorder"): _fixed(
        Severity.HIGH, "stopped AWS Config's recorder", "recorder", advice=_RECORDER
    ),
    ("config", "DeleteConfigurationRecorder"): _fixed(
        Severity.HIGH, "deleted AWS Config's recorder", "recorder", advice=_RECORDER
    ),
    ("config", "StartConfigurationRecorder"): _fixed(
        Severity.HIGH, "started AWS Config's recorder", "recorder", over=True
    ),
    ("config", "DeleteDeliveryChannel"): _fixed(
        Severity.HIGH, "deleted AWS Config's delivery channel", advice=_RECORDER
    ),
    ("securityhub", "DisableSecurityHub"): _fixed(Severity.HIGH, "turned Security Hub off", advice=_CHANGE),
    ("iam", "CreateAccessKey"): _create_key,
    ("iam", "DeleteAccessKey"): _delete_key,
}


def _watched() -> dict[tuple[str, str], Watch]:
    """The calls that row 3 wants alarms on, by service and name."""
    return {
        (str(one.facts["eventSource"]).partition(".")[0], str(one.facts["eventName"])): watch
        for watch in WATCHES
        for one in watch.activities
        if {"eventSource", "eventName"} <= one.facts.keys() and one.facts["eventName"] != "ConsoleLogin"
    }


_WATCHED = _watched()
_BY_WORD = {watch.word: watch for watch in WATCHES}


def meaning(event: Node) -> Meaning | None:
    """What a call means, as if it had succeeded; None when it is nobody's alert."""
    service, name = event.text("eventSource").partition(".")[0], event.text("eventName")
    watch = _WATCHED.get((service, name))
    known = _CALLS.get((service, name))
    found = known(event) if known else None
    if found is None and watch and not known:
        found = Meaning(severity=watch.severity, did=f"called {service}:{name}", watch=watch, advice=_CHANGE)
    if found is None and _is_root(event) and _by_hand(event) and not event.flag("readOnly"):
        root = _BY_WORD["root-use"]
        return Meaning(severity=root.severity, did=f"called {service}:{name}", watch=root, advice=_ROOT)
    if found and watch and not found.watch:
        return Meaning(
            severity=found.severity, did=found.did, topic=found.topic, over=found.over, advice=found.advice, watch=watch
        )
    return found


def _by_hand(event: Node) -> bool:
    """Not AWS itself on the account's behalf."""
    return not event.node("userIdentity").text("invokedBy") and event.text("eventType") != "AwsServiceEvent"


def sign_in(event: Node) -> Meaning | None:
    """What a sign-in to the console means; None for one that is as it should be."""
    if event.text("eventName") not in ("ConsoleLogin", ""):
        return None
    who, result = event.node("userIdentity").text("type"), event.node("responseElements").text("ConsoleLogin")
    failed = result == "Failure" or bool(event.text("errorMessage", "errorCode"))
    if who == "Root":
        severity = Severity.MEDIUM if failed else Severity.CRITICAL
        did = "tried to sign in to the console, and failed" if failed else "signed in to the console"
        watch = _BY_WORD["console-failure" if failed else "root-use"]
        return Meaning(severity=severity, did=did, watch=watch, advice=_ROOT)
    if failed:
        watch = _BY_WORD["console-failure"]
        return Meaning(severity=watch.severity, did="failed to sign in to the console", watch=watch, advice=_FAILED)
    if who == "IAMUser" and event.node("additionalEventData").text("MFAUsed") == "No":
        watch = _BY_WORD["console-no-mfa"]
        return Meaning(severity=watch.severity, did="signed in to the console without MFA", watch=watch, advice=_NO_MFA)
    return None


_FAILED = ("A forgotten password is the usual cause; many failures from one address are somebody guessing.",)
_NO_MFA = ("Ask the person whether it was them.", "Let them register an MFA device, and require it by policy.")


def attempt(found: Meaning) -> Meaning:
    """The same call when it was refused: less bad, and nothing that could end."""
    severity = Severity.MEDIUM if found.severity >= Severity.CRITICAL else Severity.LOW
    return Meaning(severity=severity, did=found.did, watch=found.watch, advice=_REFUSED)


_REFUSED = ("Ask who did it why they tried; what they may not do is often the first sign of a stolen key.",)
