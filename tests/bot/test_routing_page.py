"""docs/routing.md: every example is taken by the settings, and routes as the page says."""

import re
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.config import Offline
from bot.messages.route import goes
from bot.routing import route
from bot.silence import quiet
from handlers.route import described
from tests.alerting import NOW

PAGE = (Path(__file__).parents[2] / "docs/routing.md").read_text()
_EXAMPLE = re.compile(r"^## ([^\n]+)\n\n```toml\n(.*?)```\n\n```text\n(.*?)```", re.DOTALL | re.MULTILINE)
EXAMPLES = _EXAMPLE.findall(PAGE)
LINES = [(title, toml, line) for title, toml, text in EXAMPLES for line in text.splitlines()]


def test_every_block_of_settings_has_lines_that_say_what_it_does():
    assert PAGE.count("```toml") == len(EXAMPLES) >= 7


@pytest.mark.parametrize(("title", "toml", "line"), LINES)
def test_each_line_is_true(title, toml, line):
    settings = Offline.model_validate(tomllib.loads(toml))
    asked, answer = line.split(" → ")
    words = asked.split()
    now = NOW
    if words[0] == "at":
        now = datetime.fromisoformat(words[1]).replace(tzinfo=UTC)
        words = words[2:]
    subject = described(settings, words, now)
    muted = quiet(settings, subject, now)

    assert answer == (f"muted by {muted.name}" if muted else goes(route(settings, subject, now))), title
