"""The service as a process: how it starts, and how it ends."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sandbox.slack import Workspace

ROOT = Path(__file__).parents[2]


@pytest.fixture
def workspace():
    with Workspace() as workspace:
        yield workspace


@pytest.fixture
def silent_aws():
    """An AWS that takes every call and answers none."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


@pytest.fixture
def picket(tmp_path, workspace, silent_aws):
    """Start `picket run`; what was started is killed in the end."""
    config = tmp_path / "picket.toml"
    config.write_text(
        f"""
        [aws]
        accounts = [{{ id = "111122223333" }}]
        read_role = "PicketRead"
        queue_url = "{silent_aws}/111122223333/events"
        [store]
        path = "{tmp_path}/picket.db"
        [[routes]]
        channel = "#security-alerts"
        [audits]
        public_channels = ["#security-alerts"]
        """
    )
    started = []

    def start(**environment):
        variables = {
            "PATH": os.environ["PATH"],
            "AWS_ENDPOINT_URL": silent_aws,
            "AWS_ACCESS_KEY_ID": "AKIAPICKET",
            "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_REGION": "us-east-1",
            "SLACK_API_URL": workspace.api_url,
            "SLACK_BOT_TOKEN": workspace.bot_token,
            "SLACK_APP_TOKEN": workspace.app_token,
            **environment,
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "run", "--config", str(config)],
            env=variables,
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_it_ends_soon_after_sigterm_although_aws_answers_nothing(picket, workspace):
    process = picket()
    workspace.wait_for(lambda: workspace.connections, 20)
    assert workspace.command("UANA00001", "CALERTS01", "/aws-audit iam").ok
    time.sleep(1)

    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=20)

    assert time.monotonic() - began < 9.5
    assert process.returncode == 0
    assert "the next start takes it up" in said


def test_a_second_one_on_the_same_state_file_says_so_and_leaves_the_first_alone(picket, workspace):
    first = picket()
    workspace.wait_for(lambda: workspace.connections, 20)
    second = picket()
    _, said = second.communicate(timeout=40)

    assert second.returncode == 1
    assert "picket: Another Picket runs on the state file" in said
    assert first.poll() is None


def test_a_token_that_slack_refuses_is_said_in_words(picket):
    process = picket(SLACK_BOT_TOKEN="xoxb-of-somebody-else")
    _, said = process.communicate(timeout=20)

    assert process.returncode == 1
    assert "cannot be used: invalid_auth. Check SLACK_BOT_TOKEN" in said
    assert "Traceback" not in said
