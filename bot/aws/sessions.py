"""Who calls AWS: the service itself, or one of two roles in each account; and the clients, made once."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

import botocore.session
from botocore.awsrequest import AWSPreparedRequest
from botocore.client import BaseClient
from botocore.config import Config
from botocore.credentials import CredentialProvider, CredentialResolver, Credentials, DeferredRefreshableCredentials
from botocore.model import OperationModel

from bot.aws.breaker import Breaker
from bot.aws.errors import is_silence, told
from bot.aws.reading import ReadingModels
from bot.config import Aws
from bot.errors import AwsError
from checks.inventory import GLOBAL
from checks.partitions import partition_of


class Access(StrEnum):
    """In whose name a call is made."""

    READ = "read"
    """The role that reads; the caller's own credentials where none is set."""
    REMEDIATE = "remediate"
    """The role that may change things."""
    IMPORT = "import"
    """The role that may import findings into Security Hub; the caller's own credentials where none is set."""
    SERVICE = "service"
    """The caller's own: its queue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One API call, as it is about to be made."""

    account: str
    access: Access
    role: str
    """Name of the assumed role; empty for the caller's own credentials."""
    service: str
    region: str
    operation: str

    @property
    def name(self) -> str:
        """As `iam:ListUsers`."""
        return f"{self.service}:{self.operation}"


OnCall = Callable[[Call], None]


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose credentials the service was started with."""

    account: str
    arn: str

    @property
    def partition(self) -> str:
        """`aws`, `aws-us-gov` or `aws-cn`."""
        return self.arn.split(":")[1]


class Sessions:
    """Clients for every account, role, service and region; safe for threads.

    Pickles as its description (settings alone, never credentials): the copy makes its own clients. AWS_ENDPOINT_URL,
    AWS_PROFILE, AWS_REGION and the like are botocore's to read.
    """

    def __init__(self, aws: Aws, on_call: OnCall | None = None, *, attempts: int = 4, threads: int = 16) -> None:
        """`attempts` to make of each call, the first included; `threads` that may use a client at once."""
        self.aws = aws
        self.attempts = attempts
        self.threads = threads
        self._listeners: tuple[OnCall, ...] = (on_call,) if on_call else ()
        self._breaker = Breaker()
        self._lock = threading.RLock()  # a client's session is made within, and botocore's are not safe to share
        self._clients: dict[tuple[str, str, str, str, Access], Any] = {}
        self._entered: dict[tuple[str, str, Access], botocore.session.Session] = {}

    @classmethod
    def of(cls, aws: Aws) -> Sessions:
        """The sessions that the settings describe."""
        return cls(aws)

    def __reduce__(self) -> tuple[Callable[..., Sessions], tuple[Aws]]:
        return type(self), (self.aws,)

    @cached_property
    def caller(self) -> Caller:
        """Whose credentials these are; asked of AWS once. Raises AwsError."""
        with told("sts"):
            identity = self._own_client("sts").get_caller_identity()
        return Caller(identity["Account"], identity["Arn"])

    @cached_property
    def partition(self) -> str:
        """The partition of that region, known without asking AWS; what is wrong with the environment a call says."""
        try:
            return partition_of(self.region)
        except AwsError:
            return "aws"

    @cached_property
    def region(self) -> str:
        """The region that the environment names, where global services are called; us-east-1 where it names none."""
        with told("configuration"):
            region: str | None = self._own.get_config_variable("region")
        return region or "us-east-1"

    def client(self, account: str, service: str, region: str, access: Access) -> Any:
        """A client of `service` (boto3's name) in `region` (or `global`) that acts in `account` with `access`.

        Makes no call yet: a role is assumed, and assumed again before it expires, when the client is used.
        Raises AwsError when the settings name no role that could act there.
        """
        role = self._role(account, access)
        where = self.region if region == GLOBAL else region
        key = (account, role, service, where, access)
        with self._lock:
            if key not in self._clients:
                with told(service, region):
                    self._clients[key] = self._make(account, role, service, where, access)
            return self._clients[key]

    @contextmanager
    def listening(self, on_call: OnCall) -> Iterator[None]:
        """Tell `on_call` of every call that is made while the block runs, by any thread."""
        with self._lock:
            self._listeners += (on_call,)
        try:
            yield
        finally:
            with self._lock:
                self._listeners = tuple(one for one in self._listeners if one is not on_call)

    def forget(self, account: str) -> None:
        """Let go of the clients and credentials of an account that is done with."""
        with self._lock:
            self._clients = {key: client for key, client in self._clients.items() if key[0] != account}
            self._entered = {key: session for key, session in self._entered.items() if key[0] != account}

    @cached_property
    def _own(self) -> botocore.session.Session:
        session = botocore.session.Session()
        # else many threads look through botocore's hundreds of folders for it, each for itself and at the same time
        session.get_component("data_loader").list_available_services("paginators-1")
        return session

    @cached_property
    def _reading(self) -> ReadingModels:
        return ReadingModels(self._own.get_component("data_loader"))

    def _role(self, account: str, access: Access) -> str:
        role = {
            Access.READ: self.aws.read_role,
            Access.REMEDIATE: self.aws.remediation_role,
            Access.IMPORT: self.aws.security_hub_role,
            Access.SERVICE: "",
        }[access]
        if role or access is Access.SERVICE:
            return role
        if access is Access.REMEDIATE:
            raise AwsError("No role may change anything: the setting aws.remediation_role names none.")
        if account != self.caller.account:
            deed, setting = {
                Access.IMPORT: ("imported into", "aws.security_hub_role"),
                Access.READ: ("read", "aws.read_role"),
            }[access]
            raise AwsError(
                f"Account {account} cannot be {deed} with the credentials of {self.caller.account}: "
                f"name the role to assume there in the setting {setting}."
            )
        return role

    def _make(self, account: str, role: str, service: str, region: str, access: Access) -> Any:
        session = self._own if access is Access.SERVICE else self._session(account, role, access)
        client: BaseClient = session.create_client(service, region_name=region, config=self._config(access))

        def heard(model: OperationModel, **_: Any) -> None:
            call = Call(account=account, access=access, role=role, service=service, region=region, operation=model.name)
            for listener in self._listeners:
                listener(call)

        def begun(**_: Any) -> None:
            self._breaker.begin(region)

        def ended(caught_exception: Exception | None, **_: Any) -> None:
            if caught_exception is None:
                self._breaker.answered(region)
            elif is_silence(caught_exception):
                self._breaker.silent(region, service)

        client.meta.events.register("before-call", heard)
        client.meta.events.register("before-send", begun)
        client.meta.events.register("needs-retry", ended)
        if _is_custom(client.meta.endpoint_url):
            client.meta.events.register("before-send.s3-control", _without_account)
        return client

    def _config(self, access: Access) -> Config:
        # Reading may be slowed down to AWS's pace; a person waits for a fix, and the queue must not lag.
        return Config(
            retries={
                "mode": "adaptive" if access is Access.READ else "standard",
                "total_max_attempts": self.attempts,
            },
            connect_timeout=5,
            read_timeout=30,  # an SQS long poll takes 20 s
            max_pool_connections=2 * self.threads,  # those that fan out beside those that collect
            user_agent_extra="picket",
        )

    def _session(self, account: str, role: str, access: Access) -> botocore.session.Session:
        key = (account, role, access)
        if key not in self._entered:
            session = botocore.session.Session()
            # the parsed service models are the dear part of a session, and the same for all
            models = self._reading if access is Access.READ else self._own.get_component("data_loader")
            given = self._credentials(account, role, access) if role else self._own.get_credentials()
            session.register_component("data_loader", models)
            session.register_component("credential_provider", CredentialResolver([_Given(given)]))
            self._entered[key] = session
        return self._entered[key]

    def _credentials(self, account: str, role: str, access: Access) -> Credentials:
        request = {"RoleSessionName": f"picket-{access}"}
        if self.aws.external_id:
            request["ExternalId"] = self.aws.external_id

        def assume() -> dict[str, str]:
            arn = f"arn:{self.caller.partition}:iam::{account}:role/{role}"
            given = self._own_client("sts").assume_role(RoleArn=arn, **request)["Credentials"]
            return {
                "access_key": given["AccessKeyId"],
                "secret_key": given["SecretAccessKey"],
                "token": given["SessionToken"],
                "expiry_time": given["Expiration"].isoformat(),
            }

        return DeferredRefreshableCredentials(assume, "assume-role")

    def _own_client(self, service: str) -> Any:
        return self.client("", service, GLOBAL, Access.SERVICE)


class _Given(CredentialProvider):
    """Hands a session the credentials that were made for it."""

    METHOD = "picket"

    def __init__(self, credentials: Credentials | None) -> None:
        super().__init__()
        self._credentials = credentials

    def load(self) -> Credentials | None:
        return self._credentials


_AWS_DOMAINS = (".amazonaws.com", ".amazonaws.com.cn", ".api.aws")
_ACCOUNT_HOST = re.compile(r"^(https?://)\d{12}\.")


def _is_custom(endpoint: str) -> bool:
    return not (urlsplit(endpoint).hostname or "").endswith(_AWS_DOMAINS)


def _without_account(request: AWSPreparedRequest, **_: Any) -> None:
    """S3 Control puts the account before the host's name, which only AWS's own DNS knows."""
    request.url = _ACCOUNT_HOST.sub(r"\1", request.url)
