"""The help of `/aws-audit`."""

from bot.messages import help as help_message
from checks.catalog import CATALOG
from sandbox.slack.validate import check_message


def test_it_is_written_from_the_table_and_the_catalog():
    message = help_message.build([("status", "says <how> it is")], CATALOG)

    check_message(message.text, message.blocks)
    everything = "\n".join(block["text"]["text"] for block in message.blocks)
    assert "`/aws-audit status` says &lt;how&gt; it is" in everything
    assert all(f"`{id_}`" in everything for id_ in CATALOG)
    assert all(f"`{service}`" in everything for check in CATALOG.values() for service in check.services)
