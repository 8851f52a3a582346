"""The state file."""

import sqlite3
import stat
import threading
from datetime import UTC, datetime

import pytest

from bot.errors import StoreBusy, StoreError
from bot.store import Store, part, slots

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "picket.db"


@pytest.fixture
def store(path):
    return Store(path)


def test_the_file_is_for_its_owner_alone(store):
    assert stat.S_IMODE(store.path.stat().st_mode) == 0o600


def test_a_write_that_raises_leaves_nothing(store):
    def claim_and_fail():
        with store.write() as tx:
            slots.claim(tx, "digest", "2026-11-25", NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        claim_and_fail()

    with store.write() as tx:
        assert slots.claim(tx, "digest", "2026-11-25", NOW)


def test_a_slot_is_claimed_once_whatever_restarts_between(store):
    with store.write() as tx:
        assert slots.claim(tx, "digest", "2026-11-25", NOW)

    with Store(store.path).write() as tx:
        assert not slots.claim(tx, "digest", "2026-11-25", NOW)
        assert slots.claim(tx, "digest", "2026-11-26", NOW)


def test_a_writer_of_another_process_makes_a_listener_give_up_with_words(store):
    other = sqlite3.connect(store.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(StoreBusy, match="nothing was changed"), store.write(timeout=0.1):
        pass

    other.execute("ROLLBACK")
    other.close()


def test_a_second_writer_of_this_process_waits_its_turn(store):
    entered, leave = threading.Event(), threading.Event()

    def hold():
        with store.write() as tx:
            slots.claim(tx, "a", "1", NOW)
            entered.set()
            leave.wait(5)

    holder = threading.Thread(target=hold)
    holder.start()
    entered.wait(5)
    with pytest.raises(StoreBusy), store.write(timeout=0.05):
        pass
    leave.set()
    holder.join()
    with store.write() as tx:
        assert not slots.claim(tx, "a", "1", NOW)


def test_a_reader_is_not_held_up_by_a_writer_and_sees_none_of_its_half(store):
    with store.write() as tx:
        slots.claim(tx, "a", "1", NOW)
        seen = []

        def look():
            with store.read() as reading:
                seen.append(reading["slots"].count)

        reader = threading.Thread(target=look)
        reader.start()
        reader.join(5)

    assert seen == [0]


def test_a_commit_wakes_those_who_wait(store):
    before = store.wait(-1, 0)
    woken = []
    waiter = threading.Thread(target=lambda: woken.append(store.wait(before, 5)))
    waiter.start()
    with store.write() as tx:
        slots.claim(tx, "a", "1", NOW)
    waiter.join(5)

    assert woken == [before + 1]


def test_a_newer_file_is_refused_with_advice(path):
    Store(path)
    with sqlite3.connect(path) as raw:
        raw.execute("insert into _sqlite_migrations(migration_set, name, applied_at) values ('picket', 'm999_x', '')")

    with pytest.raises(StoreError, match="newer Picket"):
        Store(path)


def test_a_file_that_is_no_database_is_refused_with_its_name(path):
    path.write_text("these are notes, not a database, and long enough to have no valid header at all")

    with pytest.raises(StoreError, match=str(path)):
        Store(path)


def test_one_service_at_a_time_runs_on_a_state_file(store):
    with store.alone(), pytest.raises(StoreError, match="Another Picket runs"), Store(store.path).alone(wait=0.2):
        pass

    with Store(store.path).alone(wait=0):
        pass


def test_a_service_that_starts_waits_for_one_that_is_just_ending(store):
    ending, ended = threading.Event(), []

    def first():
        with store.alone():
            ending.set()
            ended.append(threading.Event().wait(0.3))

    thread = threading.Thread(target=first)
    thread.start()
    ending.wait()
    with Store(store.path).alone(wait=10):
        assert ended
    thread.join()


def full(tx):
    """Have the file take no more, as a full disk does."""
    tx.execute("pragma max_page_count = 1")
    tx.execute("create table filling(body)")
    tx.execute("insert into filling values (zeroblob(100000))")


def test_a_full_disk_is_said_in_words_and_what_comes_after_works(store):
    with pytest.raises(StoreError, match=r"full.*nothing was changed"), store.write() as tx:
        full(tx)

    with store.write() as tx:
        tx.execute("pragma max_page_count = 1000000")
        assert slots.claim(tx, "digest", "2026-11-25", NOW)


def test_a_part_that_raises_is_taken_back_alone(store):
    def claim_and_fail(tx):
        with part(tx):
            slots.claim(tx, "digest", "2026-11-25", NOW)
            raise RuntimeError

    with store.write() as tx:
        slots.claim(tx, "digest", "2026-11-24", NOW)
        with pytest.raises(RuntimeError):
            claim_and_fail(tx)

    with store.write() as tx:
        assert not slots.claim(tx, "digest", "2026-11-24", NOW)
        assert slots.claim(tx, "digest", "2026-11-25", NOW)


def test_a_part_that_fails_on_a_full_disk_is_the_disks_fault(store):
    with store.write() as tx:
        pages = tx.execute("pragma page_count").fetchone()[0]
        tx.execute(f"pragma max_page_count = {pages}")

    with pytest.raises(StoreError, match="disk"), store.write() as tx, part(tx):
        slots.claim(tx, "digest" * 100_000, "2026-11-25", NOW)
