"""What GuardDuty and CloudWatch hold is compared with what the queue brought, and what it did not is taken in.

An event that is lost leaves no trace of its own: only looking finds out.
"""

from bot.reconciliation.read import EVERYWHERE
from bot.reconciliation.work import compare
from bot.reconciliation.work import work as run

__all__ = ["EVERYWHERE", "compare", "run"]
