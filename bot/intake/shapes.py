"""Reading what AWS sends: JSON that may be anything, unwrapped to single events, looked at without ever failing.

Raises Malformed alone, in words. What is optional and of the wrong type counts as not given.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn

from bot.errors import PicketError

LARGEST = 1024 * 1024
"""Bytes of a body: what SQS takes
(https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html)."""
DEEPEST = 64
_WRAPPERS = 6
"""An event in EventBridge's shape in SNS's in SQS's is three deep."""


class Malformed(PicketError):
    """An event that cannot be read: what is wrong, and where in it."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, without its envelopes."""

    id: str
    """The same each time that AWS delivers it."""
    body: Any
    """JSON; a string where SNS carried plain text."""
    subject: str = ""
    topic: str = ""
    """Of SNS, where that carried it."""


def unwrap(body: str, message_id: str = "", largest: int = LARGEST) -> list[Event]:
    """The events in the body of a queue's message: none, one, or those of an array or an answer of GetFindings.

    `message_id` tells apart events that have no id or time of their own; `largest` is in bytes. Raises Malformed.
    """
    return list(_events(_load(body, largest), message_id, "", "", _WRAPPERS))


def parts(body: str, largest: int = LARGEST) -> list[Any]:
    """What may each be read for itself of a body of many: the elements of an array, the messages of an answer of SQS,
    the findings of an answer of GetFindings; else the one that it is. Raises Malformed.
    """
    return list(_parts(_load(body, largest)))


def _parts(value: Any) -> Iterator[Any]:
    if isinstance(value, list):
        for each in value:
            yield from _parts(each)
    elif isinstance(value, dict) and _many(value):
        yield from value["Findings"]
    elif isinstance(value, dict) and len(_inside(value)) > 1:
        name = "Messages" if isinstance(value.get("Messages"), list) else "Records"
        yield from ({name: [each]} for each in value[name])
    else:
        yield value


def _load(body: str, largest: int = LARGEST) -> Any:
    size = len(body.encode("utf-8", "replace"))
    if size > largest:
        raise Malformed(f"It has {size:,} bytes; events have at most {largest:,}.")
    try:
        value = json.loads(body, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        raise Malformed(f"It is not JSON: {error.msg} in line {error.lineno}, column {error.colno}.") from error
    except RecursionError as error:
        raise Malformed(f"It is nested more than {DEEPEST} deep.") from error
    except ValueError as error:
        raise Malformed(f"It has a number that cannot be read: {error}.") from error
    return _clean(value, DEEPEST)


def _no_number(word: str) -> NoReturn:
    raise Malformed(f"It has {word} where JSON wants a number.")


def _clean(value: Any, depth: int) -> Any:
    """`value` with text that can be stored: no lone surrogates, no NUL. Raises Malformed when too deep."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode().replace("\x00", "�")
    if isinstance(value, dict | list) and depth == 0:
        raise Malformed(f"It is nested more than {DEEPEST} deep.")
    if isinstance(value, dict):
        return {_clean(key, depth): _clean(each, depth - 1) for key, each in value.items()}
    if isinstance(value, list):
        return [_clean(each, depth - 1) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _events(value: Any, message_id: str, subject: str, topic: str, depth: int) -> Iterator[Event]:
    if depth == 0:
        raise Malformed("It is an envelope in an envelope, and so on; the innermost was not looked for.")
    if isinstance(value, list):
        for index, each in enumerate(value):
            yield from _events(each, f"{message_id}/{index}", subject, topic, depth - 1)
    elif not isinstance(value, dict):
        raise Malformed(f"It is {_kind(value)}; an event is an object.")
    elif inner := _inside(value):
        name = str(value.get("MessageId") or value.get("messageId") or message_id)
        subject, topic = str(value.get("Subject") or subject), str(value.get("TopicArn") or topic)
        for each in inner:
            yield from _opened(each, name, subject, topic, depth - 1)
    elif _many(value):
        yield from _events(value["Findings"], message_id, subject, topic, depth - 1)
    else:
        yield Event(_id(value, message_id), value, subject, topic)


def _opened(inner: Any, message_id: str, subject: str, topic: str, depth: int) -> Iterator[Event]:
    """What an envelope holds: as a rule JSON in a string."""
    if not isinstance(inner, str):
        yield from _events(inner, message_id, subject, topic, depth)
        return
    if topic and not inner.lstrip().startswith(("{", "[")):
        yield Event(_id(inner, message_id), _clean(inner, DEEPEST), subject, topic)
        return
    yield from _events(_load(inner), message_id, subject, topic, depth)


def _inside(value: Mapping[str, Any]) -> list[Any]:
    """The contents of an envelope of SNS, SQS or Lambda; empty when it is none."""
    if "TopicArn" in value and "Message" in value:
        return [value["Message"]]
    if ("ReceiptHandle" in value or "MessageId" in value) and "Body" in value:
        return [value["Body"]]
    if ("receiptHandle" in value or "messageId" in value) and "body" in value:
        return [value["body"]]
    for name in ("Messages", "Records"):
        if isinstance(value.get(name), list):
            records = [each.get("Sns", each) if isinstance(each, dict) else each for each in value[name]]
            if records and all(isinstance(each, dict) and _inside(each) for each in records):
                return records
    return []


def _many(value: Mapping[str, Any]) -> bool:
    """An answer of GetFindings, GuardDuty's or Security Hub's."""
    return isinstance(value.get("Findings"), list)


def _id(value: Any, message_id: str) -> str:
    """What is the same whenever AWS delivers this again, and differs for all else."""
    own = isinstance(value, dict) and any(
        value.get(name) for name in ("id", "Id", "updatedAt", "UpdatedAt", "StateChangeTime", "time")
    )
    return digest(json.dumps(value, sort_keys=True) + ("" if own else message_id))


def digest(text: str) -> str:
    """A short name for `text`, the same on every run."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]


def _kind(value: Any) -> str:
    names = {str: "a text", bool: "true or false", type(None): "null", list: "a list", dict: "an object"}
    return names.get(type(value), "a number")


@dataclass(frozen=True, slots=True)
class Node:
    """An object of JSON and its place in the event; asked for what is not there, it gives what is empty."""

    value: Mapping[str, Any]
    path: str = ""

    def text(self, *names: str) -> str:
        """The first of `names` that holds a text or a number, as text; else empty."""
        for name in names:
            found = self.value.get(name)
            if isinstance(found, str) and found.strip():
                return found.strip()
            if isinstance(found, int | float) and not isinstance(found, bool):
                return str(found)
        return ""

    def need(self, name: str) -> str:
        """The text `name`; Malformed when it is missing or something else."""
        found = self.value.get(name)
        if not isinstance(found, str) or not found.strip():
            fault = "is missing" if name not in self.value else "is empty" if found == "" else f"is {_kind(found)}"
            raise Malformed(f"`{self._at(name)}` {fault}; it must be a text.")
        return found.strip()

    def number(self, name: str) -> float | None:
        """The number `name`, also when written as text; None when there is none."""
        found = self.value.get(name)
        if isinstance(found, bool) or not isinstance(found, int | float | str):
            return None
        try:
            number = float(found)
        except (ValueError, OverflowError):
            return None
        return number if math.isfinite(number) else None

    def whole(self, name: str) -> int | None:
        """The number `name` without its fraction, where it is small enough to be stored."""
        number = self.number(name)
        return int(number) if number is not None and abs(number) < 2**53 else None

    def flag(self, name: str) -> bool:
        """Whether `name` is true."""
        return self.value.get(name) is True

    def node(self, name: str) -> Node:
        """The object `name`, or an empty one."""
        found = self.value.get(name)
        return Node(found if isinstance(found, dict) else {}, self._at(name))

    def nodes(self, name: str) -> list[Node]:
        """The objects in the list `name`."""
        found = self.value.get(name)
        each = found if isinstance(found, list) else []
        return [Node(one, f"{self._at(name)}[{n}]") for n, one in enumerate(each) if isinstance(one, dict)]

    def texts(self, name: str) -> list[str]:
        """The texts in the list `name`."""
        found = self.value.get(name)
        return [one for one in found if isinstance(one, str) and one] if isinstance(found, list) else []

    def moment(self, *names: str) -> datetime | None:
        """The first of `names` that holds a moment: ISO 8601, or seconds or milliseconds since 1970."""
        for name in names:
            found = self.value.get(name)
            if at := _moment(found):
                return at
        return None

    def __bool__(self) -> bool:
        return bool(self.value)

    def _at(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST = 4_102_444_800
"""The year 2100, in seconds; a greater number counts milliseconds."""


def _moment(value: object) -> datetime | None:
    if isinstance(value, str):
        try:
            at = datetime.fromisoformat(value.strip())
            return at.replace(tzinfo=at.tzinfo or UTC).astimezone(UTC)
        except (ValueError, OverflowError):
            return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < _LAST * 1000:
        return None
    return _EPOCH + timedelta(seconds=value if value < _LAST else value / 1000)


ACCOUNT = re.compile(r"\d{12}")
_REGION = re.compile(r"[a-z]{2,4}(-[a-z]+){1,3}-\d{1,2}")
_CONSOLES = {
    "aws": "console.aws.amazon.com",
    "aws-cn": "console.amazonaws.cn",
    "aws-us-gov": "console.amazonaws-us-gov.com",
}


def account(name: str, text: str) -> str:
    """An account's twelve digits; Malformed otherwise."""
    if not ACCOUNT.fullmatch(text):
        raise Malformed(f"`{name}` is {text[:40]!r}; an account has twelve digits.")
    return text


def is_region(text: str) -> bool:
    """Whether it has the form of a region's code."""
    return bool(_REGION.fullmatch(text))


def console(partition: str, region: str, path: str) -> str:
    """A link into AWS's console, or nothing where the partition or region has none that is known."""
    host = _CONSOLES.get(partition)
    return f"https://{region}.{host}/{path}" if host and is_region(region) else ""
