"""The lists of App Home over many alerts: each page is read from an index, whatever there is beside it."""

import pytest

from bot import home as show
from bot.store import Store, home
from bot.store.home import Listing
from bot.store.open_views import Kind, OpenView
from tests.audit_builders import ANALYST, NOW, a_picket

MANY = 150_000


@pytest.fixture(scope="module")
def crowded(tmp_path_factory):
    """A state file with so many alerts in every state, of every severity, of forty people."""
    store = Store(tmp_path_factory.mktemp("crowded") / "picket.db")
    with store.write() as tx:
        tx.execute(
            "with recursive n(i) as (select 1 union all select i + 1 from n where i < ?) "
            "insert into alerts(id, identity, source, type, account, region, resource, severity, title, facts_json, "
            "state, channel, opened_at, updated_at, acknowledged_by, acknowledged_at, assigned_to, assigned_at, "
            "snoozed_until, muted) "
            "select printf('%012x', i), i, 'guardduty', 't', '1', 'r', 'x', i % 5, 'title', '{}', "
            "case i / 5 % 4 when 0 then 'open' when 1 then 'acknowledged' when 2 then 'snoozed' else 'resolved' end, "
            "'#c', strftime('%Y-%m-%dT%H:%M:%f+00:00', '2026-01-01', (i * 7919 % 20000000) || ' seconds'), "
            "'2026-11-25T00:00:00+00:00', 'U' || (i % 41), '2026-11-25T00:00:00+00:00', "
            "case i % 9 when 0 then 'U' || (i % 41) end, '2026-11-25T00:00:00+00:00', "
            "'2026-12-01T00:00:00+00:00', case when i / 5 % 4 = 2 and i % 3 = 0 then 'known' end from n",
            (MANY,),
        )
    return store


@pytest.mark.parametrize("which", list(Listing))
def test_no_list_is_read_without_its_index(crowded, which):
    asked = []
    with crowded.read() as tx:
        tx.conn.set_trace_callback(asked.append)
        page = home.page(tx, which, "U7", 3)
        tx.conn.set_trace_callback(None)
        plans = [
            str(row[3]) for query in asked if " alerts " in query for row in tx.execute(f"explain query plan {query}")
        ]

    assert len(page.lines) == home.PAGE
    assert plans
    assert all("INDEX" in step for step in plans if step.startswith(("SCAN alerts", "SEARCH alerts")))
    assert which is Listing.MINE or not any("TEMP B-TREE" in step for step in plans)


def test_drawing_a_home_reads_nothing_that_grows_from_end_to_end(crowded, tmp_path):
    services, asked = a_picket(tmp_path), []
    services.rights.settings.__dict__["approve"] = (ANALYST,)
    opened = OpenView(id="home:x", user=ANALYST, kind=Kind.HOME, until=NOW)
    with crowded.read() as tx:
        tx.conn.set_trace_callback(asked.append)
        show.view(services, tx, opened)
        tx.conn.set_trace_callback(None)
        plans = {query: [str(row[3]) for row in tx.execute(f"explain query plan {query}")] for query in asked}

    grows = ("alerts", "findings", "outbox", "messages", "timeline", "members", "remediations", "audits")
    whole = tuple(f"SCAN {table}" for table in grows)
    assert [
        query for query, plan in plans.items() for step in plan if step.startswith(whole) and "INDEX" not in step
    ] == []
