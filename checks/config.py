"""AWS Config: recording everywhere and everything, into a bucket of one's own, and heard of."""

from __future__ import annotations

from typing import Any

from checks import relay, s3_public
from checks.evidence import few
from checks.inventory import Gap, GapError, View, foremost, known
from checks.inventory.account import Account, AccountRegion
from checks.inventory.config import DeliveryBucket, DeliveryChannel, Recorder
from checks.inventory.events import EventRule, Target
from checks.model import NotApplicable, Problem, Severity, Unknown, Verdict, check
from checks.partitions import partition_of

ALL = "ALL_SUPPORTED_RESOURCE_TYPES"
INCLUSION = "INCLUSION_BY_RESOURCE_TYPES"
EXCLUSION = "EXCLUSION_BY_RESOURCE_TYPES"

_GLOBAL_TYPES = {"AWS::IAM::User", "AWS::IAM::Group", "AWS::IAM::Role", "AWS::IAM::Policy"}


def _customers(view: View, region: str) -> tuple[Recorder, ...]:
    """The region's recorders that no AWS service keeps for itself."""
    return tuple(recorder for recorder in view.of(Recorder, region) if not recorder.service)


@check(
    id="config-not-recording",
    title="AWS Config does not record",
    services=("config",),
    severity=Severity.MEDIUM,
    why="Without its record nobody can say what a resource looked like before an incident, or who changed it.",
    fix=(
        "AWS Config > Set up in the region, or start what is there: `aws configservice "
        "start-configuration-recorder --configuration-recorder-name default`."
    ),
    references=("best-practices/41", "cis-3.0/3.3", "cis-5.0/3.3", "fsbp/Config.1"),
    judges=AccountRegion,
    reads=(Recorder,),
)
def not_recording(place: AccountRegion, view: View) -> Verdict:
    """Row 41: no customer's recorder records, or its last delivery failed."""
    recorders = _customers(view, place.region)
    if any(recorder.recording and recorder.last_status != "failure" for recorder in recorders):
        return None
    if not recorders:
        kept = [f"{recorder.name} (kept by {recorder.service})" for recorder in view.of(Recorder, place.region)]
        return Problem({"recorder": "none", **({"service_linked": kept} if kept else {})})
    return Problem({"recorders": [_state(recorder) for recorder in recorders]})


def _state(recorder: Recorder) -> str:
    if not recorder.recording:
        return f"{recorder.name}: stopped"
    return f"{recorder.name}: its last delivery failed" + (f" ({recorder.last_error})" if recorder.last_error else "")


@check(
    id="config-not-all-resources",
    title="AWS Config does not record every resource type",
    services=("config",),
    severity=Severity.MEDIUM,
    why="What is not recorded changes unseen, and the rules that should judge it find nothing to judge.",
    fix=(
        "AWS Config > Settings: record all resource types, and globally recorded ones in one region (`aws "
        "configservice put-configuration-recorder` with recordingStrategy ALL_SUPPORTED_RESOURCE_TYPES)."
    ),
    references=("best-practices/42", "cis-3.0/3.3", "cis-5.0/3.3", "fsbp/Config.1"),
    judges=(Recorder, Account),
)
def not_all_resources(judged: Recorder | Account, view: View) -> Verdict:
    """Row 42: a customer's recorder leaves types out; or none in the account records global ones."""
    if isinstance(judged, Account):
        return _no_global_types(view)
    if judged.service:
        return NotApplicable()
    if judged.strategy in ("", ALL):
        # the newer strategy stands above the old flag
        whole = judged.all_supported or judged.strategy == ALL
        return None if whole else Problem({"recorder": judged.name, "records": few(judged.types) or "no type"})
    if judged.strategy == EXCLUSION:
        return Problem({"recorder": judged.name, "leaves_out": few(judged.excluded)}) if judged.excluded else None
    return Problem({"recorder": judged.name, "records": few(judged.types) or "no type"})


def _no_global_types(view: View) -> Verdict:
    recorders, gaps = view.seen(Recorder)
    recording = [recorder for recorder in recorders if not recorder.service and recorder.recording]
    if any(_records_global_types(recorder) for recorder in recording):
        return None
    if gaps:
        raise GapError(gaps[0])
    if not recording:
        return NotApplicable()  # that nothing is recorded is another check's
    return Problem({"global_types": "recorded in no region", "recorders_in": few([r.region for r in recording])})


def _records_global_types(recorder: Recorder) -> bool:
    if recorder.strategy == EXCLUSION:
        return not _GLOBAL_TYPES.intersection(recorder.excluded)
    return recorder.global_types or _GLOBAL_TYPES.issubset(recorder.types)


@check(
    id="config-bucket-public",
    title="AWS Config's bucket is public",
    services=("config", "s3"),
    severity=Severity.CRITICAL,
    why="It holds a plan of the whole account, each resource with its settings, for anyone to read or to falsify.",
    fix=(
        "Block public access to it: `aws s3api put-public-access-block --bucket NAME "
        "--public-access-block-configuration` with all four switches on; then take away what opened it."
    ),
    references=("best-practices/42",),
    judges=DeliveryBucket,
)
def bucket_public(delivery: DeliveryBucket, _view: View) -> Verdict:
    """Row 42: the bucket of a delivery channel is public to read or write."""
    if isinstance(delivery.bucket, Gap) and delivery.regions and not delivery.bucket.permission:
        regions = ", ".join(few(delivery.regions))
        return Unknown(f"{delivery.bucket.text} (delivered into from {regions})", delivery.bucket.by_nature)
    ways = s3_public.ways_in(known(delivery.bucket))
    if not ways:
        return None
    used = few(delivery.regions) if delivery.regions else "other accounts, as its policy lets them"
    return Problem({"bucket": delivery.name, "public_because": list(ways), "delivered_into_from": used})


@check(
    id="config-no-notification",
    title="Nobody hears of AWS Config's changes",
    services=("config",),
    severity=Severity.LOW,
    why="A record that nobody is told about is read after the damage; a message comes while it can still be undone.",
    fix=(
        "Make an EventBridge rule on source aws.config with a topic, queue or function as target (`aws events "
        "put-rule`), or name a topic in the delivery channel (`aws configservice put-delivery-channel`)."
    ),
    references=("best-practices/43",),
    judges=AccountRegion,
    reads=(Recorder, DeliveryChannel, EventRule),
)
def no_notification(place: AccountRegion, view: View) -> Verdict:
    """Row 43: neither a rule with a live target nor a topic of the delivery channel tells anyone."""
    if not _customers(view, place.region):
        return NotApplicable()
    gaps: list[GapError] = []
    lost: list[str] = []
    for look in (_by_channel, _by_rule):
        try:
            why = look(place, view)
        except GapError as error:
            gaps.append(error)
            continue
        if not why:
            return None
        lost += why
    if gaps:
        raise gaps[0]
    return Problem({"looked_at": few(lost)})


def _by_channel(place: AccountRegion, view: View) -> list[str]:
    """Why nobody hears by the delivery channel; empty: somebody does."""
    why = []
    for channel in view.of(DeliveryChannel, place.region):
        if channel.topic is None:
            why.append(f"delivery channel {channel.name}: it names no topic")
            continue
        end = known(relay.topic(Target(arn=channel.topic.arn, topic=channel.topic)))
        if not end:
            return []
        why.append(f"delivery channel {channel.name} → {channel.topic.arn}: {end}")
    return why or ["no delivery channel"]


def _by_rule(place: AccountRegion, view: View) -> list[str]:
    """Why nobody hears by a rule of either kind of change; empty: somebody does."""
    rules = view.of(EventRule, place.region)
    lost: list[str] = []
    unread: list[Gap] = []
    for kind in _changes(place):
        traces = [relay.trace(rules, event, _hears) for event in kind]
        if all(trace.heard for trace in traces):
            return []
        unread += [gap for trace in traces if not trace.heard for gap in trace.unread]
        lost += [text for trace in traces for text in trace.lost]
    if unread:
        raise GapError(foremost(unread))
    return list(dict.fromkeys(lost)) or ["no rule lets compliance or configuration changes through"]


def _hears(target: Target) -> Any:
    service = target.arn.split(":")[2]
    if service in ("sqs", "lambda"):
        return ""
    return relay.topic(target) if service == "sns" else "it is neither a topic, a queue nor a function"


def _changes(place: AccountRegion) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Made-up events: changes of compliance, and of configuration; of more than one type, so that no filter passes."""
    compliance, configuration = [], []
    for number, kind in enumerate(("AWS::EC2::Instance", "AWS::S3::Bucket")):
        about = {"awsAccountId": place.id, "awsRegion": place.region, "resourceType": kind, "resourceId": f"r-{number}"}
        new = {"complianceType": "NON_COMPLIANT"}
        compliance.append(
            _event(
                place,
                "Config Rules Compliance Change",
                {
                    **about,
                    "configRuleName": f"rule-{number}",
                    "configRuleARN": f"arn:{partition_of(place.region)}:config:{place.region}:{place.id}"
                    f":config-rule/config-rule-{number}",
                    "messageType": "ComplianceChangeNotification",
                    "newEvaluationResult": new,
                    "oldEvaluationResult": {"complianceType": "COMPLIANT"},
                },
            )
        )
        configuration.append(
            _event(
                place,
                "Config Configuration Item Change",
                {
                    "messageType": "ConfigurationItemChangeNotification",
                    "configurationItem": {**about, "configurationItemStatus": "OK"},
                    "configurationItemDiff": {"changeType": "UPDATE"},
                },
            )
        )
    return compliance, configuration


def _event(place: AccountRegion, kind: str, detail: dict[str, Any]) -> dict[str, Any]:
    return {"source": "aws.config", "detail-type": kind, "account": place.id, "region": place.region, "detail": detail}


@check(
    id="config-no-daily-snapshot",
    title="AWS Config delivers no snapshots",
    services=("config",),
    severity=Severity.LOW,
    why="A snapshot is the state of everything at one time; without one it must be pieced together from changes.",
    fix=(
        "Set how often: `aws configservice put-delivery-channel` with configSnapshotDeliveryProperties "
        "deliveryFrequency TwentyFour_Hours."
    ),
    references=("best-practices/44",),
    judges=(DeliveryChannel, Recorder),
)
def no_daily_snapshot(judged: DeliveryChannel | Recorder, view: View) -> Verdict:
    """Row 44: the channel delivers none; AWS knows no frequency that is rarer than once a day."""
    if isinstance(judged, Recorder):
        if judged.service or view.of(DeliveryChannel, judged.region):
            return NotApplicable()
        return Problem({"recorder": judged.name, "delivery_channel": "none"})
    if not _customers(view, judged.region):
        return NotApplicable()
    return None if judged.snapshots else Problem({"delivery_channel": judged.name, "snapshot_frequency": "none"})
