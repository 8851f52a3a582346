"""What an HTTP request asks of AWS: which operation, where, and as whom."""

import io
import re
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qs

SIGNING_NAMES = {
    "monitoring": "cloudwatch",
    "elasticloadbalancing": "elbv2",
    "email": "ses",
    "tagging": "resourcegroupstaggingapi",
}
"""Services whose name in a signature is not their name in boto3."""

ADMINISTRATOR_PREFIX = "SANDBOX0"


@dataclass(frozen=True)
class Request:
    """One call: boto3's name of the service, the operation, its region, and who calls."""

    service: str
    operation: str
    region: str
    access_key: str
    account: str = ""
    role: str = ""
    principal: str = ""
    protocol: str = "rest-json"

    @property
    def by_administrator(self) -> bool:
        """Whether the sandbox itself calls: seeds, the story and tests, which no fault may touch."""
        return self.access_key.startswith(ADMINISTRATOR_PREFIX)


def administrator_key(account: str) -> str:
    """The access key by which the sandbox itself acts in an account."""
    return f"{ADMINISTRATOR_PREFIX}{account}"


def parse(environ: dict[str, Any]) -> Request | None:
    """Read a signed request from its WSGI environment; None if it is not signed in a header."""
    scope = environ.get("HTTP_AUTHORIZATION", "").partition("Credential=")[2].partition(",")[0].split("/")
    if len(scope) < 5:
        return None
    access_key, _, region, signing_name, *_ = scope
    path = environ.get("PATH_INFO", "")
    service = SIGNING_NAMES.get(signing_name.lower(), signing_name.lower())
    if service == "s3" and path.startswith("/v20180820/"):
        service = "s3control"
    operation, protocol = _operation(environ, service, path)
    return Request(service, operation, region, access_key, protocol=protocol)


def _operation(environ: dict[str, Any], service: str, path: str) -> tuple[str, str]:
    if target := environ.get("HTTP_X_AMZ_TARGET"):
        return target.rpartition(".")[2], "json"
    if path.startswith("/service/") and "/operation/" in path:
        return path.rpartition("/")[2], "cbor"
    if environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        form = parse_qs(_body(environ).decode("utf-8", "replace"))
        if "Action" in form:
            return form["Action"][0], "ec2" if service == "ec2" else "query"
    xml = service in {"s3", "s3control", "cloudfront", "route53"}
    return _rest_operation(environ, service), "rest-xml" if xml else "rest-json"


def _body(environ: dict[str, Any]) -> bytes:
    body: bytes = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    return body


def _rest_operation(environ: dict[str, Any], service: str) -> str:
    from moto.core.request import Request as HttpRequest
    from werkzeug.exceptions import HTTPException

    router = _router(service)
    if router is None:
        return ""
    try:
        operation, _ = router.match(HttpRequest(environ))
    except (HTTPException, NotImplementedError):
        return ""
    return re.sub(r"\d{4}_\d\d_\d\d$", "", operation.name)  # CloudFront's carry their version


@cache
def _router(service: str) -> Any:
    from botocore.exceptions import UnknownServiceError
    from moto.core.routing import get_service_router

    try:
        return get_service_router(service)
    except UnknownServiceError:
        return None
