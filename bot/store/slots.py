"""Scheduled slots: each is claimed once, so that a restart can neither skip nor double it."""

from datetime import datetime

from bot.store.database import Tx


def claim(tx: Tx, job: str, slot: str, now: datetime) -> bool:
    """True for the first to claim `slot` of `job`; False ever after."""
    done = tx.execute(
        "insert or ignore into slots(job, slot, claimed_at) values (?, ?, ?)", (job, slot, now.isoformat())
    )
    return done.rowcount == 1


def known(tx: Tx, job: str) -> bool:
    """Whether any slot of `job` was ever claimed."""
    return tx.execute("select 1 from slots where job = ? limit 1", (job,)).fetchone() is not None


def served(tx: Tx, job: str, slot: str) -> bool:
    """Whether `slot` of `job` was claimed."""
    return tx.execute("select 1 from slots where job = ? and slot = ?", (job, slot)).fetchone() is not None
