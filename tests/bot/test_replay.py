"""`picket replay`: events from files, through the very same intake, to what would be posted."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.slack import validate
from tests.alerting import (
    ACCOUNT,
    a_finding,
    a_key_finding,
    an_alarm_action,
    an_alarm_event,
    an_alarm_message,
    eventbridge,
    in_sns,
    pascal,
)

ROOT = Path(__file__).parents[2]
KEYS = {"file", "alert_id", "state", "source", "severity", "account", "region", "resource", "title", "blocks", "text"}
BODY = json.dumps(in_sns(an_alarm_message()))


@pytest.fixture
def picket(tmp_path):
    """Run `picket replay` on files of these contents, in an environment that has neither AWS nor Slack."""

    def run(*contents, options=(), stdin=""):
        names = []
        for number, content in enumerate(contents):
            names.append(f"{number}.json")
            text = content if isinstance(content, str) else json.dumps(content)
            (tmp_path / names[-1]).write_text(text)
        return subprocess.run(
            [sys.executable, "-m", "bot", "replay", *(names or ["-"]), *options],
            capture_output=True, text=True, input=stdin, cwd=tmp_path, timeout=60, check=False,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        )  # fmt: skip

    return run


def lines(done):
    assert done.stderr == ""
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_each_event_is_a_line_with_the_card_that_would_be_posted(picket):
    done = picket(eventbridge(a_finding()), an_alarm_event())

    finding, alarm = lines(done)
    assert done.returncode == 0
    assert finding.keys() == alarm.keys() == KEYS
    assert (finding["file"], finding["state"], finding["source"], finding["severity"], finding["account"]) == (
        "0.json", "open", "guardduty", "high", ACCOUNT,
    )  # fmt: skip
    assert (alarm["source"], alarm["region"], alarm["severity"]) == ("cloudwatch", "us-west-2", "high")
    for shown in (finding, alarm):
        validate.check_message(shown["text"], shown["blocks"])
        assert shown["title"] in shown["text"]


@pytest.mark.parametrize(
    "content",
    [
        an_alarm_event(),
        in_sns(an_alarm_message()),
        {"MessageId": "m", "ReceiptHandle": "r", "Body": json.dumps(an_alarm_event())},
        {"Messages": [{"MessageId": "m", "ReceiptHandle": "r", "Body": BODY}]},
        {"Records": [{"messageId": "m", "receiptHandle": "r", "body": BODY}]},
        an_alarm_action(),
        [an_alarm_event()],
        "\ufeff" + json.dumps(an_alarm_event(), indent=2) + "\n\n",
    ],
    ids=["eventbridge", "sns", "sqs", "receive", "lambda of sqs", "alarm action", "array", "indented with a mark"],
)
def test_whatever_the_shape_the_alert_is_the_same(picket, content):
    (shown,) = lines(picket(content))
    (plain,) = lines(picket(an_alarm_event()))

    assert shown["alert_id"] == plain["alert_id"]
    assert shown["state"] == "open"


def test_arrays_answers_and_json_lines_hold_an_event_each(picket):
    two = [pascal(a_finding()), pascal(a_key_finding(id="b" * 32))]

    done = picket({"Findings": two}, two, "\n".join(json.dumps(each) for each in two))

    shown = lines(done)
    assert [each["file"] for each in shown] == ["0.json"] * 2 + ["1.json"] * 2 + ["2.json"] * 2
    assert len({each["alert_id"] for each in shown}) == 2


def test_a_run_remembers_so_an_end_resolves_what_an_earlier_file_opened(picket):
    opened, over = lines(picket(an_alarm_event(), an_alarm_event("OK", "ALARM", at="08:40:00")))

    assert (opened["state"], over["state"]) == ("open", "resolved")
    assert opened["alert_id"] == over["alert_id"]
    assert "Resolved" in over["blocks"][0]["text"]["text"]


def test_what_is_deliberately_no_alert_is_ignored_and_says_why(picket):
    event = {**an_alarm_event(), "detail-type": "CloudWatch Alarm Configuration Change"}
    changed = {**event, "detail": {"alarmName": "root-used", "operation": "update"}}

    configuration, over = lines(picket(changed, an_alarm_event("OK", "ALARM")))

    assert (configuration["state"], over["state"]) == ("ignored", "ignored")
    assert "configuration" in configuration["why"]
    assert "nothing was open" in over["why"]
    assert over["blocks"] == []


def test_files_that_cannot_be_read_are_said_and_the_others_still_come(picket, tmp_path):
    (tmp_path / "binary").write_bytes(b"\xff\xfe{}")
    good = json.dumps(an_alarm_event())

    done = picket("{", "", f"nonsense\n{good}\n{good}", {"Findings": []}, options=["missing.json", "binary"])

    shown = lines(done)
    assert done.returncode == 1
    faults = {each["file"]: each["error"] for each in shown if "error" in each}
    assert faults.keys() == {"0.json", "1.json", "2.json", "3.json", "missing.json", "binary"}
    assert "No such file" in faults["missing.json"]
    assert faults["2.json"].startswith("line 1: ")
    assert [each["file"] for each in shown if "error" not in each] == ["2.json", "2.json"]


def test_an_event_that_comes_twice_counts_once(picket):
    event = {"id": "1", "source": "aws.health", "detail-type": "AWS Health Event", "account": ACCOUNT,
             "time": "2026-01-01T00:00:00Z", "region": "eu-west-1", "detail": {"service": "EC2"}}  # fmt: skip

    one, again, another = lines(picket(event, event, {**event, "id": "2"}))

    assert one["blocks"] == again["blocks"]
    assert "twice" in json.dumps(another["blocks"]) or "2 times" in json.dumps(another["blocks"])


def test_each_run_gives_the_same(picket):
    event = eventbridge(a_finding(updatedAt="2026-01-01T00:00:00Z"))

    assert picket(event).stdout == picket(event).stdout


def test_standard_input_is_a_file_too(picket):
    (shown,) = lines(picket(stdin=json.dumps(an_alarm_event())))

    assert shown["file"] == "-"


def test_names_and_offers_come_from_the_settings(picket, tmp_path):
    (tmp_path / "picket.toml").write_text(f'[aws]\naccounts = [{{ id = "{ACCOUNT}", name = "acme-prod" }}]\n')

    (shown,) = lines(picket(an_alarm_event(), options=["--config", "picket.toml"]))

    assert "acme-prod" in shown["text"]


def test_to_send_needs_settings_and_says_so(picket):
    done = picket(an_alarm_event(), options=["--send"])

    assert done.returncode == 1
    assert "--config" in done.stderr
    assert "SLACK_BOT_TOKEN" in done.stderr


def test_a_terminal_gets_cards(tmp_path):
    (tmp_path / "event.json").write_text(json.dumps(eventbridge(a_finding(title="\x1b[31mred <!channel>"))))
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "replay", "event.json"], cwd=tmp_path, stdout=slave, stderr=subprocess.PIPE,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "TERM": "xterm", "NO_COLOR": "1"},
    )  # fmt: skip
    os.close(slave)
    drawn = b""
    try:
        while chunk := os.read(master, 65536):
            drawn += chunk
    except OSError:
        pass  # the other end was closed
    os.close(master)
    process.communicate(timeout=30)

    text = drawn.decode()
    assert "High ·  [31mred <!channel>" in text
    assert "[Acknowledge]" in text
    assert "\x1b[31m" not in text
    assert "<!date" not in text
