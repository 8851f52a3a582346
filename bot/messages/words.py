"""Words from templates: each template holds the named parts of one kind of message, and all that it is given is
escaped on its way in unless a builder has marked it up already.
"""

from __future__ import annotations

from typing import Any

import structlog

from bot.messages.style import style
from bot.messages.text import Marked

__all__ = ["Marked", "say"]

log = structlog.get_logger(__name__)


def say(template: str, part: str, **values: Any) -> str:
    """The block `part` of `templates/<template>.j2` as mrkdwn, without empty lines at its ends.

    The operator's block where there is one. `values` are those that `bot.messages.parts` names; they are escaped as
    they are put in, and the filters `code`, `date`, `severity` and `plain` mark them up instead.
    """
    from bot.messages.templating import rendered, replaced, shipped

    own = replaced(style(), template)
    if own and part in own.blocks:
        try:
            return rendered(own, part, values)
        except Exception:
            # it was proofread, so this is rare; an alert in Picket's words is better than none
            log.exception("an operator's template failed; picket's own is used", template=own.filename, part=part)
    return rendered(shipped(style(), template), part, values)
