"""What is said in the channel of a time in which Picket did not hear Slack."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.messages.blocks import section
from bot.messages.text import Message, date, fit


def begun(since: datetime, reason: str) -> Message:
    """While it lasts."""
    return _message(
        lambda at: (
            f"I may not have heard Slack since {at(since)} ({fit(reason, 300)}). I am connecting anew; until I say so, "
            "clicks may be lost."
        )
    )


def ended(since: datetime, until: datetime, reason: str) -> Message:
    """In the place of `begun`, when it is over."""
    return _message(
        lambda at: (
            f"I did not hear Slack from {at(since)} to {at(until)} ({fit(reason, 300)}). Clicks and commands in that "
            "time may be lost: please repeat those that had no effect."
        )
    )


def _message(say: Callable[[Callable[[datetime], str]], str]) -> Message:
    return Message(text=say(_plain), blocks=[section(f":ear: {say(_zoned)}")])


def _plain(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"


def _zoned(at: datetime) -> str:
    return date(at, "{date_short_pretty} {time_secs}")
