"""Accounts collected and judged, each a picklable task: in this process, in spawned ones, or on a Dask cluster."""

from bot.tasks.account import run_account
from bot.tasks.cluster import on_cluster
from bot.tasks.here import in_this_process, rarely_collected
from bot.tasks.pool import in_processes
from bot.tasks.task import EVERYWHERE, AccountResult, Interrupted, OnStep, Run, Step, Task

__all__ = [
    "EVERYWHERE",
    "AccountResult",
    "Interrupted",
    "OnStep",
    "Run",
    "Step",
    "Task",
    "in_processes",
    "in_this_process",
    "on_cluster",
    "rarely_collected",
    "run_account",
]
