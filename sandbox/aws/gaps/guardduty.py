"""GuardDuty findings: made as samples, listed by criteria, read, archived; each flows to EventBridge."""

import json
import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sandbox.aws.gaps.events import complete, deliver
from sandbox.aws.patch import Patch

Finding = dict[str, Any]
"""A finding in camelCase, as both EventBridge and the REST API write it."""

FORMAT = "%Y-%m-%dT%H:%M:%S.000Z"
PAGE = 50
SAMPLES = {
    "UnauthorizedAccess:EC2/SSHBruteForce": 2.0,
    "CryptoCurrency:EC2/BitcoinTool.B!DNS": 8.0,
    "Recon:IAMUser/TorIPCaller": 5.0,
    "UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS": 8.0,
    "Policy:IAMUser/RootCredentialUsage": 2.0,
    "Policy:S3/BucketAnonymousAccessGranted": 8.0,
    "Exfiltration:S3/MaliciousIPCaller": 8.0,
    "Discovery:Kubernetes/TorIPCaller": 5.0,
    "PrivilegeEscalation:Runtime/DockerSocketAccessed": 5.0,
    "Backdoor:Lambda/C&CActivity.B": 8.0,
    "CredentialAccess:RDS/AnomalousBehavior.SuccessfulLogin": 8.0,
    "Execution:ECS/MaliciousFile": 8.0,
    "AttackSequence:IAM/CompromisedCredentials": 9.0,
}
"""The types that a call without types makes, with the severity that AWS gives them."""

RESOURCES = {
    "EC2": "Instance",
    "IAMUser": "AccessKey",
    "S3": "S3Bucket",
    "Kubernetes": "EKSCluster",
    "Runtime": "Instance",
    "Lambda": "Lambda",
    "RDS": "RDSDBInstance",
    "ECS": "ECSCluster",
    "Container": "Container",
}


def install(patch: Patch) -> None:
    """Add the operations on findings, and refuse a second detector in a region."""
    from moto.core.exceptions import JsonRESTError
    from moto.guardduty import urls
    from moto.guardduty.models import GuardDutyBackend
    from moto.guardduty.responses import GuardDutyResponse

    for end in ("", "/get", "/archive", "/unarchive", "/create"):
        path = "{0}/detector/(?P<detector_id>[^/]+)/findings" + end + "$"
        patch.entry(urls.url_paths, path, GuardDutyResponse.dispatch)

    @patch.around(GuardDutyBackend, "create_detector")
    def create_detector(original: Any, backend: Any, *args: Any, **kwargs: Any) -> Any:
        if backend.detectors:
            message = "The request is rejected because a detector already exists for the current account."
            raise JsonRESTError("BadRequestException", message)
        return original(backend, *args, **kwargs)

    @patch.add(GuardDutyResponse)
    def create_sample_findings(response: Any) -> str:
        backend = _backend_of(response)
        for kind in response._get_param("findingTypes") or list(SAMPLES):
            put(backend, sample(backend, kind, datetime.now(UTC)))
        return "{}"

    @patch.add(GuardDutyResponse)
    def list_findings(response: Any) -> str:
        criteria = (response._get_param("findingCriteria") or {}).get("criterion", {})
        matching = [one for one in findings_of(_backend_of(response)).values() if _meets(one, criteria)]
        order = response._get_param("sortCriteria") or {}
        ids = [one["id"] for one in _sorted(matching, order)]
        start = int(response._get_param("nextToken") or 0)
        end = start + int(response._get_param("maxResults") or PAGE)
        return json.dumps({"findingIds": ids[start:end], "nextToken": str(end) if end < len(ids) else ""})

    @patch.add(GuardDutyResponse)
    def get_findings(response: Any) -> str:
        known = findings_of(_backend_of(response))
        found = [known[each] for each in response._get_param("findingIds") if each in known]
        return json.dumps({"findings": _sorted(found, response._get_param("sortCriteria") or {})})

    @patch.add(GuardDutyResponse)
    def archive_findings(response: Any) -> str:
        return _mark(response, archived=True)

    @patch.add(GuardDutyResponse)
    def unarchive_findings(response: Any) -> str:
        return _mark(response, archived=False)


def findings_of(backend: Any) -> dict[str, Finding]:
    """The findings of one account and region by id, kept on moto's backend so that its reset forgets them."""
    findings: dict[str, Finding] = vars(backend).setdefault("findings", {})
    return findings


def put(backend: Any, finding: Finding) -> None:
    """Keep a new or updated finding and put it on the account's default bus, as GuardDuty does.

    An archived finding is kept but not sent.
    """
    findings_of(backend)[finding["id"]] = finding
    if finding["service"]["archived"]:
        return
    event = {
        "detail-type": "GuardDuty Finding",
        "source": "aws.guardduty",
        "time": finding["updatedAt"].replace(".000Z", "Z"),
        "detail": json.loads(json.dumps(finding)),
    }
    deliver(backend.account_id, backend.region_name, complete(backend.account_id, backend.region_name, event))


def build(backend: Any, kind: str, severity: float, now: datetime, **parts: Any) -> Finding:
    """A finding of this type in the backend's detector.

    `parts` may hold title, description, resource, action, count, sample, created (a datetime, else now).
    Raises LookupError if GuardDuty is off there.
    """
    if not backend.detectors:
        raise LookupError(f"GuardDuty is off in {backend.region_name} of {backend.account_id}: create a detector first")
    detector = next(iter(backend.detectors))
    account, region = backend.account_id, backend.region_name
    identity = uuid.uuid4().hex
    created = parts.get("created", now).strftime(FORMAT)
    action = parts.get("action", {})
    extra: dict[str, Any] = {"value": "{}", "type": "default"}
    if parts.get("sample"):
        extra = {"value": '{"sample":true}', "type": "default", "sample": True}
    return {
        "schemaVersion": "2.0",
        "accountId": account,
        "region": region,
        "partition": "aws",
        "id": identity,
        "arn": f"arn:aws:guardduty:{region}:{account}:detector/{detector}/finding/{identity}",
        "type": kind,
        "resource": parts.get("resource", {"resourceType": resource_type(kind)}),
        "service": {
            "serviceName": "guardduty",
            "detectorId": detector,
            "action": action,
            "resourceRole": parts.get("role", "TARGET"),
            "additionalInfo": extra,
            "eventFirstSeen": created,
            "eventLastSeen": now.strftime(FORMAT),
            "archived": False,
            "count": parts.get("count", 1),
        },
        "severity": severity,
        "createdAt": created,
        "updatedAt": now.strftime(FORMAT),
        "title": parts.get("title", kind),
        "description": parts.get("description", kind),
    }


def sample(backend: Any, kind: str, now: datetime) -> Finding:
    """What CreateSampleFindings makes of a type."""
    return build(
        backend,
        kind,
        SAMPLES.get(kind, 5.0),
        now,
        title=f"[SAMPLE] {kind}",
        description=f"[SAMPLE] This is a sample finding of type {kind}.",
        sample=True,
    )


def resource_type(kind: str) -> str:
    """GuardDuty's resourceType for a finding type."""
    family = kind.partition(":")[2].partition("/")[0]
    return "AttackSequence" if kind.startswith("AttackSequence:") else RESOURCES.get(family, family)


def _backend_of(response: Any) -> Any:
    backend = response.guardduty_backend
    backend.get_detector(re.split("/detector/", response.path)[1].split("/")[0])
    return backend


def _mark(response: Any, archived: bool) -> str:
    findings = findings_of(_backend_of(response))
    for identity in response._get_param("findingIds"):
        if identity in findings:
            findings[identity]["service"]["archived"] = archived
    return "{}"


def _sorted(findings: list[Finding], order: dict[str, str]) -> list[Finding]:
    attribute = order.get("attributeName", "")
    if not attribute:
        return findings
    return sorted(findings, key=lambda one: _comparable(_value(one, attribute)), reverse=order.get("orderBy") == "DESC")


def _meets(finding: Finding, criteria: dict[str, dict[str, Any]]) -> bool:
    return all(_holds(_value(finding, attribute), condition) for attribute, condition in criteria.items())


def _value(finding: Finding, attribute: str) -> Any:
    value: Any = finding
    for step in attribute.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    return value


COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "gt": lambda value, limit: value > limit,
    "gte": lambda value, limit: value >= limit,
    "lt": lambda value, limit: value < limit,
    "lte": lambda value, limit: value <= limit,
}
COMPARISONS |= {
    "greaterThan": COMPARISONS["gt"],
    "greaterThanOrEqual": COMPARISONS["gte"],
    "lessThan": COMPARISONS["lt"],
    "lessThanOrEqual": COMPARISONS["lte"],
}


def _holds(value: Any, condition: dict[str, Any]) -> bool:
    for operator, wanted in condition.items():
        if operator in {"eq", "equals"}:
            holds = _text(value) in [str(each) for each in wanted]
        elif operator in {"neq", "notEquals"}:
            holds = _text(value) not in [str(each) for each in wanted]
        else:
            holds = value is not None and COMPARISONS[operator](_comparable(value), float(wanted))
        if not holds:
            return False
    return True


def _text(value: Any) -> str:
    """As criteria write it: `false`, and `8` for 8.0."""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


def _comparable(value: Any) -> Any:
    """Numbers as they are; moments as milliseconds since 1970, which is how criteria give them."""
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d.*Z", value):
        return datetime.fromisoformat(value.replace("Z", "+00:00")).timestamp() * 1000
    return value
