"""Audits from the request to what they changed."""

import json
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot import audit, config, recheck, tasks
from bot.accepted import standing
from bot.alerts import Source
from bot.aws.sessions import Sessions
from bot.errors import AwsError
from bot.rights import Rights
from bot.services import Services
from bot.store import Store, audits, findings
from bot.store.audits import Kind, State
from bot.store.findings import News
from bot.tasks import AccountResult, Interrupted, Step
from checks.inventory import Gap
from checks.model import Finding, Severity, Status

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
PROD, DEV = "111122223333", "444455556666"
CHECK, REGION = "ec2-sg-open-ssh", "eu-west-1"
PLACE = (CHECK, REGION)


class Clock:
    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def services(tmp_path, clock):
    settings = config.Settings(
        slack=config.Slack(bot_token="xoxb-1", app_token="xapp-1"),
        routes=(config.Route(channel="#security-alerts"),),
        aws=config.Aws(accounts=(config.Account(id=PROD, name="acme-prod"), config.Account(id=DEV, name="acme-dev"))),
    )
    numbers = iter(range(1, 1000))
    return Services(
        settings=settings,
        store=Store(tmp_path / "picket.db"),
        rights=Rights(settings.rights, lambda _: frozenset()),
        slack=None,
        aws=Sessions(settings.aws),
        now=clock,
        new_id=lambda: f"id-{next(numbers)}",
    )


def a_finding(status=Status.FAIL, **facts):
    facts = {
        "check": CHECK,
        "severity": Severity.HIGH,
        "account": PROD,
        "region": REGION,
        "resource": "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-1",
        "title": "SSH is open to the world",
        "evidence": {"rules": ["tcp 22 from 0.0.0.0/0"]} if status is Status.FAIL else {},
        **facts,
    }
    return Finding(status=status, **facts)


def a_result(*found, account=PROD, covered=(PLACE,), **facts):
    return AccountResult(account=account, findings=found, covered=frozenset(covered), regions=(REGION,), **facts)


class Told:
    """Keeps what people would be told."""

    def __init__(self):
        self.progressed, self.ended = [], []

    def progress(self, _tx, audit):
        self.progressed.append(audit)

    def finished(self, _tx, audit):
        self.ended.append(audit)


@pytest.fixture
def told():
    return Told()


@pytest.fixture
def received():
    return []


@pytest.fixture
def run(services, told, received):
    """Run an audit that answers with given results; returns it as it ended."""

    def run(*results, kind=Kind.ADHOC, selector="all"):
        def answers(todo, _on_step, _stop):
            wanted = {task.account.id for task in todo}
            yield from (result for result in results if result.account in wanted)

        asked = ask(services, kind=kind, selector=selector)
        keep = lambda _services, _tx, signal: received.append(signal)  # noqa: E731
        audit.Worker(services, threading.Event(), told, answers, keep).audit(asked)
        with services.store.read() as tx:
            return audits.get(tx, asked.id)

    return run


def ask(services, selector="all", kind=Kind.ADHOC, id_=None):
    with services.store.write() as tx:
        return audit.request(
            tx,
            id_ or services.new_id(),
            selector,
            requested_by="U1",
            channel="C1",
            public=True,
            now=services.now(),
            kind=kind,
        )


def kept(services, finding):
    with services.store.read() as tx:
        return findings.get(tx, finding.id)


def test_an_audit_ends_with_its_numbers_and_its_answers_worst_first(services, run, told):
    low = a_finding(severity=Severity.LOW, resource="low")
    passed = a_finding(Status.PASS, resource="fine")
    gap = Gap(account=DEV, region="global", record="User", reason="refused", permission="iam:ListUsers")

    done = run(a_result(low, passed, a_finding()), a_result(account=DEV, covered=(), gaps=(gap,), calls={"iam:X": 2}))

    assert done.state is State.DONE
    assert done.summary.severities[Severity.HIGH] == done.summary.severities[Severity.LOW] == 1
    assert (done.summary.statuses[Status.FAIL], done.summary.statuses[Status.PASS]) == (2, 1)
    assert done.summary.judged[CHECK] == 3
    assert done.summary.judged["iam-root-key"] == 0
    assert done.summary.gaps == (gap,)
    assert [part.account for part in done.summary.parts] == [PROD, DEV]
    assert told.ended == [done]
    with services.store.read() as tx:
        assert audits.results(tx, done.id, status=Status.FAIL) == [a_finding(), low]
        assert audits.results(tx, done.id, limit=1, offset=1) == [passed]


def test_what_was_asked_for_narrows_the_answers_but_not_what_is_known(services, run):
    low = a_finding(severity=Severity.LOW, resource="low")

    done = run(a_result(low, a_finding()), selector=f"{CHECK} severity>=high account=acme-prod")

    with services.store.read() as tx:
        assert audits.results(tx, done.id) == [a_finding()]
    assert kept(services, low).finding.status is Status.FAIL


def test_only_the_accounts_that_were_asked_for_are_read(services, told):
    seen = []

    def answers(todo, _on_step, _stop):
        seen.extend(todo)
        return iter(())

    asked = ask(services, "iam account=acme-dev")
    audit.Worker(services, threading.Event(), told, answers).audit(asked)

    (task,) = seen
    assert task.account.id == DEV
    assert all(check.startswith("iam-") for check in task.checks)


def test_a_selector_that_means_nothing_any_more_fails_in_words(run):
    failed = run(selector="no-such-check")

    assert failed.state is State.FAILED
    assert "no-such-check" in failed.error


def test_an_audit_that_aws_does_not_let_begin_says_why(services, told):
    def no_credentials(*_):
        raise AwsError("There are no AWS credentials.")

    audit.Worker(services, threading.Event(), told, no_credentials).audit(ask(services))

    assert told.ended[0].state is State.FAILED
    assert "no AWS credentials" in told.ended[0].error


def test_a_fault_of_our_own_ends_the_audit_and_not_the_worker(services, told):
    def broken(*_):
        raise ZeroDivisionError

    audit.Worker(services, threading.Event(), told, broken).audit(ask(services))

    assert told.ended[0].state is State.FAILED
    assert "fault of Picket" in told.ended[0].error


def test_after_a_crash_an_audit_goes_on_with_the_accounts_that_were_not_done(services, told, run):
    def crashes(_todo, _on_step, _stop):
        yield a_result(a_finding())
        raise Interrupted

    asked = ask(services)
    audit.Worker(services, threading.Event(), told, crashes).audit(asked)
    assert told.ended == []
    seen, stop = [], threading.Event()

    def rest(todo, _on_step, _stop):
        seen.extend(task.account.id for task in todo)
        yield a_result(account=DEV)
        stop.set()

    audit.work(services, stop, told, run=rest)

    assert seen == [DEV]
    (done,) = told.ended
    assert (done.id, done.state, done.started_at) == (asked.id, State.DONE, NOW)
    assert done.summary.news[News.NEW] == 1, "what was new before the crash still is"
    assert done.progress.accounts_done == 2


def test_audits_run_in_the_order_of_asking(services, told):
    stop = threading.Event()
    first, second = ask(services, "iam"), ask(services, "sg")

    def answers(_todo, _on_step, _stop):
        if len(told.ended) == 1:
            stop.set()
        return iter(())

    audit.work(services, stop, told, run=answers)

    assert [each.id for each in told.ended] == [first.id, second.id]


def test_progress_is_told_now_and_then_with_how_far_it_is(services, told, monkeypatch):
    monkeypatch.setattr(audit, "EVERY", 0)

    def answers(_todo, on_step, _stop):
        on_step(Step(account=PROD, regions=3, regions_done=1))
        on_step(Step(account=DEV, regions=2, regions_done=1))
        yield a_result(a_finding())
        yield a_result(account=DEV)

    audit.Worker(services, threading.Event(), told, answers).audit(ask(services))

    begun, *_, last = [each.progress for each in told.progressed]
    assert (begun.accounts, begun.accounts_done) == (2, 0)
    assert (last.accounts_done, last.regions, last.regions_done, last.failing) == (2, 5, 2, 1)


def test_a_burst_of_steps_is_told_once(services, told):
    def answers(_todo, on_step, _stop):
        for number in range(100):
            on_step(Step(account=PROD, regions=100, regions_done=number))
        return iter(())

    audit.Worker(services, threading.Event(), told, answers).audit(ask(services))

    assert len(told.progressed) == 1
    assert (told.ended[0].progress.regions, told.ended[0].progress.regions_done) == (100, 99)


def test_a_finding_keeps_its_dates_through_fixed_and_back(services, run, clock):
    bad, good = a_finding(), a_finding(Status.PASS)
    assert run(a_result(bad)).summary.news[News.NEW] == 1

    clock.now += timedelta(days=1)
    assert run(a_result(bad)).summary.news == dict.fromkeys(News, 0)
    assert (kept(services, bad).first_seen, kept(services, bad).last_seen) == (NOW, clock.now)
    assert kept(services, bad).changed_at == NOW

    clock.now += timedelta(days=1)
    fixed = clock.now
    assert run(a_result(good)).summary.news[News.FIXED] == 1
    assert (kept(services, bad).fixed_at, kept(services, bad).changed_at) == (fixed, fixed)

    clock.now += timedelta(days=1)
    assert run(a_result(bad)).summary.news[News.BACK] == 1
    assert (kept(services, bad).first_seen, kept(services, bad).changed_at) == (NOW, clock.now)


def test_a_severity_that_rises_is_worse_and_one_that_falls_is_no_news(run):
    run(a_result(a_finding()))

    assert run(a_result(a_finding(severity=Severity.CRITICAL))).summary.news[News.WORSE] == 1
    assert run(a_result(a_finding(severity=Severity.LOW))).summary.news == dict.fromkeys(News, 0)


def test_what_cannot_be_read_any_more_is_not_fixed(services, run):
    run(a_result(a_finding()))

    run(a_result(a_finding(Status.UNKNOWN), covered=()))
    run(a_result(a_finding(Status.UNKNOWN, resource="AWS::::Account:111122223333"), covered=()))

    assert kept(services, a_finding()).finding.status is Status.FAIL


def test_a_resource_that_is_gone_is_fixed_where_all_of_its_kind_were_read(services, run):
    run(a_result(a_finding()))

    done = run(a_result())

    assert done.summary.news[News.FIXED] == 1
    known = kept(services, a_finding())
    assert (known.finding.status, known.finding.reason) == (Status.PASS, findings.GONE)
    with services.store.read() as tx:
        assert [f.resource for f in audits.results(tx, done.id, news=News.FIXED)] == [a_finding().resource]


def test_another_checks_audit_takes_nothing_for_gone(services, run):
    run(a_result(a_finding()))

    run(a_result(covered=(("iam-root-key", "global"), (CHECK, "us-east-1"))))

    assert kept(services, a_finding()).finding.status is Status.FAIL


def test_a_gap_that_is_closed_is_forgotten(services, run):
    gap = a_finding(Status.UNKNOWN, resource="AWS::::Account:111122223333")
    run(a_result(gap, covered=()))
    assert kept(services, gap)

    run(a_result())

    assert kept(services, gap) is None


def test_the_first_scheduled_audit_is_a_baseline_and_raises_nothing(run, received):
    run(a_result(a_finding()), kind=Kind.SCHEDULED)
    run(a_result(a_finding()), kind=Kind.SCHEDULED)

    assert received == []


def test_after_the_baseline_what_is_new_or_worse_is_raised_once(run, received):
    run(a_result(), kind=Kind.SCHEDULED)

    run(a_result(a_finding()), kind=Kind.SCHEDULED)
    run(a_result(a_finding()), kind=Kind.SCHEDULED)
    run(a_result(a_finding(severity=Severity.CRITICAL)), kind=Kind.SCHEDULED)

    assert [(signal.severity, signal.active) for signal in received] == [
        (Severity.HIGH, True),
        (Severity.CRITICAL, True),
    ]
    signal = received[0]
    assert (signal.source, signal.type, signal.resource) == (Source.AUDIT, CHECK, a_finding().resource)
    assert signal.member_id == a_finding().id
    assert signal.facts["evidence"] == {"rules": ["tcp 22 from 0.0.0.0/0"]}
    assert json.dumps(signal.facts)


def test_what_a_person_saw_first_is_raised_by_the_schedule_all_the_same(run, received):
    run(a_result())
    run(a_result(a_finding()))
    assert received == [], "who asked was answered"

    run(a_result(a_finding()), kind=Kind.SCHEDULED)

    assert len(received) == 1


def test_a_region_that_could_not_be_read_before_begins_with_a_baseline(run, received):
    run(a_result(), kind=Kind.SCHEDULED)

    run(
        a_result(a_finding(region="us-east-1"), covered=(PLACE, (CHECK, "us-east-1"))),
        kind=Kind.SCHEDULED,
    )

    assert received == []


def test_what_is_below_the_severity_of_the_schedule_is_not_raised(run, received):
    run(a_result(), kind=Kind.SCHEDULED)

    run(a_result(a_finding(severity=Severity.LOW)), kind=Kind.SCHEDULED, selector="all severity>=high")

    assert received == []


def test_a_fix_is_told_to_the_alert_that_there_is_and_to_no_other(services, run, received):
    from bot import alerts
    from bot.store import alerts as kept_alerts

    run(a_result(), kind=Kind.SCHEDULED)
    run(a_result(a_finding()), kind=Kind.SCHEDULED)
    (raised,) = received
    run(a_result(a_finding(Status.PASS)))
    assert len(received) == 1, "no alert was kept, so there is none to end"

    run(a_result(a_finding()), kind=Kind.SCHEDULED)
    with services.store.write() as tx:
        kept_alerts.save(tx, alerts.receive(None, raised, NOW, "C1")[0])
    run(a_result(a_finding(Status.PASS)))

    assert (received[-1].active, received[-1].alert_id) == (False, raised.alert_id)


def test_a_scheduled_audit_is_not_asked_for_twice(services):
    with services.store.write() as tx:
        first = audit.request_scheduled(services, tx)
        assert audit.request_scheduled(services, tx) is None

    assert (first.kind, first.selector, first.channel) == (Kind.SCHEDULED, "all", "")


def test_the_settings_of_the_checks_reach_the_checks(services):
    checks = config.Checks(key_max_age=30, severity={"iam-root-key": "low"}, disabled=("iam-key-old",))

    made = checks.for_judging()

    assert (made.key_max_age, made.severity, made.disabled) == (30, {"iam-root-key": "low"}, ("iam-key-old",))


@pytest.fixture
def rechecked(services, monkeypatch):
    """Judge again, with a given answer."""

    def rechecked(result, **options):
        finding = a_finding()
        monkeypatch.setattr(tasks, "run_account", lambda task, sessions: seen.append(task) or result)
        return recheck.recheck(services, finding.check, finding.account, finding.region, finding.resource, **options)

    seen = rechecked.tasks = []
    return rechecked


def test_a_recheck_reads_what_its_check_needs_and_keeps_the_answer(services, run, rechecked):
    run(a_result(a_finding()))

    found = rechecked(a_result(a_finding(Status.PASS)))

    assert found.status is Status.PASS
    assert (rechecked.tasks[0].checks, rechecked.tasks[0].regions) == ((CHECK,), (REGION,))
    assert kept(services, a_finding()).fixed_at == NOW


def test_a_recheck_of_what_is_gone_finds_nothing_and_calls_it_fixed(services, run, rechecked):
    run(a_result(a_finding()))

    assert rechecked(a_result()) is None
    assert kept(services, a_finding()).finding.status is Status.PASS


def test_a_recheck_that_may_not_read_says_so_and_fixes_nothing(services, run, rechecked):
    run(a_result(a_finding()))
    unknown = a_finding(Status.UNKNOWN, resource="AWS::::Account:111122223333", reason="refused")

    assert rechecked(a_result(unknown, covered=())) == unknown
    assert kept(services, a_finding()).finding.status is Status.FAIL


def test_old_audits_are_let_go_and_their_findings_stay(services, run, clock):
    old = run(a_result(a_finding()))
    clock.now += audit.KEPT + timedelta(days=1)

    new = run(a_result(a_finding()))

    with services.store.read() as tx:
        assert audits.get(tx, old.id) is None
        assert audits.results(tx, old.id) == []
        assert audits.results(tx, new.id) == [a_finding()]
    assert kept(services, a_finding()).first_seen == NOW


def test_an_audit_comes_back_from_the_state_file_as_it_was_kept(services, run):
    done = run(a_result(a_finding(), left_out={"ap-south-1": "not enabled"}, seconds=1.5))

    with services.store.read() as tx:
        assert audits.get(tx, done.id) == done
        assert replace(done, id="x") != done


def test_a_bucket_that_another_account_of_the_audit_judged_is_no_gap(services, run):
    bucket = {"check": "cloudtrail-bucket-public", "resource": "arn:aws:s3:::acme-log-archive", "title": "Public"}
    unknown = a_finding(Status.UNKNOWN, reason="judged in the account that owns it", **bucket)
    owned = a_finding(Status.PASS, account=DEV, **bucket)

    ended = run(a_result(unknown, account=PROD), a_result(owned, account=DEV))

    assert ended.summary.statuses[Status.UNKNOWN] == 0
    with services.store.read() as tx:
        assert [one.account for one in audits.results(tx, ended.id)] == [DEV]
    assert kept(services, unknown) is None

    alone = run(a_result(unknown, account=PROD))
    assert alone.summary.statuses[Status.UNKNOWN] == 1
    assert kept(services, unknown) is not None


def own_settings(services, **checks):
    aws = {"accounts": [{"id": PROD}, {"id": DEV, "checks": checks}]}
    services.settings = services.written.model_copy(update={"aws": config.Aws.model_validate(aws)})
    services.written = services.settings


def test_each_account_is_judged_by_its_own_settings(services, told):
    own_settings(services, key_max_age=7, disabled=["ec2-sg-open-rdp"])
    tasks_ = []

    def answers(todo, _on_step, _stop):
        tasks_.extend(todo)
        yield from (a_result(account=task.account.id) for task in todo)

    audit.Worker(services, threading.Event(), told, answers).audit(ask(services, "ec2-sg-open-*"))

    prod, dev = tasks_
    assert (prod.settings.key_max_age, dev.settings.key_max_age) == (90, 7)
    assert set(prod.checks) - set(dev.checks) == {"ec2-sg-open-rdp"}
    assert {"ec2-sg-open-rdp", CHECK} <= set(told.ended[-1].summary.judged)


def test_a_recheck_judges_by_the_accounts_own_settings(services, rechecked):
    own_settings(services, key_max_age=7)

    rechecked(a_result())
    recheck.recheck(services, CHECK, DEV, REGION, "arn")

    assert [task.settings.key_max_age for task in rechecked.tasks] == [90, 7]


def a_suppression(services, until, **facts):
    facts = {"checks": (CHECK,), "reason": "r", "owner": "anna", "until": until, **facts}
    changed = services.written.model_copy(update={"suppressions": (config.Suppression(**facts),)})
    services.settings = services.written = changed


@pytest.mark.parametrize(
    ("days", "found", "selector", "warned"),
    [
        (9, a_finding(Status.PASS), "all", "matches nothing that fails"),
        (9, a_finding(Status.UNKNOWN, reason="refused"), "all", ""),
        (9, a_finding(Status.PASS), f"account={PROD}", ""),
        (-1, a_finding(), "all", "ended on 2026-02-28"),
    ],
    ids=["covers nothing", "nobody knows", "not all was looked at", "has ended"],
)
def test_an_idle_suppression_is_said_in_the_answer(services, run, days, found, selector, warned):
    a_suppression(services, NOW.date() + timedelta(days=days))

    ended = run(a_result(found), a_result(account=DEV), selector=selector)

    assert (warned in "".join(ended.summary.warnings)) if warned else (ended.summary.warnings == ())


def test_a_suppression_that_covers_something_is_not_idle(services, run):
    a_suppression(services, NOW.date() + timedelta(days=9))
    (one,) = services.settings.accepted()

    ended = run(a_result(a_finding(Status.MUTED), accepted=frozenset({one})), a_result(account=DEV))

    assert ended.summary.warnings == ()


def test_what_is_warned_of_stands_until_the_settings_or_a_whole_audit_say_otherwise(services, run):
    day = NOW.date()
    a_suppression(services, day + timedelta(days=9))
    run(a_result(a_finding(Status.PASS)), a_result(account=DEV))
    run(a_result(a_finding(Status.PASS)), selector=CHECK)

    with services.store.read() as tx:
        told = audits.last_warnings(tx)
    assert len(standing(services.settings, told, day)) == 1
    assert "ended" in standing(services.settings, (), day + timedelta(days=10))[0]
    assert standing(services.written.model_copy(update={"suppressions": ()}), told, day) == []


def test_what_the_settings_accept_goes_with_every_account(services, told):
    accepted = config.Suppression(checks=("ec2-sg-*",), reason="a lab", owner="anna", until=NOW.date())
    services = replace(services, settings=services.settings.model_copy(update={"suppressions": (accepted,)}))
    seen = []

    def run(todo, _on_step, _stop):
        seen.extend(todo)
        return iter(())

    audit.Worker(services, threading.Event(), told, run).audit(ask(services))

    assert [task.suppressions for task in seen] == [(accepted.for_judging(),)] * 2


def test_what_is_muted_raises_no_alert_and_ends_none_as_fixed(run, received):
    run(a_result(a_finding()), kind=Kind.SCHEDULED)
    done = run(a_result(a_finding(Status.MUTED)), kind=Kind.SCHEDULED)

    assert done.summary.statuses[Status.MUTED] == 1
    assert done.summary.news[News.FIXED] == 0
    assert received == []
