"""Words from templates: each template holds the named parts of one kind of message, and all that it is given is
escaped on its way in unless a builder has marked it up already.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from bot.messages.text import code, date, escape, plain, severity

if TYPE_CHECKING:
    from jinja2 import Environment


class Marked(str):
    """Text that is markup already: escaped, or Picket's own."""

    __slots__ = ()


def say(template: str, part: str, **values: Any) -> str:
    """The block `part` of `templates/<template>.j2` as mrkdwn, without empty lines at its ends.

    Values are escaped as they are put in; the filters `code`, `date`, `severity` and `plain` mark them up instead.
    """
    found = _environment().get_template(f"{template}.j2")
    return "".join(found.blocks[part](found.new_context(values))).strip()


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("bot.messages", "templates"),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - HTML's escaping is not Slack's: `finalize` does that
        finalize=_safe,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for mark in (code, date, severity, plain):
        environment.filters[mark.__name__] = _marking(mark)
    return environment


def _safe(value: Any) -> Any:
    return value if isinstance(value, Marked) or not isinstance(value, str) else Marked(escape(value))


def _marking(mark: Any) -> Any:
    return lambda value: Marked(mark(value))
