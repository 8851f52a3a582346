"""Slack's blocks, made by slack-sdk's models, which refuse what Slack would; the text is marked up already."""

from __future__ import annotations

from collections.abc import Sequence

from slack_sdk.models.blocks import (
    ActionsBlock,
    ButtonElement,
    ConfirmObject,
    ContextBlock,
    DividerBlock,
    HeaderBlock,
    MarkdownTextObject,
    PlainTextObject,
    SectionBlock,
)

from bot.messages.limits import BUTTON, FIELD, HEADER, SECTION, cut, whole_lines
from bot.messages.text import Block

DIVIDER: Block = DividerBlock().to_dict()


def plain_text(text: str) -> Block:
    """Text without markup, as labels and titles have it."""
    return PlainTextObject(text=text).to_dict()


def header(text: str) -> Block:
    """A heading of plain text."""
    return HeaderBlock(text=PlainTextObject(text=cut(text, HEADER), emoji=True)).to_dict()


def section(text: str, accessory: Block | None = None) -> Block:
    """A paragraph of mrkdwn, of as many whole lines as fit, with perhaps a button beside it."""
    beside = dict(accessory) if accessory else None
    return SectionBlock(text=MarkdownTextObject(text=whole_lines(text, SECTION)), accessory=beside).to_dict()


def context(*texts: str) -> Block:
    """Small print in mrkdwn, one element a text."""
    return ContextBlock(elements=[MarkdownTextObject(text=whole_lines(text, FIELD)) for text in texts]).to_dict()


def actions(elements: Sequence[Block], block_id: str | None = None) -> Block:
    """A row of buttons and menus; `block_id` where a menu must forget what was chosen."""
    return ActionsBlock(elements=[dict(element) for element in elements], block_id=block_id).to_dict()


def button(
    label: str,
    action: str,
    value: str | None = None,
    *,
    style: str | None = None,
    confirm: ConfirmObject | None = None,
    url: str | None = None,
) -> Block:
    """A button; `value` is an id of ours, never data to trust."""
    text = PlainTextObject(text=cut(label, BUTTON))
    return ButtonElement(text=text, action_id=action, value=value, style=style, confirm=confirm, url=url).to_dict()


def confirm(title: str, text: str, yes: str) -> ConfirmObject:
    """The question before a button that changes something."""
    return ConfirmObject(
        title=PlainTextObject(text=title),
        text=PlainTextObject(text=cut(text, 300)),
        confirm=PlainTextObject(text=yes),
        deny=PlainTextObject(text="Not now"),
    )
