"""The sandbox's AWS as one object: start it, seed it, look at it, make things happen in it."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from threading import Lock
from types import TracebackType
from typing import Any, Self

from sandbox.aws import accounts
from sandbox.aws.accounts import Account
from sandbox.aws.calls import Calls
from sandbox.aws.faults import Faults
from sandbox.aws.patch import Patch
from sandbox.aws.request import administrator_key

_running = Lock()


class Cloud:
    """An AWS at `url` while it is entered; moto's state belongs to the process, so only one at a time.

    Until `seed` is called it is empty, knows one user (the bot's, who may do anything), and every region.
    """

    def __init__(self, port: int = 0, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.calls = Calls()
        self.faults = Faults()
        self._port = port
        self._clock = clock
        self._patch = Patch()
        self._clients: dict[tuple[str, str, str], Any] = {}
        self._session: Any = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Serve; raises RuntimeError if another Cloud runs in this process."""
        if not _running.acquire(blocking=False):
            raise RuntimeError("another sandbox AWS runs in this process: stop it first")
        try:
            self._start()
        except BaseException:
            self._patch.undo()
            _running.release()
            raise

    def _start(self) -> None:
        self._patch.environment(
            MOTO_EC2_LOAD_DEFAULT_AMIS="false", MOTO_ACCOUNT_ID=None, MOTO_IAM_LOAD_MANAGED_POLICIES=None
        )
        import boto3
        from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

        from sandbox.aws import gaps
        from sandbox.aws.gate import Gate
        from sandbox.aws.server import Server

        gaps.install(self._patch)
        _reset()
        self._session = boto3.Session()
        self._gate = Gate(DomainDispatcherApplication(create_backend_app), self.calls, self.faults)
        self._server = Server(self._gate, self._port)
        self._key = _bot_user(self.client("iam", accounts.HUB))

    def stop(self) -> None:
        """Stop serving, forget everything, and leave moto as it was."""
        for client in self._clients.values():
            client.close()
        self._clients.clear()
        self._server.close()
        with self._gate.lock:
            _reset()
        self._patch.undo()
        _running.release()

    @property
    def url(self) -> str:
        """Where AWS answers: the value of AWS_ENDPOINT_URL."""
        return f"http://127.0.0.1:{self._server.port}"

    @property
    def queue_url(self) -> str:
        """The hub's queue of events that the bot reads, once the accounts are seeded."""
        return accounts.queue_url(self.url)

    @property
    def dead_letter_url(self) -> str:
        """Where what the bot could not read goes after five attempts."""
        return accounts.queue_url(self.url, accounts.DEAD_LETTER_QUEUE)

    def environment(self) -> dict[str, str]:
        """The environment by which the AWS CLI, boto3 or the bot uses this cloud as the bot's own user."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": self._key["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": self._key["SecretAccessKey"],
            "AWS_DEFAULT_REGION": accounts.HUB_REGION,
            "AWS_REGION": accounts.HUB_REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def client(self, service: str, account: Account | str = accounts.HUB, region: str = "us-east-1") -> Any:
        """A boto3 client that may do anything in an account, meets no fault and is not in `calls`."""
        from botocore.config import Config

        account_id = account.id if isinstance(account, Account) else account
        key = (service, account_id, region)
        if key not in self._clients:
            client = self._session.client(
                service,
                region_name=region,
                endpoint_url=self.url,
                aws_access_key_id=administrator_key(account_id),
                aws_secret_access_key="sandbox",  # noqa: S106 - no signature is checked
                config=Config(retries={"max_attempts": 1}),
            )
            # boto3 puts the account before the host here, and no such host exists
            client.meta.events.register("before-send.s3-control", _without_account_in_host)
            self._clients[key] = client
        return self._clients[key]

    def seed(self, now: datetime | None = None) -> None:
        """Build the company's accounts as they are at `now` (aware, UTC); from then on policies are enforced."""
        from sandbox.aws import seeds
        from sandbox.aws.gaps import regions

        seeds.build(self, now or self._clock())
        for account in accounts.ACCOUNTS:
            regions.enabled[account.id] = accounts.REGIONS
            self._gate.regions[account.id] = accounts.REGIONS
        self._gate.enforce_policies = True
        self.calls.clear()

    def emit(self, account: Account | str, region: str, event: dict[str, Any]) -> None:
        """Put an event on an account's default bus as the AWS service that `source` names does itself.

        `event` needs `source`, `detail-type` and `detail`; what EventBridge adds may be left out.
        """
        from sandbox.aws.gaps.events import complete, deliver

        account_id = account.id if isinstance(account, Account) else account
        with self._gate.lock:
            deliver(account_id, region, complete(account_id, region, event))

    def guardduty_finding(
        self,
        account: Account | str,
        region: str,
        type: str,  # noqa: A002
        severity: float | None = None,
        **parts: Any,
    ) -> str:
        """Let GuardDuty find something; returns the finding's id once it is on its way to the queue.

        `parts` fills in the story (`findings.write` says what): user, instance, bucket, ip, country,
        organisation, domain, count, created, title, description. Raises LookupError if GuardDuty is off
        there or what is named does not exist.
        """
        from sandbox.aws import findings

        account_id = account.id if isinstance(account, Account) else account
        with self._gate.lock:
            return findings.write(account_id, region, type, severity, self._clock(), **parts)

    def update_finding(self, finding_id: str, count: int | None = None, severity: float | None = None) -> None:
        """Let GuardDuty see the same again: the count goes up (to `count`, else by one), and it is sent again.

        Raises LookupError if there is no such finding.
        """
        from sandbox.aws import findings

        with self._gate.lock:
            findings.update(finding_id, self._clock(), count, severity)

    def alarm(self, account: Account | str, region: str, name: str, state: str, reason: str = "") -> None:
        """Set the state of a CloudWatch alarm, which then acts as AWS lets it act."""
        self.client("cloudwatch", account, region).set_alarm_state(
            AlarmName=name,
            StateValue=state,
            StateReason=reason or f"Threshold Crossed: 1 datapoint led to {state}.",
            StateReasonData="{}",
        )


def _without_account_in_host(request: Any, **_: Any) -> None:
    request.url = re.sub(r"//\d{12}\.", "//", request.url)


def _reset() -> None:
    """Forget all that is in moto."""
    from moto.moto_api._internal.models import moto_api_backend

    from sandbox.aws.gaps import organizations, regions

    moto_api_backend.reset()
    organizations.forget()
    regions.enabled.clear()


def _bot_user(iam: Any) -> dict[str, str]:
    iam.create_user(UserName=accounts.BOT_USER)
    key: dict[str, str] = iam.create_access_key(UserName=accounts.BOT_USER)["AccessKey"]
    return key
