"""What the demo prints: the address, the environment, and the conversation as text."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from rich.text import Text

from sandbox.slack import Workspace
from sandbox.slack.people import ACME

_console = Console(highlight=False)
_NAMES = {person.id: person.real_name for person in (*ACME.people, ACME.bot)}


def words(message: Mapping[str, Any]) -> str:
    """Everything a message says and offers, as plain lines."""
    lines = [line for block in message.get("blocks") or () for line in _block(block)]
    lines = lines or [str(message.get("text", ""))]
    lines += [f"[file] {file['name']} ({file.get('title', '')})" for file in message.get("files") or ()]
    return "\n".join(_plain(line) for line in lines if line.strip())


def _block(block: Mapping[str, Any]) -> Iterator[str]:
    kind = block.get("type")
    if kind == "actions":
        yield "  ".join(f"[{_label(element)}]" for element in block["elements"])
        return
    if kind == "context":
        yield " · ".join(str(element.get("text") or element.get("alt_text", "")) for element in block["elements"])
        return
    if isinstance(block.get("text"), Mapping):
        yield str(block["text"]["text"])
    for entry in block.get("fields") or ():
        yield str(entry["text"]).replace("\n", ": ", 1)
    if accessory := block.get("accessory"):
        yield f"[{_label(accessory)}]"


def _label(element: Mapping[str, Any]) -> str:
    label = element.get("text") or element.get("placeholder") or {}
    return str(label.get("text") if isinstance(label, Mapping) else label) or str(element.get("type"))


def _plain(text: str) -> str:
    text = re.sub(r"<!date\^\d+\^[^|>]*\|([^>]*)>", r"\1", text)
    text = re.sub(r"<(?:https?:|mailto:)[^|>]*\|([^>]*)>", r"\1", text)
    text = re.sub(r"<[@#!]([^|>]*)(?:\|([^>]*))?>", lambda m: "@" + (m[2] or m[1]), text)
    text = re.sub(r"(?<![\w*])\*([^*\n]+)\*", r"\1", text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").replace("\u200b", "")


def everything(workspace: Workspace) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each message that anybody sees, with the name of its channel, in the order of time within a channel."""
    people = [person.id for person in ACME.people if not person.deleted]
    places = {channel.id: channel.name for channel in ACME.channels}
    places |= {workspace.dm(person): f"{_NAMES[person]} and Picket" for person in people}
    for channel, name in places.items():
        seen = {m["ts"]: m for viewer in (None, *people) for m in workspace.messages(channel, viewer)}
        yield from ((name, seen[ts]) for ts in sorted(seen, key=float))


class Telling:
    """Prints each step, and what is new or changed in the conversation since the last."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._seen: dict[tuple[str, str], str] = {}

    def step(self, number: int, count: int, title: str, error: str | None) -> None:
        """One step of the story, done or failed, and what people now see."""
        mark = "[red]✘[/]" if error else "[green]✔[/]"
        _console.print(f"\n{mark} [bold]{number}/{count} {escape(title)}[/]")
        if error:
            _console.print(f"  [red]{escape(error)}[/]")
        for channel, message in self._news():
            who = _NAMES.get(message.get("user", ""), "Slackbot")
            where = f"#{channel}" + (" (thread)" if message.get("thread_ts") not in {None, message["ts"]} else "")
            if "ephemeral_to" in message:
                where += f" (only {_NAMES[message['ephemeral_to']]} sees this)"
            _console.print(Panel(Text(words(message)), title=escape(f"{who} in {where}"), title_align="left"))

    def _news(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        for channel, message in everything(self._workspace):
            key, said = (channel, str(message["ts"])), words(message)
            if self._seen.get(key) != said:
                self._seen[key] = said
                yield channel, message

    def log(self, path: Path) -> None:
        """The end of the bot's log, for whoever has to find out."""
        _console.print("\n[bold]The bot's log ends with[/]")
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines()[-40:]:
            _console.print(escape(line))


def address(url: str) -> None:
    """Where to look."""
    _console.print(f"Picket's demo is at {url} (a Slack workspace and an AWS on this machine). Ctrl-C ends it.")


def environment(variables: Mapping[str, str]) -> None:
    """What to set to use the sandbox's AWS."""
    _console.print("# An AWS on this machine, as its role PicketRead in acme-prod; Ctrl-C ends it. From another shell:")
    for name, value in variables.items():
        _console.print(f"export {name}={shlex.quote(value)}", soft_wrap=True)


def trouble(title: str, error: str, log: Path) -> None:
    """A step of the story did not show what it should."""
    _console.print(f"The story stopped at “{escape(title)}”: {escape(error)}\nThe bot's log is {log}.")


def goodbye() -> None:
    """The demo was ended."""
    _console.print("Picket's demo has ended; nothing of it is left.")
