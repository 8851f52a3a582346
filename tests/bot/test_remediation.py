from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws

from bot import config, remediation
from bot.alerts import Alert, Source
from bot.alerts import State as AlertState
from bot.approval import Remediation, State
from bot.aws.remedies import REMEDIES
from bot.aws.sessions import Access, Call, Sessions
from bot.errors import AwsDenied, AwsError, AwsUnreachable, NotAllowed, NotFound, Stale
from bot.offers import offers
from bot.remedy import Clients, Preview, Target
from bot.rights import Rights
from bot.services import Services
from bot.store import Store, Tx, alerts, remediations
from checks.model import Finding, Severity, Status

ACCOUNT = "123456789012"  # moto's own
REMEDY = "iam-deactivate-key"
ANALYST, APPROVER, OTHER = "UANALYST", "UAPPROVER", "UOTHER"
WRITES = {"UpdateAccessKey"}


class Killed(BaseException):
    """What SIGKILL is to a test."""


def settings(**changes: Any) -> config.Settings:
    return config.Settings.model_validate(
        {
            "slack": {"bot_token": "xoxb-1", "app_token": "xapp-1"},
            "routes": [{"channel": "#security-alerts"}],
            "aws": {"accounts": [{"id": ACCOUNT, "name": "acme"}], "read_role": "read", "remediation_role": "fix"},
            "rights": {"request": [ANALYST, APPROVER], "approve": [APPROVER, OTHER]},
            "remediation": {"enabled": [REMEDY, "ec2-revoke-ingress"]},
            **changes,
        }
    )


class FusedStore(Store):
    """Calls `fuse` before and after each commit of the worker."""

    fuse: Callable[[], None] = staticmethod(lambda: None)

    @contextmanager
    def write(self, timeout: float = 5.0) -> Iterator[Tx]:
        self.fuse()
        with super().write(timeout) as tx:
            yield tx
        self.fuse()


@dataclass
class World:
    """The real parts, a clock that tests move, and what was called."""

    services: Services
    clock: list[datetime]
    stop: threading.Event = field(default_factory=threading.Event)
    calls: list[Call] = field(default_factory=list)
    answer: Finding | None = None
    fuse: Callable[[], None] = lambda: None

    @property
    def store(self) -> Store:
        return self.services.store

    @property
    def iam(self) -> Any:
        return self.services.aws.client(ACCOUNT, "iam", "global", Access.SERVICE)

    def wait(self, **time: float) -> None:
        self.clock[0] += timedelta(**time)

    def work(self, looks: tuple[float, ...] = (0.0,)) -> None:
        """What a worker just started does."""
        remediation.Worker(self.services, self.stop, lambda *_: self.answer, looks).once()

    def a_key(self, user: str = "alice") -> str:
        if user not in [known["UserName"] for known in self.iam.list_users()["Users"]]:
            self.iam.create_user(UserName=user)
        return str(self.iam.create_access_key(UserName=user)["AccessKey"]["AccessKeyId"])

    def status(self, key: str, user: str = "alice") -> str:
        keys = self.iam.list_access_keys(UserName=user)["AccessKeyMetadata"]
        return next(known["Status"] for known in keys if known["AccessKeyId"] == key)

    def set(self, key: str, status: str, user: str = "alice") -> None:
        self.iam.update_access_key(UserName=user, AccessKeyId=key, Status=status)

    def ask(self, key: str, user: str = "alice", by: str = ANALYST) -> str:
        with self.store.write() as tx:
            return remediation.request(self.services, tx, REMEDY, a_finding(key, user), by, "C1").id

    def click(self, use: Callable[..., Remediation], *arguments: str) -> Remediation:
        with self.store.write() as tx:
            return use(self.services, tx, *arguments)

    def approve(self, id_: str, by: str = APPROVER) -> Remediation:
        return self.click(remediation.approve, id_, self.get(id_).fingerprint, by)

    def get(self, id_: str) -> Remediation:
        with self.store.read() as tx:
            found = remediations.get(tx, id_)
        assert found is not None
        return found

    def done(self, key: str, user: str = "alice") -> str:
        """A remediation that has been asked for, approved, applied and verified."""
        id_ = self.ask(key, user)
        self.work()
        self.approve(id_)
        self.work()
        assert self.get(id_).state is State.VERIFIED
        return id_

    def said(self, id_: str) -> list[str]:
        """The story in the thread, in order."""
        with self.store.read() as tx:
            rows = tx.execute("select text from outbox where key like ? order by id", (f"remediation:{id_}:%",))
            return [text for (text,) in rows.fetchall()]

    def card(self, id_: str) -> str:
        """The newest blocks of the card, as JSON."""
        with self.store.read() as tx:
            query = "select body_json from outbox where key = ? order by id desc limit 1"
            return str(tx.execute(query, (f"remediation:{id_}",)).fetchone()[0])

    def written(self) -> list[Call]:
        return [call for call in self.calls if call.operation in WRITES and call.access is not Access.SERVICE]

    def configure(self, **changes: Any) -> None:
        new = settings(**changes)
        self.services = replace(self.services, settings=new, rights=Rights(new.rights, lambda _: frozenset()))


def a_finding(key: str, user: str = "alice", status: Status = Status.FAIL) -> Finding:
    return Finding(
        check="iam-key-old",
        status=status,
        severity=Severity.MEDIUM,
        account=ACCOUNT,
        region="global",
        resource=f"arn:aws:iam::{ACCOUNT}:user/{user}/access-key/{key}",
        title="Access key not rotated",
    )


def an_alert(key: str, **facts: Any) -> Alert:
    now = datetime(2026, 3, 1, tzinfo=UTC)
    facts = {
        "id": "a1",
        "identity": "a1",
        "source": Source.GUARDDUTY,
        "type": "UnauthorizedAccess:IAMUser/MaliciousIPCaller",
        "account": ACCOUNT,
        "region": "global",
        "resource": f"arn:aws:iam::{ACCOUNT}:user/alice",
        "severity": Severity.HIGH,
        "title": "API called from a malicious address",
        "channel": "#security-alerts",
        "opened_at": now,
        "updated_at": now,
        "facts": {"access_key_id": key, "user_name": "alice", "user_type": "IAMUser"},
        "state": AlertState.OPEN,
        **facts,
    }
    return Alert(**facts)


@cache
def sessions() -> Sessions:
    """Made once, for making a client is slow; moto begins anew for each test."""
    return Sessions(settings().aws)


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")
    clock, ids = [datetime.now(UTC)], count(1)
    store = FusedStore(tmp_path / "picket.db")
    with mock_aws():
        known = settings()
        services = Services(
            settings=known,
            store=store,
            rights=Rights(known.rights, lambda _: frozenset()),
            slack=None,  # type: ignore[arg-type] - nothing here may speak to Slack
            aws=sessions(),
            now=lambda: clock[0],
            new_id=lambda: f"r{next(ids)}",
        )
        made = World(services, clock)
        with services.aws.listening(made.calls.append):
            yield made
    store.close()


# The way it should go.


def test_what_was_asked_previewed_and_approved_is_applied_verified_and_told_in_order(world: World) -> None:
    key = world.a_key()
    world.answer = a_finding(key, status=Status.PASS)
    id_ = world.ask(key)
    assert "Looking at AWS" in world.card(id_)

    world.work()
    assert world.get(id_).state is State.PREVIEWED
    assert f"- {key}: Active" in world.card(id_)
    assert f"+ {key}: Inactive" in world.card(id_)
    assert world.status(key) == "Active"

    world.approve(id_)
    assert world.status(key) == "Active"
    world.work()
    assert world.status(key) == "Inactive"
    assert world.get(id_).state is State.VERIFIED
    told = world.said(id_)
    assert [
        word in line for word, line in zip(("asks for", "approved", "was changed", "passes now"), told, strict=True)
    ]
    assert f"<@{APPROVER}>" in told[0]
    assert "remediation:undo" in world.card(id_)


def test_undo_puts_it_back_as_it_was(world: World) -> None:
    key = world.a_key()
    id_ = world.done(key)
    world.click(remediation.undo, id_, APPROVER)
    world.work()
    assert world.status(key) == "Active"
    assert world.get(id_).state is State.UNDONE
    assert "remediation:undo" not in world.card(id_)


def test_reading_is_done_by_one_role_and_changing_by_the_other(world: World) -> None:
    id_ = world.done(world.a_key())
    world.click(remediation.undo, id_, APPROVER)
    world.work()
    by_role = {(call.access, call.operation) for call in world.calls if call.access is not Access.SERVICE}
    assert by_role == {
        (Access.READ, "ListAccessKeys"),
        (Access.READ, "GetAccessKeyLastUsed"),
        (Access.REMEDIATE, "UpdateAccessKey"),
    }


def test_from_an_alert_it_stands_in_the_alerts_thread_and_on_its_timeline(world: World) -> None:
    key = world.a_key()
    alert = an_alert(key)
    with world.store.write() as tx:
        alerts.save(tx, alert)
        id_ = remediation.request(world.services, tx, REMEDY, alert, ANALYST, "C-elsewhere").id
    world.work()
    world.approve(id_)
    world.work()
    with world.store.read() as tx:
        parents = {row[0] for row in tx.execute("select distinct parent from outbox").fetchall()}
        channels = {row[0] for row in tx.execute("select distinct channel from outbox").fetchall()}
        noted = [(line.who, line.what) for line in alerts.timeline(tx, "a1")]
    assert parents == {"alert:a1"}
    assert channels == {"#security-alerts"}
    assert (ANALYST, "asked for a remediation") in noted
    assert (APPROVER, "approved the remediation") in noted
    assert noted[-1][1].startswith("verified the remediation")


def test_a_check_that_still_fails_afterwards_is_said(world: World) -> None:
    key = world.a_key()
    world.answer = a_finding(key)
    id_ = world.done(key)
    assert "still fails" in world.get(id_).outcome


def test_a_check_that_cannot_be_made_again_is_said_and_the_fix_stands(world: World) -> None:
    key = world.a_key()
    id_ = world.ask(key)
    world.work()
    world.approve(id_)

    def fail(*_: object) -> Finding:
        raise AwsDenied("AWS refused iam:GetCredentialReport.", permission="iam:GetCredentialReport")

    remediation.Worker(world.services, world.stop, fail, (0.0,)).once()
    assert world.get(id_).state is State.VERIFIED
    assert "iam:GetCredentialReport" in world.get(id_).outcome


def test_a_group_that_is_known_by_its_handle_is_called_by_its_members_without_who_asked(world: World) -> None:
    rights = config.Rights(request=(ANALYST,), approve=("@approvers", "@everybody"))
    members = {"@approvers": {ANALYST, APPROVER}, "@everybody": {f"U{n:09}" for n in range(40)}}
    world.services = replace(world.services, rights=Rights(rights, lambda entry: frozenset(members.get(entry, ()))))
    id_ = world.ask(world.a_key())
    world.work()
    assert world.said(id_)[0].startswith(f"<@{APPROVER}> @everybody: <@{ANALYST}> asks")


# What is offered.


def test_a_remedy_is_offered_for_what_it_fixes_only() -> None:
    known = settings()
    assert offers(a_finding("AKIAIOSFODNN7EXAMPLE"), known) == ((REMEDY, "Deactivate key"),)
    assert offers(a_finding("AKIAIOSFODNN7EXAMPLE", status=Status.PASS), known) == ()
    quarantine = ("iam-quarantine-user", "Quarantine user")
    assert offers(an_alert("AKIAIOSFODNN7EXAMPLE"), known) == ((REMEDY, "Deactivate key"), quarantine)


def test_nothing_is_offered_for_a_sample_or_an_account_outside_the_settings() -> None:
    assert offers(an_alert("AKIAIOSFODNN7EXAMPLE", sample=True), settings()) == ()
    assert offers(an_alert("AKIAIOSFODNN7EXAMPLE", account="999999999999"), settings()) == ()


def test_a_remedy_that_is_switched_off_is_offered_for_its_preview() -> None:
    assert offers(a_finding("AKIAIOSFODNN7EXAMPLE"), settings(remediation={"enabled": []}))


# Attacks, each with its one outcome.


def test_asking_twice_is_refused_while_the_first_is_under_way(world: World) -> None:
    key = world.a_key()
    world.ask(key)
    with pytest.raises(Stale, match=f"<@{ANALYST}> has asked for that already"):
        world.ask(key, by=APPROVER)


def test_an_unknown_remedy_and_one_that_does_not_fit_are_refused(world: World) -> None:
    with world.store.write() as tx, pytest.raises(NotFound):
        remediation.request(world.services, tx, "iam-drop-tables", a_finding("AKIAIOSFODNN7EXAMPLE"), ANALYST, "C1")
    with world.store.write() as tx, pytest.raises(Stale, match="does not fit"):
        remediation.request(world.services, tx, "ec2-revoke-ingress", a_finding("AKIAIOSFODNN7EXAMPLE"), ANALYST, "C1")


def test_an_account_outside_the_settings_is_refused(world: World) -> None:
    foreign = replace(a_finding("AKIAIOSFODNN7EXAMPLE"), account="999999999999")
    with world.store.write() as tx, pytest.raises(Stale):
        remediation.request(world.services, tx, REMEDY, foreign, ANALYST, "C1")


def test_nobody_approves_what_they_asked_for(world: World) -> None:
    id_ = world.ask(world.a_key(), by=APPROVER)
    world.work()
    with pytest.raises(NotAllowed, match="another person"):
        world.approve(id_, by=APPROVER)
    assert world.get(id_).state is State.PREVIEWED


def test_a_remedy_of_low_risk_may_be_approved_by_who_asked(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(REMEDIES, REMEDY, replace(REMEDIES[REMEDY], risk=REMEDIES[REMEDY].risk.LOW))
    id_ = world.ask(world.a_key(), by=APPROVER)
    world.work()
    assert world.approve(id_, by=APPROVER).state is State.APPROVED


def test_a_double_click_approves_once(world: World) -> None:
    id_ = world.ask(world.a_key())
    world.work()
    world.approve(id_)
    with pytest.raises(Stale, match=f"<@{APPROVER}> has approved this already"):
        world.approve(id_)
    world.work()
    with pytest.raises(Stale):
        world.approve(id_)
    assert len(world.written()) == 1


def test_of_two_approvers_racing_one_wins(world: World) -> None:
    id_ = world.ask(world.a_key())
    world.work()
    results: list[object] = []
    seen, start = world.get(id_).fingerprint, threading.Barrier(2)

    def click(user: str) -> None:
        start.wait()
        try:
            results.append(world.click(remediation.approve, id_, seen, user))
        except Stale as stale:
            results.append(stale)
        world.store.close()

    threads = [threading.Thread(target=click, args=(user,)) for user in (APPROVER, OTHER)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(type(result) for result in results if isinstance(result, Stale)) == [Stale]
    world.work()
    assert len(world.written()) == 1


def test_an_approval_of_another_preview_than_the_one_that_stands_is_refused(world: World) -> None:
    id_ = world.ask(world.a_key())
    world.work()
    with pytest.raises(Stale, match="made anew"):
        world.click(remediation.approve, id_, "0" * 32, APPROVER)


def test_an_approval_after_expiry_is_refused_before_and_after_the_worker_noticed(world: World) -> None:
    id_ = world.ask(world.a_key())
    world.work()
    world.wait(minutes=15)
    with pytest.raises(Stale, match="time to approve this is up"):
        world.approve(id_)
    world.work()
    assert world.get(id_).state is State.EXPIRED
    assert "remediation:approve" not in world.card(id_)
    with pytest.raises(Stale, match="time to approve this is up"):
        world.approve(id_)


def test_what_drifted_after_approval_is_not_touched_and_asked_again_with_a_new_preview(world: World) -> None:
    key, other = world.a_key(), world.a_key()
    finding = replace(a_finding(key), check="iam-user-console-and-keys", resource=f"arn:aws:iam::{ACCOUNT}:user/alice")
    with world.store.write() as tx:
        id_ = remediation.request(world.services, tx, REMEDY, finding, ANALYST, "C1").id
    world.work()
    old = world.get(id_).fingerprint
    world.approve(id_)
    world.set(other, "Inactive")
    world.work()
    r = world.get(id_)
    assert (r.state, r.approved_by) == (State.PREVIEWED, None)
    assert r.fingerprint != old
    assert world.status(key) == "Active"
    assert not world.written()
    assert "not as it was when this was approved" in world.said(id_)[-1]
    with pytest.raises(Stale):
        world.click(remediation.approve, id_, old, APPROVER)
    world.approve(id_)
    world.work()
    assert world.status(key) == "Inactive"


def test_what_somebody_else_did_meanwhile_is_found_done(world: World) -> None:
    key = world.a_key()
    id_ = world.ask(key)
    world.work()
    world.approve(id_)
    world.set(key, "Inactive")
    world.work()
    assert world.get(id_).state is State.ALREADY_DONE
    assert not world.written()


def test_what_is_done_already_needs_no_approval(world: World) -> None:
    key = world.a_key()
    world.set(key, "Inactive")
    id_ = world.ask(key)
    world.work()
    assert world.get(id_).state is State.ALREADY_DONE
    assert "remediation:approve" not in world.card(id_)


def test_an_approver_who_lost_the_right_before_the_moment_of_acting_counts_no_more(world: World) -> None:
    key = world.a_key()
    id_ = world.ask(key)
    world.work()
    world.approve(id_)
    world.configure(rights={"request": [ANALYST], "approve": [OTHER]})
    world.work()
    assert world.get(id_).state is State.FAILED
    assert "may no longer" in world.get(id_).outcome
    assert world.status(key) == "Active"


def test_a_remedy_that_is_switched_off_is_previewed_and_cannot_run_whatever_is_clicked(world: World) -> None:
    world.configure(remediation={"enabled": []})
    key = world.a_key()
    id_ = world.ask(key)
    world.work()
    assert world.get(id_).state is State.DRY_RUN
    assert "remediation:approve" not in world.card(id_)
    assert "switched off in Picket's config" in world.card(id_)
    with pytest.raises(Stale, match="switched off"):
        world.approve(id_)
    world.work()
    assert world.status(key) == "Active"


@pytest.mark.parametrize("change", [{"remediation": {"enabled": []}}, {"aws": {"read_role": "read"}}])
def test_a_remedy_switched_off_between_approval_and_acting_does_not_run(world: World, change: Any) -> None:
    key = world.a_key()
    id_ = world.ask(key)
    world.work()
    world.approve(id_)
    world.configure(**change)
    world.work()
    assert world.get(id_).state is State.FAILED
    assert world.status(key) == "Active"


def test_an_approval_that_could_not_be_acted_on_in_time_holds_no_more(world: World) -> None:
    key = world.a_key()
    id_ = world.ask(key)
    world.work()
    world.approve(id_)
    world.wait(minutes=16)
    world.work()
    assert world.get(id_).state is State.EXPIRED
    assert world.status(key) == "Active"


def test_a_forged_id_names_nothing(world: World) -> None:
    for use in (remediation.decline, remediation.cancel, remediation.undo):
        with pytest.raises(NotFound):
            world.click(use, "forged", APPROVER)
    with pytest.raises(NotFound):
        world.click(remediation.approve, "forged", "", APPROVER)


def test_declined_and_cancelled_are_the_end(world: World) -> None:
    for use, user, state in (
        (remediation.decline, APPROVER, State.DECLINED),
        (remediation.cancel, ANALYST, State.CANCELLED),
    ):
        id_ = world.ask(world.a_key(user=f"user-{state}"), user=f"user-{state}")
        world.work()
        world.click(use, id_, user)
        assert world.get(id_).state is state
        with pytest.raises(Stale):
            world.approve(id_)


def test_only_who_asked_may_cancel(world: World) -> None:
    id_ = world.ask(world.a_key())
    with pytest.raises(NotAllowed, match=f"<@{ANALYST}>"):
        world.click(remediation.cancel, id_, OTHER)


# AWS says no, or nothing.


def failing(monkeypatch: pytest.MonkeyPatch, part: str, error: Exception, times: int = 10) -> None:
    """Make a part of the remedy raise `error` so many times."""
    remedy, left = REMEDIES[REMEDY], [times]
    real = getattr(remedy, part)

    def fail(*arguments: Any) -> Any:
        if left[0] > 0:
            left[0] -= 1
            raise error
        return real(*arguments)

    monkeypatch.setitem(REMEDIES, REMEDY, replace(remedy, **{part: fail}))


DENIED = AwsDenied("AWS refused iam:UpdateAccessKey.", permission="iam:UpdateAccessKey")
THROTTLED = AwsUnreachable("AWS throttled iam:UpdateAccessKey until the last try.")


def test_a_preview_that_aws_refuses_ends_with_the_missing_permission(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(monkeypatch, "preview", AwsDenied("AWS refused iam:ListAccessKeys.", permission="iam:ListAccessKeys"))
    id_ = world.ask(world.a_key())
    world.work()
    assert world.get(id_).state is State.FAILED
    assert world.get(id_).outcome == "AWS refused iam:ListAccessKeys. Nothing was changed."


def test_a_resource_that_is_gone_is_said_to_be_gone_at_both_looks(world: World) -> None:
    first = world.ask("AKIAIOSFODNN7EXAMPLE")
    world.work()
    assert "does not exist any more. Nothing was changed." in world.get(first).outcome

    key = world.a_key()
    second = world.ask(key)
    world.work()
    world.approve(second)
    world.iam.delete_access_key(UserName="alice", AccessKeyId=key)
    world.work()
    assert "does not exist any more. Nothing was changed." in world.get(second).outcome


@pytest.mark.parametrize("error", [DENIED, THROTTLED])
def test_a_change_that_aws_refuses_is_looked_at_and_reported(
    world: World, monkeypatch: pytest.MonkeyPatch, error: AwsError
) -> None:
    failing(monkeypatch, "apply", error)
    key = world.a_key()
    id_ = world.ask(key)
    world.work()
    world.approve(id_)
    world.work()
    assert world.get(id_).state is State.FAILED
    assert world.get(id_).outcome == f"{error} Nothing was changed."


def test_a_change_that_timed_out_but_was_made_is_found_made(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    remedy = REMEDIES[REMEDY]

    def slow(clients: Clients, target: Target, now: Preview) -> None:
        remedy.apply(clients, target, now)
        raise AwsUnreachable("AWS did not answer.")

    monkeypatch.setitem(REMEDIES, REMEDY, replace(remedy, apply=slow))
    world.done(world.a_key())
    assert len(world.written()) == 1


def test_while_the_outcome_cannot_be_seen_the_row_waits_and_is_settled_later(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    remedy, down = REMEDIES[REMEDY], [False]

    def apply(clients: Clients, target: Target, now: Preview) -> None:
        remedy.apply(clients, target, now)
        down[0] = True
        raise AwsUnreachable("AWS did not answer.")

    def preview(clients: Clients, target: Target, now: datetime) -> Preview:
        if down[0]:
            raise AwsUnreachable("AWS did not answer.")
        return remedy.preview(clients, target, now)

    monkeypatch.setitem(REMEDIES, REMEDY, replace(remedy, apply=apply, preview=preview))
    key = world.a_key()
    id_ = world.ask(key)
    world.work()
    world.approve(id_)
    world.work()
    assert world.get(id_).state is State.APPLYING
    down[0] = False
    world.work()
    assert world.get(id_).state is State.VERIFIED
    assert len(world.written()) == 1


def test_an_outcome_that_stays_unknown_is_reported_as_unknown(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    id_, _ = a_killed_change(world, monkeypatch)
    failing(monkeypatch, "preview", THROTTLED)
    world.work()
    assert world.get(id_).state is State.APPLYING
    world.wait(minutes=16)
    world.work()
    assert world.get(id_).state is State.FAILED
    assert "not known whether it was changed" in world.get(id_).outcome


def test_a_change_that_does_not_show_is_reported(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(REMEDIES, REMEDY, replace(REMEDIES[REMEDY], apply=lambda *_: None))
    id_ = world.ask(world.a_key())
    world.work()
    world.approve(id_)
    world.work()
    assert world.get(id_).state is State.FAILED
    assert "does not show it" in world.get(id_).outcome


@pytest.mark.parametrize(("after", "ends"), [(19, State.VERIFIED), (21, State.FAILED)])
def test_what_takes_aws_minutes_to_show_is_waited_for_that_long(
    after: int, ends: State, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = replace(REMEDIES[REMEDY], apply=lambda *_: None, settles=timedelta(minutes=20))
    monkeypatch.setitem(REMEDIES, REMEDY, slow)
    key = world.a_key()
    id_ = world.ask(key)
    world.work()
    world.approve(id_)
    world.work()
    assert world.get(id_).state is State.APPLIED
    world.wait(minutes=after)
    if ends is State.VERIFIED:
        world.set(key, "Inactive")
    world.work()
    assert world.get(id_).state is ends


def test_an_error_of_our_own_stops_this_one_and_not_the_worker(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, "preview", KeyError("boom"), times=1)
    broken, whole = world.ask(world.a_key("bob"), "bob"), world.ask(world.a_key())
    world.work()
    assert world.get(broken).state is State.FAILED
    assert "boom" not in world.get(broken).outcome
    assert world.get(whole).state is State.PREVIEWED


def test_what_was_cancelled_while_a_look_failed_stays_cancelled(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    id_ = world.ask(world.a_key())

    def preview(*_: object) -> Preview:
        world.click(remediation.cancel, id_, ANALYST)
        raise THROTTLED

    monkeypatch.setitem(REMEDIES, REMEDY, replace(REMEDIES[REMEDY], preview=preview))
    world.work()
    assert world.get(id_).state is State.CANCELLED


# Undo.


def test_undo_is_refused_when_somebody_changed_it_since(world: World) -> None:
    key = world.a_key()
    id_ = world.done(key)
    world.set(key, "Active")
    world.click(remediation.undo, id_, APPROVER)
    world.work()
    assert world.get(id_).state is State.VERIFIED
    assert "somebody else put it back" in world.get(id_).outcome
    assert "remediation:undo" not in world.card(id_)


def test_undo_is_refused_when_it_is_gone(world: World) -> None:
    key = world.a_key()
    id_ = world.done(key)
    world.iam.delete_access_key(UserName="alice", AccessKeyId=key)
    world.click(remediation.undo, id_, APPROVER)
    world.work()
    assert "does not exist any more" in world.get(id_).outcome


def test_undo_is_refused_after_its_deadline_and_the_button_goes(world: World) -> None:
    id_ = world.done(world.a_key())
    world.wait(hours=24)
    with pytest.raises(Stale, match="cannot be undone"):
        world.click(remediation.undo, id_, APPROVER)
    world.work()
    assert "remediation:undo" not in world.card(id_)


def test_a_second_click_on_undo_changes_nothing(world: World) -> None:
    id_ = world.done(world.a_key())
    world.click(remediation.undo, id_, APPROVER)
    with pytest.raises(Stale, match="being undone"):
        world.click(remediation.undo, id_, OTHER)


def test_undo_that_aws_refused_can_be_asked_for_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    key = world.a_key()
    id_ = world.done(key)
    failing(monkeypatch, "undo", DENIED, times=1)
    world.click(remediation.undo, id_, APPROVER)
    world.work()
    assert world.get(id_).outcome == f"{DENIED} Nothing was changed."
    world.click(remediation.undo, id_, APPROVER)
    world.work()
    assert world.status(key) == "Active"


def test_undo_by_someone_who_lost_the_right_meanwhile_does_not_happen(world: World) -> None:
    key = world.a_key()
    id_ = world.done(key)
    world.click(remediation.undo, id_, APPROVER)
    world.configure(rights={"request": [ANALYST], "approve": [OTHER]})
    world.work()
    assert world.status(key) == "Inactive"


# Killed.


def kill(world: World, monkeypatch: pytest.MonkeyPatch, after: int, service: str = "iam") -> bool:
    """Run the worker and kill it after so many steps: before and after each call of AWS and each commit."""
    left = [after]

    def fuse(**_: Any) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise Killed

    clients = [
        world.services.aws.client(ACCOUNT, service, "us-east-1", access) for access in (Access.READ, Access.REMEDIATE)
    ]
    with monkeypatch.context() as patch:
        patch.setattr(world.store, "fuse", fuse)
        for client in clients:
            client.meta.events.register("before-call", fuse, unique_id="fuse-before")
            client.meta.events.register("after-call", fuse, unique_id="fuse-after")
        try:
            world.work()
        except Killed:
            return True
        finally:
            for client in clients:
                client.meta.events.unregister("before-call", unique_id="fuse-before")
                client.meta.events.unregister("after-call", unique_id="fuse-after")
        return False


def test_killed_at_any_step_of_applying_it_is_done_once_and_told_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = 0
    for step in count():
        user = f"user-{step}"
        key = world.a_key(user)
        id_ = world.ask(key, user)
        world.work()
        world.approve(id_)
        sent = sends(world)
        killed = kill(world, monkeypatch, after=step)
        world.work()
        assert world.get(id_).state is State.VERIFIED, step
        assert world.status(key, user) == "Inactive", step
        assert len(sent) == 1, step
        told = world.said(id_)
        assert len(told) == len(set(told)) == 4, step
        if not killed:
            break
        steps = step + 1
    assert steps >= 10


def test_killed_at_any_step_of_undoing_it_is_undone_once_and_told_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for step in count():
        user = f"user-{step}"
        key = world.a_key(user)
        id_ = world.done(key, user)
        world.click(remediation.undo, id_, APPROVER)
        sent = sends(world)
        killed = kill(world, monkeypatch, after=step)
        world.work()
        assert world.get(id_).state is State.UNDONE, step
        assert world.status(key, user) == "Active", step
        assert len(sent) == 1, step
        if not killed:
            break
    assert step >= 6


def test_killed_between_the_calls_of_an_undo_the_rest_is_done_and_nothing_twice(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ec2 = world.services.aws.client(ACCOUNT, "ec2", "us-east-1", Access.SERVICE)
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    for step in count():
        group = ec2.create_security_group(GroupName=f"web-{step}", Description="d", VpcId=vpc)["GroupId"]
        for cidr, tags in (("0.0.0.0/1", [{"Key": "half", "Value": "1"}]), ("128.0.0.0/1", [])):
            opening = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": cidr}]}
            tagged = {"TagSpecifications": [{"ResourceType": "security-group-rule", "Tags": tags}]} if tags else {}
            ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[opening], **tagged)
        before = ingress(ec2, group)
        finding = Finding(
            check="ec2-sg-open-ssh",
            status=Status.FAIL,
            severity=Severity.HIGH,
            account=ACCOUNT,
            region="us-east-1",
            resource=f"arn:aws:ec2:us-east-1:{ACCOUNT}:security-group/{group}",
            title="SSH is open to the world",
            evidence={"rules": ["tcp 22 from 0.0.0.0/1", "tcp 22 from 128.0.0.0/1"]},
        )
        with world.store.write() as tx:
            id_ = remediation.request(world.services, tx, "ec2-revoke-ingress", finding, ANALYST, "C1").id
        world.work()
        world.approve(id_)
        world.work()
        assert ingress(ec2, group) == []
        world.click(remediation.undo, id_, APPROVER)
        killed = kill(world, monkeypatch, step, "ec2")
        world.work()
        assert world.get(id_).state is State.UNDONE, step
        assert ingress(ec2, group) == before, step
        if not killed:
            break
    assert step >= 8


def ingress(ec2: Any, group: str) -> list[tuple[str, list[dict[str, str]]]]:
    found = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group]}])["SecurityGroupRules"]
    return sorted((rule["CidrIpv4"], rule["Tags"]) for rule in found if not rule["IsEgress"])


def sends(world: World) -> list[str]:
    """The changes that AWS answered from now on."""
    sent: list[str] = []
    client = world.services.aws.client(ACCOUNT, "iam", "global", Access.REMEDIATE)
    client.meta.events.unregister("after-call", unique_id="sent")
    client.meta.events.register_first("after-call", lambda model, **_: sent.append(model.name), unique_id="sent")
    return sent


def a_killed_change(world: World, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """A remediation that was killed after `applying` was written and before AWS was called, and its key."""
    key = world.a_key()
    id_ = world.ask(key)
    world.work()
    world.approve(id_)
    for step in count():
        if world.get(id_).state is State.APPLYING:
            return id_, key
        assert kill(world, monkeypatch, after=step) or step == 0
        assert world.status(key) == "Active"
    raise AssertionError


def test_a_change_cut_short_is_not_gone_on_with_when_the_approval_holds_no_more(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    id_, key = a_killed_change(world, monkeypatch)
    world.wait(minutes=16)
    world.work()
    assert world.get(id_).state is State.FAILED
    assert "The approval holds no more. Nothing was changed." in world.get(id_).outcome
    assert world.status(key) == "Active"


def test_a_change_cut_short_that_somebody_else_met_is_reported(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    id_, key = a_killed_change(world, monkeypatch)
    world.iam.delete_access_key(UserName="alice", AccessKeyId=key)
    world.work()
    assert world.get(id_).state is State.FAILED
    assert "does not exist any more" in world.get(id_).outcome


def test_the_loop_works_as_soon_as_somebody_asks_and_stops_when_told(world: World) -> None:
    thread = threading.Thread(
        target=remediation.work, args=(world.services, world.stop), kwargs={"recheck": lambda *_: None}
    )
    thread.start()
    id_ = world.ask(world.a_key())
    seen = 0
    for _ in range(50):
        if world.get(id_).state is State.PREVIEWED:
            break
        seen = world.store.wait(seen, 0.2)
    world.stop.set()
    with world.store.write():
        pass  # wakes it
    thread.join(timeout=5)
    assert world.get(id_).state is State.PREVIEWED
    assert not thread.is_alive()
