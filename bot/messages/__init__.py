"""What Picket says: pure builders of Block Kit, one module a feature."""

from bot.messages.text import Message, escape

__all__ = ["Message", "escape"]
