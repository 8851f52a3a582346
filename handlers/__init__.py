"""Slack listeners, one file a feature."""
