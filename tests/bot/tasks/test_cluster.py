"""Audits on the workers of a real Dask cluster, of which some are killed."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot import audit, config
from bot.app import Picket
from bot.config import Audits, Aws
from bot.errors import PicketError
from bot.store import audits
from bot.store.audits import State
from bot.tasks import Interrupted, Task, cluster, on_cluster
from checks.model import Status
from checks.settings import CheckSettings
from sandbox.aws import Cloud
from sandbox.aws.accounts import ACCOUNTS, DEV, EXTERNAL_ID, LOG, PROD, READ_ROLE

pytestmark = pytest.mark.xdist_group("cluster")

ROOT = Path(__file__).parents[3]
LOCAL_CLUSTER = Path(__file__).parent / "local_cluster.py"
CHECKS = ("ec2-sg-open-ssh", "iam-user-no-mfa", "ebs-volume-unencrypted")
COMPANY = f"""
[aws]
accounts = [{", ".join(f'{{ id = "{account.id}", name = "{account.name}" }}' for account in ACCOUNTS)}]
read_role = "{READ_ROLE}"
external_id = "{EXTERNAL_ID}"
"""


@pytest.fixture(scope="module")
def seeded():
    with Cloud() as cloud:
        cloud.seed()
        yield cloud


@pytest.fixture
def cloud(seeded, monkeypatch):
    for name, value in seeded.environment().items():
        monkeypatch.setenv(name, value)
    seeded.calls.clear()
    yield seeded
    seeded.faults.clear()


class Dask:
    """A cluster while it is entered: processes of one thread each, with the environment of this one."""

    def __init__(self, workers=2, certificates=()):
        self._command = [sys.executable, str(LOCAL_CLUSTER), str(workers), *map(str, certificates)]

    def __enter__(self):
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        self._process = subprocess.Popen(
            self._command,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.address = self.ask("address").replace("tcp://", "dask://").replace("tls://", "dask+tls://")
        return self

    def __exit__(self, *_):
        self._process.stdin.close()
        self._process.wait(30)
        self._process.stdout.close()

    def ask(self, what):
        self._process.stdin.write(f"{what}\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def end(self):
        """All of it at once."""
        self._process.kill()

    def kill(self, workers):
        for pid in self.ask("pids")[:workers]:
            os.kill(pid, signal.SIGKILL)


@pytest.fixture
def dask(cloud):
    with Dask() as dask:
        yield dask


def a_task(account):
    return Task(
        aws=Aws(read_role=READ_ROLE, external_id=EXTERNAL_ID),
        account=config.Account(id=account.id, name=account.name),
        checks=CHECKS,
        settings=CheckSettings(),
        at=datetime.now(UTC),
    )


def until(true, seconds=30):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def picket_audit(cloud, folder, *words):
    """Begin `picket audit` as anybody would."""
    (folder / "picket.toml").write_text(COMPANY)
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "SLACK_", "PICKET_"))}
    return subprocess.Popen(
        [sys.executable, "-m", "bot", "audit", *CHECKS, "--format", "json", "--config", "picket.toml", *words],
        env={**kept, **cloud.environment(), "PYTHONPATH": str(ROOT)},
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def read(process):
    """Its findings by id, each once, and its summary."""
    out, err = process.communicate(timeout=60)
    *findings, last = [json.loads(line) for line in out.splitlines()]
    by_id = {finding["finding_id"]: finding for finding in findings}
    assert err == ""
    assert len(by_id) == len(findings)
    return by_id, last["summary"]


def test_a_worker_that_is_killed_costs_no_finding_and_repeats_none(cloud, dask, tmp_path):
    expected, _ = read(picket_audit(cloud, tmp_path))
    cloud.calls.clear()
    cloud.faults.latency = 0.2

    process = picket_audit(cloud, tmp_path, "--executor", dask.address)
    until(lambda: cloud.calls.count()["ec2:DescribeRegions"] == 2)  # both workers have an account in hand
    dask.kill(1)
    findings, summary = read(process)

    assert findings == expected
    assert summary["complete"] is True
    assert sorted(summary["accounts"]["looked_at"]) == sorted(account.id for account in ACCOUNTS)
    assert cloud.calls.count()["ec2:DescribeRegions"] == len(ACCOUNTS) + 1  # what was lost was read again


def test_ctrl_c_ends_with_what_the_workers_have_read(cloud, dask, tmp_path):
    cloud.faults.latency = 0.3
    process = picket_audit(cloud, tmp_path, "--executor", dask.address)
    until(lambda: cloud.calls.count()["ec2:DescribeSecurityGroups"] > 2)  # some account is well under way

    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)

    summary = json.loads(out.splitlines()[-1])["summary"]
    assert process.returncode == 128 + signal.SIGINT
    assert summary["stopped"] is True
    assert "Traceback" not in err
    assert summary["accounts"]["looked_at"]


SERVICE = """
[[routes]]
channel = "#security-alerts"
[audits]
executor = "{executor}"
[store]
path = "{folder}/picket.db"
"""


class Silent:
    def progress(self, tx, audit): ...

    def finished(self, tx, audit): ...


def test_the_service_audits_on_the_cluster_that_its_settings_name(cloud, dask, tmp_path):
    file = tmp_path / "picket.toml"
    file.write_text(COMPANY + SERVICE.format(executor=dask.address, folder=tmp_path))
    picket = Picket(config.load(file, {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}))
    store, now = picket.services.store, datetime.now(UTC)
    with store.write(timeout=5) as tx:
        audit.request(tx, "one", "ec2-sg-open-ssh", requested_by="", channel="", public=True, now=now)

    def kept():
        with store.read() as tx:
            return audits.get(tx, "one")

    loop = threading.Thread(target=picket._loops()["audits"])
    loop.start()
    try:
        until(lambda: kept().state in {State.DONE, State.FAILED})
    finally:
        picket.stop.set()
        store.wake()
        loop.join()

    with store.read() as tx:
        parts = {part.account: part for part in audits.parts(tx, "one")}
    assert kept().error == ""
    assert parts.keys() == {PROD.id, LOG.id, DEV.id}
    assert all(not part.gaps for part in parts.values())
    assert dask.ask("steps") >= len(ACCOUNTS)


def test_an_account_that_kills_its_workers_is_a_gap(cloud, dask):
    dask.ask("frail")
    cloud.faults.latency = 0.2
    begun = []

    def kill(step):
        begun.append(step)
        if len(begun) == 1:
            dask.kill(2)

    results = {r.account: r for r in on_cluster(Audits(executor=dask.address), [a_task(PROD)], kill, threading.Event())}

    result = results[PROD.id]
    assert {f.status for f in result.findings} == {Status.UNKNOWN}
    assert {f.check for f in result.findings} == set(CHECKS)
    assert all("died while they read this account" in gap.reason for gap in result.gaps)


def test_a_stop_leaves_a_part_where_a_part_is_wanted_and_else_ends_at_once(cloud, dask):
    cloud.faults.latency = 0.3
    tasks, where = [a_task(account) for account in ACCOUNTS], Audits(executor=dask.address)

    def stopped(**options):
        stop = threading.Event()
        return list(on_cluster(where, tasks, lambda step: step.regions_done and stop.set(), stop, **options))

    part = stopped(partial=True)

    assert 1 <= len(part) <= 2
    assert all(any("stopped before this was read" in gap.reason for gap in result.gaps) for result in part)
    with pytest.raises(Interrupted):
        stopped()


@pytest.fixture
def certificates(tmp_path):
    """The files of an authority, a certificate and its key; the certificate is for all parts of a cluster."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "picket")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    ours, theirs = tmp_path / "certificate.pem", tmp_path / "key.pem"
    ours.write_bytes(certificate.public_bytes(pem))
    theirs.write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    return ours, ours, theirs


def run(executor, **files):
    return list(on_cluster(Audits(executor=executor, **files), [a_task(PROD)], lambda _: None, threading.Event()))


def test_over_tls_the_certificates_of_the_settings_are_shown_and_nothing_is_answered_without(
    cloud, certificates, monkeypatch
):
    authority, certificate, key = certificates
    with Dask(1, (authority, certificate, key, certificate, key, certificate, key)) as dask:
        files = {"executor_ca": authority, "executor_certificate": certificate, "executor_key": key}
        (result,) = run(dask.address, **files)
        monkeypatch.setattr(cluster, "_CONNECT", 1)

        assert dask.address.startswith("dask+tls://")
        assert result.gaps == ()
        with pytest.raises(PicketError, match="cannot be reached"):
            run(dask.address.replace("dask+tls", "dask"))


def test_certificates_that_are_missing_or_not_there_are_named(tmp_path):
    files = dict.fromkeys(("executor_ca", "executor_certificate", "executor_key"), tmp_path / "gone.pem")

    with pytest.raises(PicketError, match=r"needs certificates: set audits\.executor_ca"):
        run("dask+tls://127.0.0.1:9")
    with pytest.raises(PicketError, match=r"cannot be used \(\S+gone\.pem"):
        run("dask+tls://127.0.0.1:9", **files)


def test_a_scheduler_that_is_not_there_is_told_in_words(monkeypatch):
    monkeypatch.setattr(cluster, "_CONNECT", 0.3)

    with pytest.raises(PicketError, match=r"dask://127\.0\.0\.1:9 cannot be reached"):
        run("dask://127.0.0.1:9")


def test_a_scheduler_that_goes_away_is_told_in_words(cloud, dask):
    cloud.faults.latency = 0.3

    with pytest.raises(PicketError, match=r"The Dask scheduler at dask://\S+ was lost"):
        list(on_cluster(Audits(executor=dask.address), [a_task(PROD)], lambda _: dask.end(), threading.Event()))


def test_a_cluster_without_workers_is_not_waited_for_for_ever(cloud, monkeypatch):
    monkeypatch.setattr(cluster, "_PATIENCE", 0.5)
    with Dask(0) as dask, pytest.raises(PicketError, match="has had no workers"):
        run(dask.address)


def test_without_the_extra_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)

    with pytest.raises(PicketError, match=r"pip install 'picket\[scale\]'"):
        run("dask://127.0.0.1:9")
