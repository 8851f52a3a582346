"""An AWS on this machine, and sessions that use it as the bot's own user."""

import pytest

from bot.aws.sessions import Sessions
from bot.config import Aws
from sandbox.aws import Cloud


@pytest.fixture
def cloud(monkeypatch):
    with Cloud() as cloud:
        for name, value in cloud.environment().items():
            monkeypatch.setenv(name, value)
        monkeypatch.delenv("AWS_PROFILE", raising=False)
        yield cloud


@pytest.fixture
def sessions(cloud):
    return Sessions(Aws(), attempts=1)
