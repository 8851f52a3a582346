"""The door before moto: who calls, whether they may, what goes wrong; then one request at a time."""

import socket
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from threading import RLock
from typing import Any

from sandbox.aws import long_poll
from sandbox.aws.calls import Calls
from sandbox.aws.faults import Faults
from sandbox.aws.permissions import allowed
from sandbox.aws.refusal import Refusal, error, refuse
from sandbox.aws.request import Request, parse

REASONS = {400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 429: "Too Many Requests", 501: "Not Implemented"}
GLOBAL_SERVICES = {"iam", "cloudfront", "organizations", "s3", "route53"}
"""Services that answer whichever regions an account has enabled (a bucket is found from anywhere)."""

StartResponse = Callable[..., Any]
Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]


class Gate:
    """A WSGI application that lets requests through to moto, which is not safe for threads by itself."""

    def __init__(self, moto: Application, calls: Calls, faults: Faults) -> None:
        self._moto = moto
        self._calls = calls
        self._faults = faults
        self.lock = RLock()
        self.regions: dict[str, tuple[str, ...]] = {}
        """The regions that an account has enabled; an account that is not here has them all."""
        self.enforce_policies = False

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer one HTTP request (PEP 3333)."""
        environ.pop("HTTP_X_MOTO_ACCOUNT_ID", None)
        with self.lock:  # moto imports a service when it is first asked for, which two threads must not do at once
            request = parse(environ)
        if request is None:
            return self._through(environ, start_response)
        if request.by_administrator:
            environ["HTTP_X_MOTO_ACCOUNT_ID"] = request.access_key[-12:]
            return self._through(environ, start_response, request)
        with self.lock:
            caller = identify(request)
        if caller is None:
            return _send(refuse("credentials", request), start_response)
        self._calls.add(caller)
        refusal = self._refusal(caller)
        if refusal == "down":
            environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
            raise ConnectionResetError(f"{caller.region} does not answer")
        if refusal is not None:
            return _send(refuse(refusal, caller), start_response)
        return self._through(environ, start_response, caller)

    def _refusal(self, caller: Request) -> str | None:
        time.sleep(self._faults.latency)
        kind = self._faults.meet(caller)
        if kind is not None:
            return kind
        enabled = self.regions.get(caller.account)
        if enabled and caller.service not in GLOBAL_SERVICES and caller.region not in enabled:
            return "credentials"
        with self.lock:
            denied = self.enforce_policies and not allowed(caller)
        return "deny" if denied else None

    def _through(
        self, environ: dict[str, Any], start_response: StartResponse, request: Request | None = None
    ) -> Iterable[bytes]:
        # a long poll waits outside the lock, for it would hold every other request up
        if request is not None and request.operation == "ReceiveMessage" and not long_poll.wait(environ, request):
            raise ConnectionResetError("who polled is gone")
        with self.lock:
            try:
                return list(self._moto(environ, start_response))
            except NotImplementedError as lacking:
                if request is None:
                    raise
                return _send(error("NotImplemented", 501, str(lacking), request), start_response)


def identify(request: Request) -> Request | None:
    """The request with its account, role and principal; None if its access key is unknown or inactive."""
    from moto.iam.models import iam_backends

    for account, backends in list(iam_backends.items()):
        key = backends["aws"].access_keys.get(request.access_key)
        if key is None:
            continue
        if key.status != "Active":
            return None
        if key.role_arn:
            role = key.role_arn.rpartition("/")[2]
            principal = f"arn:aws:sts::{account}:assumed-role/{role}/picket"
            return replace(request, account=account, role=role, principal=principal)
        return replace(request, account=account, principal=f"arn:aws:iam::{account}:user/{key.user_name}")
    return None


def _send(refusal: Refusal, start_response: StartResponse) -> list[bytes]:
    reason = REASONS.get(refusal.status, "Internal Server Error")
    start_response(f"{refusal.status} {reason}", refusal.headers)
    return [refusal.body]
