"""Files for threads, made after the message that waits for them."""

import threading

import pytest

from bot.app import _MAKERS as MAKERS
from bot.attachments import File, make_pending, work
from bot.store import attachments, outbox
from tests.audit_builders import NOW, a_picket, outgoing


@pytest.fixture
def services(tmp_path):
    return a_picket(tmp_path)


def want(services, key="m:csv", maker="csv"):
    with services.store.write() as tx:
        outbox.message(tx, "m", "C1", "hello", [], NOW)
        attachments.want(tx, key, maker, "m", NOW)


def a_file(_services, parent):
    return File(filename=f"{parent}.csv", title="All", content=b"1,2")


def test_a_file_is_made_once_and_goes_into_the_thread(services):
    want(services)
    want(services)

    assert make_pending(services, {"csv": a_file}) == 1
    assert make_pending(services, {"csv": a_file}) == 0

    [_, file] = outgoing(services)
    assert (file["parent"], file["channel"], file["content"]) == ("m", "C1", b"1,2")


def test_the_state_file_is_free_while_a_file_is_made(services):
    def slow(services, parent):
        with services.store.write(timeout=0.1) as tx:
            outbox.message(tx, "other", "C1", "meanwhile", [], NOW)
        return a_file(services, parent)

    want(services)

    assert make_pending(services, {"csv": slow}) == 1


def test_a_file_that_cannot_be_made_holds_up_no_other_and_is_said_after_three_tries(services):
    want(services, "m:broken", "broken")
    want(services, "m:csv")

    makers = {"broken": lambda *_: 1 / 0, "csv": a_file}
    made = [make_pending(services, makers) for _ in range(4)]

    assert made == [1, 0, 0, 0]
    assert [row["key"] for row in outgoing(services)] == ["m", "m:csv", "m:broken:failed"]
    assert "could not be made" in outgoing(services)[-1]["text"]


def test_the_loop_makes_what_is_asked_for_and_stops(services):
    stop = threading.Event()
    loop = threading.Thread(target=work, args=(services, stop, {"csv": a_file}))
    loop.start()
    want(services)
    seen = 0
    while not any(row["kind"] == "file" for row in outgoing(services)):
        seen = services.store.wait(seen, 1)
    stop.set()
    loop.join(timeout=5)

    assert not loop.is_alive()


def test_every_file_that_is_asked_for_has_a_maker():
    assert set(MAKERS) == {"alarm-graph", "digest-chart", "score-chart", "audit-csv", "audit-html", "storm-csv"}
