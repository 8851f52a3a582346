"""One account as a task, here and in a process of its own."""

import gc
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import config
from bot.aws.sessions import Sessions
from bot.config import Aws
from bot.errors import PicketError
from bot.tasks import EVERYWHERE, Interrupted, Step, Task, in_processes, in_this_process, pool, run_account
from checks.model import Status
from checks.settings import CheckSettings
from checks.suppression import Suppression
from sandbox.aws import Cloud
from sandbox.aws.accounts import HUB
from sandbox.aws.gaps import regions as sandbox_regions

NOW = datetime.now(UTC)
REGIONS = ("eu-west-1", "us-east-1")
SSH, ROOT_KEY = "ec2-sg-open-ssh", "iam-root-key"


@pytest.fixture
def cloud(monkeypatch):
    with Cloud() as cloud:
        monkeypatch.setitem(sandbox_regions.enabled, HUB.id, REGIONS)
        for name, value in cloud.environment().items():
            monkeypatch.setenv(name, value)
        yield cloud


def a_task(*checks, **facts):
    facts = {"aws": Aws(), "account": config.Account(id=HUB.id, name="acme-log"), "settings": CheckSettings(), **facts}
    return Task(checks=checks or (SSH, ROOT_KEY), at=NOW, **facts)


def open_ssh(cloud, region="eu-west-1"):
    api = cloud.client("ec2", HUB, region)
    vpc = api.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    id_ = api.create_security_group(GroupName="jump", Description="jump", VpcId=vpc)["GroupId"]
    rule = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    api.authorize_security_group_ingress(GroupId=id_, IpPermissions=[rule])
    return f"arn:aws:ec2:{region}:{HUB.id}:security-group/{id_}"


def failing(result):
    return {finding.resource for finding in result.findings if finding.status is Status.FAIL}


def test_an_account_is_collected_and_judged(cloud):
    group, steps = open_ssh(cloud), []

    result = run_account(a_task(), steps.append)

    assert failing(result) == {group}
    assert (result.account, result.name, result.regions, result.gaps) == (HUB.id, "acme-log", REGIONS, ())
    assert result.covered == {(SSH, "eu-west-1"), (SSH, "us-east-1"), (ROOT_KEY, "global")}
    assert result.calls["ec2:DescribeSecurityGroups"] == 2
    assert steps[0] == Step(account=HUB.id, regions=3, regions_done=0)
    assert steps[-1] == Step(account=HUB.id, regions=3, regions_done=3)


def test_only_the_regions_asked_for_are_read(cloud):
    result = run_account(a_task(SSH, regions=("us-east-1",)))

    assert result.regions == ("us-east-1",)
    assert result.covered == {(SSH, "us-east-1")}


def test_what_may_not_be_read_is_unknown_there_and_not_covered(cloud):
    cloud.faults.deny("ec2", "DescribeSecurityGroups", region="us-east-1")

    result = run_account(a_task())

    (unknown,) = [f for f in result.findings if f.status is Status.UNKNOWN]
    assert (unknown.check, unknown.region) == (SSH, "us-east-1")
    assert (SSH, "us-east-1") not in result.covered


def test_a_check_of_several_kinds_covers_a_region_when_all_of_them_were_read(cloud):
    cloud.faults.deny("rds", "DescribeDBClusters", region="us-east-1")

    result = run_account(a_task("name-invalid"))

    assert result.covered == {("name-invalid", "eu-west-1")}
    assert [gap.record for gap in result.gaps] == ["DbCluster"]


def test_regions_that_may_not_be_listed_leave_the_global_checks_judged(cloud):
    cloud.faults.deny("ec2", "DescribeRegions")

    result = run_account(a_task())

    assert {(f.check, f.region) for f in result.findings if f.status is Status.UNKNOWN} == {(SSH, EVERYWHERE)}
    assert result.covered == {(ROOT_KEY, "global")}
    assert {gap.permission for gap in result.gaps} == {"ec2:DescribeRegions"}


def test_an_aws_that_is_not_there_gives_gaps_and_no_clean_answer(monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "x")

    result = run_account(a_task(), sessions=Sessions(Aws(), attempts=1))

    assert {finding.status for finding in result.findings} == {Status.UNKNOWN}
    assert {finding.check for finding in result.findings} == {SSH, ROOT_KEY}
    assert result.covered == frozenset()
    assert all("did not answer" in gap.reason for gap in result.gaps)


def test_a_task_travels_without_credentials(cloud):
    carried = pickle.dumps(a_task())

    assert cloud.environment()["AWS_SECRET_ACCESS_KEY"].encode() not in carried


def test_a_stop_ends_the_work_between_two_regions(cloud):
    stop = threading.Event()

    with pytest.raises(Interrupted):
        list(in_this_process([a_task()], lambda _: stop.set(), stop))


def test_the_sessions_are_kept_for_the_next_account_and_the_clients_let_go(cloud, monkeypatch):
    forgotten, before = [], gc.get_threshold()
    monkeypatch.setattr(Sessions, "forget", lambda sessions, account: forgotten.append((sessions, account)))

    results = list(in_this_process([a_task(), a_task()], lambda _: None, threading.Event()))

    assert [result.gaps for result in results] == [(), ()]
    (first, account), (second, _) = forgotten
    assert first is second
    assert account == HUB.id
    assert cloud.calls.count()["sts:GetCallerIdentity"] == 1
    assert gc.get_threshold() == before


def test_a_stop_leaves_a_part_where_a_part_is_wanted(cloud):
    open_ssh(cloud)
    stop = threading.Event()

    def stop_after_a_region(step):
        if step.regions_done:
            stop.set()

    (result,) = in_this_process([a_task(), a_task()], stop_after_a_region, stop, partial=True)

    assert result.account == HUB.id
    assert result.findings


def test_once_there_is_enough_nothing_more_is_asked_and_what_is_missing_is_unknown(cloud):
    open_ssh(cloud)
    cloud.calls.clear()

    result = run_account(a_task(), enough=lambda: True)

    assert len(cloud.calls) == 0
    assert {f.status for f in result.findings} == {Status.UNKNOWN}
    assert all("stopped before this was read" in f.reason for f in result.findings)


def test_what_is_accepted_is_muted_and_the_result_says_by_which_suppression(cloud):
    group = open_ssh(cloud)
    one = Suppression(checks=(SSH,), reason="a lab", owner="anna", until=NOW.date())
    other = replace(one, checks=("iam-*",))

    result = run_account(a_task(suppressions=(one, other)))

    assert failing(result) == set()
    assert [f.resource for f in result.findings if f.status is Status.MUTED] == [group]
    assert result.accepted == {one}


def test_processes_stop_with_a_part_where_a_part_is_wanted(cloud):
    stop = threading.Event()
    stop.set()

    results = list(in_processes([a_task()], lambda _: None, stop, partial=True))

    assert all(f.status is Status.UNKNOWN for result in results for f in result.findings)


def test_spawned_processes_give_the_same_answers_and_tell_their_steps(cloud):
    group, steps = open_ssh(cloud), []

    (result,) = in_processes([a_task()], steps.append, threading.Event())

    assert failing(result) == {group}
    assert steps[-1] == Step(account=HUB.id, regions=3, regions_done=3)


def test_spawned_processes_end_with_the_service(cloud):
    cloud.faults.latency = 0.5
    stop, began = threading.Event(), time.monotonic()

    with pytest.raises(Interrupted):
        list(in_processes([a_task()], lambda _: stop.set(), stop))

    assert time.monotonic() - began < 20


def test_a_process_that_is_killed_is_told_in_words(cloud, monkeypatch):
    cloud.faults.latency = 0.5
    pools = []
    monkeypatch.setattr(pool, "ProcessPoolExecutor", lambda *a, **k: pools.append(_Pool(*a, **k)) or pools[0])

    def kill(_):
        for pid in pools[0]._processes:
            os.kill(pid, signal.SIGKILL)

    with pytest.raises(PicketError, match="killed"):
        list(in_processes([a_task()], kill, threading.Event()))


_Pool = pool.ProcessPoolExecutor

ORPHANS = """
import multiprocessing, pickle, sys, threading
from bot.tasks import in_processes

def tell(_):
    print(*(child.pid for child in multiprocessing.active_children()), flush=True)

if __name__ == "__main__":
    list(in_processes([pickle.load(sys.stdin.buffer)], tell, threading.Event()))
"""


def runs(pid):
    """Whether a process is there and no mere zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc")
def test_processes_do_not_outlive_a_service_that_was_killed(cloud, tmp_path):
    cloud.faults.latency = 1
    script = tmp_path / "service.py"
    script.write_text(ORPHANS)
    environment = {**os.environ, "PYTHONPATH": str(Path(pool.__file__).parents[2])}
    with subprocess.Popen(
        [sys.executable, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
    ) as service:
        service.stdin.write(pickle.dumps(a_task()))
        service.stdin.close()
        children = service.stdout.readline().split()
        service.kill()

    assert children
    gone = time.monotonic() + 10
    while any(runs(int(pid)) for pid in children) and time.monotonic() < gone:
        time.sleep(0.05)
    assert not any(runs(int(pid)) for pid in children)
