"""How the tests of checks ask for an answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import hypothesis
import pytest

from checks.catalog import CATALOG
from checks.inventory import Record
from checks.judge import judge
from checks.model import Finding
from checks.settings import CheckSettings
from tests.builders import an_inventory

# a machine that does other things too is no fault of ours
hypothesis.settings.register_profile("patient", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("patient")


@pytest.fixture
def answers() -> Callable[..., list[Finding]]:
    """`answers(check_id, *records, gaps=…, now=…, **settings)`: every finding of that check."""

    def ask(check_id: str, *records: Record, **options: Any) -> list[Finding]:
        world = {name: options.pop(name) for name in ("gaps", "now") if name in options}
        inventory = an_inventory(*records, **world)
        return list(judge(inventory, [CATALOG[check_id]], CheckSettings(**options)))

    return ask


@pytest.fixture
def answer(answers: Callable[..., list[Finding]]) -> Callable[..., Finding]:
    """The one finding of a check."""

    def ask(check_id: str, *records: Record, **options: Any) -> Finding:
        (finding,) = answers(check_id, *records, **options)
        return finding

    return ask
