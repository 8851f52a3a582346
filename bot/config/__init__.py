"""Settings: one TOML file and the environment, validated before anything starts; every fault is named at once.

Secrets come from the environment alone (`SLACK_BOT_TOKEN`, `SLACK_APP_TOKEN`), as do the addresses that tools of
Slack and AWS share (`SLACK_API_URL`, `AWS_ENDPOINT_URL`); all else from the file.
"""

from bot.config.alarms import AlarmRule, Alarms
from bot.config.aws import Account, Aws, Group, Organization
from bot.config.checks import Checks
from bot.config.joins import Join, Joining
from bot.config.load import load, load_offline
from bot.config.messages import Link, Messages
from bot.config.response import Escalation, GuardDuty, Owners, Reminders, Snooze
from bot.config.routing import AlertSuppression, Conditions, Maintenance, Route, Silence
from bot.config.settings import (
    Audits,
    Digest,
    Offline,
    Remediation,
    Rights,
    Settings,
    Slack,
    Store,
    Suppression,
)
from bot.config.storms import Storms
from bot.config.watching import Drill, Reconciliation

__all__ = [
    "Account",
    "AlarmRule",
    "Alarms",
    "AlertSuppression",
    "Audits",
    "Aws",
    "Checks",
    "Conditions",
    "Digest",
    "Drill",
    "Escalation",
    "Group",
    "GuardDuty",
    "Join",
    "Joining",
    "Link",
    "Maintenance",
    "Messages",
    "Offline",
    "Organization",
    "Owners",
    "Reconciliation",
    "Remediation",
    "Reminders",
    "Rights",
    "Route",
    "Settings",
    "Silence",
    "Slack",
    "Snooze",
    "Store",
    "Storms",
    "Suppression",
    "load",
    "load_offline",
]
