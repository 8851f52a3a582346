"""Remediations as rows: asked for, looked at, acted on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from bot.approval import LIVE, WORK, Event, Remediation, State
from bot.remedy import Effect, Preview, Target
from bot.store import moments
from bot.store.database import Tx


def save(tx: Tx, r: Remediation, now: datetime) -> None:
    """Write the whole of it."""
    _put(
        tx,
        {
            "id": r.id,
            "remedy": r.remedy,
            "account": r.target.account,
            "region": r.target.region,
            "resource": r.target.resource,
            "parameters_json": _dump(r.target.parameters),
            "alert": r.alert,
            "parent": r.parent,
            "check_id": r.check,
            "standing": r.standing,
            "channel": r.channel,
            "requested_by": r.requested_by,
            "requested_at": r.requested_at.isoformat(),
            "state": str(r.state),
            "preview_json": _dump(_preview_out(r.preview)) if r.preview else None,
            "fingerprint": r.fingerprint,
            "expires_at": moments.text(r.expires_at),
            "approved_by": r.approved_by,
            "undo_by": r.undo_by,
            "undo_until": moments.text(r.undo_until),
            "outcome": r.outcome,
            "story_json": json.dumps([[e.at.isoformat(), e.kind, e.who, e.why] for e in r.story]),
            "updated_at": now.isoformat(),
        },
    )


def _put(tx: Tx, row: dict[str, Any]) -> None:
    names = ", ".join(row)
    values = ", ".join(f":{name}" for name in row)
    tx.execute(f"insert or replace into remediations({names}) values ({values})", row)  # noqa: S608 - our names


def get(tx: Tx, id_: str) -> Remediation | None:
    """The remediation `id_`."""
    return next(iter(_read(tx, "id = ?", [id_])), None)


def waiting(tx: Tx) -> list[str]:
    """Ids of those the worker has to do something about, oldest change first."""
    return _ids(tx, f"state in ({_marks(WORK)})", list(WORK))


def overdue(tx: Tx, now: datetime) -> list[str]:
    """Ids of those whose time to be approved, or to be undone, is up."""
    return _ids(
        tx,
        "(state = ? and expires_at <= ?) or (state = ? and undo_until <= ?)",
        [State.PREVIEWED, now.isoformat(), State.VERIFIED, now.isoformat()],
    )


def live(tx: Tx, remedy: str, target: Target) -> Remediation | None:
    """One that is under way for the same remedy and resource."""
    where = f"remedy = ? and account = ? and region = ? and resource = ? and state in ({_marks(LIVE)})"
    found = _read(tx, where, [remedy, target.account, target.region, target.resource, *LIVE])
    return next((r for r in found if r.target.parameters == target.parameters), None)


def standing(tx: Tx, remedy: str, alert: str) -> Remediation | None:
    """The newest that follows from what somebody did to that alert."""
    found = _read(tx, "remedy = ? and alert = ? and standing = 1", [remedy, alert])
    return found[-1] if found else None


def _ids(tx: Tx, where: str, values: Iterable[Any]) -> list[str]:
    rows = tx.execute(f"select id from remediations where {where} order by updated_at, rowid", list(values))  # noqa: S608
    return [id_ for (id_,) in rows.fetchall()]


def _read(tx: Tx, where: str, values: Iterable[Any]) -> list[Remediation]:
    query = f"select * from remediations where {where} order by requested_at, id"  # noqa: S608 - ours, not a person's
    return [_remediation(row) for row in tx.query(query, list(values))]


def _remediation(row: Mapping[str, Any]) -> Remediation:
    return Remediation(
        id=row["id"],
        remedy=row["remedy"],
        target=Target(
            account=row["account"],
            region=row["region"],
            resource=row["resource"],
            parameters=json.loads(row["parameters_json"]),
        ),
        alert=row["alert"],
        parent=row["parent"],
        check=row["check_id"],
        standing=bool(row["standing"]),
        channel=row["channel"],
        requested_by=row["requested_by"],
        requested_at=datetime.fromisoformat(row["requested_at"]),
        state=State(row["state"]),
        preview=_preview_in(json.loads(row["preview_json"])) if row["preview_json"] else None,
        expires_at=moments.moment(row["expires_at"]),
        approved_by=row["approved_by"],
        undo_by=row["undo_by"],
        undo_until=moments.moment(row["undo_until"]),
        outcome=row["outcome"],
        story=tuple(
            Event(datetime.fromisoformat(at), kind, who, why) for at, kind, who, why in json.loads(row["story_json"])
        ),
    )


def _preview_out(preview: Preview) -> dict[str, Any]:
    return {
        "name": preview.name,
        "before": preview.before,
        "after": preview.after,
        "effects": [[effect.words, moments.text(effect.at)] for effect in preview.effects],
        "warnings": preview.warnings,
        "handles": preview.handles,
    }


def _preview_in(stored: Mapping[str, Any]) -> Preview:
    return Preview(
        name=stored["name"],
        before=stored["before"],
        after=stored["after"],
        effects=tuple(Effect(words, moments.moment(at)) for words, at in stored["effects"]),
        warnings=tuple(stored["warnings"]),
        handles=stored["handles"],
    )


def _dump(value: Mapping[str, Any]) -> str:
    return json.dumps(value, sort_keys=True)


def _marks(values: Iterable[object]) -> str:
    return ", ".join("?" for _ in values)
