"""App Home: drawn anew each time it is opened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slack_bolt import App

from bot import home
from bot.services import Services


def register(app: App) -> None:
    """Add the listener."""
    app.event("app_home_opened")(_opened)


def _opened(event: Mapping[str, Any], services: Services) -> None:
    if event.get("tab", "home") != "home":
        return
    with services.store.write(timeout=1) as tx:
        home.show(services, tx, str(event["user"]))
