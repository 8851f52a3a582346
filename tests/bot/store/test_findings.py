"""Findings over time."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from bot.store import findings
from bot.store.findings import News
from bot.store.migrations import MIGRATIONS
from checks.model import Finding, Severity, Status

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ACCOUNT, PLACE = "111122223333", ("iam-key-old", "global")
FAIL, PASS, UNKNOWN, MUTED = Status.FAIL, Status.PASS, Status.UNKNOWN, Status.MUTED


def an_answer(status, severity=Severity.MEDIUM, resource="arn:aws:iam::111122223333:user/alice/access-key/1"):
    return Finding(
        check=PLACE[0],
        status=status,
        severity=severity,
        account=ACCOUNT,
        region=PLACE[1],
        resource=resource,
        title="Old access key",
    )


@pytest.fixture
def tx():
    return an_empty_file()


def an_empty_file():
    db = Database(memory=True)
    MIGRATIONS.apply(db)
    return db


def audited(tx, *answers):
    """What is new in each of the audits that gave these answers, a day apart; None: the resource was gone."""
    told = []
    for day, answer in enumerate(answers):
        found = [an_answer(answer)] if isinstance(answer, Status) else [answer] if answer else []
        covered = [PLACE] if not found or found[0].status is not UNKNOWN else []
        changes = findings.save(tx, ACCOUNT, found, covered, f"audit-{day}", START + timedelta(days=day))
        told.append([change.news for change in changes])
    return told


@pytest.mark.parametrize(
    ("answers", "news"),
    [
        ((FAIL, FAIL), [[News.NEW], []]),
        ((PASS, FAIL), [[], [News.NEW]]),
        ((UNKNOWN, FAIL), [[], [News.NEW]]),
        ((FAIL, PASS, PASS), [[News.NEW], [News.FIXED], []]),
        ((FAIL, None, None), [[News.NEW], [News.FIXED], []]),
        ((FAIL, PASS, FAIL), [[News.NEW], [News.FIXED], [News.BACK]]),
        ((FAIL, None, FAIL), [[News.NEW], [News.FIXED], [News.BACK]]),
        ((FAIL, UNKNOWN, FAIL), [[News.NEW], [], []]),
        ((FAIL, UNKNOWN, PASS), [[News.NEW], [], [News.FIXED]]),
        ((FAIL, PASS, UNKNOWN, FAIL), [[News.NEW], [News.FIXED], [], [News.BACK]]),
        ((FAIL, MUTED, PASS), [[News.NEW], [], []]),
        ((PASS, None, FAIL), [[], [], [News.NEW]]),
    ],
)
def test_what_is_new_is_what_differs_from_the_last_answer_that_was_known(tx, answers, news):
    assert audited(tx, *answers) == news


@given(st.lists(st.sampled_from([FAIL, PASS, UNKNOWN, None]), min_size=1, max_size=12))
def test_a_finding_fails_as_long_as_the_last_known_answer_does(answers):
    tx = an_empty_file()
    told = [news for each in audited(tx, *answers) for news in each]

    known = [answer for answer in answers if answer is not UNKNOWN]
    fails = bool(known) and known[-1] is FAIL
    assert bool(findings.failing(tx)) == fails
    assert told.count(News.NEW) + told.count(News.BACK) - told.count(News.FIXED) == int(fails)
    assert told.count(News.NEW) == int(FAIL in answers)


def test_the_same_answer_twice_in_one_audit_counts_as_the_worse(tx):
    changes = findings.save(tx, ACCOUNT, [an_answer(FAIL), an_answer(PASS)], [PLACE], "audit", START)

    assert [change.news for change in changes] == [News.NEW]


def test_the_failing_are_found_by_account_and_check_worst_first(tx):
    findings.save(
        tx,
        ACCOUNT,
        [an_answer(FAIL, resource="a"), an_answer(FAIL, Severity.HIGH, resource="b"), an_answer(PASS, resource="c")],
        [PLACE],
        "audit",
        START,
    )

    assert [known.finding.resource for known in findings.failing(tx, account=ACCOUNT, check=PLACE[0])] == ["b", "a"]
    assert findings.failing(tx, account="444455556666") == []
    assert findings.failing(tx, check="iam-root-key") == []


def test_what_people_know_of_is_untold_again_when_it_is_worse_or_comes_back(tx):
    audited(tx, FAIL)
    assert [change.news for change in findings.untold(tx, ACCOUNT)] == [News.NEW]

    findings.tell(tx, an_answer(FAIL).id, Severity.MEDIUM)
    assert findings.untold(tx, ACCOUNT) == []

    audited(tx, an_answer(FAIL, Severity.HIGH))
    assert [change.news for change in findings.untold(tx, ACCOUNT)] == [News.WORSE]

    audited(tx, PASS, FAIL)
    assert [change.news for change in findings.untold(tx, ACCOUNT)] == [News.BACK]
