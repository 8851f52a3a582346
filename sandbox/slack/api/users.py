"""users.* and usergroups.*: the people of the workspace and their groups."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sandbox.slack.api.method import Call, method, page_of
from sandbox.slack.errors import ApiError
from sandbox.slack.people import Person, UserGroup
from sandbox.slack.state import Json


@method("users.list", "users:read", tier=2)
def list_(call: Call) -> Json:
    """Everyone, the deactivated and the bots included."""
    people, metadata = page_of(call, list(call.team.users.values()), 1000)
    members = [_shown(call, person) for person in people]
    return {"members": members, "cache_ts": int(call.backend.clock()), "response_metadata": metadata}


@method("users.info", "users:read", tier=4)
def info(call: Call) -> Json:
    """One person."""
    person = call.team.users.get(call.needed("user"))
    if person is None:
        raise ApiError("user_not_found")
    return {"user": _shown(call, person)}


@method("users.lookupByEmail", "users:read.email")
def lookup_by_email(call: Call) -> Json:
    """The active person with an address."""
    email = call.needed("email").lower()
    for person in call.team.users.values():
        if person.email.lower() == email and not person.deleted:
            return {"user": _shown(call, person)}
    raise ApiError("users_not_found")


@method("usergroups.list", "usergroups:read", tier=2)
def groups(call: Call) -> Json:
    """The user groups."""
    return {"usergroups": [_shown_group(call, group) for group in call.team.company.groups]}


@method("usergroups.users.list", "usergroups:read", tier=2)
def group_users(call: Call) -> Json:
    """The user ids of a group's members."""
    wanted = call.needed("usergroup")
    for group in call.team.company.groups:
        if group.id == wanted:
            return {"users": list(group.users)}
    raise ApiError("no_such_subteam")


def _shown(call: Call, person: Person) -> Json:
    profile = {
        "title": person.title,
        "real_name": person.real_name,
        "real_name_normalized": person.real_name,
        "display_name": person.name,
        "display_name_normalized": person.name,
        "team": call.team.company.team_id,
    }
    if person.email and "users:read.email" in call.backend.settings.scopes:
        profile["email"] = person.email
    shown: Json = {
        "id": person.id,
        "team_id": call.team.company.team_id,
        "name": person.name,
        "deleted": person.deleted,
        "profile": profile,
        "is_bot": person.is_bot,
        "is_app_user": False,
        "updated": 1_700_000_000,
    }
    if person.deleted:
        return shown
    return {
        **shown,
        "color": person.color,
        "real_name": person.real_name,
        **_zone(call, person),
        "is_admin": person.is_admin,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": person.is_restricted,
        "is_ultra_restricted": False,
    }


def _zone(call: Call, person: Person) -> Json:
    now = datetime.fromtimestamp(call.backend.clock(), UTC).astimezone(ZoneInfo(person.tz))
    offset = now.utcoffset()
    return {"tz": person.tz, "tz_label": now.tzname(), "tz_offset": int(offset.total_seconds()) if offset else 0}


def _shown_group(call: Call, group: UserGroup) -> Json:
    shown: Json = {
        "id": group.id,
        "team_id": call.team.company.team_id,
        "is_usergroup": True,
        "name": group.name,
        "handle": group.handle,
        "description": "",
        "date_delete": 0,
        "user_count": len(group.users),
    }
    return {**shown, "users": list(group.users)} if call.flag("include_users") else shown
