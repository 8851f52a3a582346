"""The demo: an AWS and a Slack in this process, and the bot as a child that cannot tell."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from sandbox import transcript
from sandbox.aws import Cloud, accounts
from sandbox.scenario import STORY, Stage, Step
from sandbox.slack import Workspace

CONFIG = """\
# What somebody would write to run Picket for Acme.

[aws]
accounts = [
    {{ id = "{prod}", name = "acme-prod", environment = "production" }},
    {{ id = "{dev}", name = "acme-dev", environment = "development" }},
    {{ id = "{log}", name = "acme-log", environment = "production" }},
]
read_role = "{read_role}"
remediation_role = "{remediation_role}"
external_id = "{external_id}"
queue_url = "{queue_url}"

[store]
path = "{folder}/picket.db"

[[routes]]
channel = "#security-critical"
severity = "high"

[[routes]]
channel = "#security-alerts"

[rights]
audit = ["@sec-analysts", "@sec-approvers"]
respond = ["@sec-analysts", "@sec-approvers"]
request = ["@sec-analysts", "@sec-approvers"]
approve = ["@sec-approvers"]

[audits]
schedule = "0 6 * * *"
time_zone = "Europe/Helsinki"
public_channels = ["#security-alerts", "#security-critical"]

[[digests]]
channel = "#security-digest"
schedule = "0 9 * * *"
time_zone = "Europe/Helsinki"

[remediation]
enabled = ["iam-deactivate-key", "ec2-revoke-ingress", "guardduty-archive-finding"]

[guardduty]
archive_on_resolve = true
"""


@dataclass(slots=True)
class Bot:
    """The bot as a child process: the command that a user would type, an environment and a config file."""

    command: Sequence[str]
    environment: dict[str, str]
    log: Path
    _process: subprocess.Popen[bytes] | None = field(default=None)

    def start(self) -> None:
        """Start it; what it says goes to its log."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own command
                self.command, env=self.environment, stdout=log, stderr=log
            )

    def kill(self) -> None:
        """SIGKILL, as when a machine dies: nothing of it gets to say goodbye."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """SIGTERM, as a supervisor does; killed when it has not ended after ten seconds."""
        self._end(signal.SIGTERM)

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self._process is not None and self._process.poll() is None

    def _end(self, number: signal.Signals) -> None:
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.send_signal(number)
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


@dataclass(slots=True)
class Controls:
    """Pause, play and next, as the page's banner has them."""

    playing: threading.Event = field(default_factory=threading.Event)
    onward: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)

    def hear(self, command: str) -> None:
        """One of the banner's buttons."""
        if command == "pause":
            self.playing.clear()
        else:
            self.playing.set()
        if command == "next":
            self.onward.set()

    def rest(self, seconds: float) -> None:
        """Time to read: `seconds`, until "next", and for as long as it is paused."""
        self.onward.wait(seconds)
        self.onward.clear()
        self.playing.wait()


def stage(cloud: Cloud, workspace: Workspace, folder: Path, command: Sequence[str]) -> Stage:
    """Everything in place, and a bot that is not started yet."""
    config = folder / "picket.toml"
    config.write_text(
        CONFIG.format(
            prod=accounts.PROD.id,
            dev=accounts.DEV.id,
            log=accounts.LOG.id,
            read_role=accounts.READ_ROLE,
            remediation_role=accounts.REMEDIATION_ROLE,
            external_id=accounts.EXTERNAL_ID,
            queue_url=cloud.queue_url,
            folder=folder,
        ),
        encoding="utf-8",
    )
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "SLACK_", "PICKET_"))}
    environment |= cloud.environment() | {
        "SLACK_API_URL": workspace.api_url,
        "SLACK_BOT_TOKEN": workspace.bot_token,
        "SLACK_APP_TOKEN": workspace.app_token,
    }
    return Stage(workspace, cloud, Bot([*command, "--config", str(config)], environment, folder / "picket.log"))


def play(command: Sequence[str], *, once: bool, port: int = 0) -> int:
    """Play the story; with `once` print it and end: 0 when every step showed what it should, else 1.

    Otherwise the page's address is printed, and all stays up until it is interrupted.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with (
            tempfile.TemporaryDirectory(prefix="picket-demo-") as folder,
            Workspace(port=port) as workspace,
            Cloud() as cloud,
        ):
            return _perform(workspace, cloud, Path(folder), command, once=once)
    except KeyboardInterrupt:
        transcript.goodbye()
        return 130 if once else 0


def _perform(workspace: Workspace, cloud: Cloud, folder: Path, command: Sequence[str], *, once: bool) -> int:
    if not once:
        transcript.address(workspace.url)
        workspace.story(0, len(STORY), "Acme's AWS accounts are being built", "That takes some seconds.", "waiting")
    cloud.seed()
    stood = stage(cloud, workspace, folder, command)
    stood.bot.start()
    try:
        if once:
            return _once(stood)
        _keep(stood)
    finally:
        stood.bot.stop()


def _once(stood: Stage) -> int:
    telling = transcript.Telling(stood.workspace)
    for number, step in enumerate(STORY, 1):
        error = perform(stood, step)
        telling.step(number, len(STORY), step.title, error)
        if error:
            telling.log(stood.bot.log)
            return 1
    return 0


def _keep(stood: Stage) -> NoReturn:
    controls = Controls()
    controls.playing.set()
    stood.workspace.on_story(controls.hear)
    threading.Thread(target=_show, args=(stood, controls), daemon=True).start()
    try:
        while True:
            threading.Event().wait()
    finally:
        controls.ended.set()


def _show(stood: Stage, controls: Controls) -> None:
    try:
        _play(stood, controls)
    except RuntimeError:
        if not controls.ended.is_set():  # else the workspace has closed under the story, as it should
            raise


def _play(stood: Stage, controls: Controls) -> None:
    count = len(STORY)
    for number, step in enumerate(STORY, 1):
        stood.workspace.story(number, count, step.title, step.text)
        controls.rest(0.5)
        error = perform(stood, step)
        if controls.ended.is_set():
            return
        if error:
            stood.workspace.story(number, count, step.title, f"This did not show: {error}", "waiting")
            transcript.trouble(step.title, error, stood.bot.log)
            return
        controls.rest(step.seconds_to_read)
    stood.workspace.story(count, count, "Your turn", "Pick a person at the top right, type /aws-audit, click.", "done")


def perform(stood: Stage, step: Step) -> str | None:
    """Do one step and wait for what it should show; the reason when it did not."""
    try:
        step.act(stood)
        stood.workspace.wait_for(lambda: step.shown(stood), step.timeout)
    except TimeoutError:
        return f"it did not show within {step.timeout:g} s"
    except Exception as error:  # noqa: BLE001 - whatever a step meets is told with its title, and fails the story
        return f"{type(error).__name__}: {error}"
    return None


def aws_only() -> None:
    """Only the seeded AWS: print the environment to use it, and stay up until it is interrupted.

    The credentials printed are those of the role that reads in acme-prod, as somebody who assumed it has them.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with Cloud() as cloud:
            cloud.seed()
            given = cloud.client("sts", accounts.HUB).assume_role(
                RoleArn=accounts.role_arn(accounts.PROD, accounts.READ_ROLE),
                RoleSessionName="picket-read",
                ExternalId=accounts.EXTERNAL_ID,
            )["Credentials"]
            mine = {
                "AWS_ACCESS_KEY_ID": given["AccessKeyId"],
                "AWS_SECRET_ACCESS_KEY": given["SecretAccessKey"],
                "AWS_SESSION_TOKEN": given["SessionToken"],
            }
            transcript.environment(cloud.environment() | mine)
            while True:
                threading.Event().wait()
    except KeyboardInterrupt:
        transcript.goodbye()
