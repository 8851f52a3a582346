"""How Picket hears Slack: its connections, and the watch that notices when nothing comes by them and mends it."""

from bot.hearing.ears import Ears
from bot.hearing.echo import EVENT

__all__ = ["EVENT", "Ears"]
