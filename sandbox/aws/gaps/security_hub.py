"""Security Hub: takes findings only where it is enabled, of the caller's own account and region, and well formed."""

import json
from typing import Any

from sandbox.aws.patch import Patch

REQUIRED = (
    "AwsAccountId",
    "CreatedAt",
    "Description",
    "GeneratorId",
    "Id",
    "ProductArn",
    "Resources",
    "SchemaVersion",
    "Title",
    "UpdatedAt",
)
LENGTHS = {"Title": 256, "Description": 1024, "Id": 512, "GeneratorId": 512}
MOST = 100
LARGEST = 240 * 1024
FILTERS = ("AwsAccountId", "GeneratorId", "RecordState")


def install(patch: Patch) -> None:
    """Refuse what AWS refuses, and filter where moto gives everything."""
    from moto.core.exceptions import JsonRESTError
    from moto.securityhub.models import SecurityHubBackend

    class InvalidAccessException(JsonRESTError):  # type: ignore[misc]
        code = 401

    class InvalidInputException(JsonRESTError):  # type: ignore[misc]
        code = 400

    def enabled(backend: Any) -> None:
        if not backend.enabled:
            message = f"Account {backend.account_id} is not subscribed to AWS Security Hub"
            raise InvalidAccessException("InvalidAccessException", message)

    @patch.around(SecurityHubBackend, "batch_import_findings")
    def batch_import_findings(original: Any, backend: Any, findings: list[dict[str, Any]]) -> Any:
        enabled(backend)
        if not 0 < len(findings) <= MOST:
            raise InvalidInputException("InvalidInputException", f"Findings must have 1 to {MOST} members")
        wrong = {one.get("Id", ""): why for one in findings if (why := _wrong(backend, one))}
        failed, succeeded, errors = original(backend, [one for one in findings if one.get("Id", "") not in wrong])
        errors += [{"Id": id_, "ErrorCode": "InvalidInput", "ErrorMessage": why} for id_, why in wrong.items()]
        return failed + len(wrong), succeeded, errors

    @patch.around(SecurityHubBackend, "get_findings")
    def get_findings(original: Any, backend: Any, filters: Any = None, **facts: Any) -> Any:
        enabled(backend)
        kept = backend.findings
        backend.findings = [one for one in kept if _fits(one.data, filters or {})]
        try:
            return original(backend, filters=filters, **facts)
        finally:
            backend.findings = kept


def _wrong(backend: Any, finding: dict[str, Any]) -> str:
    if missing := [name for name in REQUIRED if not finding.get(name)]:
        return f"Finding does not adhere to Amazon Finding Format. {', '.join(missing)} should be present"
    if long := [name for name, most in LENGTHS.items() if len(finding[name]) > most]:
        return f"Finding does not adhere to Amazon Finding Format. {', '.join(long)} is too long"
    if len(json.dumps(finding)) > LARGEST:
        return "Finding is larger than 240 KB"
    own = f":securityhub:{backend.region_name}:{backend.account_id}:product/{backend.account_id}/default"
    if finding["AwsAccountId"] != backend.account_id or not finding["ProductArn"].endswith(own):
        return "The product is not of this account and region"
    return ""


def _fits(finding: dict[str, Any], filters: dict[str, Any]) -> bool:
    for name in FILTERS:
        for wanted in filters.get(name, ()):
            value, asked = str(finding.get(name, "")), wanted["Value"]
            if not (value.startswith(asked) if wanted["Comparison"] == "PREFIX" else value == asked):
                return False
    end = next((span["End"] for span in filters.get("UpdatedAt", ())), "9")
    return bool(finding["UpdatedAt"] <= end)
