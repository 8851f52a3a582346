"""How far what AWS holds was compared with what the queue brought, as `/aws-audit status` has it."""

from datetime import timedelta

from bot.messages import drill, reconciliation, status
from bot.store.drills import Drill
from bot.store.looks import Look
from sandbox.slack.validate import check_message
from tests.alerting import ACCOUNT, NOW


def a_look(region="eu-west-1", source="guardduty", **parts):
    return Look(account=ACCOUNT, region=region, source=source, **{"since": NOW, "looked_at": NOW, **parts})


def said(*looks, last=None):
    lines = [drill.standing(last), *reconciliation.lines(looks, lambda _: "acme <!channel>")]
    message = status.build(status.Status(now=NOW, version="1", relay=lines), str)
    check_message(message.text, message.blocks)
    return next(block["text"]["text"] for block in message.blocks if "From AWS" in block["text"]["text"])


def test_before_the_first_look_it_says_so():
    assert "• No drill yet.\n• What the queue brought was not compared with AWS yet." in said()


def test_it_says_how_much_was_compared_and_how_long_ago():
    text = said(a_look(), a_look(source="cloudwatch"), a_look("us-east-1", looked_at=NOW - timedelta(hours=1)))

    assert f"in 2 regions; the oldest look is of <!date^{int((NOW - timedelta(hours=1)).timestamp())}" in text


def test_it_says_where_the_queue_brings_less_and_what_cannot_be_read():
    text = said(
        a_look(missed=3),
        a_look("*", "cloudwatch", looked_at=None, failed_at=NOW, why="AWS refused <ec2:DescribeRegions>."),
    )

    assert "acme &lt;!channel&gt;, eu-west-1, GuardDuty: the queue did not bring the last 3." in text
    assert "all regions, CloudWatch cannot be compared since <!date^" in text
    assert "AWS refused &lt;ec2:DescribeRegions&gt;." in text


def test_a_drill_says_how_it_went():
    sent = {"id": "d1", "asked_by": "", "asked_at": NOW, "due_at": NOW, "sent_at": NOW}

    assert "is on its way" in said(last=Drill(**sent))
    assert "was lost. It was &lt;sent&gt;." in said(last=Drill(**sent, failed_at=NOW, why="It was <sent>."))
    assert "from AWS to Slack, in 2.5 s." in said(last=Drill(**sent, posted_at=NOW + timedelta(seconds=2.5)))
