"""Remediations through the real Bolt app: who may click what, and what a click is worth."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from slack_bolt import App

from bot import approval, config
from bot.approval import Remediation, State
from bot.remedy import Preview
from bot.rights import Rights
from bot.services import Services
from bot.store import alerts, findings, remediations
from checks.model import Finding
from tests import alerting
from tests.audit_builders import (
    ACCOUNT,
    ANALYST,
    APPROVER,
    NOW,
    OUTSIDER,
    a_click,
    a_finding,
    a_picket,
    an_app,
    outgoing,
)

KEY = "AKIAIOSFODNN7EXAMPLE"
REMEDY = "iam-deactivate-key"
RIGHTS = {"request": [ANALYST, APPROVER], "approve": [APPROVER, "USECOND"]}
PREVIEW = Preview(name=f"access key {KEY} of alice", before={KEY: "Active"}, after={KEY: "Inactive"})


@pytest.fixture
def services(tmp_path: Path) -> Services:
    return a_picket(
        tmp_path,
        rights=RIGHTS,
        remediation={"enabled": [REMEDY]},
        aws={"accounts": [{"id": ACCOUNT, "name": "acme-prod"}], "remediation_role": "fix"},
    )


@pytest.fixture
def app(services: Services) -> App:
    return an_app(services)


def known(services: Services, **changes: Any) -> Finding:
    """A finding that an audit kept."""
    finding = a_finding(
        **({"check": "iam-key-old", "resource": f"arn:aws:iam::{ACCOUNT}:user/alice/access-key/{KEY}"} | changes)
    )
    with services.store.write() as tx:
        findings.save(tx, finding.account, [finding], [], "audit", NOW)
    return finding


def asked(services: Services) -> list[Remediation]:
    with services.store.read() as tx:
        ids = [id_ for (id_,) in tx.execute("select id from remediations order by rowid").fetchall()]
        return [found for id_ in ids if (found := remediations.get(tx, id_))]


def ask(app: App, services: Services, user: str = ANALYST, **place: Any) -> Remediation:
    a_click(app, "remediation:request", f"{REMEDY}:finding:{known(services).id}", user=user, **place)
    return asked(services)[-1]


def previewed(app: App, services: Services, *, runnable: bool = True, **facts: Any) -> Remediation:
    """One that waits for approval, as the worker would leave it."""
    shown = approval.show(ask(app, services), PREVIEW, NOW, timedelta(minutes=15), runnable=runnable)
    shown = replace(shown, **facts)
    with services.store.write() as tx:
        remediations.save(tx, shown, NOW)
    return shown


def now_is(services: Services, id_: str) -> Remediation:
    return next(r for r in asked(services) if r.id == id_)


def whispers(services: Services, user: str) -> list[str]:
    return [row["text"] for row in outgoing(services) if row["kind"] == "ephemeral" and row["user"] == user]


def test_asking_from_a_finding_commits_a_row_and_the_card_where_it_was_asked(app: App, services: Services) -> None:
    finding = known(services)
    response = a_click(app, "remediation:request", f"{REMEDY}:finding:{finding.id}", place=("CPUBLIC", "1.1"))
    assert response.status == 200
    (r,) = asked(services)
    assert (r.state, r.requested_by, r.check) == (State.REQUESTED, ANALYST, "iam-key-old")
    assert r.target.parameters == {"user": "alice", "keys": [KEY]}
    (row,) = outgoing(services)
    assert (row["key"], row["channel"], row["parent"]) == (r.key, "CPUBLIC", None)


def test_asking_in_private_puts_the_card_where_approvers_see_it_and_tells_the_asker(
    app: App, services: Services
) -> None:
    r = ask(app, services, place=("DPRIVATE", "1.1"))
    card, told = outgoing(services)
    assert (card["key"], card["channel"]) == (r.key, "#security-alerts")
    assert told["channel"] == ANALYST
    assert "#security-alerts" in told["text"]


def test_asking_from_an_alert_puts_the_card_in_its_thread(app: App, services: Services) -> None:
    facts = {"access_key_id": KEY, "user_name": "alice", "user_type": "IAMUser"}
    alert = alerting.an_alert(account=ACCOUNT, facts=facts)
    with services.store.write() as tx:
        alerts.save(tx, alert)
    a_click(app, f"remediation:request:{REMEDY}", f"{REMEDY}:{alert.id}")
    (r,) = asked(services)
    (row,) = outgoing(services)
    assert (r.alert, row["parent"], row["channel"]) == (alert.id, alert.key, alert.channel)


def test_an_outsider_cannot_ask_and_is_told_who_may(app: App, services: Services) -> None:
    a_click(app, "remediation:request", f"{REMEDY}:finding:{known(services).id}", user=OUTSIDER)
    assert asked(services) == []
    (words,) = whispers(services, OUTSIDER)
    assert f"<@{ANALYST}>" in words


@pytest.mark.parametrize(
    "value",
    ["", "x", f"{REMEDY}:", f"{REMEDY}:nothing", f"{REMEDY}:finding:nothing", "iam-drop-tables:finding:{id}", ":::"],
)
def test_a_forged_request_asks_for_nothing_and_is_answered(app: App, services: Services, value: str) -> None:
    a_click(app, "remediation:request", value.replace("{id}", known(services).id))
    assert asked(services) == []
    assert len(whispers(services, ANALYST)) == 1


def test_a_remedy_that_does_not_fit_the_finding_is_refused(app: App, services: Services) -> None:
    a_click(app, "remediation:request", f"ec2-revoke-ingress:finding:{known(services).id}")
    assert asked(services) == []
    assert "does not fit" in whispers(services, ANALYST)[0]


def test_a_double_click_on_the_offer_asks_once(app: App, services: Services) -> None:
    ask(app, services)
    ask(app, services)
    assert len(asked(services)) == 1
    assert "under way" in whispers(services, ANALYST)[0]


def test_an_approver_approves_and_the_thread_says_so(app: App, services: Services) -> None:
    r = previewed(app, services)
    a_click(app, "remediation:approve", f"{r.id}:{r.fingerprint}", user=APPROVER)
    assert now_is(services, r.id).state is State.APPROVED
    assert any(f"<@{APPROVER}> approved it" in row["text"] for row in outgoing(services))


@pytest.mark.parametrize("verb", ["approve", "decline", "undo"])
@pytest.mark.parametrize("user", [OUTSIDER, ANALYST])
def test_who_may_not_approve_can_neither_approve_nor_decline_nor_undo(
    app: App, services: Services, verb: str, user: str
) -> None:
    r = previewed(app, services)
    value = f"{r.id}:{r.fingerprint}" if verb == "approve" else r.id
    a_click(app, f"remediation:{verb}", value, user=user)
    assert now_is(services, r.id) == r
    assert "You may not" in whispers(services, user)[0]


def test_nobody_approves_their_own_request(app: App, services: Services) -> None:
    r = previewed(app, services, requested_by=APPROVER)
    a_click(app, "remediation:approve", f"{r.id}:{r.fingerprint}", user=APPROVER)
    assert now_is(services, r.id) == r
    assert "another person" in whispers(services, APPROVER)[0]


def test_a_double_click_on_approve_counts_once_and_the_second_is_told(app: App, services: Services) -> None:
    r = previewed(app, services)
    for user in (APPROVER, "USECOND"):
        a_click(app, "remediation:approve", f"{r.id}:{r.fingerprint}", user=user)
    assert now_is(services, r.id).approved_by == APPROVER
    assert f"<@{APPROVER}> has approved this already" in whispers(services, "USECOND")[0]


def test_an_approval_after_expiry_is_refused(app: App, services: Services) -> None:
    r = previewed(app, services, expires_at=NOW)
    a_click(app, "remediation:approve", f"{r.id}:{r.fingerprint}", user=APPROVER)
    assert now_is(services, r.id) == r
    assert "time to approve this is up" in whispers(services, APPROVER)[0]


def test_an_edited_payload_approves_nothing(app: App, services: Services) -> None:
    r = previewed(app, services)
    for value in (r.id, f"{r.id}:", f"{r.id}:{'0' * 32}", f"other:{r.fingerprint}", ""):
        a_click(app, "remediation:approve", value, user=APPROVER)
    assert now_is(services, r.id) == r
    assert len(whispers(services, APPROVER)) == 5


def test_a_remedy_switched_off_cannot_be_approved_whatever_the_payload_says(app: App, services: Services) -> None:
    r = previewed(app, services)
    off = services.settings.model_copy(update={"remediation": config.Remediation()})
    changed = replace(services, settings=off)
    a_click(an_app(changed), "remediation:approve", f"{r.id}:{r.fingerprint}", user=APPROVER)
    assert now_is(services, r.id) == r
    assert "switched off" in whispers(services, APPROVER)[0]


def test_a_dry_run_cannot_be_approved(app: App, services: Services) -> None:
    r = previewed(app, services, runnable=False)
    a_click(app, "remediation:approve", f"{r.id}:{r.fingerprint}", user=APPROVER)
    assert now_is(services, r.id).state is State.DRY_RUN


def test_someone_whose_right_was_taken_away_cannot_approve_with_an_old_button(app: App, services: Services) -> None:
    r = previewed(app, services)
    rights = Rights(config.Rights(approve=("USECOND",)), lambda _: frozenset())
    a_click(an_app(replace(services, rights=rights)), "remediation:approve", f"{r.id}:{r.fingerprint}", user=APPROVER)
    assert now_is(services, r.id) == r


def test_an_approver_declines_and_the_asker_cancels(app: App, services: Services) -> None:
    first = previewed(app, services)
    a_click(app, "remediation:decline", first.id, user=APPROVER)
    assert now_is(services, first.id).state is State.DECLINED
    second = previewed(app, services)
    a_click(app, "remediation:cancel", second.id, user=ANALYST)
    assert now_is(services, second.id).state is State.CANCELLED


def test_another_than_the_asker_cannot_cancel(app: App, services: Services) -> None:
    r = previewed(app, services)
    a_click(app, "remediation:cancel", r.id, user=OUTSIDER)
    assert now_is(services, r.id) == r
    assert f"Only <@{ANALYST}>" in whispers(services, OUTSIDER)[0]


def test_undo_is_asked_for_within_its_time_only(app: App, services: Services) -> None:
    r = previewed(app, services, state=State.VERIFIED, approved_by=APPROVER, undo_until=NOW + timedelta(hours=1))
    a_click(app, "remediation:undo", r.id, user=APPROVER)
    assert now_is(services, r.id).state is State.UNDO_REQUESTED
    late = previewed(app, services, id="late", state=State.VERIFIED, undo_until=NOW)
    a_click(app, "remediation:undo", late.id, user=APPROVER)
    assert now_is(services, late.id).state is State.VERIFIED


def test_what_a_card_holds_goes_to_slack_as_json(app: App, services: Services) -> None:
    ask(app, services)
    assert json.loads(outgoing(services)[0]["body_json"])["blocks"][0]["type"] == "header"
