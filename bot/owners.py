"""Whose work an alert is, by a tag of its resource (pure)."""

from __future__ import annotations

from collections.abc import Mapping

from bot.alerts import Alert
from bot.config import Owners


def owner(owners: Owners, alert: Alert) -> str:
    """The id of the user or user group whose it is; empty when no tag says so, or nobody is named for it."""
    return of_tags(owners, alert.facts.get("tags"))


def of_tags(owners: Owners, tags: object) -> str:
    """The same, for the tags of a resource as a source told them."""
    if not isinstance(tags, Mapping):
        return ""
    value = next((str(tags[key]) for key in owners.tags if key in tags), "")
    return owners.people.get(value.strip(), "")
