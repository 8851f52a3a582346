"""ACM: a certificate that waits for validation has no dates yet."""

from typing import Any

from sandbox.aws.patch import Patch

DATES = ("IssuedAt", "NotAfter", "NotBefore")


def install(patch: Patch) -> None:
    """Leave the dates of pending certificates out of DescribeCertificate, and so of ListCertificates."""
    from moto.acm.models import CertBundle

    @patch.around(CertBundle, "describe")
    def describe(original: Any, certificate: Any) -> Any:
        result = original(certificate)
        if certificate.status == "PENDING_VALIDATION":
            for date in DATES:
                result["Certificate"].pop(date, None)
        return result
