"""The digest's button on App Home."""

import pytest

from bot import digest
from tests.audit_builders import ANALYST, OUTSIDER, a_click, a_picket, an_app, outgoing


@pytest.fixture
def services(tmp_path):
    return a_picket(tmp_path)


def test_it_sends_a_digest_to_who_clicked(services):
    response = a_click(an_app(services), "digest:send")
    digest.say_pending(services)

    [row] = outgoing(services)
    assert response.status == 200
    assert row["channel"] == ANALYST
    assert "Nothing changed" in row["text"]


def test_one_without_the_right_is_told_so_alone(services):
    a_click(an_app(services), "digest:send", user=OUTSIDER)

    [row] = outgoing(services)
    assert (row["kind"], row["user"]) == ("ephemeral", OUTSIDER)
    assert "You may not" in row["text"]
