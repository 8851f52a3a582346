"""The kinds of rule that a Block Kit payload can break: each says what is wrong with a value, and where."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True)
class Problem:
    """One broken rule: the JSON pointer of the value, Slack's code and Slack's words for it."""

    pointer: str
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.message} [json-pointer:{self.pointer}]"


class Rule(Protocol):
    """Anything that can judge a value."""

    def problems(self, value: Any, at: str) -> Iterator[Problem]:
        """The problems of `value`, which stands at JSON pointer `at`."""
        ...


def _wrong(at: str, message: str) -> Problem:
    return Problem(at, "failed_constraint", message)


def _length(size: int, least: int, most: int, at: str) -> Iterator[Problem]:
    if size < least:
        yield _wrong(at, f"must be more than {least - 1} characters")
    if size > most:
        yield _wrong(at, f"must be less than {most + 1} characters")


@dataclass(frozen=True)
class Anything:
    """A value that is not looked into."""

    def problems(self, value: Any, at: str) -> Iterator[Problem]:
        """None."""
        yield from ()


@dataclass(frozen=True)
class Flag:
    """true or false."""

    def problems(self, value: Any, at: str) -> Iterator[Problem]:
        """A problem unless the value is a boolean."""
        if not isinstance(value, bool):
            yield _wrong(at, "must be a boolean")


@dataclass(frozen=True)
class Whole:
    """A whole number from `least` to `most`."""

    least: int
    most: int

    def problems(self, value: Any, at: str) -> Iterator[Problem]:
        """A problem unless the value is such a number."""
        if not isinstance(value, int) or isinstance(value, bool):
            yield _wrong(at, "must be an integer")
        elif not self.least <= value <= self.most:
            yield _wrong(at, f"must be between {self.least} and {self.most}")


@dataclass(frozen=True)
class String:
    """A string of `least` to `most` characters, of one form (`pattern`) or from a list (`words`)."""

    most: int
    least: int = 1
    pattern: str = ""
    words: tuple[str, ...] = ()

    def problems(self, value: Any, at: str) -> Iterator[Problem]:
        """The problems of its type, length and form."""
        if not isinstance(value, str):
            yield _wrong(at, "must be a string")
            return
        yield from _length(len(value), self.least, self.most, at)
        if self.words and value not in self.words:
            yield _wrong(at, "must be a valid enum value")
        if self.pattern and not re.fullmatch(self.pattern, value):
            yield _wrong(at, "must match a valid format")


@dataclass(frozen=True)
class Text:
    """A text object of one of `kinds`."""

    most: int
    least: int = 1
    kinds: tuple[str, ...] = ("plain_text", "mrkdwn")

    def problems(self, value: Any, at: str) -> Iterator[Problem]:
        """The problems of the object; where both kinds are allowed Slack first says that no schema matched."""
        found = list(self._inside(value, at))
        if found and len(self.kinds) > 1:
            yield _wrong(at, "failed to match all allowed schemas")
        yield from found

    def _inside(self, value: Any, at: str) -> Iterator[Problem]:
        if not isinstance(value, dict):
            yield _wrong(at, "must be a text object")
            return
        if value.get("type") not in self.kinds:
            yield _wrong(f"{at}/type", "must be a valid enum value")
        if "text" not in value:
            yield Problem(at, "missing_field", "missing required field: text")
        else:
            yield from String(self.most, self.least).problems(value["text"], f"{at}/text")
        other = "emoji" if value.get("type") == "plain_text" else "verbatim"
        yield from _unknown(value, {"type", "text", other}, at)


@dataclass(frozen=True)
class Many:
    """A list of `least` to `most` items that all obey `each`."""

    each: Rule
    most: int
    least: int = 1

    def problems(self, value: Any, at: str) -> Iterator[Problem]:
        """The problems of the list and of each item."""
        if not isinstance(value, list):
            yield _wrong(at, "must be an array")
            return
        if len(value) > self.most:
            yield _wrong(at, f"no more than {self.most} items allowed")
        if len(value) < self.least:
            yield _wrong(at, f"no less than {self.least} items allowed")
        for index, item in enumerate(value):
            yield from self.each.problems(item, f"{at}/{index}")


@dataclass(frozen=True)
class Shape:
    """An object: the fields it must have, those it may have, and sets of which one, or exactly one, is needed."""

    must: Mapping[str, Rule] = field(default_factory=dict)
    may: Mapping[str, Rule] = field(default_factory=dict)
    some_of: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()

    def problems(self, value: Any, at: str) -> Iterator[Problem]:
        """The problems of the object, field by field."""
        if not isinstance(value, dict):
            yield _wrong(at, "must be an object")
            return
        for name in self.must:
            if name not in value:
                yield Problem(at, "missing_field", f"missing required field: {name}")
        rules = {"type": Anything(), **self.must, **self.may}
        yield from _unknown(value, set(rules), at)
        for name, item in value.items():
            if name in rules:
                yield from rules[name].problems(item, f"{at}/{name}")
        if self.some_of and not any(value.get(name) for name in self.some_of):
            yield _wrong(at, f"must define either {_either(self.some_of)}")
        if self.one_of and sum(name in value for name in self.one_of) != 1:
            yield _wrong(at, f"must define exactly one of {_either(self.one_of)}")


@dataclass(frozen=True)
class Kind:
    """An object whose `type` says which shape it must have."""

    shapes: Mapping[str, Rule]

    def problems(self, value: Any, at: str) -> Iterator[Problem]:
        """The problems of the shape its type names, or that the type is not allowed here."""
        if not isinstance(value, dict):
            yield _wrong(at, "must be an object")
        elif "type" not in value:
            yield Problem(at, "missing_field", "missing required field: type")
        elif not isinstance(value["type"], str):
            yield _wrong(f"{at}/type", "must be a string")
        elif value["type"] not in self.shapes:
            yield Problem(f"{at}/type", "unsupported_type", f"unsupported type: {value['type']}")
        else:
            yield from self.shapes[value["type"]].problems(value, at)


def _unknown(value: Mapping[str, Any], known: set[str], at: str) -> Iterator[Problem]:
    for name in sorted(value.keys() - known):
        yield Problem(at, "additional_property", f"invalid additional property: {name}")


def _either(names: tuple[str, ...]) -> str:
    return " or ".join(f"`{name}`" for name in names)
