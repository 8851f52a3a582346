"""auth.test and apps.connections.open: who the app is, and where its socket is."""

from sandbox.slack.api.method import Call, method
from sandbox.slack.state import Json


@method("auth.test", tier=None)
def auth_test(call: Call) -> Json:
    """Who the token belongs to."""
    company = call.team.company
    return {
        "url": f"{call.backend.url}/",
        "team": company.name,
        "user": company.bot.name,
        "team_id": company.team_id,
        "user_id": company.bot.id,
        "bot_id": company.bot_id,
        "is_enterprise_install": False,
    }


@method("api.test", tier=4)
def api_test(call: Call) -> Json:
    """The arguments back."""
    return {"args": call.args}


@method("apps.connections.open", tier=1, caller="app")
def connections_open(call: Call) -> Json:
    """The address of a websocket, good for one connection."""
    ticket = call.backend.sockets.new_ticket()
    return {
        "url": f"{call.backend.url.replace('http', 'ws', 1)}/link/?ticket={ticket}&app_id={call.team.company.app_id}"
    }
