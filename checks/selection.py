"""The grammar by which people choose checks, accounts and regions, in Slack and on the command line alike."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from fnmatch import fnmatchcase

from checks.inventory import GLOBAL
from checks.judge import adjusted
from checks.model import Check, Finding, Severity, Status
from checks.settings import CheckSettings

_REGION = re.compile(r"[a-z]{2,4}(-[a-z]+){1,3}-\d{1,2}")


class SelectionError(ValueError):
    """A word that selects nothing; the message says which, and the nearest right ones."""

    def __init__(self, message: str, word: str = "", nearest: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.word = word
        self.nearest = tuple(nearest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What was asked for. An empty kind asks for everything of that kind.

    Services and check ids are one kind (a check is meant by either), references another, then severity, accounts
    and regions. Within a kind one match is enough; every kind must match.
    """

    services: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    """Check ids, `*` standing for any letters."""
    references: tuple[str, ...] = ()
    """As `cis-3.0` or `best-practices/11`."""
    severity: Severity | None = None
    """This or worse."""
    accounts: tuple[str, ...] = ()
    """Ids or names."""
    regions: tuple[str, ...] = ()

    def checks(self, catalog: Mapping[str, Check], settings: CheckSettings | None = None) -> tuple[Check, ...]:
        """The checks of `catalog` that this means, without those that `settings` switch off.

        A check stays when its worst verdict reaches the severity asked for; `admits` then sorts its findings.
        """
        settings = settings or CheckSettings()
        return tuple(c for c in catalog.values() if c.id not in settings.disabled and self._means(c, settings))

    def _means(self, check: Check, settings: CheckSettings) -> bool:
        named = bool(set(self.services) & set(check.services)) or any(
            fnmatchcase(check.id, pattern) for pattern in self.ids
        )
        cited = any(_cites(check, reference) for reference in self.references)
        return (
            (named or not (self.services or self.ids))
            and (cited or not self.references)
            and (self.severity is None or adjusted(check, check.worst, settings) >= self.severity)
        )

    def admits(self, finding: Finding) -> bool:
        """Whether a finding of a selected check is bad enough, and of a region that was asked for.

        What is unknown may be as bad as the check can be.
        """
        bad = self.severity is None or finding.status is Status.UNKNOWN or finding.severity >= self.severity
        return bad and (not self.regions or finding.region in self.regions)

    def admits_account(self, id_: str, name: str = "") -> bool:
        """Whether the account of this id or name was asked for."""
        return not self.accounts or bool({id_.lower(), name.lower()} & set(self.accounts))


def _cites(check: Check, reference: str) -> bool:
    return any(own.lower() == reference or own.lower().startswith(f"{reference}/") for own in check.references)


def parse(
    text: str | Sequence[str],
    catalog: Mapping[str, Check],
    accounts: Iterable[str] = (),
    regions: Iterable[str] = (),
) -> Selection:
    """The selection that a line of words means.

    `accounts` (ids and names) and `regions` are those that exist (`global` always does); without them any is
    taken that has the form of one. Raises SelectionError for a word that means nothing, an empty line, or words
    that together leave no check.
    """
    words = text.split() if isinstance(text, str) else list(text)
    if not words:
        raise SelectionError("say what to audit: `all`, a service, or the id of a check")
    known_regions = [region.lower() for region in regions]
    if known_regions:
        known_regions.append(GLOBAL)
    reading = _Reading(catalog, [account.lower() for account in accounts], known_regions)
    for word in words:
        reading.take(word.lower().replace("≥", ">="))
    selection = reading.selection()
    if not selection.checks(catalog):
        raise SelectionError(f"no check fits all of: {' '.join(words)}")
    return selection


class _Reading:
    """One line being read, word by word."""

    def __init__(self, catalog: Mapping[str, Check], accounts: list[str], regions: list[str]) -> None:
        self._ids = list(catalog)
        self._services = sorted({service for check in catalog.values() for service in check.services})
        cited = {r.lower() for check in catalog.values() for r in check.references}
        self._references = sorted(cited | {reference.split("/")[0] for reference in cited})
        self._known = {"account": accounts, "region": regions}
        self._chosen: dict[str, list[str]] = {kind: [] for kind in ("service", "id", "reference", "account", "region")}
        self._all = False
        self._severity: Severity | None = None

    def take(self, word: str) -> None:
        """Read one word."""
        kind, equals, value = word.partition("=")
        if word == "all":
            self._all = True
        elif word in self._services:
            self._chosen["service"].append(word)
        elif word in self._references:
            self._chosen["reference"].append(word)
        elif any(fnmatchcase(id_, word) for id_ in self._ids):
            self._chosen["id"].append(word)
        elif word.startswith("severity"):
            self._take_severity(word)
        elif equals and kind in self._known:
            self._take_place(kind, value, word)
        else:
            raise self._unknown(word)

    def _take_severity(self, word: str) -> None:
        name = word.removeprefix("severity").removeprefix(">=")
        names = [str(severity) for severity in Severity]
        if not word.startswith("severity>=") or name not in names:
            near = get_close_matches(name.strip("<>="), names, n=1, cutoff=0.5) or ["high"]
            raise SelectionError(
                f"write a severity as `severity>={near[0]}`; there are {', '.join(names)}",
                word,
                [f"severity>={near[0]}"],
            )
        asked = Severity.named(name)
        # alternatives are or: of two the lower lets in both
        self._severity = asked if self._severity is None else min(self._severity, asked)

    def _take_place(self, kind: str, value: str, word: str) -> None:
        known = self._known[kind]
        for one in value.split(","):
            if not one or (known and one not in known):
                near = get_close_matches(one, known, n=3, cutoff=0.5) or sorted(known, key=_names_first)[:5]
                raise SelectionError(
                    f"no {kind} is called `{one}`" + _did_you_mean(near), word, [f"{kind}={n}" for n in near]
                )
            if kind == "region" and not known and one != GLOBAL and not _REGION.fullmatch(one):
                raise SelectionError(
                    f"no region is called `{one}`; write it as `region=eu-north-1`", word, ["region=eu-north-1"]
                )
            self._chosen[kind].append(one)

    def _unknown(self, word: str) -> SelectionError:
        right = ["all", *self._services, *self._ids, *self._references, "severity>=high", "account=", "region="]
        near = get_close_matches(word.replace("*", ""), right, n=3, cutoff=0.5)
        near = near or ["all", *self._services]
        return SelectionError(f"I do not know `{word}`" + _did_you_mean(near), word, near)

    def selection(self) -> Selection:
        """What the words meant."""
        chosen = {kind: tuple(dict.fromkeys(words)) for kind, words in self._chosen.items()}
        return Selection(
            services=() if self._all else chosen["service"],
            ids=() if self._all else chosen["id"],
            references=chosen["reference"],
            severity=self._severity,
            accounts=chosen["account"],
            regions=chosen["region"],
        )


def _names_first(word: str) -> tuple[bool, str]:
    return word.isdigit(), word


def _did_you_mean(near: Sequence[str]) -> str:
    if not near:
        return ""
    quoted = [f"`{word}`" for word in near]
    return "; did you mean " + (", ".join(quoted[:-1]) + " or " if quoted[1:] else "") + quoted[-1] + "?"
