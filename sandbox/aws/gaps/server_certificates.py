"""IAM server certificates: the dates are those of the certificate, not a constant."""

from typing import Any

from sandbox.aws.patch import Patch


def install(patch: Patch) -> None:
    """Read each certificate's expiry out of its body."""
    from moto.iam.responses import IamResponse

    @patch.around(IamResponse, "list_server_certificates")
    def list_server_certificates(original: Any, response: Any) -> Any:
        answer = original(response)
        bodies = {each.arn: each.cert_body for each in response.backend.list_server_certificates()}
        for metadata in answer.result["ServerCertificateMetadataList"]:
            metadata.update(_dates(bodies[metadata["Arn"]]))
        return answer


def _dates(body: str) -> dict[str, str]:
    from cryptography.x509 import load_pem_x509_certificate

    certificate = load_pem_x509_certificate(body.encode())
    return {
        "UploadDate": certificate.not_valid_before_utc.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "Expiration": certificate.not_valid_after_utc.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
