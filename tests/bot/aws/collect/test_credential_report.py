"""IAM's credential report."""

from datetime import UTC, datetime

import pytest

from bot.aws.collect.credential_report import ROOT, credential_report, parse
from bot.errors import AwsDenied, AwsError, AwsUnreachable

HEADER = (
    "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,"
    "mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,"
    "access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,"
    "access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,"
    "cert_1_last_rotated,cert_2_active,cert_2_last_rotated"
)
LINES = (
    HEADER,
    (
        "<root_account>,arn:aws:iam::111122223333:root,2015-03-04T10:11:12+00:00,not_supported,"
        "2025-11-01T08:00:00+00:00,not_supported,not_supported,true,true,2016-01-01T00:00:00+00:00,N/A,N/A,N/A,"
        "false,N/A,N/A,N/A,N/A,false,N/A,false,N/A"
    ),
    (
        "alice,arn:aws:iam::111122223333:user/people/alice,2024-01-05T09:00:00+00:00,true,no_information,"
        "2024-01-05T09:00:00+00:00,N/A,false,true,2024-02-01T10:00:00+00:00,2025-10-30T12:34:00+00:00,eu-west-1,s3,"
        "false,2024-03-01T10:00:00+00:00,N/A,N/A,N/A,false,N/A,false,N/A"
    ),
    (
        "ci,arn:aws:iam::111122223333:user/ci,2024-01-05T09:00:00Z,false,N/A,N/A,N/A,false,false,N/A,N/A,N/A,N/A,"
        "false,N/A,N/A,N/A,N/A,false,N/A,false,N/A"
    ),
)
REPORT = "\n".join(LINES)


def at(*parts):
    return datetime(*parts, tzinfo=UTC)


def test_root_stands_apart_from_the_users():
    report = parse(REPORT)

    assert list(report.users) == ["alice", "ci"]
    assert report.root.user == ROOT
    assert report.root.date("password_last_used") == at(2025, 11, 1, 8)
    assert report.root.flag("password_enabled") is None
    assert report.root.flag("mfa_active") is True


@pytest.mark.parametrize("column", ["password_last_used", "password_next_rotation", "access_key_2_last_used_date"])
def test_what_is_no_date_is_none(column):
    assert parse(REPORT).users["alice"].date(column) is None


def test_dates_are_aware_however_aws_writes_the_zone():
    assert parse(REPORT).users["ci"].date("user_creation_time") == at(2024, 1, 5, 9)


def test_both_keys_are_read_and_an_inactive_one_with_a_date_exists():
    first, second = parse(REPORT).users["alice"].access_keys()

    assert (first.number, first.active, first.created) == (1, True, at(2024, 2, 1, 10))
    assert (first.last_used, first.last_used_service) == (at(2025, 10, 30, 12, 34), "s3")
    assert (second.number, second.active, second.last_used, second.last_used_service) == (2, False, None, "")
    assert {key.id for key in (first, second)} == {""}


def test_a_user_without_keys_has_none():
    assert parse(REPORT).users["ci"].access_keys() == ()


def test_a_report_without_root_says_so():
    assert parse("\n".join((HEADER, LINES[2]))).root is None


def test_a_name_with_a_comma_stays_one_field():
    assert parse('user,arn\n"a,b",arn:aws:iam::111122223333:user/x\n').users["a,b"].arn.endswith("user/x")


@pytest.mark.parametrize("text", ["", "<html>busy</html>", "name,arn\n"])
def test_what_is_no_report_is_an_error_and_no_empty_account(text):
    with pytest.raises(AwsError, match="no column"):
        parse(text)


class Source:
    """Answers like IAM while a report is being made; sleeping costs nothing."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = []
        self.slept = 0.0

    def call(self, _service, operation, **_):
        self.asked.append(operation)
        if operation == "generate_credential_report":
            return {"State": "STARTED"}
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return {"Content": answer.encode()}

    def sleep(self, seconds):
        self.slept += seconds


def failing(code):
    return AwsError(code, code=code)


def test_a_report_that_is_being_made_is_waited_for():
    source = Source(failing("ReportNotPresent"), failing("ReportInProgress"), REPORT)

    assert set(credential_report(source).users) == {"alice", "ci"}
    assert source.asked.count("generate_credential_report") == 1


def test_an_expired_report_is_asked_for_again():
    source = Source(failing("ReportExpired"), REPORT)

    assert credential_report(source).root
    assert source.asked.count("generate_credential_report") == 2


def test_a_report_that_never_comes_is_given_up_after_a_minute():
    source = Source(failing("ReportInProgress"))

    with pytest.raises(AwsUnreachable, match="60 seconds"):
        credential_report(source)

    assert source.slept == 60


def test_a_refusal_is_not_waited_out():
    source = Source(AwsDenied("no", permission="iam:GetCredentialReport", code="AccessDenied"))

    with pytest.raises(AwsDenied):
        credential_report(source)

    assert source.slept == 0
