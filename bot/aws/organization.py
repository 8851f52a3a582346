"""Reads AWS Organizations: its accounts, the organisational units that they are in, and their tags."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from bot.aws.errors import told
from bot.aws.sessions import Access, Sessions
from bot.config import Organization
from bot.organization import Member, Unit
from checks.inventory import GLOBAL

_THREADS = 4
"""Organizations answers few calls a second, and is one for all accounts."""


def actions(organization: Organization) -> tuple[str, ...]:
    """The IAM actions that `members` needs; none where the organisation is not asked."""
    if not organization.enabled:
        return ()
    always = ("ListAccountsForParent", "ListOrganizationalUnitsForParent", "ListRoots")
    tags = ("ListTagsForResource",) if organization.reads_tags else ()
    return tuple(f"organizations:{name}" for name in (*always, *tags))


def members(sessions: Sessions, organization: Organization) -> tuple[Member, ...]:
    """Every account of the organisation, by id; the tags only where a setting looks at them.

    Walks the tree of units, which takes two calls a unit, where asking for the parents takes one an account and more.
    Raises AwsError when any of it could not be read: a part of the accounts must not look like all.
    """
    with told("organizations"):
        account = organization.account or sessions.caller.account
        client = sessions.client(account, "organizations", GLOBAL, Access.READ)
        roots = _pages(client, "list_roots", "Roots")
        found = [one for root in roots for one in _below(client, (Unit(root["Id"], ""),))]
        if organization.reads_tags:
            with ThreadPoolExecutor(_THREADS) as pool:
                found = list(pool.map(lambda one: _tagged(client, one), found))
    return tuple(sorted(found, key=lambda one: one.id))


def _below(client: Any, units: tuple[Unit, ...]) -> Iterator[Member]:
    here = units[-1]
    for account in _pages(client, "list_accounts_for_parent", "Accounts", ParentId=here.id):
        # the older `Status` is no longer given everywhere
        state = account.get("State") or account.get("Status")
        yield Member(id=account["Id"], name=account.get("Name", ""), active=state == "ACTIVE", units=units)
    for unit in _pages(client, "list_organizational_units_for_parent", "OrganizationalUnits", ParentId=here.id):
        path = f"{here.path}/{unit['Name']}".lstrip("/")
        yield from _below(client, (*units, Unit(unit["Id"], path)))


def _tagged(client: Any, member: Member) -> Member:
    if not member.active:
        return member
    tags = _pages(client, "list_tags_for_resource", "Tags", ResourceId=member.id)
    return replace(member, tags={tag["Key"]: tag["Value"] for tag in tags})


def _pages(client: Any, operation: str, key: str, **parameters: Any) -> list[dict[str, Any]]:
    return [item for page in client.get_paginator(operation).paginate(**parameters) for item in page.get(key, ())]
