"""What is read of certificates and distributions."""

from datetime import UTC, datetime, timedelta

import botocore.session
import pytest

from bot.aws.collect import acm, cloudfront
from bot.errors import AwsDenied
from sandbox.aws.accounts import HUB
from sandbox.aws.seeds.prod_edge import pem

REGION = "eu-west-1"
NOW = datetime.now(UTC).replace(microsecond=0)
ARN = f"arn:aws:acm:{REGION}:{HUB.id}:certificate/1"
BALANCER = f"arn:aws:elasticloadbalancing:{REGION}:{HUB.id}:loadbalancer/app/shop/1"


@pytest.fixture
def api(cloud):
    return cloud.client("acm", HUB, REGION)


def test_an_imported_certificate_has_its_end(api, source):
    certificate, key = pem("shop.acme.example", NOW - timedelta(days=5), NOW + timedelta(days=40))
    arn = api.import_certificate(Certificate=certificate, PrivateKey=key)["CertificateArn"]

    (read,) = acm.certificates(source(REGION))

    assert (read.arn, read.region, read.domain, read.kind) == (arn, REGION, "shop.acme.example", "IMPORTED")
    assert read.expires == NOW + timedelta(days=40)
    assert read.used_by == ()


def test_one_that_awaits_validation_has_none(api, source):
    api.request_certificate(DomainName="new.acme.example", ValidationMethod="DNS")

    (read,) = acm.certificates(source(REGION))

    assert (read.status, read.expires) == ("PENDING_VALIDATION", None)


def test_every_key_type_that_aws_knows_is_asked_for(canned, source):
    known = botocore.session.Session().get_service_model("acm").shape_for("KeyAlgorithm").enum
    asked = canned("acm", "ListCertificates", {"CertificateSummaryList": []}, region=REGION)

    assert list(acm.certificates(source(REGION))) == []
    assert set(acm.KEY_TYPES) == set(known)
    assert all(key_type in str(asked[0]["body"]) for key_type in known)


def listed(arn, **facts):
    return {"CertificateArn": arn, "Status": "ISSUED", "NotAfter": NOW.timestamp(), "DomainName": "a.example", **facts}


def test_only_one_in_use_is_asked_about_again_for_what_uses_it(canned, source):
    pages = [
        {"CertificateSummaryList": [listed(ARN, InUse=True)], "NextToken": "more"},
        {"CertificateSummaryList": [listed(ARN + "2", InUse=False)]},
    ]
    canned("acm", "ListCertificates", *pages, region=REGION)
    details = canned("acm", "DescribeCertificate", {"Certificate": {"InUseBy": [BALANCER]}}, region=REGION)

    used, unused = acm.certificates(source(REGION))

    assert (used.used_by, unused.used_by) == ((BALANCER,), ())
    assert len(details) == 1


def test_certificates_that_may_not_be_described_are_no_empty_list(canned, cloud, source):
    canned("acm", "ListCertificates", {"CertificateSummaryList": [listed(ARN, InUse=True)]}, region=REGION)
    cloud.faults.deny("acm", "DescribeCertificate")

    with pytest.raises(AwsDenied):
        list(acm.certificates(source(REGION)))


def test_an_account_without_distributions_has_none(cloud, source):
    assert cloudfront.distributions(source()) == []


def a_config(name, **facts):
    origin = {"Id": "origin", "DomainName": f"{name}.acme.example"}
    custom = {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "match-viewer"}
    behavior = {"TargetOriginId": "origin", "ViewerProtocolPolicy": "https-only", "MinTTL": 0}
    forwarded = {"ForwardedValues": {"QueryString": False, "Cookies": {"Forward": "none"}}}
    return {
        "CallerReference": name,
        "Comment": name,
        "Enabled": True,
        "Aliases": {"Quantity": 1, "Items": [f"{name}.acme.example"]},
        "Origins": {"Quantity": 1, "Items": [{**origin, "CustomOriginConfig": custom}]},
        "DefaultCacheBehavior": {**behavior, **forwarded},
        **facts,
    }


def test_a_distribution_is_read_with_every_behaviour(cloud, source):
    api = cloud.client("cloudfront", HUB)
    config = a_config("www")
    further = {**config["DefaultCacheBehavior"], "PathPattern": "/old/*", "ViewerProtocolPolicy": "allow-all"}
    api.create_distribution(DistributionConfig={**config, "CacheBehaviors": {"Quantity": 1, "Items": [further]}})

    (read,) = cloudfront.distributions(source())

    assert [(b.path, b.viewers, b.origins) for b in read.behaviors] == [
        ("default", "https-only", ("origin",)),
        ("/old/*", "allow-all", ("origin",)),
    ]
    assert [(o.id, o.protocol) for o in read.origins] == [("origin", "match-viewer")]
    assert (read.enabled, read.region, read.aliases) == (True, "global", ("www.acme.example",))
    assert read.default_certificate


@pytest.mark.parametrize("by", ["ACMCertificateArn", "IAMCertificateId"])
def test_a_certificate_that_was_chosen_has_a_minimum(cloud, source, by):
    chosen = {by: "ASCAEXAMPLE", "SSLSupportMethod": "sni-only", "MinimumProtocolVersion": "TLSv1.1_2016"}
    cloud.client("cloudfront", HUB).create_distribution(DistributionConfig=a_config("www", ViewerCertificate=chosen))

    (read,) = cloudfront.distributions(source())

    assert (read.default_certificate, read.minimum_tls) == (False, "TLSv1.1_2016")
    assert read.iam_certificate == ("ASCAEXAMPLE" if by == "IAMCertificateId" else "")


def test_a_behaviour_that_leads_to_an_origin_group_reaches_all_of_its_origins(canned, source):
    group = {"Id": "both", "Members": {"Items": [{"OriginId": "one"}, {"OriginId": "two"}]}}
    found = {
        "Id": "E1",
        "ARN": "arn:aws:cloudfront::1:distribution/E1",
        "DefaultCacheBehavior": {"TargetOriginId": "both", "ViewerProtocolPolicy": "allow-all"},
        "OriginGroups": {"Items": [group]},
    }
    canned("cloudfront", "ListDistributions", {"DistributionList": {"IsTruncated": False, "Items": [found]}})

    (read,) = cloudfront.distributions(source())

    assert read.behaviors[0].origins == ("one", "two")


def test_every_page_of_distributions_is_read(canned, source):
    def page(id_, **more):
        found = {"Id": id_, "ARN": f"arn:aws:cloudfront::1:distribution/{id_}", "DefaultCacheBehavior": {}}
        return {"DistributionList": {"IsTruncated": bool(more), "Items": [found], **more}}

    canned("cloudfront", "ListDistributions", page("E1", NextMarker="more"), page("E2"))

    assert [one.id for one in cloudfront.distributions(source())] == ["E1", "E2"]
