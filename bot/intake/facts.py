"""What the facts of an alert are called, whatever its source: the words that its card shows, and ids for remedies."""

from __future__ import annotations

from typing import Any, TypedDict


class Facts(TypedDict, total=False):
    """All JSON-able, all unescaped, each left out when the source does not say. Moments are ISO 8601 in UTC."""

    what: str
    """What happened, a sentence or a few."""
    who: str
    did: str
    """The call, the login, the connection."""
    origin: str
    """Where from: `198.51.100.23 (Example Hosting B.V., Amsterdam, Netherlands)`."""
    purpose: str
    """What an attacker would be after."""
    first_seen: str
    last_seen: str
    reported_in: list[str]
    """The regions whose detectors reported it."""
    end: str
    """Why the source says that it is over."""
    details: list[list[str]]
    """Label and value, in the order to show."""
    advice: list[str]
    """What to do, a sentence each."""
    console: str
    tags: dict[str, str]
    """The resource's, where the source names them."""

    partition: str
    detector_id: str
    finding_ids: list[str]
    access_key_id: str
    user_name: str
    user_type: str
    principal_id: str
    instance_id: str
    security_group_ids: list[str]
    instance_profile: str
    """The ARN."""
    bucket: str
    cluster: str
    function: str
    database: str

    practice: str
    """The id of the check whose practice it serves."""
    control_id: str
    """Security Hub's, as `EC2.2`."""
    check: str
    """Of Picket's own finding in Security Hub."""
    guardduty_type: str
    """Of GuardDuty's finding in Security Hub."""
    rule: str
    """AWS Config's."""
    resource_type: str
    """As AWS Config or Security Hub writes it: `AWS::S3::Bucket`."""
    event_name: str
    """The call that CloudTrail saw."""
    metrics: list[dict[str, Any]]
    """An alarm's, as GetMetricData takes them."""
    children: list[str]
    """The names of the alarms that a composite one looks at, those that moved it first."""
    threshold: float
    unsure: bool
    """Its source can no longer tell, which is neither an end nor anything new."""
    turns: list[str]
    """When its source went off, one after the other, in UTC: what shows that it flaps."""
    looked: str
    """When Picket found it by looking, for the queue had not brought it."""
    flap_limit: list[int]
    """How many turns, within how many minutes, are flapping."""
