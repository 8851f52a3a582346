"""Values that an attacker, AWS or a careless person may put wherever a builder of messages takes one, by its type."""

from __future__ import annotations

import types
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

CALLS = ("<!channel>", "<!here|x>", "<@U123EVIL>", "<#C123EVIL>", "<https://evil.example|AWS>", "<!subteam^S123EVIL>")
"""What must never come out as it went in."""
WORDS = st.one_of(
    st.text(max_size=30),
    st.sampled_from([
        *CALLS, "alice", "arn:aws:iam::111122223333:user/alice", "&" * 4000, "<" * 4000, "*_~`" * 1000, "a\n" * 3000,
        "```\n", "\u202egnp.exe", "x" * 9000, "{{ 7 * 7 }}", "{% block x %}", "{}", "{who}", "%s", "", " ", "\n",
    ]),
)  # fmt: skip
_MOMENTS = st.integers(0, 10**6).map(lambda minutes: datetime(2026, 3, 1, tzinfo=UTC) + timedelta(minutes=minutes))
_PLAIN: Mapping[Any, st.SearchStrategy[Any]] = {
    str: WORDS,
    object: WORDS,
    bool: st.booleans(),
    int: st.integers(0, 10**9),
    float: st.floats(0, 1),
    bytes: st.binary(max_size=9),
    datetime: _MOMENTS,
    date: _MOMENTS.map(lambda at: at.date()),
    timedelta: st.integers(0, 10**7).map(lambda seconds: timedelta(seconds=seconds)),
    Any: st.one_of(WORDS, st.integers(), st.lists(WORDS, max_size=5), st.dictionaries(WORDS, WORDS, max_size=3)),
    type(None): st.none(),
}


Known = Mapping[Any, st.SearchStrategy[Any]]
"""What is not anything at all: by a field as `Alert.id`, by type, or by the name of any parameter or field."""


def anything(kind: Any, known: Known, most: int = 10) -> st.SearchStrategy[Any]:
    """Values of that type; lists hold up to `most`, and lists in lists fewer."""
    for values in (known, _PLAIN):
        if kind in values:
            return values[kind]
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return st.one_of([anything(each, known, most) for each in inner])
    if origin is Callable:
        return anything(inner[1], known, most).map(lambda value: lambda *_given: value)
    if origin is tuple and inner[-1] is not Ellipsis:
        return st.tuples(*(anything(each, known, most) for each in inner))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        keys, values = (anything(each, known, most) for each in inner)
        return st.dictionaries(keys, values, max_size=most)
    if isinstance(origin, type) and issubclass(origin, Iterable):
        several = st.lists(anything(inner[0], known, 3), max_size=most)
        return several.map(frozenset if issubclass(origin, frozenset) else tuple)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from(kind)
    if is_dataclass(origin or kind):
        return given_to(kind, known, most)
    raise TypeError(f"say in tests/hostile.py, or as known, what a {kind} may be")


def given_to(build: Any, known: Known, most: int = 10) -> st.SearchStrategy[Any]:
    """What `build`, a function or a dataclass, makes of anything that its parameters may be."""
    plain = get_origin(build) or build
    generic = dict(zip(getattr(plain, "__parameters__", ()), get_args(build), strict=True))
    hints = {name: kind for name, kind in get_type_hints(plain).items() if name != "return"}
    if is_dataclass(plain):
        hints = {field.name: hints[field.name] for field in fields(plain) if field.init}

    def value(name: str, kind: Any) -> st.SearchStrategy[Any]:
        keys = (f"{plain.__name__}.{name}", kind, name)
        found = [known[key] for key in keys if key in known]
        return found[0] if found else st.deferred(lambda: anything(_filled(kind, generic), known, most))

    return st.builds(plain, **{name: value(name, kind) for name, kind in hints.items()})


def _filled(kind: Any, generic: Mapping[Any, Any]) -> Any:
    """The type with its own parameters put in: Sequence[T] as Sequence[Alert]."""
    variables = getattr(kind, "__parameters__", ())
    return kind[tuple(generic[each] for each in variables)] if variables else generic.get(kind, kind)
