"""The words on the cards of GuardDuty findings, one of each kind: `tests/data/events/guardduty`."""

import contextlib
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.alerts import receive
from bot.intake.parse import Malformed, parse
from bot.messages import limits
from bot.messages.alert import Setting, card
from sandbox.slack import validate
from tests.alerting import NOW, eventbridge, pascal
from tests.spoiling import places, put

FINDINGS = Path(__file__).parents[2] / "data" / "events" / "guardduty"
FROM = "198.51.100.23 (Example Hosting B.V., AS64500, Amsterdam, Netherlands)"
EACH = {
    "ec2-command-and-control": ("High", "i-0a1b2c3d4e5f60718 (bastion)", "looked up orders.example.net",
                                "ProofPoint", "Example.Bot", "orders come from there",
                                "https://eu-west-1.console.aws.amazon.com/guardduty/"),
    "ec2-port-probe-us-gov": ("Low", "was probed on port 22 (SSH)", FROM, "Close the ports",
                              "https://us-gov-west-1.console.amazonaws-us-gov.com/guardduty/"),
    "iam-tor-caller": ("Medium", "IAM user alice", "called s3:ListBuckets", FROM, "AKIAIOSFODNN7EXAMPLE"),
    "s3-anonymous-access-cn": ("High", "reports", "called s3:PutBucketPolicy", "turn Block Public Access back on",
                               "https://cn-north-1.console.amazonaws.cn/guardduty/"),
    "kubernetes-anonymous": ("Medium", "Kubernetes user system:anonymous", "list /api/v1/pods", "public endpoint"),
    "runtime-new-binary": ("Medium", "ran /tmp/x", "/bin/sh ← /usr/bin/node", "Keep a copy of the file"),
    "lambda-command-and-control": ("High", "thumbs", "over TCP to port 443 (HTTPS)", FROM, "changed dependency"),
    "rds-login": ("High", "orders", "database user admin", "once with success, 40 times without", FROM),
    "attack-sequence-iam": ("Critical", "alice", "A trail was stopped", "Defense Evasion, Exfiltration",
                            "deny the identity everything"),
    "ecs-malicious-file": ("High", "cluster/web", "EICAR-Test-File in /srv/eicar.com", "00002",
                           "clean task definition"),
    "s3-malicious-object": ("High", "uploads", "in/eicar.zip", "EICAR-Test-File in eicar.com", "00003",
                            "who stored it"),
    "unknown-kind": ("Medium", "ship/one", "Ask the owner of the resource"),
}  # fmt: skip


def finding(name):
    return json.loads((FINDINGS / f"{name}.json").read_text())


def shown(event):
    (signal,) = parse(json.dumps(event), NOW)
    alert, _ = receive(None, signal, NOW, "C1")
    message = card(alert, Setting())
    validate.check_message(message.text, list(message.blocks), text_limit=limits.TEXT)
    return json.dumps(message.blocks, ensure_ascii=False)


def test_every_finding_on_file_is_held_to_its_words():
    assert {path.stem for path in FINDINGS.glob("*.json")} == EACH.keys()


@pytest.mark.parametrize("name", EACH)
def test_a_card_says_what_happened_to_what_by_whom_and_what_to_do(name):
    words = shown(eventbridge(finding(name)))
    assert [each for each in EACH[name] if each not in words] == []


@pytest.mark.parametrize("name", EACH)
def test_a_finding_of_get_findings_makes_the_same_card_as_its_event(name):
    assert shown(pascal(finding(name))) == shown(finding(name))


WRONG = st.one_of(
    st.none(), st.booleans(), st.integers(), st.just([]), st.just({}), st.just([{}]), st.text(max_size=20),
    st.just("<!channel> &*_`~" * 400), st.just([{"name": "x" * 5000}] * 60),
)  # fmt: skip


@st.composite
def spoiled(draw):
    """A detail with one to three of its values null, of another type, empty, hostile or too long."""
    detail = finding(draw(st.sampled_from(sorted(EACH))))
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.sampled_from([each for each in places(detail) if each]))
        detail = put(detail, place, draw(WRONG))
    return detail


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(spoiled())
def test_a_spoiled_finding_makes_a_card_that_slack_takes_or_is_refused_as_malformed(detail):
    with contextlib.suppress(Malformed):
        shown(eventbridge(detail))
