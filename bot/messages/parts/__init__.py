"""What each part of each template says, and what it is given: for the reference page, and to proofread templates."""

from collections.abc import Mapping

from bot.messages.parts.alert import ALERT
from bot.messages.parts.audit import AUDIT
from bot.messages.parts.digest import DIGEST
from bot.messages.parts.part import Part
from bot.messages.parts.remediation import REMEDIATION
from bot.messages.parts.storm import STORM

PARTS: Mapping[str, Mapping[str, Part]] = {
    "alert": ALERT,
    "audit": AUDIT,
    "digest": DIGEST,
    "remediation": REMEDIATION,
    "storm": STORM,
}
"""By template and block."""

__all__ = ["PARTS", "Part"]
