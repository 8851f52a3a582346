"""The sandbox's seeded AWS in a process of its own, so that it shares no lock with what is measured."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from bench.measure import clean_environment

if TYPE_CHECKING:
    from sandbox.aws.calls import Calls

REGIONS = (
    "us-east-1",
    "eu-west-1",
    "eu-north-1",
    "ap-southeast-2",
    "us-east-2",
    "us-west-1",
    "us-west-2",
    "eu-west-2",
    "eu-west-3",
    "eu-central-1",
    "ap-south-1",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-southeast-1",
    "ca-central-1",
    "sa-east-1",
)
"""The regions that every account has enabled from the start; the sandbox's own come first."""


class World:
    """An AWS with so many enabled regions while it is entered: the sandbox's company, or one empty account."""

    def __init__(self, regions: int = 4, *, seeded: bool = True) -> None:
        self._command = [sys.executable, "-m", "bench.world", str(regions), "seeded" if seeded else "empty"]

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            self._command, env=clean_environment({}), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        facts = self._hear()
        self.account: str = facts["account"]
        self.read_role: str = facts["read_role"]
        self.external_id: str = facts["external_id"]
        self.queue_url: str = facts["queue_url"]
        self._environment: dict[str, str] = facts["environment"]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(30)
        self._process.stdout.close()

    def environment(self) -> dict[str, str]:
        """By which AWS is reached there."""
        return dict(self._environment)

    def latency(self, seconds: float) -> None:
        """Let every call take so much longer."""
        self._ask("latency", seconds)

    def calls(self) -> int:
        """How many calls there were since it was last asked."""
        return int(self._ask("calls", None))

    def user(self) -> dict[str, str]:
        """The environment of a user of the account who may read all of it, made on the spot."""
        return {**self.environment(), **self._ask("user", None)}

    def finding(self, kind: str) -> str:
        """Let GuardDuty find something in the first account; returns the finding's id."""
        return str(self._ask("finding", kind))

    def _ask(self, what: str, value: Any) -> Any:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps([what, value]) + "\n")
        self._process.stdin.flush()
        return self._hear()

    def _hear(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the sandbox's AWS has ended")
        return json.loads(line)


def _serve(regions: int, *, seeded: bool) -> None:
    from sandbox.aws import accounts

    accounts.REGIONS = REGIONS[:regions]  # type: ignore[assignment]  # before the seeds are imported
    from sandbox.aws import Cloud

    with Cloud() as cloud:
        if seeded:
            cloud.seed()
        account = accounts.PROD if seeded else accounts.HUB
        answers: dict[str, Callable[[Any], Any]] = {
            "latency": lambda value: setattr(cloud.faults, "latency", value),
            "calls": lambda _: _counted(cloud.calls),
            "user": lambda _: _user(cloud.client("iam", account)),
            "finding": lambda kind: cloud.guardduty_finding(accounts.PROD, "eu-west-1", kind),
        }
        _say(
            {
                "account": account.id,
                "read_role": accounts.READ_ROLE if seeded else "",
                "external_id": accounts.EXTERNAL_ID if seeded else "",
                "queue_url": cloud.queue_url,
                "environment": cloud.environment(),
            }
        )
        for line in sys.stdin:
            what, value = json.loads(line)
            _say(answers[what](value))


def _counted(calls: Calls) -> int:
    count = len(calls)
    calls.clear()
    return count


def _user(iam: Any) -> dict[str, str]:
    iam.create_user(UserName="auditor")
    iam.attach_user_policy(UserName="auditor", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    key = iam.create_access_key(UserName="auditor")["AccessKey"]
    return {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}


def _say(answer: Any) -> None:
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    _serve(int(sys.argv[1]), seeded=sys.argv[2] == "seeded")
