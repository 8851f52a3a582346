"""CloudFront over HTTPS, from the viewer to the origin."""

import pytest

from checks.inventory.cloudfront import Distribution, Origin
from checks.model import Severity, Status
from tests.builders import a_gap
from tests.service_builders import a_behavior, a_distribution

CHECKS = ("cloudfront-http-allowed", "cloudfront-old-tls", "cloudfront-origin-http")
every_check = pytest.mark.parametrize("check_id", CHECKS)


def an_origin(protocol, domain="origin.acme.example", id_="origin"):
    return Origin(id=id_, domain=domain, protocol=protocol)


@every_check
def test_a_distribution_that_is_right_passes(answer, check_id):
    assert answer(check_id, a_distribution()).status is Status.PASS


@every_check
def test_one_that_is_switched_off_is_left_out(answers, check_id):
    wrong = {"minimum_tls": "TLSv1", "origins": (an_origin("http-only"),), "enabled": False}
    assert answers(check_id, a_distribution(a_behavior(viewers="allow-all"), **wrong)) == []


@every_check
def test_what_could_not_be_read_is_unknown(answer, check_id):
    assert answer(check_id, gaps=[a_gap(Distribution)]).status is Status.UNKNOWN


@pytest.mark.parametrize(
    ("viewers", "status"), [("allow-all", "FAIL"), ("https-only", "PASS"), ("redirect-to-https", "PASS")]
)
def test_viewers_must_not_come_by_http(answer, viewers, status):
    finding = answer("cloudfront-http-allowed", a_distribution(a_behavior(viewers=viewers)))
    assert (finding.status, finding.severity) == (status, Severity.HIGH)


def test_a_further_behaviour_counts_as_the_default_one_does(answer):
    finding = answer("cloudfront-http-allowed", a_distribution(a_behavior(), a_behavior("/old/*", "allow-all")))
    assert finding.status is Status.FAIL
    assert finding.evidence["behaviors"] == ["/old/*"]


@pytest.mark.parametrize(
    ("minimum", "status"),
    [
        *((old, "FAIL") for old in ("SSLv3", "TLSv1", "TLSv1_2016", "TLSv1.1_2016", "TLSv1.2_2018", "TLSv1.2_2019")),
        *((new, "PASS") for new in ("TLSv1.2_2021", "TLSv1.2_2025", "TLSv1.3_2025", "TLSv9_2040")),
    ],
)
def test_a_minimum_below_that_of_2021_is_old(answer, minimum, status):
    finding = answer("cloudfront-old-tls", a_distribution(minimum_tls=minimum))
    assert (finding.status, finding.severity) == (status, Severity.MEDIUM)


def test_cloudfronts_own_certificate_passes_whatever_its_minimum(answer):
    assert answer("cloudfront-old-tls", a_distribution(minimum_tls="TLSv1", default_certificate=True)).status == "PASS"


@pytest.mark.parametrize(
    ("protocol", "viewers", "status"),
    [
        ("http-only", "https-only", "FAIL"),
        ("https-only", "allow-all", "PASS"),
        ("match-viewer", "allow-all", "FAIL"),
        ("match-viewer", "redirect-to-https", "PASS"),
        ("", "allow-all", "PASS"),
    ],
)
def test_the_origin_must_not_be_reached_by_http(answer, protocol, viewers, status):
    distribution = a_distribution(a_behavior(viewers=viewers), origins=(an_origin(protocol),))
    assert answer("cloudfront-origin-http", distribution).status == status


def test_matching_the_viewer_counts_for_the_origins_that_viewers_reach_by_http_alone(answer):
    safe, plain = a_behavior(origins=("one",)), a_behavior("/old/*", "allow-all", origins=("two",))
    origins = (
        an_origin("match-viewer", "one.acme.example", "one"),
        an_origin("match-viewer", "two.acme.example", "two"),
    )
    finding = answer("cloudfront-origin-http", a_distribution(safe, plain, origins=origins))
    assert finding.evidence["origins"] == ["two.acme.example: match-viewer, and viewers may use HTTP on /old/*"]


@pytest.mark.parametrize(
    "domain", ["site.s3-website-us-east-1.amazonaws.com", "site.s3-website.eu-central-1.amazonaws.com"]
)
def test_a_buckets_website_fails_with_advice(answer, domain):
    finding = answer("cloudfront-origin-http", a_distribution(origins=(an_origin("http-only", domain),)))
    assert finding.status is Status.FAIL
    assert "website endpoint" in finding.evidence["origins"][0]
