"""views.*: modals opened, stacked and changed, and App Home published."""

from typing import Any

from sandbox.slack.api.method import Call, method
from sandbox.slack.errors import ApiError
from sandbox.slack.limits import OPEN_VIEWS
from sandbox.slack.state import Json, Trigger
from sandbox.slack.views import change_view, new_view


@method("views.open", tier=4)
def open_(call: Call) -> Json:
    """Opens a modal for the person who caused the trigger."""
    trigger = _trigger(call)
    view = new_view(call.team, _view(call, "modal"))
    call.team.stacks[trigger.user] = [view["id"]]
    call.team.show_views(trigger.user)
    return {"view": view}


@method("views.push", tier=4)
def push(call: Call) -> Json:
    """Puts a modal on top of the one in which the trigger was caused."""
    trigger = _trigger(call)
    stack = call.team.stacks.get(trigger.user, [])
    if trigger.view_id not in stack:
        raise ApiError("not_found")
    if len(stack) >= OPEN_VIEWS:
        raise ApiError("push_limit_reached")
    view = new_view(call.team, _view(call, "modal"), stack)
    stack.append(view["id"])
    call.team.show_views(trigger.user)
    return {"view": view}


@method("views.update", tier=4)
def update(call: Call) -> Json:
    """Changes a modal that is still open, if its hash is still the given one."""
    wanted_id, wanted_external = call.text("view_id"), call.text("external_id")
    holders = [
        (user, view)
        for user, stack in call.team.stacks.items()
        for view in (call.team.views[view_id] for view_id in stack)
        if view["id"] == wanted_id or (wanted_external and view["external_id"] == wanted_external)
    ]
    given = _view(call, "modal")
    if not holders:
        raise ApiError("not_found")
    ((user, view),) = holders
    _check_hash(call, view)
    change_view(call.team, view, given)
    call.team.show_views(user)
    return {"view": view}


@method("views.publish", tier=4)
def publish(call: Call) -> Json:
    """Sets a person's App Home."""
    user = call.needed("user_id")
    if user not in call.team.users or call.team.users[user].deleted:
        raise ApiError("user_not_found")
    given = _view(call, "home")
    home = call.team.homes.get(user)
    if home is None:
        home = new_view(call.team, given)
        call.team.homes[user] = home
    else:
        _check_hash(call, home)
        change_view(call.team, home, given)
    call.team.publish({"type": "home", "user": user, "view": home})
    return {"view": home}


def _view(call: Call, kind: str) -> Any:
    from sandbox.slack.posting import check_files
    from sandbox.slack.validate import check_view

    view = call.structure("view", "invalid_arguments")
    check_view(view)
    if view["type"] != kind:
        raise ApiError(
            "invalid_arguments", extra={"response_metadata": {"messages": [f"[ERROR] view must be a {kind}"]}}
        )
    check_files(call.backend, view)
    return view


def _trigger(call: Call) -> Trigger:
    given = call.text("trigger_id") or call.needed("interactivity_pointer")
    trigger = call.team.triggers.get(given)
    if trigger is None:
        raise ApiError("invalid_trigger_id")
    if trigger.used:
        raise ApiError("exchanged_trigger_id")
    if call.backend.clock() - trigger.born > call.backend.settings.trigger_seconds:
        raise ApiError("expired_trigger_id")
    trigger.used = True
    return trigger


def _check_hash(call: Call, view: Json) -> None:
    given = call.text("hash")
    if given and given != view["hash"]:
        raise ApiError("hash_conflict")
