"""A database with a public address: whether its security groups let the world reach it there."""

from __future__ import annotations

from typing import Any

from checks import network
from checks.exposure import ingress
from checks.inventory import GapError, View
from checks.inventory.ec2 import SecurityGroup
from checks.inventory.rds import DbInstance
from checks.inventory.redshift import RedshiftCluster
from checks.model import Problem, Severity
from checks.network import Entry, Spread


def public(database: DbInstance | RedshiftCluster, view: View) -> Problem:
    """The problem of a publicly accessible database: critical where one of its groups is open to the world there.

    Where the groups could not be read, or the port is not known, the severity stands and the evidence says so.
    """
    evidence: dict[str, Any] = {"database": database.id, "publicly_accessible": True, "port": database.port}
    if database.port is None:
        return Problem({**evidence, "reachable": "unknown: it has no endpoint yet"})
    try:
        rules = _open_rules(database, database.port, view)
    except GapError as error:
        return Problem({**evidence, "reachable": f"unknown: {error.gap.text}"})
    if not rules:
        return Problem({**evidence, "reachable": "its security groups do not let the world in on that port"})
    return Problem({**evidence, "reachable": "from the whole world", "open_by": rules}, Severity.CRITICAL)


def _open_rules(database: DbInstance | RedshiftCluster, port: int, view: View) -> list[str]:
    """The rules that let the world in. The groups of one interface are taken together, as AWS does."""
    groups = view.once(_groups, database.region)
    sources: list[Entry] = []
    names: dict[Entry, str] = {}
    for id_ in database.groups:
        if id_ in groups:
            known, _, _ = ingress(groups[id_], view)
            sources += known
            names.update(dict.fromkeys(known, f"{id_} ({groups[id_].name})"))
    (opening,) = network.openings(sources, "tcp", port, port)
    if opening.spread is not Spread.WORLD:
        return []
    return [f"{names[entry]}: {entry.text}" for entry in opening.entries]


def _groups(view: View, region: str) -> dict[str, SecurityGroup]:
    return {group.id: group for group in view.of(SecurityGroup, region)}
