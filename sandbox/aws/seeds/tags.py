"""The tags that the company puts on what it makes."""

from typing import Any


def tags(name: str, environment: str = "prod", owner: str = "platform") -> list[dict[str, str]]:
    """Name, Environment and Owner."""
    return [
        {"Key": "Name", "Value": name},
        {"Key": "Environment", "Value": environment},
        {"Key": "Owner", "Value": owner},
    ]


def specification(kind: str, name: str, environment: str = "prod", owner: str = "platform") -> list[Any]:
    """The tags as EC2 takes them when it makes a thing of this kind."""
    return [{"ResourceType": kind, "Tags": tags(name, environment, owner)}]
