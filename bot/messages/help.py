"""The help of `/aws-audit`, written from what there is, so that it cannot drift."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bot.messages.blocks import section
from bot.messages.text import Block, Message, code, count, escape, fit
from checks.model import Check


def build(subcommands: Sequence[tuple[str, str]], catalog: Mapping[str, Check]) -> Message:
    """The help: `subcommands` are (usage, what it does), in the order to show."""
    blocks = [
        _part("What to type", [f"`/aws-audit {escape(usage)}` {escape(does)}" for usage, does in subcommands]),
        _part("What to audit: any of these words, joined by spaces", selectors(catalog)),
    ]
    return Message("How to use /aws-audit: " + "; ".join(usage for usage, _ in subcommands), blocks)


def selectors(catalog: Mapping[str, Check]) -> list[str]:
    """The words that choose what to audit, a kind a line, in mrkdwn."""
    services = ", ".join(f"`{service}`" for service in sorted({s for c in catalog.values() for s in c.services}))
    return [
        f"`all`, or a service: {services}",
        f"a check, as `{next(iter(catalog))}`, or several with `*`",
        "`best-practices/11` or `cis-3.0`: the checks that a reference names",
        f"`account=acme-prod`, `region=eu-north-1`, `{escape('severity>=high')}`: only there, only so bad",
    ]


def listing(selector: str, checks: Sequence[Check]) -> Message:
    """What `selector` chooses: each check with what it finds, by service."""
    title = f"{count(len(checks), 'check')} in {fit(selector, 200, code)}"
    services: dict[str, list[str]] = {}
    for check in checks:
        services.setdefault(check.services[0], []).append(f"`{check.id}` {escape(check.title)}")
    lines = [(f"*{service}*", *rows) for service, rows in sorted(services.items())]
    return Message(title.replace("`", ""), [section(f"*{title}*"), *(section("\n".join(part)) for part in lines)])


def _part(title: str, lines: Iterable[str]) -> Block:
    return section("\n".join([f"*{title}*", *lines]))
