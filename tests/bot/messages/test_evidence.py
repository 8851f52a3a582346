"""What decided a finding, as people read it."""

from bot.messages.evidence import in_words


def test_ages_and_moments_are_said_and_nothing_is_named_twice():
    said = in_words({"key": "key AKIA1", "age_days": 417, "last_used": "2026-11-13T04:05+00:00", "days_ago": 1})

    assert said == "key AKIA1; 417 days old; last used: 2026-11-13 04:05 UTC; 1 day ago"
