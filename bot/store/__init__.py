"""Picket's state in one SQLite file; nothing else knows SQLite.

`Store` opens it; each sibling module holds one feature's queries as functions of a transaction:

    with store.write() as tx:
        alerts.save(tx, alert)
        outbox.card(tx, ...)
"""

from bot.store.database import Store, Tx, part

__all__ = ["Store", "Tx", "part"]
