"""A bucket that another account owns is no gap where that account was judged too."""

import pytest

from checks.catalog import CATALOG
from checks.elsewhere import is_shared, judged_elsewhere
from checks.model import Finding, Severity, Status

PROD, LOG = "111122223333", "999900001111"


def of(account, status, resource="arn:aws:s3:::acme-log-archive", check="cloudtrail-bucket-public"):
    return Finding(
        check=check,
        status=status,
        severity=Severity.CRITICAL,
        account=account,
        region="eu-west-1",
        resource=resource,
        title="CloudTrail bucket is public",
    )


@pytest.mark.parametrize("status", [Status.PASS, Status.FAIL, Status.MUTED])
def test_an_unknown_that_another_account_judged_is_settled_whichever_came_first(status):
    unknown, judged = of(PROD, Status.UNKNOWN), of(LOG, status)
    assert judged_elsewhere([unknown, judged]) == judged_elsewhere([judged, unknown]) == {unknown.id}


@pytest.mark.parametrize(
    "other",
    [
        of(LOG, Status.UNKNOWN),
        of(LOG, Status.PASS, resource="arn:aws:s3:::another"),
        of(LOG, Status.PASS, check="cloudtrail-bucket-no-access-log"),
        of(PROD, Status.PASS),
    ],
)
def test_it_stays_unknown_where_nobody_else_judged_that_bucket_by_that_check(other):
    assert judged_elsewhere([of(PROD, Status.UNKNOWN), other]) == frozenset()


def test_the_checks_of_the_buckets_of_trails_are_those_that_look_across_accounts():
    assert {check.id for check in CATALOG.values() if is_shared(check)} == {
        "cloudtrail-bucket-no-access-log",
        "cloudtrail-bucket-no-mfa-delete",
        "cloudtrail-bucket-public",
    }
