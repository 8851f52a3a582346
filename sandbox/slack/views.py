"""Views as Slack keeps them: the app's JSON with an id, a hash that changes, and the values typed into it."""

from sandbox.slack.errors import ApiError
from sandbox.slack.state import Json, Team
from sandbox.slack.text import normalise_blocks


def new_view(team: Team, given: Json, stack: list[str] | None = None) -> Json:
    """Stores a view that the app sent, on top of `stack`; raises ApiError `duplicate_external_id`."""
    external = given.get("external_id", "")
    if external and any(view["external_id"] == external for view in team.views.values()):
        raise ApiError("duplicate_external_id")
    company, view_id = team.company, team.new_id("V")
    view: Json = {
        "id": view_id,
        "team_id": company.team_id,
        "app_id": company.app_id,
        "app_installed_team_id": company.team_id,
        "bot_id": company.bot_id,
        "root_view_id": stack[0] if stack else view_id,
        "previous_view_id": stack[-1] if stack else None,
    }
    team.views[view_id] = view
    _fill(team, view, given)
    return view


def change_view(team: Team, view: Json, given: Json) -> None:
    """Puts the app's new JSON into a view; what was typed stays where block and action ids are the same."""
    _fill(team, view, given)


def close_views(team: Team, user: str, keep: int) -> list[Json]:
    """Closes the modals of `user` above the lowest `keep`, and returns them, the topmost first."""
    stack = team.stacks.get(user, [])
    closed = [team.views.pop(view_id) for view_id in reversed(stack[keep:])]
    team.stacks[user] = stack[:keep]
    team.show_views(user)
    return closed


def _fill(team: Team, view: Json, given: Json) -> None:
    typed = view.get("state", {}).get("values", {})
    view.update(
        {
            "type": given["type"],
            "title": normalise_blocks(given.get("title")),
            "submit": normalise_blocks(given.get("submit")),
            "close": normalise_blocks(given.get("close")),
            "blocks": team.prepare(given["blocks"]),
            "private_metadata": given.get("private_metadata", ""),
            "callback_id": given.get("callback_id", ""),
            "external_id": given.get("external_id", ""),
            "clear_on_close": given.get("clear_on_close", False),
            "notify_on_close": given.get("notify_on_close", False),
            "hash": f"{int(team.clock())}.{team.new_id('h')[1:]}",
        }
    )
    ids = {block["block_id"] for block in view["blocks"]}
    view["state"] = {"values": {block_id: value for block_id, value in typed.items() if block_id in ids}}
