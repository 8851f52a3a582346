"""Slack listeners, one file a feature: its command, buttons and modals together."""

from slack_bolt import App

from handlers import alert, alert_list, audit, details, digest, home, incident, remediation, snooze, storm

MODULES = (alert, snooze, incident, storm, audit, remediation, digest, home, alert_list, details)


def register(app: App) -> None:
    """Add every feature's listeners to `app`."""
    for module in MODULES:
        module.register(app)
