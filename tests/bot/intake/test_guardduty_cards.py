"""The words on the cards of GuardDuty findings, one of each kind: `tests/data/events/guardduty`."""

import contextlib
import json

import pytest
from botocore.loaders import Loader
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.alerts import receive
from bot.intake.parse import Malformed, parse
from bot.messages import limits
from bot.messages.alert import Setting, card
from sandbox.slack import validate
from tests.alerting import NOW, eventbridge, pascal
from tests.guardduty_words import EACH, FINDINGS, finding
from tests.spoiling import places, put


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
    assert shown(pascal(finding(name))) == shown(camel(finding(name)))


def camel(value):
    if isinstance(value, dict):
        return {name[:1].lower() + name[1:]: camel(each) for name, each in value.items()}
    return [camel(each) for each in value] if isinstance(value, list) else value


SHAPES = Loader().load_service_model("guardduty", "service-2")["shapes"]


def unknown_fields(value, shape, path):
    """The fields of a finding that AWS's own description of its API does not have."""
    kind = SHAPES[shape]
    if kind["type"] == "list":
        return [found for each in value for found in unknown_fields(each, kind["member"]["shape"], path)]
    if kind["type"] != "structure":
        return []
    known = {name[:1].lower() + name[1:]: member["shape"] for name, member in kind["members"].items()}
    known |= {member["locationName"][:1].lower() + member["locationName"][1:]: member["shape"]
              for member in kind["members"].values() if "locationName" in member}  # fmt: skip
    return [
        found
        for name, each in value.items()
        for found in (unknown_fields(each, known[name], f"{path}.{name}") if name in known else [f"{path}.{name}"])
    ]


@pytest.mark.parametrize("name", sorted(EACH.keys() - {"unknown-kind"}))
def test_a_finding_on_file_has_only_fields_that_aws_documents(name):
    assert unknown_fields(camel(finding(name)), "Finding", "") == []


def filled(shape, name=""):
    """Every field that AWS documents, with a text that names it, a number or a moment."""
    kind = SHAPES[shape]
    if kind["type"] == "structure":
        named = ((member.get("locationName", key), member["shape"], key) for key, member in kind["members"].items())
        return {wire[:1].lower() + wire[1:]: filled(inner, key) for wire, inner, key in named}
    if kind["type"] == "list":
        return [filled(kind["member"]["shape"], name)] * 12
    if kind["type"] == "map":
        return {f"<{name}>": filled(kind["value"]["shape"], name)}
    plain = {"integer": 7, "long": 7, "double": 5.5, "float": 5.5, "boolean": True, "timestamp": 1_764_057_600}
    return plain.get(kind["type"]) or kind.get("enum", [f"<{name}>"])[0]


NAMED = (
    "Instance",
    "AccessKey",
    "S3Bucket",
    "S3Object",
    "EKSCluster",
    "ECSCluster",
    "Lambda",
    "RDSDBInstance",
    "RDSLimitlessDB",
    "Container",
    "EBSSnapshot",
    "EC2Image",
    "RecoveryPoint",
    "AttackSequence",
    "BedrockGuardrail",
)


@pytest.mark.parametrize("kind", NAMED)
def test_a_finding_with_every_field_that_aws_documents_makes_a_card(kind):
    plain = finding("iam-tor-caller")
    detail = {**filled("Finding"), **{name: each for name, each in plain.items() if isinstance(each, str | int)}}
    detail["resource"]["resourceType"] = kind
    detail["service"]["archived"] = False

    words = shown(detail)
    assert "Medium" in words
    assert shown(pascal(detail)) == words


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
