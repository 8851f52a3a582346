"""Certificates that have expired, or are about to."""

from datetime import timedelta

import pytest

from checks.inventory.acm import Certificate
from checks.inventory.cloudfront import Distribution
from checks.inventory.iam import ServerCertificate
from checks.inventory.load_balancing import CertificateUse
from checks.model import Status
from tests.builders import NOW, REGION, a_gap
from tests.service_builders import a_certificate, a_distribution, a_server_certificate, in_days

BALANCER = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/shop/1"
EXPIRED = {"acm-certificate-expired": a_certificate, "iam-certificate-expired": a_server_certificate}
EXPIRING = {"acm-certificate-expiring": a_certificate, "iam-certificate-expiring": a_server_certificate}
every_expired = pytest.mark.parametrize(("check_id", "make"), EXPIRED.items())
every_expiring = pytest.mark.parametrize(("check_id", "make"), EXPIRING.items())
every_check = pytest.mark.parametrize(("check_id", "make"), {**EXPIRED, **EXPIRING}.items())
SECOND = timedelta(seconds=1)


@every_expired
@pytest.mark.parametrize(("end", "status"), [(NOW - SECOND, "FAIL"), (NOW, "FAIL"), (NOW + SECOND, "PASS")])
def test_a_certificate_has_expired_from_the_second_of_its_end(answer, check_id, make, end, status):
    assert answer(check_id, make(expires=end)).status == status


@every_expiring
@pytest.mark.parametrize(("days", "status"), [(0.1, "FAIL"), (30, "FAIL"), (30.9, "FAIL"), (31, "PASS")])
def test_the_thirtieth_day_is_within(answer, check_id, make, days, status):
    assert answer(check_id, make(expires=in_days(days))).status == status


@every_expiring
def test_what_has_expired_is_not_also_about_to(answers, check_id, make):
    assert answers(check_id, make(expires=NOW)) == []


@every_check
def test_a_certificate_that_was_never_issued_has_no_end(answers, check_id, make):
    assert answers(check_id, make(expires=None)) == []


def test_an_expired_certificate_is_high_and_one_in_use_critical_with_what_uses_it(answer):
    unused = answer("acm-certificate-expired", a_certificate(expires=in_days(-9)))
    used = answer("acm-certificate-expired", a_certificate(expires=in_days(-9), used_by=(BALANCER,)))
    assert (str(unused.severity), str(used.severity)) == ("high", "critical")
    assert used.evidence["used_by"] == [BALANCER]
    assert used.evidence["days_ago"] == 9


def test_one_about_to_expire_is_low_and_one_in_use_medium(answer):
    unused = answer("acm-certificate-expiring", a_certificate(expires=in_days(9)))
    used = answer("acm-certificate-expiring", a_certificate(expires=in_days(9), used_by=(BALANCER,)))
    assert (str(unused.severity), str(used.severity)) == ("low", "medium")
    assert used.evidence["days_left"] == 9


def test_a_certificate_of_iam_is_in_use_where_a_distribution_serves_it(answer):
    certificate = a_server_certificate(expires=in_days(-1))
    serving = a_distribution(iam_certificate=certificate.id)
    finding = answer("iam-certificate-expired", certificate, serving)
    assert str(finding.severity) == "critical"
    assert finding.evidence["used_by"] == [serving.arn]
    assert str(answer("iam-certificate-expired", certificate, a_distribution()).severity) == "high"


def test_a_certificate_of_iam_is_in_use_where_a_load_balancer_serves_it_in_any_region(answer):
    certificate = a_server_certificate(expires=in_days(9))
    serving = CertificateUse(arn=BALANCER, region="us-east-1", certificate=certificate.arn)
    other = CertificateUse(arn=BALANCER, region="us-east-1", certificate="arn:aws:acm:us-east-1:1:certificate/1")
    finding = answer("iam-certificate-expiring", certificate, serving, other)
    assert (str(finding.severity), finding.evidence["used_by"]) == ("medium", [BALANCER])
    assert str(answer("iam-certificate-expiring", certificate, other).severity) == "low"


@pytest.mark.parametrize(("kind", "where"), [(Distribution, "global"), (CertificateUse, REGION)])
def test_where_its_use_could_not_be_read_it_fails_and_says_so(answer, kind, where):
    certificate = a_server_certificate(expires=in_days(-1))
    finding = answer("iam-certificate-expired", certificate, gaps=[a_gap(kind, where)])
    assert finding.status is Status.FAIL
    assert finding.evidence["more_use_unknown"][0].startswith(f"{where}: AccessDenied")


def test_how_soon_is_a_setting(answer):
    certificate = a_certificate(expires=in_days(40))
    assert answer("acm-certificate-expiring", certificate, certificate_expiring=45).status is Status.FAIL


@every_check
def test_what_could_not_be_read_is_unknown(answer, check_id, make):
    kind = type(make())
    region = REGION if kind is Certificate else "global"
    assert kind in (Certificate, ServerCertificate)
    finding = answer(check_id, gaps=[a_gap(kind, region)])
    assert (finding.status, finding.region) == (Status.UNKNOWN, region)
