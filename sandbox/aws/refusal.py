"""How AWS says no: each protocol's shape of an error, and each service's code for it."""

import json
from dataclasses import dataclass
from xml.sax.saxutils import escape

from sandbox.aws.permissions import action_of
from sandbox.aws.request import Request

CODES: dict[str, dict[str, tuple[str, int]]] = {
    "deny": {
        "ec2": ("UnauthorizedOperation", 403),
        "query": ("AccessDenied", 403),
        "rest-xml": ("AccessDenied", 403),
        "rest-json": ("AccessDeniedException", 403),
        "json": ("AccessDeniedException", 400),
        "cbor": ("AccessDenied", 403),
    },
    "throttle": {
        "ec2": ("RequestLimitExceeded", 503),
        "query": ("Throttling", 400),
        "rest-xml": ("SlowDown", 503),
        "rest-json": ("TooManyRequestsException", 429),
        "json": ("ThrottlingException", 400),
        "cbor": ("Throttling", 400),
    },
    "fail": {
        "ec2": ("InternalError", 500),
        "query": ("InternalFailure", 500),
        "rest-xml": ("InternalError", 500),
        "rest-json": ("InternalServerErrorException", 500),
        "json": ("InternalFailure", 500),
        "cbor": ("InternalFailure", 500),
    },
    "credentials": {
        "ec2": ("AuthFailure", 401),
        "query": ("InvalidClientTokenId", 403),
        "rest-xml": ("InvalidAccessKeyId", 403),
        "rest-json": ("UnrecognizedClientException", 403),
        "json": ("UnrecognizedClientException", 400),
        "cbor": ("InvalidClientTokenId", 403),
    },
}


@dataclass(frozen=True)
class Refusal:
    """An error response, ready to be sent."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


def refuse(kind: str, request: Request) -> Refusal:
    """The response by which this request's service says that it was denied, throttled and so on."""
    code, status = CODES[kind][request.protocol]
    return error(code, status, _message(kind, request), request)


def error(code: str, status: int, message: str, request: Request) -> Refusal:
    """An error in the shape of the request's protocol."""
    headers = [("x-amzn-RequestId", "00000000-0000-4000-8000-000000000000")]
    match request.protocol:
        case "json" | "rest-json":
            body = json.dumps({"__type": code, "message": message}).encode()
            headers += [("Content-Type", "application/x-amz-json-1.1"), ("x-amzn-ErrorType", code)]
        case "cbor":
            body = _cbor({"__type": code, "message": message})
            headers += [("Content-Type", "application/cbor"), ("smithy-protocol", "rpc-v2-cbor")]
        case _:
            body = _xml(code, message, request).encode()
            headers += [("Content-Type", "text/xml")]
    return Refusal(status, [*headers, ("Content-Length", str(len(body)))], body)


def _message(kind: str, request: Request) -> str:
    match kind:
        case "deny":
            action = action_of(request)
            return (
                f"User: {request.principal} is not authorized to perform: {action} "
                f"because no identity-based policy allows the {action} action"
            )
        case "throttle":
            return "Rate exceeded"
        case "fail":
            return "An internal error has occurred."
        case _:
            return "The security token included in the request is invalid."


def _xml(code: str, message: str, request: Request) -> str:
    fields = f"<Code>{escape(code)}</Code><Message>{escape(message)}</Message>"
    if request.service == "s3":
        return f"<Error>{fields}</Error>"
    if request.protocol == "ec2":
        return f"<Response><Errors><Error>{fields}</Error></Errors><RequestID>0</RequestID></Response>"
    return f"<ErrorResponse><Error><Type>Sender</Type>{fields}</Error><RequestId>0</RequestId></ErrorResponse>"


def _cbor(strings: dict[str, str]) -> bytes:
    """A map of strings in CBOR (RFC 8949): all that an error needs."""
    encoded = bytes([0xA0 | len(strings)])
    for text in (part for pair in strings.items() for part in pair):
        raw = text.encode()
        encoded += b"\x79" + len(raw).to_bytes(2, "big") + raw
    return encoded
