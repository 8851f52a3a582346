"""IAM's credential report: asking for it, waiting for it, and reading its columns."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.aws.collect.source import Source
from bot.errors import AwsError, AwsUnreachable
from checks.inventory.iam import AccessKey

ACTIONS = ("iam:GenerateCredentialReport", "iam:GetCredentialReport")
ROOT = "<root_account>"

_WAIT = 2.0
_TRIES = 30
"""A report of a large account takes a while to be made; a minute is plenty."""
_NOT_YET = {"ReportNotPresent", "ReportInProgress"}
_EXPIRED = "ReportExpired"


@dataclass(frozen=True, slots=True)
class Row:
    """One user of the report, or root; what is no date or no answer is None.

    AWS writes `N/A` for what does not apply, `no_information` for what it has not noted (not since October 2014),
    and `not_supported` where the column does not exist for root
    (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html).
    """

    columns: Mapping[str, str]

    @property
    def user(self) -> str:
        """The user's name, or `<root_account>`."""
        return self.columns["user"]

    @property
    def arn(self) -> str:
        """The user's ARN, or root's."""
        return self.columns["arn"]

    def date(self, column: str) -> datetime | None:
        """The moment in `column`, if it holds one."""
        text = self.columns.get(column, "")
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            return None
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    def flag(self, column: str) -> bool | None:
        """Whether `column` says true or false; None when it says neither."""
        return {"true": True, "false": False}.get(self.columns.get(column, "").lower())

    def access_keys(self) -> tuple[AccessKey, ...]:
        """The access keys that exist: active, or with a date of creation. The report does not name them."""
        return tuple(
            AccessKey(
                id="",
                user=self.user,
                user_arn=self.arn,
                number=number,
                active=bool(self.flag(f"access_key_{number}_active")),
                created=self.date(f"access_key_{number}_last_rotated"),
                last_used=self.date(f"access_key_{number}_last_used_date"),
                last_used_service=self._word(f"access_key_{number}_last_used_service"),
            )
            for number in (1, 2)
            if self.flag(f"access_key_{number}_active") or self.date(f"access_key_{number}_last_rotated")
        )

    def _word(self, column: str) -> str:
        word = self.columns.get(column, "")
        return "" if word in {"N/A", "no_information", "not_supported"} else word


@dataclass(frozen=True, slots=True)
class Report:
    """The whole report; up to four hours old, as AWS makes no newer one before."""

    users: Mapping[str, Row]
    """By name, without root."""
    root: Row | None


def parse(text: str) -> Report:
    """The report that AWS wrote as CSV. Raises AwsError when it lacks the columns that name its users."""
    reader = csv.DictReader(io.StringIO(text))
    missing = {"user", "arn"} - set(reader.fieldnames or ())
    if missing:
        raise AwsError(f"The credential report has no column {' and '.join(sorted(missing))}.")
    rows = [Row({key: value or "" for key, value in line.items() if key}) for line in reader]
    return Report(
        users={row.user: row for row in rows if row.user != ROOT},
        root=next((row for row in rows if row.user == ROOT), None),
    )


def credential_report(source: Source) -> Report:
    """The account's report, made now if there is none of the last four hours.

    Raises AwsUnreachable when it is not ready after a minute.
    """
    source.call("iam", "generate_credential_report")
    for _ in range(_TRIES):
        try:
            return parse(source.call("iam", "get_credential_report")["Content"].decode("utf-8", "replace"))
        except AwsError as error:
            if error.code == _EXPIRED:
                source.call("iam", "generate_credential_report")
            elif error.code not in _NOT_YET:
                raise
        source.sleep(_WAIT)
    raise AwsUnreachable(f"AWS did not finish the credential report within {_WAIT * _TRIES:g} seconds.")
