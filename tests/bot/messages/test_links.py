"""The operator's links on cards."""

import re
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.alerts import Source
from bot.config import Link, Messages
from bot.messages.links import links
from tests.alerting import ACCOUNT, an_alert

RUNBOOK = Link(label="Runbook", url="https://wiki.example.org/{type}?account={account}&region={region}")


def test_a_link_names_what_the_alert_is_about_safely():
    assert links(an_alert(), "acme-prod", (RUNBOOK,)) == [
        f"<https://wiki.example.org/UnauthorizedAccess%3AIAMUser%2FTorIPCaller?account={ACCOUNT}&amp;region=global|Runbook>"
    ]


@pytest.mark.parametrize(
    ("conditions", "shown"),
    [
        ({}, True),
        ({"sources": ["guardduty"]}, True),
        ({"sources": ["cloudwatch"]}, False),
        ({"types": ["Recon:*", "unauthorizedaccess:*"]}, True),
        ({"types": ["Recon:*"]}, False),
        ({"accounts": [ACCOUNT]}, True),
        ({"accounts": ["999999999999"]}, False),
        ({"sources": ["guardduty"], "accounts": ["999999999999"]}, False),
    ],
)
def test_a_link_is_shown_where_all_its_conditions_hold(conditions, shown):
    link = Link.model_validate({"label": "Runbook", "url": "https://wiki.example.org/", **conditions})

    assert bool(links(an_alert(), "", (link,))) is shown


@pytest.mark.parametrize("type_", ["", " ", ".", ".."])
def test_a_link_to_nothing_or_elsewhere_is_left_out(type_):
    assert links(an_alert(type=type_), "", (RUNBOOK,)) == []


@given(st.text(min_size=1, max_size=60), st.text(max_size=60), st.sampled_from(Source))
def test_whatever_aws_says_a_link_leads_to_where_the_operator_said(type_, region, source):
    alert = an_alert(type=type_, region=region or "global", source=source)
    for link in links(alert, "<x>|y", (RUNBOOK,)):
        url = re.fullmatch(r"<([^<>|\s]+)\|Runbook>", link)[1].replace("&amp;", "&")
        parts = urlsplit(url)
        assert (parts.scheme, parts.netloc) == ("https", "wiki.example.org")
        assert (parts.path.count("/"), parts.fragment) == (1, "")
        assert set(parse_qs(parts.query)) <= {"account", "region"}


def test_half_a_character_costs_nobody_the_card():
    assert "%3F" in links(replace(an_alert(), type="\ud800"), "", (RUNBOOK,))[0]


def test_five_links_are_enough_for_a_phone():
    assert len(links(an_alert(), "", (RUNBOOK,) * 9)) == 5


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "wiki.example.org", "https://{account}.example.org/", "https://wiki.example.org/{typ}",
     "https://wiki.example.org/{type.__class__}", "https://wiki.example.org/{type!r}", "https://wiki.example.org/{",
     "https://wiki.example.org/{type:>99}", "https://wiki.example.org/{}", "https://a/b c", "https://a/<x>", "https://a/|x",
     "https://user@evil.example/x", "https://a/" + "x" * 2000],
)  # fmt: skip
def test_an_address_that_cannot_be_linked_is_refused(url):
    with pytest.raises(ValidationError):
        Link(label="Runbook", url=url)


@pytest.mark.parametrize("emoji", ["fire", ":fi re:", ":fire", "<!here>", ":a::b:"])
def test_what_is_no_emoji_is_refused(emoji):
    with pytest.raises(ValidationError):
        Messages.model_validate({"emoji": {"high": emoji}})


@pytest.mark.parametrize("emoji", ["", ":fire:", ":+1::skin-tone-3:", ":our_own-thing:"])
def test_emoji_are_given_by_name_or_not_at_all(emoji):
    assert Messages.model_validate({"emoji": {"high": emoji}}).emoji.high == emoji
