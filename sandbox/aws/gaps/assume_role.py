"""STS AssumeRole: only a role that exists, whose trust policy names the caller and its external id."""

import json
from collections.abc import Iterator
from typing import Any

from sandbox.aws.patch import Patch


def install(patch: Patch) -> None:
    """Refuse what a role's trust policy does not allow, as AWS does; moto assumes anything."""
    from moto.core.exceptions import _RESTError
    from moto.iam.models import iam_backends
    from moto.sts.responses import TokenResponse

    class AccessDenied(_RESTError):  # type: ignore[misc]
        code = 403

    @patch.around(TokenResponse, "assume_role")
    def assume_role(original: Any, response: Any) -> Any:
        arn = str(response._get_param("RoleArn"))
        account = arn.partition("::")[2].partition(":")[0]
        roles = iam_backends[account]["aws"].roles.values() if account.isdigit() else []
        role = next((each for each in roles if each.arn == arn), None)
        caller = response.current_account
        external_id = response._get_param("ExternalId")
        if role is None or not trusts(role.assume_role_policy_document, caller, external_id):
            raise AccessDenied(
                "AccessDenied",
                f"User: arn:aws:iam::{caller}:root is not authorized to perform: sts:AssumeRole on resource: {arn}",
            )
        return original(response)


def trusts(document: str, caller: str, external_id: str | None) -> bool:
    """Whether a trust policy lets principals of the account `caller` in with this external id."""
    return any(
        f":{caller}:" in principal.replace("::", ":") or principal in {caller, "*"}
        for statement in _allowing(document)
        if _external_id_matches(statement, external_id)
        for principal in _principals(statement)
    )


def _allowing(document: str) -> Iterator[dict[str, Any]]:
    statements = json.loads(document)["Statement"]
    for statement in statements if isinstance(statements, list) else [statements]:
        if statement["Effect"] == "Allow":
            yield statement


def _principals(statement: dict[str, Any]) -> list[str]:
    principal = statement.get("Principal", {})
    named = principal.get("AWS", []) if isinstance(principal, dict) else principal
    return [named] if isinstance(named, str) else named


def _external_id_matches(statement: dict[str, Any], external_id: str | None) -> bool:
    wanted = statement.get("Condition", {}).get("StringEquals", {}).get("sts:ExternalId")
    return wanted is None or external_id in ([wanted] if isinstance(wanted, str) else wanted)
