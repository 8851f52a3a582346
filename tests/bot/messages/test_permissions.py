"""What is missing is told by permission, with the checks that suffer and the fix, within Slack's limits."""

from bot.messages.permissions import build, missing
from checks.catalog import CATALOG
from checks.model import Severity, Status
from sandbox.slack.validate import check_message
from tests.audit_builders import a_finding


def unknown(permission, check="iam-root-key", account="111122223333", region="eu-west-1"):
    return a_finding(
        check=check,
        account=account,
        region=region,
        status=Status.UNKNOWN,
        severity=Severity.HIGH,
        reason=f"AWS refused {permission}",
        evidence={"missing_permission": permission, "region": region},
    )


def said(found, role="PicketRead"):
    message = build(missing(found), role, lambda account: f"name-of-{account}")
    check_message(message.text, [dict(block) for block in message.blocks])
    return message.text + "\n".join(str(block) for block in message.blocks)


def test_one_permission_is_one_line_with_every_check_and_place_that_suffers():
    [one] = missing([
        unknown("ec2:DescribeVolumes", "ebs-volume-unencrypted", region="eu-west-1"),
        unknown("ec2:DescribeVolumes", "ebs-volume-unencrypted", region="us-east-1"),
        unknown("ec2:DescribeVolumes", "ebs-snapshot-old", account="444455556666"),
        a_finding(status=Status.UNKNOWN, evidence={}, reason="by nature"),
    ])  # fmt: skip

    assert one.checks == ("ebs-snapshot-old", "ebs-volume-unencrypted")
    assert one.places == (("111122223333", ("eu-west-1", "us-east-1")), ("444455556666", ("eu-west-1",)))


def test_an_account_whose_role_is_missing_comes_with_the_fix_and_not_among_the_refused():
    text = said([unknown("sts:AssumeRole")])

    assert "1 account closed" in text
    assert "make the role `PicketRead` in account `111122223333`" in text
    assert "*Refused*" not in text


def test_where_nothing_is_missing_it_says_so():
    assert "refused nothing" in said([a_finding()])


def test_however_much_is_missing_and_however_it_is_spelt_slack_takes_it():
    found = [
        unknown(f"<!here>&{number}:*Describe`" * 9, check, account=f"{number:012}", region="<@U1>" * 40)
        for number in range(80)
        for check in list(CATALOG)[:30]
    ]
    closed = [unknown("sts:AssumeRole", account=f"{number:012}") for number in range(80)]

    text = said(found + closed, role="<R>" * 30)

    assert "<!here>" not in text
    assert "more" in text
