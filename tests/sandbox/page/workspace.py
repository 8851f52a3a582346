"""A workspace as the server would send it: people, channels and one of everything that the page must draw."""

from __future__ import annotations

import base64
import struct
import zlib
from typing import Any

NOON = 1_795_608_000  # 2026-11-25 12:00 UTC
ANA, PRIYA, OLEG, BOT = "U0ANA", "U0PRIYA", "U0OLEG", "U0PICKET"
ALERTS, CRITICAL, DIGEST, DIRECT = "C0ALERTS", "C0CRITICAL", "C0DIGEST", "D0ANA"


def ts(minutes: float = 0, micro: int = 100) -> str:
    """Slack's timestamp, so many minutes after noon."""
    return f"{NOON + int(minutes * 60)}.{micro:06d}"


def mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text}


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": True}


def option(text: str, value: str, description: str | None = None) -> dict[str, Any]:
    row: dict[str, Any] = {"text": plain(text), "value": value}
    return row | ({"description": plain(description)} if description else {})


def section(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "section", "block_id": more.pop("block_id", "words"), "text": mrkdwn(text), **more}


def button(text: str, action_id: str, value: str = "1", **more: Any) -> dict[str, Any]:
    return {"type": "button", "text": plain(text), "action_id": action_id, "value": value, **more}


def actions(*elements: dict[str, Any], block_id: str = "buttons") -> dict[str, Any]:
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def field(block_id: str, label: str, element: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "input", "block_id": block_id, "label": plain(label), "element": element, **more}


def message(at: str, *blocks: dict[str, Any], text: str = "A message", user: str = BOT, **more: Any) -> dict[str, Any]:
    row = {"type": "message", "ts": at, "user": user, "text": text, "blocks": list(blocks), **more}
    return row | ({"bot_id": "B0PICKET"} if user == BOT else {})


def modal(*blocks: dict[str, Any], view_id: str = "V1", title: str = "Snooze alert", **more: Any) -> dict[str, Any]:
    return {
        "id": view_id,
        "type": "modal",
        "title": plain(title),
        "submit": plain("Snooze"),
        "close": plain("Cancel"),
        "blocks": list(blocks),
        "callback_id": "snooze",
        **more,
    }


def user(user_id: str, name: str, title: str, **more: Any) -> dict[str, Any]:
    zone = {"is_bot": False, "is_admin": False, "deleted": False, "is_restricted": False, "tz": "Europe/Berlin"}
    return {"id": user_id, "name": name.split(maxsplit=1)[0].lower(), "real_name": name, "title": title, **zone, **more}


def channel(channel_id: str, name: str, topic: str = "", **more: Any) -> dict[str, Any]:
    base = {"is_im": False, "user": None, "is_archived": False, "is_private": False}
    return {"id": channel_id, "name": name, "topic": topic, "members": [ANA, PRIYA, OLEG, BOT], **base, **more}


def snapshot(**more: Any) -> dict[str, Any]:
    """The first message on `/ui`; `more` replaces parts of it."""
    people = [
        user(ANA, "Ana Ruiz", "analyst", color="2f7f6b"),
        user(PRIYA, "Priya Nair", "approver", tz="Asia/Kolkata", color="8a4fa3"),
        user(OLEG, "Oleg Petrov", "outsider", tz="America/New_York", color="b3592f"),
        user(BOT, "Picket", "", is_bot=True, tz="UTC", emoji="shield", color="37213f"),
    ]
    return {
        "type": "snapshot",
        "team": {"id": "T0ACME", "name": "Acme"},
        "users": people,
        "channels": [
            channel(ALERTS, "security-alerts", "Findings and alarms of all accounts"),
            channel(CRITICAL, "security-critical", "Wake somebody up", is_private=True, members=[ANA, PRIYA, BOT]),
            channel(DIGEST, "security-digest", "Every morning at nine"),
            channel(DIRECT, "", is_im=True, user=ANA, members=[ANA, BOT]),
        ],
        "messages": {},
        "homes": {},
        "views": {},
        "commands": [
            {
                "command": "/aws-audit",
                "description": "Audit AWS accounts",
                "usage_hint": "iam | sg | all | status | help",
            },
            {"command": "/aws-alerts", "description": "List open alerts", "usage_hint": "[open | mine]"},
        ],
        "connections": 1,
        "notices": [],
        **more,
    }


def png(width: int = 480, height: int = 200) -> bytes:
    """A small chart of falling bars, so that a preview has something to show."""

    def pixel(x: int, y: int) -> bytes:
        top = height * (0.15 + 0.6 * (x // 24) / (width / 24))
        return b"\xd0\x55\x3a" if x % 24 < 16 and y > top else b"\xfa\xfa\xfc"

    rows = b"".join(b"\x00" + b"".join(pixel(x, y) for x in range(width)) for y in range(height))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def picture_url() -> str:
    """The same picture as an address that needs no server; the page refuses it, as it is no http address."""
    return "data:image/png;base64," + base64.b64encode(png(8, 8)).decode()


def finding_card() -> list[dict[str, Any]]:
    """A GuardDuty finding as an alert."""
    fields = [
        "*Account*\nacme-prod `111122223333`",
        "*Region*\neu-central-1",
        "*Resource*\n`i-0f3a9c1d2e4b5a678`",
        f"*First seen*\n<!date^{NOON - 900}^{{date_short_pretty}} at {{time}}|12:00 UTC>",
    ]
    more = {
        "type": "overflow",
        "action_id": "more",
        "options": [option("Mute this kind…", "mute"), option("Show the event", "event"), option("Copy the id", "id")],
    }
    return [
        {"type": "header", "block_id": "head", "text": plain(":rotating_light: High: cryptocurrency mining")},
        section(
            "*<https://console.aws.amazon.com/guardduty|CryptoCurrency:EC2/BitcoinTool.B!DNS>*\n"
            "EC2 instance `i-0f3a9c1d2e4b5a678` asks for a name that mines bitcoin: `pool.minexmr.example`.",
            block_id="what",
            accessory=more,
        ),
        {"type": "section", "block_id": "facts", "fields": [mrkdwn(one) for one in fields]},
        section("> Seen *14 times* since this morning. Nothing else runs in this security group.", block_id="quote"),
        actions(
            button(":eyes: Acknowledge", "ack", "42", style="primary"),
            button(":zzz: Snooze", "snooze", "42"),
            button(
                ":wrench: Isolate instance",
                "fix",
                "42",
                style="danger",
                confirm={
                    "title": plain("Isolate this instance?"),
                    "text": mrkdwn("It leaves all its *security groups*. You can undo this."),
                    "confirm": plain("Isolate"),
                    "deny": plain("Leave it"),
                    "style": "danger",
                },
            ),
            button("Open in AWS", "open", url="https://console.aws.amazon.com/guardduty"),
        ),
        {
            "type": "context",
            "block_id": "small",
            "elements": [
                mrkdwn(f":bell: Routed by _prod high_ · <@{PRIYA}> is on call · alert 42"),
            ],
        },
    ]


def audit_summary() -> list[dict[str, Any]]:
    """The end of an audit: counts, the worst, a table."""

    def cell(text: str) -> dict[str, str]:
        return {"type": "raw_text", "text": text}

    rows = [
        ("Check", "Account", "Resource", "Severity"),
        ("iam-root-mfa", "acme-prod", "root", "Critical"),
        ("iam-key-unused", "acme-prod", "deploy-legacy", "High"),
        ("sg-open-ssh", "acme-dev", "sg-0a1b2c", "High"),
    ]
    return [
        {"type": "header", "block_id": "head", "text": plain(":clipboard: Audit of iam, sg: 3 accounts")},
        section(
            ":red_circle: *2* critical   :large_orange_circle: *5* high   :large_yellow_circle: *9* medium   "
            ":large_blue_circle: *3* low   :white_check_mark: *112* passed"
        ),
        {
            "type": "table",
            "block_id": "worst",
            "rows": [[cell(text) for text in row] for row in rows],
            "column_settings": [
                {"align": "left"},
                {"align": "left"},
                {"align": "left", "is_wrapped": True},
                {"align": "right"},
            ],
        },
        {
            "type": "context",
            "block_id": "gaps",
            "elements": [
                mrkdwn(":warning: *1 gap:* acme-log refused `iam:GetAccountSummary`; 4 checks are unknown there.")
            ],
        },
        actions(
            button("Worst 10", "page", "1"),
            button("Next", "page-next", "2"),
            {
                "type": "static_select",
                "action_id": "service",
                "placeholder": plain("All services"),
                "option_groups": [
                    {"label": plain("Identity"), "options": [option("IAM", "iam"), option("Organizations", "org")]},
                    {
                        "label": plain("Network"),
                        "options": [option("Security groups", "sg", "Rules open to the world")],
                    },
                ],
            },
        ),
    ]


def files() -> list[dict[str, Any]]:
    """A CSV, an HTML report and a chart."""
    return [
        {
            "id": "F1",
            "name": "trend.png",
            "title": "Open findings, 30 days",
            "mimetype": "image/png",
            "size": 2480,
            "url": "/files/F1/trend.png",
            "alt_txt": "Bar chart: open findings fall from 31 to 12 in 30 days",
        },
        {
            "id": "F2",
            "name": "audit-2026-11-25.csv",
            "title": "audit-2026-11-25.csv",
            "mimetype": "text/csv",
            "size": 48_231,
            "url": "/files/F2/audit-2026-11-25.csv",
        },
        {
            "id": "F3",
            "name": "audit-2026-11-25.html",
            "title": "Full report",
            "mimetype": "text/html",
            "size": 182_400,
            "url": "/files/F3/audit-2026-11-25.html",
        },
    ]


def snooze_modal(**more: Any) -> dict[str, Any]:
    """A modal with inputs of most kinds."""
    return modal(
        section(
            "*High: cryptocurrency mining* in `acme-prod`. It wakes nobody until the time you choose.", block_id="what"
        ),
        field(
            "how_long",
            "Snooze for",
            {
                "type": "radio_buttons",
                "action_id": "preset",
                "initial_option": option("4 hours", "4h"),
                "options": [
                    option("1 hour", "1h"),
                    option("4 hours", "4h"),
                    option("Until a date", "date", "Choose it below"),
                ],
            },
        ),
        field(
            "until",
            "Until",
            {"type": "datepicker", "action_id": "date", "initial_date": "2026-11-27"},
            optional=True,
            hint=plain("In your own time zone."),
        ),
        field(
            "reason",
            "Reason",
            {
                "type": "plain_text_input",
                "action_id": "text",
                "multiline": True,
                "max_length": 300,
                "placeholder": plain("Why is it safe to wait?"),
            },
        ),
        field(
            "tell",
            "Tell",
            {"type": "users_select", "action_id": "user", "placeholder": plain("Choose a person")},
            optional=True,
        ),
        **more,
    )


def home_view() -> dict[str, Any]:
    """App Home of an analyst."""
    return {
        "id": "VHOME",
        "type": "home",
        "blocks": [
            {"type": "header", "block_id": "h", "text": plain(":shield: Good afternoon, Ana")},
            section(
                "*3 alerts* wait for someone, *1* of them is yours. The last audit ran <!date^1795597200^{ago}|today>.",
                block_id="s",
                accessory=button("Run an audit", "audit", style="primary"),
            ),
            {"type": "divider", "block_id": "d"},
            {"type": "header", "block_id": "h2", "text": plain("Open alerts")},
            section(
                ":red_circle: *Root user has no MFA*\nacme-prod · open for 2 days",
                block_id="a1",
                accessory=button("Open", "go", "1"),
            ),
            section(
                ":large_orange_circle: *SSH open to the world*\nacme-dev · `sg-0a1b2c` · acknowledged by <@U0ANA>",
                block_id="a2",
                accessory=button("Open", "go", "2"),
            ),
            {"type": "divider", "block_id": "d2"},
            section(
                "*Which accounts do you follow?*",
                block_id="follow",
                accessory={
                    "type": "multi_static_select",
                    "action_id": "accounts",
                    "placeholder": plain("Choose accounts"),
                    "options": [option("acme-prod", "1"), option("acme-dev", "2"), option("acme-log", "3")],
                    "initial_options": [option("acme-prod", "1")],
                },
            ),
            section(
                "*Send me*",
                block_id="send",
                accessory={
                    "type": "checkboxes",
                    "action_id": "kinds",
                    "initial_options": [option("Critical", "c")],
                    "options": [option("Critical", "c"), option("High", "h", "Also at night")],
                },
            ),
            {"type": "context", "block_id": "c", "elements": [mrkdwn("Picket watches 3 accounts in 17 regions.")]},
        ],
    }


def rich_messages() -> dict[str, list[dict[str, Any]]]:
    """A day of the workspace."""
    summary = ts(8)
    return {
        ALERTS: [
            message(ts(-1500), text="Morning. Who looks at the VPN alarms?", user=PRIYA),
            message(ts(-1498), text="Me, after stand-up :eyes:", user=ANA),
            message(
                ts(-1497),
                text="It is *only* `vpn-7` again, see <https://example.com/runbook|the runbook>",
                user=ANA,
                edited={"user": ANA, "ts": ts(-1490)},
                reactions=[
                    {"name": "+1", "users": [PRIYA, OLEG], "count": 2},
                    {"name": "tada", "users": [ANA], "count": 1},
                ],
            ),
            message(ts(0), *finding_card(), text="High: cryptocurrency mining in acme-prod"),
            message(ts(7), text="/aws-audit iam", user=ANA),
            message(
                summary, *audit_summary(), text="Audit finished", thread_ts=summary, reply_count=3, latest_reply=ts(12)
            ),
            message(ts(9), text="The whole as files", files=files(), thread_ts=summary),
            message(ts(11), text="Thanks! The key of `deploy-legacy` can go, <@U0ANA>?", user=PRIYA, thread_ts=summary),
            message(ts(12), text="Yes. Asking for approval now.", user=ANA, thread_ts=summary),
            message(
                ts(14),
                section("You may *not* approve your own request. Ask <@U0PRIYA>."),
                ephemeral_to=ANA,
                text="You may not approve your own request",
            ),
        ],
        DIGEST: [message(ts(-200), text="*Nothing changed* since yesterday.")],
        DIRECT: [message(ts(-100), text="Welcome, Ana.")],
    }
