"""A Slack workspace and an AWS on this machine."""
