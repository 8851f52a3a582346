"""Regular expressions of filter patterns: AWS's few operators, in time |expression| x |text| whatever they say.

Python's own would let one filter, written to that end, hold an audit up for hours. Source: CloudWatch Logs User Guide,
"Supported regular expressions (regex) syntax".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

_MOST_COPIES = 100

_ATOMS = re.compile(
    r"""(?P<atom>\[\^?\]?(?:[^\]\\]|\\.)*\]|\\.|[^\\\[\](){}|*+?^$])
    (?:(?P<sign>[*+?])|\{(?P<low>\d{1,3})(?P<comma>,)?(?P<high>\d{1,3})?\})?
    |(?P<edge>[\^$])|(?P<bar>\|)""",
    re.VERBOSE | re.DOTALL,
)
_BOUNDS = {"*": (0, None), "+": (1, None), "?": (0, 1)}


class RegexError(ValueError):
    """A text that is no regular expression of AWS's."""


@dataclass(frozen=True, slots=True)
class _Atom:
    """One letter to be met; any number of times, or one that may be left out."""

    meets: Callable[[str], object]
    again: bool = False
    skipped: bool = False


@dataclass(slots=True)
class _Branch:
    """One of the alternatives between bars."""

    atoms: list[_Atom]
    from_start: bool = False
    to_end: bool = False


def compiled(text: str) -> Callable[[str], bool]:
    """Whether the expression is found in a string: anywhere, where it is not tied by `^` or `$`. Raises RegexError."""
    branches = [_Branch([])]
    at = 0
    while at < len(text):
        found = _ATOMS.match(text, at)
        if found is None:
            raise RegexError(f"cannot read {text[at : at + 20]!r}")
        at = found.end()
        branch = branches[-1]
        if found["bar"]:
            branches.append(_Branch([]))
        elif found["edge"] == "^" and not branch.atoms:
            branch.from_start = True
        elif found["edge"] == "$" and text[at : at + 1] in ("", "|"):
            branch.to_end = True
        elif found["edge"]:
            raise RegexError(f"{found['edge']} stands in the middle")
        else:
            branch.atoms.extend(_atoms(found))
    return lambda string: any(_found(branch, string) for branch in branches)


def _atoms(found: re.Match[str]) -> Iterable[_Atom]:
    try:
        meets = re.compile(found["atom"], re.DOTALL).match
    except re.error as error:
        raise RegexError(f"{found['atom']!r} is no class of letters: {error}") from error
    low, high = _BOUNDS.get(found["sign"] or "", (1, 1))
    if found["low"]:
        low = int(found["low"])
        high = low if not found["comma"] else int(found["high"]) if found["high"] else None
    if max(low, high or 0) > _MOST_COPIES:
        raise RegexError(f"more than {_MOST_COPIES} of {found['atom']!r}")
    yield from [_Atom(meets)] * low
    if high is None:
        yield _Atom(meets, again=True, skipped=True)
    else:
        yield from [_Atom(meets, skipped=True)] * (high - low)


def _found(branch: _Branch, string: str) -> bool:
    """Every place in the branch that the string so far may lead to, letter by letter."""
    atoms, end = branch.atoms, len(branch.atoms)
    places = _onward({0}, atoms)
    for letter in string:
        if end in places and not branch.to_end:
            return True
        moved = set()
        for place in places:
            if place < end and atoms[place].meets(letter):
                moved.add(place if atoms[place].again else place + 1)
        if not branch.from_start:
            moved.add(0)
        places = _onward(moved, atoms)
    return end in places


def _onward(places: set[int], atoms: list[_Atom]) -> set[int]:
    reached = set(places)
    for place in range(len(atoms)):
        if place in reached and atoms[place].skipped:
            reached.add(place + 1)
    return reached
