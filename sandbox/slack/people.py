"""The people, channels, groups and commands of a workspace, and Acme, the company that a workspace has by default."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Person:
    """A member of the workspace; `is_restricted` is a guest, `deleted` a deactivated account."""

    id: str
    name: str
    real_name: str
    email: str
    title: str = ""
    tz: str = "UTC"
    color: str = "4bbe2e"
    emoji: str = "🙂"
    is_admin: bool = False
    is_restricted: bool = False
    deleted: bool = False
    is_bot: bool = False


@dataclass(frozen=True)
class Channel:
    """A public or private channel as it stands when the workspace starts; `members` are user ids."""

    id: str
    name: str
    topic: str = ""
    members: tuple[str, ...] = ()
    is_private: bool = False
    is_archived: bool = False


@dataclass(frozen=True)
class UserGroup:
    """A user group, mentioned as @handle."""

    id: str
    handle: str
    name: str
    users: tuple[str, ...]


@dataclass(frozen=True)
class SlashCommand:
    """A slash command that the app registered, `/` included; `should_escape` turns names into mentions for it."""

    command: str
    description: str
    usage_hint: str = ""
    should_escape: bool = False


@dataclass(frozen=True)
class Company:
    """Everything a workspace is founded with; the app's own user is `bot`."""

    team_id: str
    name: str
    domain: str
    app_id: str
    bot_id: str
    bot: Person
    people: tuple[Person, ...]
    channels: tuple[Channel, ...]
    groups: tuple[UserGroup, ...] = ()


ANA: Final = Person(
    "UANA00001",
    "ana",
    "Ana Lindqvist",
    "ana@acme.example",
    title="Security analyst",
    tz="Europe/Helsinki",
    color="2b6cb0",
    emoji="🦉",
)
PRIYA: Final = Person(
    "UPRIYA001",
    "priya",
    "Priya Raman",
    "priya@acme.example",
    title="Head of cloud security",
    tz="America/New_York",
    color="b7791f",
    emoji="🦊",
    is_admin=True,
)
OTTO: Final = Person(
    "UOTTO0001",
    "otto",
    "Otto Weber",
    "otto@acme.example",
    title="Sales",
    tz="Europe/Berlin",
    color="718096",
    emoji="🐢",
)
GUEST: Final = Person(
    "UGUEST001",
    "gail",
    "Gail Moreau",
    "gail@partner.example",
    title="Contractor",
    tz="Europe/Paris",
    color="9f7aea",
    emoji="🐦",
    is_restricted=True,
)
GONE: Final = Person(
    "UGONE0001",
    "leo",
    "Leo Santos",
    "leo@acme.example",
    title="Left in spring",
    tz="America/Sao_Paulo",
    color="a0aec0",
    emoji="👻",
    deleted=True,
)
PICKET: Final = Person(
    "UPICKET01", "picket", "Picket", "", title="Stands watch over AWS", color="c53030", emoji="🛡️", is_bot=True
)

_EVERYONE: Final = (ANA.id, PRIYA.id, OTTO.id)
_WATCH: Final = (ANA.id, PRIYA.id, PICKET.id)

ACME: Final = Company(
    team_id="TACME0001",
    name="Acme",
    domain="acme",
    app_id="APICKET01",
    bot_id="BPICKET01",
    bot=PICKET,
    people=(ANA, PRIYA, OTTO, GUEST, GONE),
    channels=(
        Channel("CALERTS01", "security-alerts", "What the watch saw", (*_EVERYONE, PICKET.id)),
        Channel("CCRITICAL", "security-critical", "Wake somebody up", (*_EVERYONE, PICKET.id)),
        Channel("CDIGEST01", "security-digest", "Once a day", _WATCH),
        Channel("CGENERAL1", "general", "Everyone", (*_EVERYONE, GUEST.id, PICKET.id)),
        Channel("CRANDOM01", "random", "Anything else", _EVERYONE),
        Channel("CINCIDENT", "incident-room", "Private", (ANA.id, PRIYA.id), is_private=True),
        Channel("COLDAUDIT", "audit-2019", "Closed", _WATCH, is_archived=True),
    ),
    groups=(
        UserGroup("SAPPROVERS", "sec-approvers", "Security approvers", (PRIYA.id,)),
        UserGroup("SANALYSTS1", "sec-analysts", "Security analysts", (ANA.id, PRIYA.id)),
    ),
)

# the app as manifest.yml describes it; a test holds the two together
AWS_AUDIT: Final = SlashCommand(
    "/aws-audit",
    "Audit AWS accounts, see what is open, send the digest",
    "iam | sg | all | CHECK | alerts | status | diff | help",
    should_escape=True,
)
BOT_SCOPES: Final = (
    "channels:history",
    "channels:read",
    "chat:write",
    "commands",
    "files:read",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "im:write",
    "reactions:read",
    "reactions:write",
    "usergroups:read",
    "users:read",
)
BOT_EVENTS: Final = ("app_home_opened", "reaction_added")
