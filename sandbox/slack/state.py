"""What a workspace holds, in memory: people, conversations, messages, views and files, and who watches them change."""

import itertools
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sandbox.slack.people import Company, Person
from sandbox.slack.text import normalise_blocks
from sandbox.slack.validate import elements_of

Json = dict[str, Any]
Watcher = Callable[[Json], None]

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass
class Conversation:
    """A channel or a direct message (`user` is its other party) as it stands now."""

    id: str
    name: str
    topic: str
    members: list[str]
    is_private: bool = False
    is_archived: bool = False
    user: str = ""

    @property
    def is_im(self) -> bool:
        """Whether this is a direct message with the app."""
        return bool(self.user)


@dataclass
class Trigger:
    """A trigger id: who caused it, when, from which view, and whether it was used."""

    user: str
    born: float
    view_id: str = ""
    used: bool = False


@dataclass
class StoredFile:
    """An uploaded file: Slack's file object and its bytes, `None` until they arrive."""

    about: Json
    declared: int
    content: bytes | None = None
    shared: bool = False


@dataclass
class Team:
    """The workspace's memory; touched by one thread only, its event loop's."""

    company: Company
    clock: Callable[[], float]
    users: dict[str, Person] = field(default_factory=dict)
    channels: dict[str, Conversation] = field(default_factory=dict)
    messages: dict[str, dict[str, Json]] = field(default_factory=dict)
    message_values: dict[tuple[str, str], Json] = field(default_factory=dict)
    homes: dict[str, Json] = field(default_factory=dict)
    views: dict[str, Json] = field(default_factory=dict)
    stacks: dict[str, list[str]] = field(default_factory=dict)
    files: dict[str, StoredFile] = field(default_factory=dict)
    triggers: dict[str, Trigger] = field(default_factory=dict)
    notices: list[Json] = field(default_factory=list)
    watchers: list[Watcher] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._serial = itertools.count(36**4)
        self._last_ts = 0
        self.users = {person.id: person for person in (*self.company.people, self.company.bot)}
        for channel in self.company.channels:
            self._add_channel(
                Conversation(
                    channel.id,
                    channel.name,
                    channel.topic,
                    list(channel.members),
                    is_private=channel.is_private,
                    is_archived=channel.is_archived,
                )
            )

    @property
    def bot(self) -> str:
        """The app's user id."""
        return self.company.bot.id

    def publish(self, event: Json) -> None:
        """Tells every watcher (page, waiting tests) of a change."""
        for watcher in list(self.watchers):
            watcher(event)

    def notice(self, level: str, text: str, user: str = "") -> None:
        """Shows a person (or everyone) in the page what Slack's client would say, or what went wrong underneath."""
        event = {"type": "notice", "level": level, "text": text, **({"user": user} if user else {})}
        self.notices.append(event)
        self.publish(event)

    def new_id(self, letter: str) -> str:
        """A fresh id in Slack's form: a letter and eight uppercase alphanumerics."""
        number, digits = next(self._serial), ""
        while number:
            number, digit = divmod(number, 36)
            digits = _DIGITS[digit] + digits
        return letter + digits.rjust(8, "0")

    def new_ts(self) -> str:
        """A message timestamp, later than every one before it."""
        self._last_ts = max(self._last_ts + 1, int(self.clock() * 1_000_000))
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def new_trigger(self, user: str, view_id: str = "") -> str:
        """A trigger id that `user` has just caused."""
        trigger_id = f"{next(self._serial)}.{int(self.clock())}.{secrets.token_hex(16)}"
        self.triggers[trigger_id] = Trigger(user, self.clock(), view_id)
        return trigger_id

    def prepare(self, blocks: list[Json]) -> list[Json]:
        """Blocks as Slack stores them: texts normalised, missing block and action ids filled in."""
        prepared: list[Json] = normalise_blocks(blocks)
        for block in prepared:
            block.setdefault("block_id", self.new_id("b")[-5:])
            for element in elements_of(block):
                if element["type"] != "image":
                    element.setdefault("action_id", self.new_id("a")[-5:])
        return prepared

    def channel_of(self, user: str) -> Conversation:
        """The direct message between the app and `user`, made if there is none."""
        channel_id = f"D{user[1:]}"
        if channel_id not in self.channels:
            self._add_channel(Conversation(channel_id, "directmessage", "", [user, self.bot], user=user))
            self.publish({"type": "channel", "channel": self.channels[channel_id]})
        return self.channels[channel_id]

    def _add_channel(self, channel: Conversation) -> None:
        self.channels[channel.id] = channel
        self.messages[channel.id] = {}

    def add_message(self, channel: str, message: Json) -> Json:
        """Stores a message (its `ts` is given if it has none), counts it in its thread, and shows it."""
        message = {"type": "message", "ts": self.new_ts(), **message}
        self.messages[channel][message["ts"]] = message
        self._count_thread(channel, message)
        self.show(channel, message)
        return message

    def show(self, channel: str, message: Json) -> None:
        """Tells the watchers that a message is new or has changed."""
        self.publish({"type": "message", "channel": channel, "message": message})

    def remove_message(self, channel: str, ts: str) -> None:
        """Forgets a message."""
        message = self.messages[channel].pop(ts)
        self._count_thread(channel, message)
        self.publish({"type": "message_deleted", "channel": channel, "ts": ts})

    def thread(self, channel: str, ts: str) -> list[Json]:
        """The replies below the message `ts`, oldest first, ephemeral ones left out."""
        return [
            message
            for message in self.messages[channel].values()
            if message.get("thread_ts") == ts and message["ts"] != ts and "ephemeral_to" not in message
        ]

    def _count_thread(self, channel: str, reply: Json) -> None:
        parent = self.messages[channel].get(reply.get("thread_ts", ""))
        if parent is None or parent is reply or "ephemeral_to" in reply:
            return
        replies = self.thread(channel, parent["ts"])
        parent["thread_ts"] = parent["ts"]
        parent["reply_count"] = len(replies)
        parent["reply_users"] = list(dict.fromkeys(message["user"] for message in replies))
        parent["reply_users_count"] = len(parent["reply_users"])
        parent["latest_reply"] = replies[-1]["ts"] if replies else ""
        self.show(channel, parent)

    def open_views(self, user: str) -> list[Json]:
        """The modals that `user` has open, the visible one last."""
        return [self.views[view_id] for view_id in self.stacks.get(user, [])]

    def show_views(self, user: str) -> None:
        """Tells the watchers which modals `user` has open now."""
        self.publish({"type": "views", "user": user, "views": self.open_views(user)})

    def holders(self, view_id: str) -> Iterator[str]:
        """The people who have the view open, as a modal or as their App Home."""
        yield from (user for user, stack in self.stacks.items() if view_id in stack)
        yield from (user for user, home in self.homes.items() if home["id"] == view_id)
