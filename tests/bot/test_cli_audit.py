"""`picket audit` and `picket checks` as a person, a script and a pipeline meet them, against one seeded AWS."""

import csv
import io
import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from checks.catalog import CATALOG
from checks.model import Severity, Status
from sandbox.aws import Cloud
from sandbox.aws.accounts import DEV, EXTERNAL_ID, LOG, PROD, READ_ROLE, REGIONS
from sandbox.aws.request import administrator_key

pytestmark = pytest.mark.xdist_group("cli_audit")

ACCOUNTS = f"""
[aws]
accounts = [
    {{ id = "{PROD.id}", name = "acme-prod" }},
    {{ id = "{DEV.id}", name = "acme-dev" }},
]
read_role = "{READ_ROLE}"
external_id = "{EXTERNAL_ID}"
"""
ROOT = Path(__file__).parents[2]
KEYS = ("check", "status", "severity", "account", "region", "resource", "title", "evidence", "reason", "references")


@pytest.fixture(scope="module")
def seeded():
    with Cloud() as cloud:
        cloud.seed()
        yield cloud


@pytest.fixture
def cloud(seeded):
    yield seeded
    seeded.faults.clear()


def environment(cloud, account=PROD):
    """The standard environment of AWS and nothing of Picket's; an account's administrator, or the bot's own user."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "SLACK_", "PICKET_"))}
    key = {"AWS_ACCESS_KEY_ID": administrator_key(account.id), "AWS_SECRET_ACCESS_KEY": "s"} if account else {}
    return {**kept, **cloud.environment(), **key}


@pytest.fixture
def start(cloud, tmp_path):
    """Start `picket` with words, in an empty directory."""
    started = []

    def start(*words, account=PROD, config="", **variables):
        if config:
            (tmp_path / "picket.toml").write_text(config)
            words = (*words, "--config", "picket.toml")
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", *words],
            env={**environment(cloud, account), "PYTHONPATH": str(ROOT), **variables},
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()
        process.stderr.close()


@pytest.fixture
def picket(start):
    """Run it to its end; returns exit code, stdout, stderr. There is never a traceback."""

    def picket(*words, **options):
        process = start(*words, **options)
        out, err = process.communicate(timeout=100)
        assert "Traceback" not in out + err
        return process.returncode, out, err

    return picket


def until(true, seconds=60):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def read(out):
    """The findings and the summary of JSON Lines."""
    *findings, last = [json.loads(line) for line in out.splitlines()]
    return findings, last["summary"]


def test_the_whole_audit_needs_nothing_but_the_environment_of_aws(picket, tmp_path):
    code, out, err = picket("audit", "--format", "json")

    findings, summary = read(out)
    assert (code, err) == (3, "")
    assert list(tmp_path.iterdir()) == []
    assert all(tuple(finding) == (*KEYS, "finding_id") for finding in findings)
    assert {finding["account"] for finding in findings} == {PROD.id}
    assert len({finding["finding_id"] for finding in findings}) == len(findings)
    assert summary["complete"] is True
    assert set(summary["judged"]) == set(CATALOG)
    assert summary["counts"]["status"]["FAIL"] == sum(f["status"] == "FAIL" for f in findings)
    assert sum(summary["counts"]["severity"].values()) == summary["counts"]["status"]["FAIL"]
    assert summary["accounts"]["looked_at"] == [PROD.id]
    assert sorted(summary["regions"]["looked_at"][PROD.id]) == sorted(REGIONS)
    assert summary["regions"]["left_out"][PROD.id]["af-south-1"] == "not enabled in this account"
    assert summary["calls"]["ec2:DescribeSecurityGroups"] == len(REGIONS)
    assert summary["gaps"] == []
    assert summary["seconds"] > 0


def test_a_check_that_found_nothing_to_judge_counts_noughts(picket):
    _, out, _ = picket("audit", "redshift", "--format", "json", account=DEV)

    findings, summary = read(out)
    assert findings == []
    assert summary["judged"]["redshift-public"] == {str(status): 0 for status in Status}


def test_what_is_clean_exits_with_0(picket):
    code, out, err = picket("audit", "iam-root-no-mfa", account=LOG)

    assert (code, err) == (0, "")
    assert "Nothing fails." in out


@pytest.mark.parametrize(("fail_on", "code"), [("high", 3), ("critical", 0)])
def test_only_findings_as_bad_as_asked_for_exit_with_3(picket, fail_on, code):
    assert picket("audit", "iam-user-no-mfa", "--fail-on", fail_on)[0] == code


def test_what_may_not_be_read_exits_with_4_before_3_and_says_which_permission(picket, cloud):
    cloud.faults.deny("iam", "GetAccountPasswordPolicy")

    words = ("audit", "iam-password-*", "iam-root-key", "iam-user-no-mfa", "account=acme-prod", "--format", "json")
    code, out, err = picket(*words, config=ACCOUNTS, account=None)

    findings, summary = read(out)
    assert code == 4
    assert {f["status"] for f in findings if f["check"] == "iam-password-policy-weak"} == {"UNKNOWN"}
    assert any(f["status"] == "FAIL" for f in findings)
    assert "iam:GetAccountPasswordPolicy" in err
    assert summary["complete"] is False
    assert [gap["permission"] for gap in summary["gaps"]] == ["iam:GetAccountPasswordPolicy"]


def test_an_account_without_the_role_is_a_gap_with_the_fix_beside_the_others(picket):
    config = ACCOUNTS.replace(DEV.id, "999988887777")

    code, out, err = picket("audit", "iam-root-key", "--format", "json", config=config, account=None)

    findings, summary = read(out)
    assert code == 4
    assert {f["account"]: f["status"] for f in findings} == {PROD.id: "FAIL", "999988887777": "UNKNOWN"}
    assert "999988887777" in err
    assert "sts:AssumeRole" in err
    assert "Make that role in that account" in err
    assert set(summary["accounts"]["looked_at"]) == {PROD.id, "999988887777"}


def test_the_accounts_of_the_organisation_are_audited_by_their_roles_and_the_rest_is_named(picket, cloud):
    roles = f'[aws]\nread_role = "{READ_ROLE}"\nexternal_id = "{EXTERNAL_ID}"\n'
    config = roles + '[aws.organization]\nenabled = true\ninclude = ["Workloads", "Wrokloads"]\n'

    code, out, err = picket("audit", "iam-root-key", config=config, account=None)

    assert code == 3
    assert "acme-prod" in out
    assert "2 accounts" in out
    assert f"Accounts left out, nothing in aws.organization.include means it: {LOG.id}" in out
    assert "Wrokloads in [aws.organization] means no account" in err


def test_what_goes_to_security_hub_is_counted_and_what_does_not_is_exit_4_with_the_reason(picket, cloud):
    words = ("audit", "iam-root-key", "--region", "eu-west-1", "--region", "global", "--to-security-hub")

    refused, _, why = picket(*words)
    cloud.client("securityhub", PROD, "us-east-1").enable_security_hub()
    cloud.client("securityhub", PROD, "eu-west-1").enable_security_hub()
    code, _, err = picket(*words)

    assert refused == 4
    assert "1 could not be imported." in why
    assert "Security Hub is not enabled there" in why
    assert code == 3
    assert "Security Hub took 1 finding." in err


def test_the_policy_of_each_role_is_printed_without_a_token_of_slack(picket):
    config = "[aws.organization]\nenabled = true\n"

    printed = {role: picket("policy", role, config=config) for role in ("read", "security-hub")}

    assert "organizations:ListAccountsForParent" in printed["read"][1]
    assert "securityhub:BatchImportFindings" in printed["security-hub"][1]


def test_another_account_without_a_role_to_assume_says_which_setting(picket):
    code, _, err = picket("audit", "iam-root-key", "--account", DEV.id)

    assert code == 4
    assert "aws.read_role" in err


def test_without_credentials_or_network_nothing_reads_as_clean(picket):
    nowhere = {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_MAX_ATTEMPTS": "1"}
    code, out, err = picket("audit", "iam-root-key", "--format", "json", **nowhere)

    findings, summary = read(out)
    assert (code, findings) == (4, [])
    assert summary["accounts"]["looked_at"] == []
    assert "did not answer" in err

    code, out, err = picket("audit", AWS_ACCESS_KEY_ID="", AWS_SECRET_ACCESS_KEY="", AWS_PROFILE="")
    assert code == 4
    assert "picket: " in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["iam-root-keys"], "iam-root-key"),
        (["severity>=terrible"], "severity>="),
        (["--region", "eu-wst-1"], "eu-west-1"),
        (["--account", "acme-prod"], "twelve digits"),
        (["--fail-on", "terrible"], "critical"),
        (["--format", "yaml"], "json"),
        (["--output", "no/such/folder/x.json"], "cannot be written"),
        (["--config", "nowhere.toml"], "nowhere.toml"),
    ],
)
def test_wrong_words_exit_with_2_and_the_right_ones(picket, words, said):
    code, out, err = picket("audit", *words)

    assert (code, out) == (2, "")
    assert said in err


def test_a_config_needs_nothing_of_slack_and_its_faults_are_all_named(picket):
    faulty = '[checks]\ndisabled = ["iam-x"]\n[[suppressions]]\nchecks = ["iam-*"]\nreason = " "\nuntil = "soon"\n'

    code, _, err = picket("audit", config=faulty)

    assert code == 2
    for key in ("checks.disabled.0", "suppressions.0.reason", "suppressions.0.owner", "suppressions.0.until"):
        assert key in err
    assert "SLACK" not in err


def test_accounts_are_read_by_their_roles_and_chosen_by_name(picket):
    words = ("audit", "sg", "--account", "acme-dev", "--region", "eu-west-1", "--format", "json")
    _, out, _ = picket(*words, config=ACCOUNTS, account=None)

    findings, summary = read(out)
    assert {(f["account"], f["region"]) for f in findings} == {(DEV.id, "eu-west-1")}
    assert summary["accounts"] == {"looked_at": [DEV.id], "left_out": {PROD.id: "not asked for"}}
    assert summary["calls"]["ec2:DescribeSecurityGroups"] == 1


def test_several_accounts_are_read_in_processes_and_each_is_whole(picket):
    _, out, err = picket("audit", "iam", "--format", "json", config=ACCOUNTS, account=None)

    findings, summary = read(out)
    order = [f["account"] for f in findings]
    assert err == ""
    assert order == sorted(order, key=summary["accounts"]["looked_at"].index)
    assert set(order) == {PROD.id, DEV.id}


def suppression(until, **kinds):
    lines = [f"{kind} = {json.dumps(value)}" for kind, value in kinds.items()]
    return "\n".join(["[[suppressions]]", *lines, 'reason = "a lab"', 'owner = "anna"', f"until = {until}", ""])


def test_what_is_accepted_is_muted_and_fails_nothing(picket):
    later = datetime.now(UTC).date() + timedelta(days=30)
    config = suppression(later, checks=["iam-user-no-mfa"])

    code, out, err = picket("audit", "iam-user-no-mfa", "--format", "json", config=config)

    findings, summary = read(out)
    muted = [f for f in findings if f["status"] == "MUTED"]
    assert (code, err) == (0, "")
    assert len(muted) == summary["judged"]["iam-user-no-mfa"]["MUTED"] > 0
    assert muted[0]["evidence"]["muted"] == {"owner": "anna", "until": later.isoformat(), "reason": "a lab"}
    assert muted[0]["reason"] == f"Muted by anna until {later}: a lab"


def test_a_suppression_by_tag_reaches_what_has_the_tag(picket):
    config = suppression("2999-01-01", checks=["ebs-*"], tags=["Environment=dev*"])

    _, out, _ = picket("audit", "ebs-volume-unencrypted", "--format", "json", config=config, account=DEV)

    findings, _ = read(out)
    assert [f["status"] for f in findings if f["status"] != "PASS"] == ["MUTED"]


def test_suppressions_that_have_ended_or_cover_nothing_are_warned_of(picket):
    config = suppression("2020-01-01", checks=["iam-user-no-mfa"])
    config += suppression("2999-01-01", checks=["iam-user-no-mfa"], resources=["*:user/nobody"])
    config += suppression("2999-01-01", checks=["ec2-sg-open-ssh"], resources=["*nothing"])

    code, out, err = picket("audit", "iam-user-no-mfa", "--format", "json", config=config)

    assert code == 3
    ended, idle = err.splitlines()
    assert "ended on 2020-01-01" in ended
    assert "*:user/nobody matches nothing" in idle
    assert len(read(out)[1]["warnings"]) == 2


def test_csv_has_a_line_for_each_finding(picket):
    _, out, _ = picket("audit", "iam-user-no-mfa", "--format", "csv", config=ACCOUNTS, account=None)

    rows = list(csv.DictReader(io.StringIO(out)))
    assert {row["account_name"] for row in rows} == {"acme-prod", "acme-dev"}


def test_ocsf_is_an_event_a_line_and_asff_an_array(picket):
    words = ("audit", "iam-user-no-mfa", "--format")

    events = [json.loads(line) for line in picket(*words, "ocsf")[1].splitlines()]
    findings = json.loads(picket(*words, "asff")[1])
    nothing = json.loads(picket("audit", "redshift", "--format", "asff", account=DEV)[1])

    assert {event["class_uid"] for event in events} == {2003}
    assert [f["ProductFields"]["picket/finding_id"] for f in findings] == [e["finding_info"]["uid"] for e in events]
    assert nothing == []


def test_a_file_gets_the_format_of_its_name_and_stdout_stays_empty(picket, tmp_path):
    code, out, err = picket("audit", "iam-user-no-mfa", "--output", "report.html")

    page = (tmp_path / "report.html").read_text()
    assert (code, out) == (3, "")
    assert page.lower().startswith("<!doctype html>")
    assert "iam-user-no-mfa" in page
    assert "report.html" in err


def test_ctrl_c_ends_with_what_was_read_and_says_so(start, cloud):
    cloud.faults.latency = 0.2
    cloud.calls.clear()
    process = start("audit", "account=acme-prod", "--format", "json", config=ACCOUNTS, account=None)
    until(lambda: len(cloud.calls) > 40)

    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)

    findings, summary = read(out)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert "stopped before it was through" in err
    assert (summary["complete"], summary["stopped"]) == (False, True)
    assert {f["status"] for f in findings} > {"UNKNOWN"}


def test_a_network_that_dies_in_the_middle_leaves_a_part_that_says_so(start, cloud):
    cloud.faults.latency = 0.1
    cloud.calls.clear()
    process = start("audit", "account=acme-prod", "--format", "json", config=ACCOUNTS, account=None)
    until(lambda: len(cloud.calls) > 40)
    for region in REGIONS:
        cloud.faults.down(region)

    out, err = process.communicate(timeout=100)

    findings, summary = read(out)
    assert process.returncode == 4
    assert "Traceback" not in err
    assert "did not answer" in err
    assert (summary["complete"], summary["stopped"]) == (False, False)
    assert {f["status"] for f in findings} > {"UNKNOWN"}


def test_a_signal_while_nobody_reads_yet_loses_nothing_of_the_result(start):
    process = start("audit", "--format", "json", PYTHONUNBUFFERED="1")
    select.select([process.stdout], [], [], 60)
    time.sleep(0.2)  # the pipe is full, and the rest waits

    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=60)

    assert len(read(out)[0]) > 500


def test_a_terminal_gets_a_bar_and_stdout_only_the_result(cloud, tmp_path):
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "audit", "sg", "--format", "json"],
        env={**environment(cloud), "PYTHONPATH": str(ROOT), "TERM": "xterm", "COLUMNS": "100"},
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=theirs,
        text=True,
    )
    os.close(theirs)
    out, _ = process.communicate(timeout=60)
    seen = os.read(ours, 100_000).decode()
    os.close(ours)

    assert read(out)[1]["complete"] is True
    assert "regions" in seen
    assert "0 of 1 account" in seen


def test_a_reader_that_goes_away_is_no_drama(start):
    process = start("audit", "--format", "json")
    assert json.loads(process.stdout.readline())["check"]
    process.stdout.close()

    assert "Traceback" not in process.stderr.read()


def test_checks_are_listed_as_json_with_all_that_is_known_of_them(picket):
    code, out, err = picket("checks", "--format", "json")

    checks = json.loads(out)
    assert (code, err) == (0, "")
    assert [each["id"] for each in checks] == list(CATALOG)
    keys = ["id", "title", "service", "severity", "why", "fix", "references", "permissions", "remedies"]
    keys += ["judged", "settings", "console", "cli", "terraform"]
    assert all(list(each) == keys for each in checks)
    by_id = {each["id"]: each for each in checks}
    assert by_id["iam-key-old"]["remedies"] == ["iam-deactivate-key"]
    assert "iam:GenerateCredentialReport" in by_id["iam-key-old"]["permissions"]
    assert by_id["iam-key-old"]["settings"] == ["checks.key_max_age", "checks.key_very_old", "checks.break_glass"]
    assert "more than 90 days ago" in by_id["iam-key-old"]["judged"]
    assert {each["severity"] for each in checks} <= {str(severity) for severity in Severity}


def test_checks_are_chosen_by_the_words_of_an_audit(picket):
    _, out, _ = picket("checks", "redshift")
    code, _, err = picket("checks", "redshifts")

    assert "redshift-public" in out
    assert "iam-root-key" not in out
    assert code == 2
    assert "redshift" in err
