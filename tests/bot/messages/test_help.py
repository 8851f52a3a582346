"""The help of `/aws-audit`."""

from bot.messages import help as help_message
from checks.catalog import CATALOG
from sandbox.slack.validate import check_message


def test_it_is_written_from_the_table_and_the_catalog():
    message = help_message.build([("status", "says <how> it is")], CATALOG)

    check_message(message.text, message.blocks)
    everything = "\n".join(block["text"]["text"] for block in message.blocks)
    assert "`/aws-audit status` says &lt;how&gt; it is" in everything
    assert all(f"`{service}`" in everything for check in CATALOG.values() for service in check.services)


def test_a_choice_of_checks_is_listed_with_what_each_finds():
    checks = [check for check in CATALOG.values() if "iam" in check.services]
    message = help_message.listing("iam", checks)

    check_message(message.text, message.blocks)
    everything = "\n".join(block["text"]["text"] for block in message.blocks)
    assert "`iam-root-key` Root user has an access key" in everything
    assert f"{len(checks)} checks in `iam`" in everything


def test_all_checks_fit_into_one_message():
    message = help_message.listing("all", list(CATALOG.values()))

    check_message(message.text, message.blocks)
    assert sum(len(block["text"]["text"]) for block in message.blocks) < 12_000
