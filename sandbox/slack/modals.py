"""Modals in a person's hands: submitted, held back, answered by the app, and dismissed."""

from typing import Any, Final

from sandbox.slack.asking import Answer, active, ask, interaction
from sandbox.slack.backend import Backend
from sandbox.slack.elements import client_errors, find_element, remember, state_values
from sandbox.slack.errors import ApiError, Refused
from sandbox.slack.limits import OPEN_VIEWS
from sandbox.slack.state import Json
from sandbox.slack.validate import check_view
from sandbox.slack.views import change_view, close_views, new_view

_SUBMIT_TROUBLE: Final = "We had some trouble connecting. Try again?"


class Modals:
    """What people do with the modals that they have open."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._team = backend.team

    async def submit(self, user: str, view_id: str, values: Json) -> Answer:
        """A person submits the modal on top, with values by block and action id; what is missing stays as it is."""
        person = active(self._team, user)
        view = self._top_view(user, view_id)
        self._type_in(view, values)
        state = state_values(view["blocks"], view["state"]["values"])
        view["state"] = {"values": state}
        if errors := client_errors(view["blocks"], state):
            return Answer(ok=False, error="Some fields need another look.", errors=errors)
        payload = {
            **interaction(self._team.company, person, "view_submission"),
            "trigger_id": self._team.new_trigger(user, view_id),
            "view": view,
            "response_urls": [],
        }
        found = await ask(self._backend, "interactive", payload)
        if found.code:
            self._team.notice("error", _SUBMIT_TROUBLE, user)
            return Answer(ok=False, error=_SUBMIT_TROUBLE, code=found.code)
        return self._after_submit(user, view, found)

    async def close(self, user: str, view_id: str, *, clear: bool = False) -> Answer:
        """A person dismisses the modal on top, or with `clear` the whole stack; the app hears if it asked to."""
        person = active(self._team, user)
        view = self._top_view(user, view_id)
        keep = 0 if clear or view["clear_on_close"] else len(self._team.stacks[user]) - 1
        for closed in close_views(self._team, user, keep):
            if closed["notify_on_close"]:
                payload = {
                    **interaction(self._team.company, person, "view_closed"),
                    "view": closed,
                    "is_cleared": clear,
                }
                self._backend.spawn(ask(self._backend, "interactive", payload))
        return Answer(ok=True)

    def _type_in(self, view: Json, values: Json) -> None:
        typed = view["state"]["values"]
        for block_id, actions in values.items():
            for action_id, value in actions.items():
                block, element = find_element(view["blocks"], action_id, block_id)
                remember(typed, block, element, value)

    def _after_submit(self, user: str, view: Json, found: Answer) -> Answer:
        action, errors = found.payload.get("response_action", ""), found.payload.get("errors", {})
        stack = self._team.stacks.get(user, [])
        if action == "errors":
            if not errors or not set(errors) <= {block["block_id"] for block in view["blocks"]}:
                return self._bad_ack(user, "errors that name no block of the modal")
            return Answer(
                ok=False,
                error="Some fields need another look.",
                errors=errors,
                response_action=action,
                payload=found.payload,
            )
        if action in {"update", "push"}:
            try:
                self._answer_view(user, view, action, found.payload.get("view"))
            except ApiError as problem:
                return self._bad_ack(user, f"a view that Slack refuses: {problem.body()}")
        elif view["id"] in stack:
            close_views(self._team, user, 0 if action == "clear" else stack.index(view["id"]))
        return Answer(ok=True, response_action=action, payload=found.payload)

    def _answer_view(self, user: str, view: Json, action: str, given: Any) -> None:
        check_view(given)
        stack = self._team.stacks[user]
        if action == "update":
            change_view(self._team, view, given)
        elif len(stack) >= OPEN_VIEWS:
            raise ApiError("push_limit_reached")
        else:
            stack.append(new_view(self._team, given, stack)["id"])
        self._team.show_views(user)

    def _bad_ack(self, user: str, why: str) -> Answer:
        self._team.notice("error", f"{_SUBMIT_TROUBLE} (The app answered with {why}.)", user)
        return Answer(ok=False, error=_SUBMIT_TROUBLE, code="invalid_response")

    def _top_view(self, user: str, view_id: str) -> Json:
        stack = self._team.stacks.get(user, [])
        if not stack or stack[-1] != view_id:
            raise Refused("That modal is not open any more.")
        return self._team.views[view_id]
