"""Asking the app: the envelope of what a person did, and the answer that the person gets back."""

from dataclasses import dataclass, field

from sandbox.slack.backend import Backend
from sandbox.slack.errors import Refused
from sandbox.slack.people import Company, Person
from sandbox.slack.socket_mode import NotAcknowledged, NotDelivered
from sandbox.slack.state import Json, Team


@dataclass(frozen=True)
class Answer:
    """What a person gets back at once: `ok`, or `error` in words; a modal's field `errors` by block id.

    `code` is Slack's word for a failure (`operation_timeout`, `dispatch_failed`); `payload` is what the app
    put into its acknowledgement.
    """

    ok: bool
    error: str = ""
    code: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    response_action: str = ""
    payload: Json = field(default_factory=dict)


async def ask(backend: Backend, kind: str, payload: Json) -> Answer:
    """Sends an envelope of `kind` and waits for its acknowledgement; the answer's `code` says why none came."""
    try:
        seconds = backend.settings.ack_seconds
        ack = await backend.sockets.deliver(kind, payload, seconds, accepts_response_payload=True)
    except NotDelivered:
        return Answer(ok=False, code="dispatch_failed")
    except NotAcknowledged:
        return Answer(ok=False, code="operation_timeout")
    return Answer(ok=True, payload=ack)


def interaction(company: Company, person: Person, kind: str) -> Json:
    """The keys that every interactive payload begins with."""
    user = {"id": person.id, "username": person.name, "name": person.name, "team_id": company.team_id}
    return {
        "type": kind,
        "user": user,
        "api_app_id": company.app_id,
        "token": "sandbox",
        "team": {"id": company.team_id, "domain": company.domain},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def active(team: Team, user: str) -> Person:
    """The person who acts; raises Refused for the departed, for bots and for nobody."""
    person = team.users.get(user)
    if person is None or person.deleted or person.is_bot:
        raise Refused(f"Nobody can act as {user}: there is no such active person.")
    return person
