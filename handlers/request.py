"""What a request of Slack's tells: where a modal is to open, and which page is turned to."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from bot.errors import UserError
from bot.services import Services


def open_modal(services: Services, body: Mapping[str, Any], view: Mapping[str, Any]) -> dict[str, Any]:
    """Show a modal to who clicked, on top of the one where they did; the view as Slack keeps it."""
    inside = (body.get("view") or {}).get("type") == "modal"
    show = services.slack.views_push if inside else services.slack.views_open
    return dict(show(trigger_id=body["trigger_id"], view=dict(view))["view"])


def turned(action: Mapping[str, Any], paged: Collection[str]) -> dict[str, int]:
    """The list among `paged` whose page is turned, and to which. Raises UserError for what no button of ours says."""
    listing, _, number = str(action.get("value", "")).partition(":")
    if not (listing in paged and number.isdecimal() and len(number) < 7):
        raise UserError("That button is of no page that Picket knows. Please open this anew.")
    return {listing: int(number)}
