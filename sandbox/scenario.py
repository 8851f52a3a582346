"""The story that the demo plays: a morning at Acme, each step with what it must show."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from sandbox.aws import Cloud
from sandbox.aws.accounts import PROD
from sandbox.slack import Workspace
from sandbox.slack.people import ANA, OTTO, PRIYA
from sandbox.transcript import words

CRITICAL, ALERTS, DIGEST = "CCRITICAL", "CALERTS01", "CDIGEST01"
REGION = "eu-west-1"
Message = Mapping[str, Any]


class Process(Protocol):
    """The bot, as the story needs it."""

    def start(self) -> None:
        """Start it."""

    def kill(self) -> None:
        """End it without a warning."""


@dataclass(slots=True)
class Stage:
    """What the story acts on."""

    workspace: Workspace
    cloud: Cloud
    bot: Any

    def find(self, channel: str, *parts: str) -> Message | None:
        """The newest message of the app in `channel` that says all of `parts`."""
        for message in reversed(self.workspace.messages(channel)):
            said = words(message)
            in_channel = message.get("thread_ts", message["ts"]) == message["ts"]
            mine = in_channel and message.get("user") == self.workspace.bot_user
            if mine and all(part in said for part in parts):
                return message
        return None

    def the(self, channel: str, *parts: str) -> Message:
        """As `find`; LookupError when there is none."""
        message = self.find(channel, *parts)
        if message is None:
            raise LookupError(f"no message in {channel} says {' and '.join(parts)}")
        return message

    def use(self, user: str, channel: str, message: Message, action: str, value: str = "") -> None:
        """Click the button, or pick the option, of `message` whose action and value begin as given."""
        for block_id, element, option in controls(message):
            if element["action_id"].startswith(action) and option.startswith(value):
                answer = self.workspace.click(
                    user, channel, message["ts"], element["action_id"], option, block_id=block_id
                )
                assert answer.ok, f"{action} was refused: {answer.error}"
                return
        raise LookupError(f"the message offers no {action} {value}")

    def whispered(self, user: str, channel: str, part: str) -> bool:
        """Whether `user` alone was told something with `part` in `channel`."""
        seen = self.workspace.messages(channel, user)
        return any(m.get("ephemeral_to") == user and part in words(m) for m in seen)


def controls(message: Message) -> Iterator[tuple[str, Mapping[str, Any], str]]:
    """Every button and every option of a message: its block's id, the element, its value."""
    for block in message.get("blocks") or ():
        for element in [*block.get("elements", ()), *([block["accessory"]] if "accessory" in block else ())]:
            if element.get("type") == "button":
                yield block["block_id"], element, element.get("value", "")
            for option in element.get("options") or ():
                yield block["block_id"], element, option["value"]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens, and what people must see because of it."""

    title: str
    text: str
    act: Callable[[Stage], None]
    shown: Callable[[Stage], object]
    timeout: float = 30.0
    seconds_to_read: float = 4.0


def _nothing(_: Stage) -> None:
    """Only look."""


def _connects(s: Stage) -> object:
    return s.workspace.connections


def _find_key_thief(s: Stage) -> None:
    s.cloud.guardduty_finding(
        PROD,
        REGION,
        "UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS",
        8.0,
        user="legacy-backup",
        ip="198.51.100.23",
        country="Netherlands",
        count=3,
    )


def _key_card(s: Stage) -> Message:
    return s.the(CRITICAL, "legacy-backup", "acme-prod")


def _see_key_card(s: Stage) -> object:
    return s.find(CRITICAL, "legacy-backup", "acme-prod")


ALARM, ALARM_REGION = "orders-api-latency", "us-east-1"


def _raise_alarm(s: Stage) -> None:
    s.cloud.alarm(
        PROD, ALARM_REGION, ALARM, "ALARM", "Threshold Crossed: 5 datapoints were greater than the threshold (1.0)."
    )


def _alarm_card(s: Stage) -> Message:
    return s.the(CRITICAL, ALARM)


def _acknowledge(s: Stage) -> None:
    s.use(ANA.id, CRITICAL, _key_card(s), "alert:acknowledge")


def _snooze(s: Stage) -> None:
    s.use(ANA.id, CRITICAL, _alarm_card(s), "alert:snooze", "1h")


def _audit(s: Stage) -> None:
    answer = s.workspace.command(ANA.id, ALERTS, "/aws-audit sg account=acme-prod")
    assert answer.ok, answer.error


def _audited(s: Stage) -> object:
    message = s.find(ALERTS, "ec2-sg-open", "critical")
    return message and len(_files(s, ALERTS, message)) == 2


def _files(s: Stage, channel: str, message: Message) -> list[Any]:
    return [file for reply in s.workspace.replies(channel, message["ts"]) for file in reply.get("files") or ()]


def _ask_to_close(s: Stage) -> None:
    s.use(ANA.id, ALERTS, s.the(ALERTS, "ec2-sg-open"), "remediation:request", "ec2-revoke-ingress")


def _preview(s: Stage) -> Message | None:
    return next((m for m in reversed(s.workspace.messages(ALERTS)) if _offers(m, "remediation:approve")), None)


def _offers(message: Message, action: str) -> bool:
    return any(element["action_id"].startswith(action) for _, element, _ in controls(message))


def _approve(user: str) -> Callable[[Stage], None]:
    def act(s: Stage) -> None:
        message = _preview(s)
        assert message is not None, "there is no preview to approve"
        s.use(user, ALERTS, message, "remediation:approve")

    return act


def _open_home(s: Stage) -> None:
    answer = s.workspace.open_home(PRIYA.id)
    assert answer.ok, answer.error


def _closed(s: Stage) -> object:
    return any("passes now" in words(m) for m in s.workspace.messages(ALERTS))


def _die_while_something_happens(s: Stage) -> None:
    s.bot.kill()
    s.cloud.guardduty_finding(PROD, ALARM_REGION, "UnauthorizedAccess:EC2/SSHBruteForce", 5.0, count=41)
    s.bot.start()


def _once_after_the_restart(s: Stage) -> object:
    found = [m for m in s.workspace.messages(ALERTS) if "SSHBruteForce" in words(m) and not m.get("thread_ts")]
    return len(found) == 1


def _calm_alarm(s: Stage) -> None:
    s.cloud.alarm(
        PROD, ALARM_REGION, ALARM, "OK", "Threshold Crossed: 5 datapoints were not greater than the threshold (1.0)."
    )


def _digest(s: Stage) -> None:
    answer = s.workspace.command(PRIYA.id, DIGEST, "/aws-audit digest")
    assert answer.ok, answer.error


def _digested(s: Stage) -> object:
    message = s.find(DIGEST, "Digest")
    return message and any(file["name"].endswith(".png") for file in _files(s, DIGEST, message))


STORY = (
    Step(
        "Picket comes on watch",
        "The bot connects to Slack by Socket Mode, and to AWS by its read role.",
        _nothing,
        _connects,
    ),
    Step(
        "GuardDuty finds stolen credentials",
        "The event takes the real way: EventBridge rule, SQS queue, bot.",
        _find_key_thief,
        _see_key_card,
    ),
    Step(
        "A CloudWatch alarm goes off",
        "The alarm's state change becomes one card, which will follow it.",
        _raise_alarm,
        lambda s: s.find(CRITICAL, ALARM),
    ),
    Step(
        "Ana acknowledges the stolen credentials",
        "The card says who has it, for all to see.",
        _acknowledge,
        lambda s: s.find(CRITICAL, "legacy-backup", "cknowledged by"),
    ),
    Step(
        "Ana snoozes the alarm for an hour",
        "It stays quiet until then; that it is over would come through.",
        _snooze,
        lambda s: s.find(CRITICAL, ALARM, "nooze"),
    ),
    Step(
        "Ana audits the security groups",
        "One message that advances, then the worst first; all of it in the thread.",
        _audit,
        _audited,
        timeout=90,
    ),
    Step(
        "She asks to close what is open",
        "A preview from AWS as it is now: before, after, and who depends on it.",
        _ask_to_close,
        _preview,
    ),
    Step(
        "Otto tries to approve it",
        "He may not, and is told who may.",
        _approve(OTTO.id),
        lambda s: s.whispered(OTTO.id, ALERTS, "may not approve"),
    ),
    Step(
        "Priya opens App Home",
        "What waits for her approval is on top, then what is open; it follows what happens.",
        _open_home,
        lambda s: "Waiting for your approval* (1)" in str(s.workspace.home(PRIYA.id)),
    ),
    Step(
        "Priya approves", "AWS is looked at again, changed, and the check is judged again.", _approve(PRIYA.id), _closed
    ),
    Step(
        "The bot is killed while something happens",
        "SIGKILL, a finding, a new start: the card is there, once.",
        _die_while_something_happens,
        _once_after_the_restart,
    ),
    Step(
        "The alarm is over",
        "Its card resolves by itself, snoozed or not.",
        _calm_alarm,
        lambda s: s.find(CRITICAL, ALARM, "esolved"),
    ),
    Step("The digest", "What is new, fixed and open, and the trend as a chart.", _digest, _digested),
)
