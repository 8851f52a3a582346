"""The state file: how it is opened, read and written.

WAL, `synchronous=FULL` (an event leaves SQS only after a commit that survives a power cut), one writer at a time,
one connection a thread. A write begins with BEGIN IMMEDIATE, because a read that turns into a write ignores the
busy time-out (https://www.sqlite.org/isolation.html).
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database

from bot.errors import StoreBusy, StoreError
from bot.store.migrations import MIGRATIONS

Tx = Database
"""A transaction: what the query functions of this package take."""


class Store:
    """The state file at `path`, created (mode 0600) and migrated when opened.

    Raises StoreError when the file is no database, newer than this Picket, or not writable.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        self._writer = threading.Lock()
        self._changed = threading.Condition()
        self._version = 0
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600, exist_ok=True)
            db = self._connection()
            self._refuse_newer(db)
            MIGRATIONS.apply(db)
        except (sqlite3.DatabaseError, OSError) as error:
            raise StoreError(
                f"The state file {path} cannot be used: {error}. Check that it is Picket's, that its folder can be "
                "written, and that the disk is not full."
            ) from error

    def _connection(self) -> Database:
        db: Database | None = getattr(self._local, "db", None)
        if db is None:
            connection = sqlite3.connect(self.path, timeout=5, isolation_level=None)
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("PRAGMA foreign_keys=ON")
            db = self._local.db = Database(connection)
        return db

    def _refuse_newer(self, db: Database) -> None:
        if "_sqlite_migrations" not in db.table_names():
            return
        known = {migration.name for migration in MIGRATIONS.pending(Database(memory=True))}
        done = {row["name"] for row in db.query("select name from _sqlite_migrations")}
        if unknown := sorted(done - known):
            raise StoreError(
                f"The state file {self.path} was written by a newer Picket (it has {', '.join(unknown)}). "
                "Install that version, or point the setting store.path elsewhere."
            )

    @contextmanager
    def write(self, timeout: float = 5.0) -> Iterator[Tx]:
        """One transaction: committed at the end, rolled back when the block raises.

        `timeout` is in seconds; StoreBusy is raised when another writer holds the file for longer, StoreError when
        the disk takes no more.
        """
        if not self._writer.acquire(timeout=timeout):
            raise StoreBusy(f"The state file was busy for {timeout:g} s; nothing was changed. Please try again.")
        try:
            db = self._connection()
            db.conn.execute(f"PRAGMA busy_timeout={int(timeout * 1000)}")
            try:
                db.conn.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                raise StoreBusy(f"The state file could not be written ({error}); nothing was changed.") from error
            try:
                yield db
                db.conn.execute("COMMIT")
            except BaseException as error:
                if db.conn.in_transaction:  # SQLite ends it by itself when the disk is full
                    db.conn.execute("ROLLBACK")
                _blame_the_disk(error)
                raise
        finally:
            self._writer.release()
        self.wake()

    @contextmanager
    def alone(self, wait: float = 10.0) -> Iterator[None]:
        """Be the one service on the state file while the block runs: two would say everything twice.

        Another that is just ending is waited for, `wait` seconds at most; StoreError is raised when it stays. The
        kernel gives the lock back when a process dies, however it dies; commands that only read need not ask.
        """
        path = self.path.with_name(self.path.name + ".lock")
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            ends = time.monotonic() + wait
            while not _locked(handle):
                if time.monotonic() >= ends:
                    raise StoreError(
                        f"Another Picket runs on the state file {self.path}. Stop that one, or point the setting "
                        "store.path of this one elsewhere."
                    )
                time.sleep(0.1)
            yield
        finally:
            os.close(handle)

    def wake(self) -> None:
        """Have those who wait look again: after each commit, and when they are to stop."""
        with self._changed:
            self._version += 1
            self._changed.notify_all()

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """One consistent look: no write of others is seen half-way."""
        db = self._connection()
        db.conn.execute("BEGIN")
        try:
            yield db
        finally:
            db.conn.execute("ROLLBACK")

    def wait(self, seen: int, timeout: float) -> int:
        """Block until something was committed since `seen`, or `timeout` seconds; returns the newest count.

        Workers sleep here, so that a click is worked on at once.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._version != seen, timeout)
            return self._version

    def close(self) -> None:
        """Close this thread's connection."""
        db: Database | None = getattr(self._local, "db", None)
        if db is not None:
            db.close()
            del self._local.db


@contextmanager
def part(tx: Tx) -> Iterator[None]:
    """A part of a write that is taken back alone when it raises; StoreError when that is the disk's fault."""
    try:
        with tx.atomic():
            yield
    except sqlite3.Error as error:
        _blame_the_disk(error)
        raise


def _blame_the_disk(error: BaseException) -> None:
    """Raise StoreError when `error` is the disk's fault."""
    if isinstance(error, sqlite3.Error) and _of_the_disk(error):
        raise StoreError(
            f"Picket's state file could not be written ({error}); nothing was changed. Its disk needs somebody to "
            "look at it."
        ) from error


def _of_the_disk(error: sqlite3.Error) -> bool:
    """Whether the file could not be written, and not what was to be written in it was wrong."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the low byte is the kind, the rest says more of it
    return code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN)


def _locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
