"""What a person's use of an element becomes: the fields of an action, and the value in a view's state."""

from collections.abc import Iterator
from typing import Any, Final

from sandbox.slack.errors import Refused
from sandbox.slack.state import Json
from sandbox.slack.validate import elements_of

# where an element's value stands in an action and in the state, and where its first value comes from
_VALUE: Final = {
    "static_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "multi_static_select": ("selected_options", "initial_options"),
    "checkboxes": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
}
_LISTS: Final = frozenset(kind for kind, (name, _) in _VALUE.items() if name.endswith("s"))
REQUIRED: Final = "Please complete this required field."


def find_element(blocks: list[Json], action_id: str, block_id: str | None) -> tuple[Json, Json]:
    """The block and the element that an action names; raises Refused when they are not there."""
    for block in blocks:
        for element in elements_of(block):
            if element.get("action_id") == action_id and block_id in (None, block["block_id"]):
                return block, element
    raise Refused(f"There is no element {action_id} here any more: it may have changed since you looked.")


def action_of(block: Json, element: Json, value: Any, action_ts: str) -> Json:
    """The entry of a payload's `actions`; raises Refused for an option that is not offered."""
    kind = element["type"]
    action: Json = {"type": kind, "action_id": element["action_id"], "block_id": block["block_id"]}
    if kind == "button":
        action["text"] = element["text"]
        action.update({name: element[name] for name in ("value", "style", "url") if name in element})
    elif kind == "overflow":
        action["selected_option"] = _option(element, value)
    else:
        name, initial = _VALUE[kind]
        action[name] = chosen(element, value)
        action.update({each: element[each] for each in (initial, "placeholder") if each in element})
    return {**action, "action_ts": action_ts}


def state_of(element: Json, value: Any) -> Json:
    """The element's entry in `state.values` when it holds `value`."""
    name, _ = _VALUE[element["type"]]
    return {"type": element["type"], name: chosen(element, value)}


def remember(typed: Json, block: Json, element: Json, value: Any) -> None:
    """Sets the element's entry in `typed` (block id, action id) if it is one that holds a value."""
    if element["type"] in _VALUE:
        typed.setdefault(block["block_id"], {})[element["action_id"]] = state_of(element, value)


def first_value(element: Json) -> Any:
    """What an element holds before anybody touches it."""
    value = element.get(_VALUE[element["type"]][1])
    return [] if value is None and element["type"] in _LISTS else value


def chosen(element: Json, value: Any) -> Any:
    """The value as Slack sends it: options whole, an empty text as None."""
    if "options" in element or "option_groups" in element:
        if element["type"] in _LISTS:
            return [_option(element, each) for each in value or []]
        return None if value in (None, "") else _option(element, value)
    return None if value == "" else value


def stateful(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Each block and element that holds a value."""
    for block in blocks:
        for element in elements_of(block):
            if element["type"] in _VALUE:
                yield block, element


def state_values(blocks: list[Json], typed: Json) -> Json:
    """`state.values` of some blocks, where `typed` holds the entries that a person has set."""
    values: Json = {}
    for block, element in stateful(blocks):
        block_id, action_id = block["block_id"], element["action_id"]
        entry = typed.get(block_id, {}).get(action_id) or state_of(element, first_value(element))
        values.setdefault(block_id, {})[action_id] = entry
    return values


def client_errors(blocks: list[Json], values: Json) -> dict[str, str]:
    """What Slack's own client refuses in a modal before the app hears of it: block id to words."""
    errors = {}
    for block, element in stateful(blocks):
        if block["type"] != "input":
            continue
        entry = values[block["block_id"]][element["action_id"]]
        value = entry[_VALUE[element["type"]][0]]
        if not value and not block.get("optional"):
            errors[block["block_id"]] = REQUIRED
        elif isinstance(value, str) and len(value) < element.get("min_length", 0):
            errors[block["block_id"]] = f"Please use at least {element['min_length']} characters."
        elif isinstance(value, str) and len(value) > element.get("max_length", 3000):
            errors[block["block_id"]] = f"Please use at most {element.get('max_length', 3000)} characters."
    return errors


def _option(element: Json, value: Any) -> Json:
    """The option that is named by its value, or given whole, as the element offers it."""
    wanted = value.get("value") if isinstance(value, dict) else value
    groups = element.get("option_groups", [])
    offered: list[Json] = [*element.get("options", []), *(each for group in groups for each in group["options"])]
    for option in offered:
        if option["value"] == wanted:
            return option
    raise Refused(f"{wanted!r} is not one of the choices.")
