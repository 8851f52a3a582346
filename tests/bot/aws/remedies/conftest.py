"""An AWS account of moto's, and remedies aimed at it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import boto3
import pytest
from moto import mock_aws

from bot.remedy import Clients
from tests.builders import REGION


@contextmanager
def an_account() -> Iterator[Clients]:
    """boto3 clients by service and region, against an empty account of moto's."""

    @cache
    def client(service: str, region: str = REGION, /) -> Any:
        return boto3.client(service, region_name=region)

    with mock_aws():
        yield client


@pytest.fixture
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of nobody."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")


@pytest.fixture
def clients(credentials: None) -> Iterator[Clients]:
    """Those of an account."""
    with an_account() as made:
        yield made
