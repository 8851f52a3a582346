"""A remediation's card and its story."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.approval import Event, Remediation, State
from bot.aws.remedies import REMEDIES
from bot.messages.parts import PARTS
from bot.messages.remediation import EVENTS, Around, card, line
from bot.remedy import Effect, Preview, Target
from sandbox.slack.validate import check_message

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
KEY = "AKIAIOSFODNN7EXAMPLE"
AROUND = Around(
    remedy=REMEDIES["iam-deactivate-key"], account="acme-prod", approvers=("UAPPROVER", "S0SECURITY", "@oncall")
)


def a_preview(**facts: Any) -> Preview:
    facts = {
        "name": f"access key {KEY} of alice",
        "before": {KEY: "Active"},
        "after": {KEY: "Inactive"},
        "effects": (Effect(f"{KEY} was last used by s3 in eu-west-1", NOW - timedelta(days=3)),),
        "warnings": (f"{KEY} is in use.",),
        **facts,
    }
    return Preview(**facts)


def a_remediation(state: State = State.PREVIEWED, **facts: Any) -> Remediation:
    facts = {
        "id": "r1",
        "remedy": "iam-deactivate-key",
        "target": Target(account="111122223333", region="global", resource="arn:aws:iam::111122223333:user/alice"),
        "channel": "C1",
        "requested_by": "UANALYST",
        "requested_at": NOW,
        "state": state,
        "preview": None if state is State.REQUESTED else a_preview(),
        "expires_at": NOW + timedelta(minutes=15),
        "approved_by": "UAPPROVER",
        "undo_until": NOW + timedelta(hours=24),
        **facts,
    }
    return Remediation(**facts)


def said(r: Remediation, around: Around = AROUND) -> str:
    """Everything a card says; it must be what Slack takes."""
    message = card(r, around)
    check_message(message.text, message.blocks, text_limit=4000)
    return message.text + "\n" + "\n".join(str(block) for block in message.blocks)


def buttons(r: Remediation) -> dict[str, Any]:
    found = [e for block in card(r, AROUND).blocks if block["type"] == "actions" for e in block["elements"]]
    return {button["action_id"]: button for button in found}


def test_a_preview_shows_before_and_after_as_a_diff_who_depends_on_it_and_the_terms() -> None:
    text = said(a_remediation(approved_by=None))
    assert f"- {KEY}: Active\\n+ {KEY}: Inactive" in text
    assert "last used by s3 in eu-west-1 <!date^" in text
    assert f":warning: {KEY} is in use." in text
    assert "Risk: *medium*" in text
    assert "`iam:UpdateAccessKey`" in text
    assert "Asked by <@UANALYST>" in text
    assert "Expires <!date^" in text
    assert "acme-prod (111122223333)" in text


def test_the_text_beside_the_blocks_says_what_of_whom_and_how_it_stands() -> None:
    text = card(a_remediation(), AROUND).text
    assert text == f"Deactivate an access key: access key {KEY} of alice in acme-prod. Waiting for approval."


def test_a_part_that_goes_is_taken_out_with_what_it_carried() -> None:
    rule = {"tcp 22 from 0.0.0.0/0": {"description": "temporary", "tags": {"team": "web"}}}
    text = said(a_remediation(preview=a_preview(before=rule, after={})))
    assert "- tcp 22 from 0.0.0.0/0: description temporary, tags team web```" in text


def test_approve_asks_again_and_names_the_very_preview() -> None:
    r = a_remediation()
    approve = buttons(r)["remediation:approve"]
    assert approve["style"] == "primary"
    assert approve["value"] == f"r1:{r.fingerprint}"
    assert KEY in approve["confirm"]["text"]["text"]


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (State.REQUESTED, {"remediation:cancel"}),
        (State.PREVIEWED, {"remediation:approve", "remediation:decline", "remediation:cancel"}),
        (State.VERIFIED, {"remediation:undo"}),
        *((s, set()) for s in State if s not in (State.REQUESTED, State.PREVIEWED, State.VERIFIED)),
    ],
)
def test_each_state_has_its_own_buttons(state: State, expected: set[str]) -> None:
    assert set(buttons(a_remediation(state))) == expected
    said(a_remediation(state, outcome="So it ended."))


def test_a_dry_run_says_why_and_has_no_button() -> None:
    text = said(a_remediation(State.DRY_RUN), replace(AROUND, why_not="Dry run: it is switched off."))
    assert "Dry run: it is switched off." in text


def test_what_cannot_be_undone_has_no_undo_and_says_so_before() -> None:
    around = replace(AROUND, remedy=replace(AROUND.remedy, undo=None))
    assert "Cannot be undone" in said(a_remediation(), around)
    assert buttons(a_remediation(State.VERIFIED, undo_until=None)) == {}


def test_the_call_for_approval_mentions_the_approvers() -> None:
    message = line(a_remediation(), Event(NOW, "previewed"), AROUND)
    assert message is not None
    assert message.text.startswith("<@UAPPROVER> <!subteam^S0SECURITY> @oncall: <@UANALYST> asks")


def test_without_anybody_who_may_approve_the_call_says_so() -> None:
    message = line(a_remediation(), Event(NOW, "previewed"), replace(AROUND, approvers=()))
    assert message is not None
    assert "Nobody who may approve is configured" in message.text


def test_what_only_the_card_shows_makes_no_reply() -> None:
    assert line(a_remediation(), Event(NOW, "applying"), AROUND) is None


def test_a_template_is_tried_with_every_state_and_event() -> None:
    parts = PARTS["remediation"]
    assert set(parts["state"].given["state"].samples) == {str(state) for state in State}
    assert set(parts["event"].given["event"].samples) == EVENTS


HOSTILE = st.one_of(
    st.text(max_size=4000),
    st.sampled_from(["<!channel>", "```<!here>```", "*b* `c` &amp; {name}", "\u202etxt", "<@U1>" * 900, "&" * 9000]),
)


@settings(deadline=None, max_examples=60)
@given(HOSTILE, HOSTILE, st.integers(0, 60))
def test_whatever_aws_says_the_card_is_taken_by_slack_and_mentions_nobody(name: str, words: str, many: int) -> None:
    parts = {f"{number} {words}": {"description": name, "tags": {words: name}} for number in range(many)}
    preview = a_preview(
        name=name, before=parts, after={}, effects=(Effect(words, NOW),) * many, warnings=(words,) * many
    )
    around = replace(AROUND, account=name[:50])
    for state in (State.PREVIEWED, State.FAILED):
        r = a_remediation(state, preview=preview, outcome=words)
        text = said(r, around)
        assert "<!channel>" not in text
        assert "<!here>" not in text
        assert "<@U1>" not in text
        (block,) = [
            b
            for b in card(r, around).blocks
            if any(f"*{title}*" in str(b) for title in ("What changes", "What was to change"))
        ]
        assert block["text"]["text"].count("```") == 2
        reply = line(r, Event(NOW, "failed", "", words), around)
        assert reply is not None
        check_message(reply.text, reply.blocks, text_limit=4000)
        assert "<!channel>" not in reply.text


def test_what_follows_from_resolving_an_alert_says_so_on_its_card_and_little_in_the_thread() -> None:
    done = replace(a_remediation(State.VERIFIED), standing=True)

    assert "Because <@UANALYST> resolved the alert" in said(done)
    told = {kind for kind in EVENTS if line(done, Event(NOW, kind, "U1", "Why."), AROUND)}
    assert told == {"failed", "undo_refused"}
