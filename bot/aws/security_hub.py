"""AWS Security Hub of one account and region: imports findings, and lists those imported before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from bot.aws.errors import told
from bot.aws.sessions import Access, Sessions
from bot.errors import AwsDenied, AwsError

ACTIONS = ("securityhub:BatchImportFindings", "securityhub:GetFindings")
"""What the role needs; https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecurityhub.html."""

MOST = 100
"""Findings to a call of BatchImportFindings."""
_BEGINNING = "1970-01-01T00:00:00.000Z"
NOT_THERE = "InvalidAccessException"
"""The code of the error where Security Hub is not enabled."""

Item = Mapping[str, Any]
"""One finding, in the AWS Security Finding Format."""


def put(sessions: Sessions, account: str, region: str, items: Sequence[Item]) -> dict[str, str]:
    """Import at most MOST findings of this account and region; returns the ids of those refused, each with the reason.

    Raises AwsError when none could be imported, and says what to do.
    """
    with _advised(region):
        client = sessions.client(account, "securityhub", region, Access.IMPORT)
        answer = client.batch_import_findings(Findings=list(items))
    return {one["Id"]: f"{one['ErrorCode']}: {one['ErrorMessage']}" for one in answer.get("FailedFindings", ())}


def before(sessions: Sessions, account: str, region: str, generators: str, moment: datetime) -> Iterator[Item]:
    """The active findings that were last imported before `moment` by generators whose id begins so.

    Raises AwsError like `put`.
    """
    filters = {
        "AwsAccountId": [{"Value": account, "Comparison": "EQUALS"}],
        "GeneratorId": [{"Value": generators, "Comparison": "PREFIX"}],
        "RecordState": [{"Value": "ACTIVE", "Comparison": "EQUALS"}],
        "UpdatedAt": [{"Start": _BEGINNING, "End": said(moment)}],
    }
    with _advised(region):
        client = sessions.client(account, "securityhub", region, Access.IMPORT)
        pages = client.get_paginator("get_findings").paginate(Filters=filters, PaginationConfig={"PageSize": MOST})
        for page in pages:
            yield from (one for one in page["Findings"] if _is_meant(one, account, generators))


def _is_meant(item: Item, account: str, generators: str) -> bool:
    """Looked at again: what is archived by mistake is hard to find."""
    ours = item["GeneratorId"].startswith(generators) and item["AwsAccountId"] == account
    return ours and item.get("RecordState") == "ACTIVE"


def said(moment: datetime) -> str:
    """A moment in UTC as Security Hub takes it, to the millisecond."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


@contextmanager
def _advised(region: str) -> Iterator[None]:
    """What is raised within the block says what to do about it."""
    try:
        with told("securityhub", region):
            yield
    except AwsDenied as error:
        words = f"{error} `picket policy security-hub` prints the policy of the role in aws.security_hub_role."
        raise AwsDenied(words, permission=error.permission, code=error.code, operation=error.operation) from error
    except AwsError as error:
        if error.code != NOT_THERE:
            raise
        words = "Security Hub is not enabled there: enable it, or leave the region out."
        raise AwsError(words, code=error.code, operation=error.operation) from error
