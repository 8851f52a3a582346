"""The remedy for a region without GuardDuty: a detector that is on."""

from __future__ import annotations

from bot.aws.errors import told
from bot.aws.remedies.setting import Seen, aimed, setting
from bot.remedy import Clients, Effect, Facts, Remedy, Risk, Subject, Target

_PART = "GuardDuty"
_ON, _SUSPENDED = "on", "suspended"


def _aim(subject: Subject) -> Target:
    return aimed(subject)


def _look(clients: Clients, target: Target) -> Seen:
    with told("guardduty", target.region):
        client = clients("guardduty")
        ids = client.list_detectors()["DetectorIds"]
        status = client.get_detector(DetectorId=ids[0])["Status"] if ids else ""
    parts = {_PART: _ON if status == "ENABLED" else _SUSPENDED} if ids else {}
    return Seen(
        name=f"GuardDuty in {target.region}",
        parts=parts,
        wanted={_PART: _ON},
        effects=(Effect("AWS charges for what GuardDuty reads, after a free trial of 30 days in each region."),),
        warnings=() if ids else ("Undoing it deletes the detector with what it found until then.",),
        handles={"detector": ids[0] if ids else ""},
    )


def _write(clients: Clients, target: Target, parts: Facts, handles: Facts) -> None:
    with told("guardduty", target.region):
        client = clients("guardduty")
        if _PART not in parts:
            client.delete_detector(DetectorId=handles["detector"])
        elif handles["detector"]:
            client.update_detector(DetectorId=handles["detector"], Enable=parts[_PART] == _ON)
        else:
            client.create_detector(Enable=True, FindingPublishingFrequency="FIFTEEN_MINUTES")


ENABLE = Remedy(
    id="guardduty-enable",
    title="Switch GuardDuty on",
    label="Enable GuardDuty",
    risk=Risk.LOW,
    fixes=("guardduty-off",),
    answers=(),
    reads=("guardduty:ListDetectors", "guardduty:GetDetector"),
    writes=(
        "guardduty:CreateDetector",
        "guardduty:UpdateDetector",
        "guardduty:DeleteDetector",
        "iam:CreateServiceLinkedRole",
    ),
    takes_back=("guardduty:DeleteDetector", "guardduty:UpdateDetector"),
    aim=_aim,
    **setting(_look, _write),
)

REMEDIES = (ENABLE,)
