"""files.*: an address to upload to, the upload completed and shared, and what is known of a file."""

import asyncio
import mimetypes
from pathlib import PurePosixPath
from typing import Any, Final

from sandbox.slack.api.method import Call, method
from sandbox.slack.errors import ApiError
from sandbox.slack.posting import checked_content, post
from sandbox.slack.state import Conversation, Json, StoredFile

MOST_BYTES: Final = 1_000_000_000


@method("files.getUploadURLExternal", "files:write", tier=4)
def get_upload_url(call: Call) -> Json:
    """An address that takes the bytes of one file."""
    name, length = PurePosixPath(call.needed("filename")).name, call.number("length", 0)
    if length < 1:
        raise ApiError("invalid_arguments")
    if length > MOST_BYTES:
        raise ApiError("file_upload_size_restricted")
    file_id = call.team.new_id("F")
    url = f"{call.backend.url}/files/{file_id}/{name}"
    about = {
        "id": file_id,
        "created": int(call.backend.clock()),
        "timestamp": int(call.backend.clock()),
        "name": name,
        "title": name,
        "mimetype": mimetypes.guess_type(name)[0] or "application/octet-stream",
        "filetype": PurePosixPath(name).suffix.removeprefix("."),
        "size": length,
        "user": call.team.bot,
        "alt_txt": call.text("alt_txt"),
        "url": url,
        "url_private": url,
        "url_private_download": url,
        "permalink": url,
        "shares": {},
    }
    call.team.files[file_id] = StoredFile(about, length)
    return {"upload_url": f"{call.backend.url}/upload/{file_id}", "file_id": file_id}


@method("files.completeUploadExternal", "files:write", tier=4)
def complete_upload(call: Call) -> Json:
    """Ends uploads and shares their files; the message in the channel appears a moment later."""
    listed = call.structure("files", "invalid_arguments")
    if not isinstance(listed, list) or not listed:
        raise ApiError("invalid_arguments")
    stored = [_uploaded(call, item) for item in listed]
    channels = _channels(call)
    blocks = call.structure("blocks", "invalid_blocks_format") or []
    comment = call.text("initial_comment")
    content = checked_content(call.backend, comment, blocks) if comment or blocks else {"text": ""}
    thread_ts = call.text("thread_ts")
    if thread_ts:
        content["thread_ts"] = thread_ts
    for file, item in zip(stored, listed, strict=True):
        file.about["title"] = item.get("title") or file.about["name"]
        file.shared = True
    if channels:
        call.backend.spawn(_share(call, channels, content, [file.about for file in stored]))
    return {"files": [dict(file.about) for file in stored]}


@method("files.info", "files:read", tier=4)
def info(call: Call) -> Json:
    """What is known of a file, the messages it was shared in included."""
    stored = call.team.files.get(call.needed("file"))
    if stored is None or not stored.shared:
        raise ApiError("file_not_found")
    return {"file": stored.about, "comments": [], "response_metadata": {"next_cursor": ""}}


async def _share(call: Call, channels: list[Conversation], content: Json, files: list[Json]) -> None:
    await asyncio.sleep(call.backend.settings.file_seconds)
    for channel in channels:
        listed = [{name: value for name, value in file.items() if name != "shares"} for file in files]
        message = post(call.backend, channel, {**content, "files": listed, "upload": True})
        share = {"ts": message["ts"], "channel_name": channel.name, "team_id": call.team.company.team_id}
        if "thread_ts" in content:
            share["thread_ts"] = content["thread_ts"]
        for file in files:
            kind = "private" if channel.is_private or channel.is_im else "public"
            file["shares"].setdefault(kind, {}).setdefault(channel.id, []).append(share)


def _uploaded(call: Call, item: Any) -> StoredFile:
    stored = call.team.files.get(item.get("id", "")) if isinstance(item, dict) else None
    if stored is None or stored.shared:
        raise ApiError("file_not_found")
    if stored.content is None:
        raise ApiError("file_update_failed")
    return stored


def _channels(call: Call) -> list[Conversation]:
    named = [name for name in (call.text("channel_id"), *call.text("channels").split(",")) if name]
    found = []
    for name in named:
        channel = Call(call.backend, {"channel": name}).channel()
        if call.team.bot not in channel.members:
            raise ApiError("not_in_channel")
        if channel.is_archived:
            raise ApiError("is_archived")
        found.append(channel)
    return found
