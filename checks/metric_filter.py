"""What a CloudWatch Logs filter pattern means: parsed, and asked whether it matches an event.

Source: CloudWatch Logs User Guide, "Filter pattern syntax for metric filters". AWS does not say what a comparison with
a field means that the event lacks; here it does not match, so that no filter is taken for more than it surely is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import translate
from functools import lru_cache
from typing import Any

from checks import filter_regex

Event = Mapping[str, Any]
Pattern = Callable[[Event], bool]
"""Says of an event whether the pattern matches it."""

_MOST_NESTED = 50


class PatternError(ValueError):
    """A text that is no filter pattern for JSON events; the message says what is wrong in it."""


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


_TOKENS = re.compile(
    r"""\s*(?:
      (?P<string>"(?:[^"\\]|\\.)*")
    | (?P<regex>%(?:[^%\\]|\\.)*%)
    | (?P<bracket>[(){}])
    | (?P<logic>&&|\|\|)
    | (?P<operator><=|>=|!=|=|<|>)
    | (?P<selector>\$(?:\.(?:\*|[^\s.\[\](){}=!<>&|"%]+)|\[(?:\d+|\*|"[^"]*"|'[^']*')\])+)
    | (?P<word>(?:(?!&&|\|\|)[^\s(){}"=<>!%])+)
    )""",
    re.VERBOSE,
)


@lru_cache(256)  # fifteen checks ask the same filters
def parse(text: str) -> Pattern:
    """The pattern that `text` writes: terms, or a JSON expression in braces. Raises PatternError.

    An empty pattern matches every event. Space-delimited patterns (`[a, b]`) are not for JSON and are refused.
    """
    stripped = text.strip()
    if stripped.startswith("["):
        raise PatternError("a space-delimited pattern does not match JSON events")
    if not stripped.startswith("{"):
        return _terms(stripped)
    return _Reading(list(_tokens(stripped))).pattern()


def _tokens(text: str) -> Iterator[_Token]:
    at, end = 0, len(text.rstrip())
    while at < end:
        found = _TOKENS.match(text, at)
        if found is None or found.lastgroup is None:
            raise PatternError(f"cannot read {text[at : at + 20]!r}")
        at = found.end()
        yield _Token(found.lastgroup, found[found.lastgroup])


class _Reading:
    """One JSON expression being read, token by token; `&&` binds closer than `||`."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    def pattern(self) -> Pattern:
        """The whole expression."""
        self._take("{")
        found = self._any_of()
        self._take("}")
        if self._at < len(self._tokens):
            raise PatternError(f"something follows the last brace: {self._tokens[self._at].text!r}")
        return found

    def _any_of(self) -> Pattern:
        parts = [self._all_of()]
        while self._next("||"):
            parts.append(self._all_of())
        return parts[0] if len(parts) == 1 else lambda event: any(part(event) for part in parts)

    def _all_of(self) -> Pattern:
        parts = [self._one()]
        while self._next("&&"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else lambda event: all(part(event) for part in parts)

    def _one(self) -> Pattern:
        if not self._next("("):
            return self._comparison()
        self._depth += 1
        if self._depth > _MOST_NESTED:
            raise PatternError("it is nested too deeply")
        found = self._any_of()
        self._take(")")
        self._depth -= 1
        return found

    def _comparison(self) -> Pattern:
        selector = self._token("selector")
        path = _path(selector.text)
        token = self._token("operator", "word")
        if token.kind == "operator":
            return _compared(path, token.text, self._token("string", "regex", "word"))
        words = token.text.upper()
        if words in ("IS", "NOT"):
            words += " " + self._token("word").text.upper()
        test = _TESTS.get(words)
        if test is None:
            raise PatternError(f"{words!r} is no operator")
        return lambda event: test(_values(event, path))

    def _token(self, *kinds: str) -> _Token:
        if self._at >= len(self._tokens) or self._tokens[self._at].kind not in kinds:
            seen = self._tokens[self._at].text if self._at < len(self._tokens) else "the end"
            raise PatternError(f"expected {' or '.join(kinds)}, found {seen!r}")
        self._at += 1
        return self._tokens[self._at - 1]

    def _next(self, text: str) -> bool:
        here = self._at < len(self._tokens) and self._tokens[self._at].kind in ("bracket", "logic")
        if here and self._tokens[self._at].text == text:
            self._at += 1
            return True
        return False

    def _take(self, text: str) -> None:
        if not self._next(text):
            seen = self._tokens[self._at].text if self._at < len(self._tokens) else "the end"
            raise PatternError(f"expected {text!r}, found {seen!r}")


_TESTS: Mapping[str, Callable[[list[Any]], bool]] = {
    "EXISTS": bool,
    "NOT EXISTS": lambda values: not values,
    "IS NULL": lambda values: any(value is None for value in values),
    "IS TRUE": lambda values: any(value is True for value in values),
    "IS FALSE": lambda values: any(value is False for value in values),
}

_STEP = re.compile(r"""\.(?P<name>\*|[^\s.\[\]]+)|\[(?P<index>\d+)\]|\[(?P<all>\*)\]|\[["'](?P<quoted>[^"']*)["']\]""")


def _path(selector: str) -> tuple[str | int | None, ...]:
    """The steps of `$.a.b[0]`: names, indexes, None for a wildcard."""
    steps: list[str | int | None] = []
    for step in _STEP.finditer(selector, 1):
        if step["index"] is not None:
            steps.append(int(step["index"]))
        elif step["all"] or step["name"] == "*":
            steps.append(None)
        else:
            steps.append(step["name"] or step["quoted"] or "")
    return tuple(steps)


def _values(value: Any, path: tuple[str | int | None, ...]) -> list[Any]:
    """What lies at the path: nothing where the event lacks it, several with a wildcard."""
    found = [value]
    for step in path:
        found = [inner for one in found for inner in _inner(one, step)]
    return found


def _inner(value: Any, step: str | int | None) -> list[Any]:
    if isinstance(value, Mapping):
        if step is None:
            return list(value.values())
        return [value[step]] if step in value else []
    if isinstance(value, list | tuple):
        if step is None:
            return list(value)
        return [value[step]] if isinstance(step, int) and step < len(value) else []
    return []


_ORDERS: Mapping[str, Callable[[float, float], bool]] = {
    "<": lambda one, other: one < other,
    "<=": lambda one, other: one <= other,
    ">": lambda one, other: one > other,
    ">=": lambda one, other: one >= other,
}


def _compared(path: tuple[str | int | None, ...], operator: str, literal: _Token) -> Pattern:
    if operator in _ORDERS:
        limit, order = _number(literal.text), _ORDERS[operator]
        if limit is None or literal.kind != "word":
            raise PatternError(f"{operator} compares with a number, not with {literal.text!r}")
        return lambda event: any(_is_number(value) and order(float(value), limit) for value in _values(event, path))
    equals, wanted = _equality(literal), operator == "="
    return lambda event: any(equals(value) == wanted for value in _values(event, path))


def _equality(literal: _Token) -> Callable[[Any], bool]:
    if literal.kind == "regex":
        expression = _regex(literal.text)
        return lambda value: isinstance(value, str) and expression(value)
    quoted = literal.kind == "string"
    text = _unquoted(literal.text) if quoted else literal.text
    number = None if quoted else _number(text)
    like = re.compile(translate(re.sub(r"([\[?])", r"[\1]", text)))

    def equals(value: Any) -> bool:
        if _is_number(value):
            return number is not None and float(value) == number
        return isinstance(value, str) and like.match(value) is not None

    return equals


def _regex(text: str) -> Callable[[str], bool]:
    try:
        return filter_regex.compiled(text[1:-1])
    except filter_regex.RegexError as error:
        raise PatternError(f"{text} is no regular expression: {error}") from error


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1])


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_TERM = re.compile(
    r"""(?P<sign>[?-]?)(?:(?P<string>"(?:[^"\\]|\\.)*")|(?P<regex>%(?:[^%\\]|\\.)*%)|(?P<word>[^\s"%]\S*))\s*"""
)


def _terms(text: str) -> Pattern:
    """Words and phrases: each must be in the event's text; after `-` it must not; of those after `?` one must.

    Beside a term without a sign, those after `?` count for nothing, as AWS says.
    """
    signed: dict[str, list[Callable[[str], bool]]] = {"": [], "-": [], "?": []}
    at = 0
    while at < len(text):
        found = _TERM.match(text, at)
        if found is None:
            raise PatternError(f"cannot read {text[at : at + 20]!r}")
        signed[found["sign"]].append(_term(found))
        at = found.end()
    must, never, one_of = signed[""], signed["-"], signed["?"]

    def matches(event: Event) -> bool:
        line = json.dumps(event, separators=(",", ":"), default=str)
        return (
            all(term(line) for term in must)
            and not any(term(line) for term in never)
            and (bool(must) or not one_of or any(term(line) for term in one_of))
        )

    return matches


def _term(found: re.Match[str]) -> Callable[[str], bool]:
    if found["regex"]:
        return _regex(found["regex"])
    phrase = _unquoted(found["string"]) if found["string"] else found["word"]
    return lambda line: phrase in line
