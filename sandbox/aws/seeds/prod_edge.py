"""acme-prod: certificates and CloudFront."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sandbox.aws.accounts import PROD
from sandbox.aws.seeds.ages import ago

if TYPE_CHECKING:
    from sandbox.aws.cloud import Cloud

DISTRIBUTIONS = ("www", "downloads", "retired")


def build(cloud: "Cloud", now: datetime) -> None:
    """Rows 15 and 16, beside a certificate with 45 days left and a distribution that is switched off."""
    acm = cloud.client("acm", PROD)
    _import(acm, "shop.acme.example", now, days_left=45)
    _import(acm, "api.acme.example", now, days_left=12)
    expired = _import(acm, "old.acme.example", now, days_left=45)
    _expire(expired, "old.acme.example", now)
    acm.request_certificate(DomainName="new.acme.example", ValidationMethod="DNS")
    certificate, private_key = pem("legacy-elb.acme.example", ago(now, 800), ago(now, 70))
    cloud.client("iam", PROD).upload_server_certificate(
        ServerCertificateName="legacy-elb", CertificateBody=certificate, PrivateKey=private_key
    )
    cloudfront = cloud.client("cloudfront", PROD)
    _distribution(cloudfront, "www", "redirect-to-https", "TLSv1.2_2021", "https-only")
    _distribution(cloudfront, "downloads", "allow-all", "TLSv1", "http-only")
    _distribution(cloudfront, "retired", "allow-all", "TLSv1", "http-only", enabled=False)


def pem(name: str, start: datetime, end: datetime) -> tuple[str, str]:
    """A self-signed certificate and its key, both as PEM; an elliptic key, for those are made at once."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return certificate.public_bytes(serialization.Encoding.PEM).decode(), private.decode()


def _import(acm: Any, name: str, now: datetime, days_left: int) -> str:
    # half a day more, so that what is left in whole days is what is said
    certificate, key = pem(name, ago(now, 300), now + timedelta(days=days_left, hours=12))
    return str(acm.import_certificate(Certificate=certificate, PrivateKey=key)["CertificateArn"])


def _expire(arn: str, name: str, now: datetime) -> None:
    """ACM takes no expired certificate, so one is put in the place of a good one, as time would do it."""
    from cryptography.x509 import load_pem_x509_certificate
    from moto.acm.models import acm_backends

    bundle = acm_backends[PROD.id]["us-east-1"]._certificates[arn]
    bundle.cert = pem(name, ago(now, 400), ago(now, 9))[0].encode()
    bundle._cert = load_pem_x509_certificate(bundle.cert)
    bundle.in_use_by = [f"arn:aws:elasticloadbalancing:us-east-1:{PROD.id}:loadbalancer/app/orders/50dc6c495c0c9188"]


def _distribution(cloudfront: Any, name: str, viewers: str, tls: str, origin: str, enabled: bool = True) -> None:
    origins = {
        "Id": "origin",
        "DomainName": f"{name}-origin.acme.example",
        "CustomOriginConfig": {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": origin},
    }
    behavior = {
        "TargetOriginId": "origin",
        "ViewerProtocolPolicy": viewers,
        "ForwardedValues": {"QueryString": False, "Cookies": {"Forward": "none"}},
        "MinTTL": 0,
    }
    cloudfront.create_distribution(
        DistributionConfig={
            "CallerReference": name,
            "Aliases": {"Quantity": 1, "Items": [f"{name}.acme.example"]},
            "Comment": f"{name}.acme.example",
            "Enabled": enabled,
            "Origins": {"Quantity": 1, "Items": [origins]},
            "DefaultCacheBehavior": behavior,
            "ViewerCertificate": {
                "ACMCertificateArn": f"arn:aws:acm:us-east-1:{PROD.id}:certificate/{name}",
                "SSLSupportMethod": "sni-only",
                "MinimumProtocolVersion": tls,
            },
        }
    )
