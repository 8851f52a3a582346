"""Who may do what."""

import pytest

from bot import config
from bot.errors import NotAllowed
from bot.rights import Right, Rights


def rights(groups=None, **settings):
    known = groups or {}
    return Rights(config.Rights(**settings), lambda entry: frozenset(known.get(entry, ())))


def test_a_person_is_named_or_in_a_named_group():
    of = rights({"@sec": ["UANA"], "S123": ["UPRIYA"]}, approve=("@sec", "S123", "UDIRECT"))

    assert [of.may(user, Right.APPROVE) for user in ("UANA", "UPRIYA", "UDIRECT", "UOTTO")] == [True, True, True, False]


def test_nobody_may_ask_for_or_approve_a_remediation_until_the_settings_say_who():
    assert not rights().may("UANA", Right.REQUEST)
    assert not rights().may("UANA", Right.APPROVE)


def test_a_group_that_is_not_known_gives_nobody_a_right():
    assert not rights(approve=("@gone",)).may("UANA", Right.APPROVE)


def test_a_refusal_says_what_who_and_where_it_is_set():
    with pytest.raises(NotAllowed, match=r"approve a remediation.*<@UPRIYA> may.*rights\.approve"):
        rights(approve=("UPRIYA",)).require("UOTTO", Right.APPROVE)
