"""The seeded company, and a bot that reads it by its roles and its queue."""

from datetime import UTC, datetime

import pytest

from bot.aws.queue import Queue
from bot.aws.sessions import Sessions
from bot.config import Aws
from bot.intake.consumer import receive
from bot.intake.work import work_off
from bot.store import alerts
from sandbox.aws import Cloud, accounts
from tests.alerting import Clock, services

ALARM = "orders-latency"
GUARDED = "eu-west-1"
FORGOTTEN = "eu-north-1"
"""No rule leads out of it, though GuardDuty is on."""


@pytest.fixture(scope="module")
def company():
    with Cloud() as cloud, pytest.MonkeyPatch.context() as patch:
        cloud.seed()
        cloud.client("cloudwatch", accounts.PROD, GUARDED).put_metric_alarm(
            AlarmName=ALARM,
            Namespace="AWS/ApplicationELB",
            MetricName="TargetResponseTime",
            Dimensions=[{"Name": "LoadBalancer", "Value": "app/orders/1"}],
            Statistic="Average",
            Period=60,
            EvaluationPeriods=5,
            Threshold=1.0,
            ComparisonOperator="GreaterThanThreshold",
        )
        for name, value in cloud.environment().items():
            patch.setenv(name, value)
        patch.delenv("AWS_PROFILE", raising=False)
        yield cloud


@pytest.fixture(scope="module")
def sessions(company):
    """Clients that last for a module: making them is what takes time."""
    made = Sessions(
        Aws(
            accounts=[{"id": accounts.PROD.id, "name": "acme-prod"}],
            regions=[GUARDED, FORGOTTEN],
            read_role=accounts.READ_ROLE,
            external_id=accounts.EXTERNAL_ID,
            queue_url=company.queue_url,
        ),
        attempts=1,
    )
    made.forget = lambda _: None
    return made


class Watch:
    """A bot on watch over the company, whose loops a test drives by hand."""

    def __init__(self, folder, cloud, sessions):
        self.cloud = cloud
        self.clock = Clock(datetime.now(UTC))
        self.services = services(
            folder,
            self.clock,
            aws=sessions.aws.model_dump(),
        )
        self.services.aws = sessions
        self.queue = Queue(self.services.aws, cloud.queue_url)

    def receive(self):
        """Take in all that the queue holds."""
        while self.queue.backlog():
            receive(self.services, self.queue)
        while work_off(self.services):
            pass

    def lose(self):
        """Lose all that the queue holds."""
        while messages := self.queue.receive(0):
            self.queue.delete([each.receipt for each in messages])

    def alerts(self, source):
        """All alerts of a source, those that nobody is shown too."""
        with self.services.store.read() as tx:
            return alerts.select(tx, "source = ? order by id", (source,))

    def alert(self, source):
        """The one alert of a source."""
        (only,) = self.alerts(source)
        return only


@pytest.fixture
def watch(tmp_path, company, sessions):
    watch = Watch(tmp_path, company, sessions)
    watch.lose()
    yield watch
    watch.lose()
    company.faults.clear()


@pytest.fixture(autouse=True)
def quiet(company):
    """What a test made GuardDuty and CloudWatch hold is gone after it."""
    yield
    from moto.cloudwatch.models import cloudwatch_backends
    from moto.guardduty.models import guardduty_backends

    for region in (GUARDED, FORGOTTEN):
        vars(guardduty_backends[accounts.PROD.id][region]).get("findings", {}).clear()
        for alarm in cloudwatch_backends[accounts.PROD.id][region].alarms.values():
            alarm.state_value = "OK"
