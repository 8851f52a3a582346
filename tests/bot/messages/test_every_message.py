"""Every builder of a message or view, by what it returns: whatever it is given, Slack takes it, and nobody is called.

A builder that is added is held to it without being named here.
"""

import importlib
import inspect
import itertools
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot.alerts import Entry
from bot.aws.remedies import REMEDIES
from bot.config import Offline
from bot.messages import limits
from bot.messages.audit import Offers
from bot.messages.blocks import section
from bot.messages.text import Message
from bot.period import Mark, Net
from bot.remedy import Remedy
from bot.store.home import Page
from checks.catalog import CATALOG
from checks.model import Check
from checks.settings import CheckSettings
from handlers.audit import SUBCOMMANDS
from sandbox.slack import validate
from tests import alerting
from tests.hostile import CALLS, WORDS, given_to

FOLDER = Path(__file__).parents[3] / "bot/messages"
IDS = itertools.count()
LINK = st.sampled_from(["", "https://acme.slack.com/archives/C1/p1"])
PERSON = st.sampled_from(["UANALYST1", "UAPPROVER"])
KNOWN = {
    # Picket's own words, and ids of Slack's: nobody else writes them
    "id": st.builds(lambda: f"{next(IDS):012x}"),
    "fingerprint": st.just("3f2a9c01b7de"),
    **dict.fromkeys(["user", "who", "by", "requested_by", "done_by"], PERSON),
    **dict.fromkeys(
        ["acknowledged_by", "snoozed_by", "resolved_by", "assigned_to", "assigned_by", "approved_by", "whom"],
        st.one_of(st.none(), PERSON),
    ),
    **dict.fromkeys(["mention", "call"], st.sampled_from(["", "@here", "S0GROUP1", "UANALYST1"])),
    **dict.fromkeys(["permalink", "url"], LINK),
    "owner": st.sampled_from(["", "S0GROUP1"]),
    "Setting.home": st.sampled_from(["", "#alerts"]),
    "answer": LINK,
    "Status.audited": st.just({"111122223333": alerting.NOW}),
    "Digest.audited": st.just({"111122223333": alerting.NOW}),
    "Around.cards": st.just({f"{n:012x}": "https://acme.slack.com/archives/C1/p1" for n in range(0, 999, 2)}),
    "snoozed_until": st.just(alerting.NOW),
    "audited": st.just(Page.of([("111122223333", alerting.NOW), ("999988887777", None)])),
    "version": st.just("1.2.3"),
    "relay": st.just(["The queue was heard just now."]),
    "check": st.sampled_from(sorted(CATALOG)),
    "remedy": st.sampled_from(sorted(REMEDIES)),
    "subcommands": st.just([(each.usage, each.does) for each in SUBCOMMANDS.values()]),
    "offers": st.just([("iam-deactivate-key", "Deactivate key")]),
    "catalog": st.just(CATALOG),
    "entries": st.lists(st.deferred(lambda: given_to(Entry, KNOWN)), min_size=1, max_size=12),
    "net": st.sampled_from([net for net in Net if net is not Net.INITIAL]),  # no news
    **dict.fromkeys(["was", "became"], st.deferred(lambda: given_to(Mark, KNOWN))),
    "why_not": st.sampled_from(["", "It is switched off in the settings (`remediation.enabled`)."]),
    "time_zone": st.just("Europe/Helsinki"),
    "channel": st.sampled_from(["#alerts", "C0123ABC"]),
    Offers: st.just(lambda _finding: [("iam-deactivate-key", "Deactivate key")]),
    Callable[[str], str]: WORDS.map(lambda name: lambda account: name if name.strip() else account),
    Offline: st.just(alerting.settings()),
    Check: st.sampled_from(list(CATALOG.values())),
    Remedy: st.sampled_from(list(REMEDIES.values())),
    CheckSettings: st.sampled_from([CheckSettings(), CheckSettings(key_max_age=1)]),
    Message: st.just(Message("Said.", [section("Said.")])),
}


def builders():
    for path in sorted(FOLDER.glob("*.py")):
        module = importlib.import_module(f"bot.messages.{path.stem}".removesuffix(".__init__"))
        for name, function in inspect.getmembers(module, inspect.isfunction):
            own = function.__module__ == module.__name__ and not name.startswith("_") and name != "modal"
            if own and function.__annotations__["return"] in ("Message", "Message | None", "dict[str, Any]"):
                yield pytest.param(function, id=f"{path.stem}.{name}")


@pytest.mark.parametrize("build", list(builders()))
def test_whatever_a_builder_is_given_slack_takes_it_and_nobody_is_called(build):
    @settings(max_examples=8, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(given_to(build, KNOWN))
    def holds(built):
        if built is None:
            return
        if isinstance(built, Message):
            validate.check_message(built.text, list(built.blocks), text_limit=limits.TEXT)
            assert built.text.strip(), "a screen reader would say nothing"
            assert validate.text_size(built.blocks) <= limits.MESSAGE
            built = {"text": built.text, "blocks": built.blocks}
        else:
            assert [str(problem) for problem in validate.view_problems(built)] == []
            validate.check_view(built)
        said = json.dumps(built, ensure_ascii=False)
        assert [call for call in CALLS if call in said] == []

    holds()
