"""The contract of each gap: what boto3 sees of it, as AWS would show it."""

import json
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sandbox.aws import Cloud
from sandbox.aws.gaps.credential_report import RootKey, RootUser, set_root
from sandbox.aws.gaps.sns import confirm
from sandbox.aws.seeds.organization import trust

pytestmark = pytest.mark.xdist_group("sandbox-aws-gaps")
Make = Callable[..., Any]


def rule_to(cloud: Cloud, account: str, arn: str, pattern: dict[str, Any], region: str = "us-east-1") -> None:
    events = cloud.client("events", account, region)
    events.put_rule(Name="rule", EventPattern=json.dumps(pattern))
    events.put_targets(Rule="rule", Targets=[{"Id": "1", "Arn": arn}])


# GuardDuty


def test_sample_findings_can_be_listed_by_severity_page_by_page(cloud: Cloud, account: str) -> None:
    guardduty = cloud.client("guardduty", account)
    detector = guardduty.create_detector(Enable=True)["DetectorId"]
    guardduty.create_sample_findings(DetectorId=detector)
    criteria = {"Criterion": {"severity": {"Gte": 7}, "service.archived": {"Eq": ["false"]}}}

    pages = list(
        guardduty.get_paginator("list_findings").paginate(
            DetectorId=detector, FindingCriteria=criteria, PaginationConfig={"PageSize": 3}
        )
    )
    ids = [each for page in pages for each in page["FindingIds"]]
    found = guardduty.get_findings(DetectorId=detector, FindingIds=ids)["Findings"]

    assert len(pages) > 1
    assert len(found) == len(ids) == len(set(ids))
    assert all(finding["Severity"] >= 7 for finding in found)
    of_eight = {"Criterion": {"severity": {"Eq": ["8"]}}}
    assert guardduty.list_findings(DetectorId=detector, FindingCriteria=of_eight)["FindingIds"]
    assert all(finding["Title"].startswith("[SAMPLE]") for finding in found)


def test_an_archived_finding_is_listed_among_the_archived_until_it_is_unarchived(cloud: Cloud, account: str) -> None:
    guardduty = cloud.client("guardduty", account)
    detector = guardduty.create_detector(Enable=True)["DetectorId"]
    guardduty.create_sample_findings(DetectorId=detector, FindingTypes=["Recon:IAMUser/TorIPCaller"])
    (finding,) = guardduty.list_findings(DetectorId=detector)["FindingIds"]

    def archived(value: str) -> list[str]:
        criteria = {"Criterion": {"service.archived": {"Eq": [value]}}}
        ids: list[str] = guardduty.list_findings(DetectorId=detector, FindingCriteria=criteria)["FindingIds"]
        return ids

    guardduty.archive_findings(DetectorId=detector, FindingIds=[finding])
    assert (archived("true"), archived("false")) == ([finding], [])
    guardduty.unarchive_findings(DetectorId=detector, FindingIds=[finding])
    assert (archived("true"), archived("false")) == ([], [finding])


def test_findings_are_chosen_by_when_they_were_updated_and_sorted(cloud: Cloud, account: str) -> None:
    guardduty = cloud.client("guardduty", account)
    detector = guardduty.create_detector(Enable=True)["DetectorId"]
    guardduty.create_sample_findings(DetectorId=detector)
    hour = timedelta(hours=1)

    def since(moment: datetime) -> list[str]:
        criteria = {"Criterion": {"updatedAt": {"GreaterThanOrEqual": int(moment.timestamp() * 1000)}}}
        ids: list[str] = guardduty.list_findings(
            DetectorId=detector,
            FindingCriteria=criteria,
            SortCriteria={"AttributeName": "severity", "OrderBy": "DESC"},
        )["FindingIds"]
        return ids

    found = guardduty.get_findings(DetectorId=detector, FindingIds=since(datetime.now(UTC) - hour)[:1])
    assert found["Findings"][0]["Severity"] == 9
    assert since(datetime.now(UTC) + hour) == []


def test_findings_of_one_account_and_region_are_not_seen_in_another(cloud: Cloud, account: str) -> None:
    here, there = (cloud.client("guardduty", account, region) for region in ("us-east-1", "eu-west-1"))
    detectors = [each.create_detector(Enable=True)["DetectorId"] for each in (here, there)]
    here.create_sample_findings(DetectorId=detectors[0])

    assert there.list_findings(DetectorId=detectors[1])["FindingIds"] == []
    with pytest.raises(ClientError):
        there.list_findings(DetectorId=detectors[0])


def test_a_region_has_one_detector_at_most(cloud: Cloud, account: str) -> None:
    guardduty = cloud.client("guardduty", account)
    guardduty.create_detector(Enable=True)
    with pytest.raises(ClientError, match="already exists"):
        guardduty.create_detector(Enable=True)


def test_a_finding_goes_by_rule_to_the_queue_as_eventbridge_writes_it(cloud: Cloud, account: str, queue: Make) -> None:
    inbox = queue(cloud, account)
    rule_to(cloud, account, inbox.arn, {"source": ["aws.guardduty"], "detail": {"severity": [{"numeric": [">=", 4]}]}})
    guardduty = cloud.client("guardduty", account)
    detector = guardduty.create_detector(Enable=True)["DetectorId"]
    guardduty.create_sample_findings(
        DetectorId=detector,
        FindingTypes=["Recon:IAMUser/TorIPCaller", "UnauthorizedAccess:EC2/SSHBruteForce"],
    )

    (body,) = inbox()
    event = json.loads(body)

    assert (event["source"], event["detail-type"]) == ("aws.guardduty", "GuardDuty Finding")
    assert (event["account"], event["region"], event["version"]) == (account, "us-east-1", "0")
    assert datetime.fromisoformat(event["time"]).tzinfo == UTC
    assert event["detail"]["accountId"] == account
    assert event["detail"]["type"] == "Recon:IAMUser/TorIPCaller"
    assert event["detail"]["service"]["detectorId"] == detector
    assert event["detail"]["service"]["additionalInfo"]["sample"] is True


def test_a_repeated_finding_is_sent_again_under_its_id_with_a_higher_count(
    cloud: Cloud, account: str, queue: Make
) -> None:
    inbox = queue(cloud, account)
    rule_to(cloud, account, inbox.arn, {"source": ["aws.guardduty"]})
    cloud.client("guardduty", account).create_detector(Enable=True)

    identity = cloud.guardduty_finding(account, "us-east-1", type="Backdoor:Lambda/C&CActivity.B")
    cloud.update_finding(identity, count=14)
    details = [json.loads(body)["detail"] for body in inbox()]

    assert [(one["id"], one["service"]["count"]) for one in details] == [(identity, 1), (identity, 14)]


def test_where_guardduty_is_off_nothing_is_found(cloud: Cloud, account: str) -> None:
    with pytest.raises(LookupError, match="GuardDuty is off in us-east-1"):
        cloud.guardduty_finding(account, "us-east-1", type="Backdoor:Lambda/C&CActivity.B")
    with pytest.raises(LookupError, match="no GuardDuty finding"):
        cloud.update_finding("nothing")


# EventBridge


def test_callers_may_not_speak_as_an_aws_service(cloud: Cloud, account: str, queue: Make) -> None:
    inbox = queue(cloud, account)
    rule_to(cloud, account, inbox.arn, {"account": [account]})
    entries = [{"Source": source, "DetailType": "Test", "Detail": "{}"} for source in ("aws.guardduty", "acme.orders")]

    result = cloud.client("events", account).put_events(Entries=entries)

    assert result["FailedEntryCount"] == 1
    assert result["Entries"][0]["ErrorCode"] == "NotAuthorizedForSourceException"
    assert [json.loads(body)["source"] for body in inbox()] == ["acme.orders"]


def test_a_topic_can_be_the_target_of_a_rule(cloud: Cloud, account: str, queue: Make) -> None:
    inbox = queue(cloud, account)
    sns = cloud.client("sns", account)
    topic = sns.create_topic(Name="changes")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=inbox.arn)
    rule_to(cloud, account, topic, {"source": ["acme.orders"]})

    sent = {"Source": "acme.orders", "DetailType": "Test", "Detail": '{"n": 1}'}
    cloud.client("events", account).put_events(Entries=[sent])

    (body,) = inbox()
    assert json.loads(json.loads(body)["Message"])["detail"] == {"n": 1}


def test_a_bus_passes_events_to_a_bus_elsewhere_but_no_further(cloud: Cloud, account: str, queue: Make) -> None:
    hub, third = f"3{account[1:]}", f"4{account[1:]}"
    for owner in (hub, third):
        rule_to(cloud, owner, queue(cloud, owner).arn, {"source": ["aws.config"]})
    buses = [f"arn:aws:events:us-east-1:{owner}:event-bus/default" for owner in (hub, third)]
    rule_to(cloud, account, buses[0], {"source": ["aws.config"]}, region="eu-west-1")
    cloud.client("events", hub).put_rule(Name="on", EventPattern='{"source": ["aws.config"]}')
    cloud.client("events", hub).put_targets(Rule="on", Targets=[{"Id": "1", "Arn": buses[1]}])
    event = {"source": "aws.config", "detail-type": "Test", "detail": {}}

    cloud.emit(account, "eu-west-1", event)
    assert queue(cloud, hub)() == []  # the hub's bus has not let that account in yet

    for owner, sender in ((hub, account), (third, hub)):
        cloud.client("events", owner).put_permission(Action="events:PutEvents", Principal=sender, StatementId="sender")

    cloud.emit(account, "eu-west-1", event)

    (body,) = queue(cloud, hub)()
    assert (json.loads(body)["account"], json.loads(body)["region"]) == (account, "eu-west-1")
    assert queue(cloud, third)() == []


def test_a_disabled_rule_lets_nothing_through(cloud: Cloud, account: str, queue: Make) -> None:
    inbox = queue(cloud, account)
    rule_to(cloud, account, inbox.arn, {"source": ["aws.config"]})
    cloud.client("events", account).disable_rule(Name="rule")
    cloud.emit(account, "us-east-1", {"source": "aws.config", "detail-type": "Test", "detail": {}})
    assert inbox() == []


def test_a_rule_can_shape_what_its_target_gets(cloud: Cloud, account: str, queue: Make) -> None:
    inbox = queue(cloud, account)
    events = cloud.client("events", account)
    events.put_rule(Name="rule", EventPattern='{"source": ["aws.config"]}')
    shape = {"InputPathsMap": {"who": "$.account"}, "InputTemplate": '{"from": "<who>"}'}
    events.put_targets(Rule="rule", Targets=[{"Id": "1", "Arn": inbox.arn, "InputTransformer": shape}])
    cloud.emit(account, "us-east-1", {"source": "aws.config", "detail-type": "Test", "detail": {}})
    assert [json.loads(body) for body in inbox()] == [{"from": account}]


# SNS and SQS


def test_an_email_subscription_is_pending_until_it_is_confirmed(cloud: Cloud, account: str) -> None:
    sns = cloud.client("sns", account)
    topic = sns.create_topic(Name="alarms")["TopicArn"]
    for name in ("a@acme.example", "b@acme.example"):
        sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=name)

    confirm(account, "us-east-1", topic, "b@acme.example")
    listed = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    arns = {each["Endpoint"]: each["SubscriptionArn"] for each in listed}

    assert arns["a@acme.example"] == "PendingConfirmation"
    assert arns["b@acme.example"].startswith(f"{topic}:")


def test_what_is_received_too_often_goes_to_the_dead_letter_queue(cloud: Cloud, account: str, queue: Make) -> None:
    dead, inbox = queue(cloud, account, name="dead"), queue(cloud, account)
    sqs = cloud.client("sqs", account)
    redrive = json.dumps({"deadLetterTargetArn": dead.arn, "maxReceiveCount": 2})
    sqs.set_queue_attributes(QueueUrl=inbox.url, Attributes={"RedrivePolicy": redrive, "VisibilityTimeout": "0"})
    sqs.send_message(QueueUrl=inbox.url, MessageBody="poison")

    received = [sqs.receive_message(QueueUrl=inbox.url).get("Messages", []) for _ in range(3)]

    assert [len(messages) for messages in received] == [1, 1, 0]
    assert dead() == ["poison"]


# CloudWatch


def alarm(cloud: Cloud, account: str, topic: str) -> Any:
    cloudwatch = cloud.client("cloudwatch", account)
    cloudwatch.put_metric_alarm(
        AlarmName="latency",
        AlarmDescription="too slow",
        Namespace="Acme",
        MetricName="Latency",
        Dimensions=[{"Name": "Service", "Value": "orders"}],
        Statistic="Average",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1.5,
        ComparisonOperator="GreaterThanThreshold",
        AlarmActions=[topic],
    )
    return cloudwatch


def test_a_new_alarm_has_insufficient_data(cloud: Cloud, account: str) -> None:
    cloudwatch = alarm(cloud, account, f"arn:aws:sns:us-east-1:{account}:none")
    (described,) = cloudwatch.describe_alarms()["MetricAlarms"]
    assert described["StateValue"] == "INSUFFICIENT_DATA"


def test_an_alarm_that_changes_state_reaches_eventbridge_and_its_topic(cloud: Cloud, account: str, queue: Make) -> None:
    by_rule, by_topic = queue(cloud, account, name="rule"), queue(cloud, account, name="topic")
    rule_to(cloud, account, by_rule.arn, {"source": ["aws.cloudwatch"]})
    sns = cloud.client("sns", account)
    topic = sns.create_topic(Name="alarms")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=by_topic.arn)
    alarm(cloud, account, topic)

    cloud.alarm(account, "us-east-1", "latency", "ALARM", "2.1 > 1.5")
    cloud.alarm(account, "us-east-1", "latency", "ALARM", "still")  # no change, so nothing is sent

    (body,) = by_rule()
    event = json.loads(body)
    assert event["detail-type"] == "CloudWatch Alarm State Change"
    assert event["resources"] == [f"arn:aws:cloudwatch:us-east-1:{account}:alarm:latency"]
    assert event["detail"]["alarmName"] == "latency"
    assert event["detail"]["state"]["value"] == "ALARM"
    assert event["detail"]["state"]["reason"] == "2.1 > 1.5"
    assert event["detail"]["state"]["timestamp"].endswith("+0000")
    assert event["detail"]["previousState"]["value"] == "INSUFFICIENT_DATA"
    metric = event["detail"]["configuration"]["metrics"][0]["metricStat"]["metric"]
    assert metric == {"namespace": "Acme", "name": "Latency", "dimensions": {"Service": "orders"}}

    (envelope,) = map(json.loads, by_topic())
    message = json.loads(envelope["Message"])
    assert (envelope["Type"], envelope["TopicArn"]) == ("Notification", topic)
    assert envelope["Subject"] == 'ALARM: "latency" in US East (N. Virginia)'
    assert (message["AWSAccountId"], message["Region"]) == (account, "US East (N. Virginia)")
    assert (message["OldStateValue"], message["NewStateValue"]) == ("INSUFFICIENT_DATA", "ALARM")
    assert message["Trigger"]["Dimensions"] == [{"value": "orders", "name": "Service"}]
    assert message["Trigger"]["Threshold"] == 1.5


def test_an_alarm_whose_actions_are_disabled_tells_eventbridge_alone(cloud: Cloud, account: str, queue: Make) -> None:
    by_topic = queue(cloud, account)
    sns = cloud.client("sns", account)
    topic = sns.create_topic(Name="alarms")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=by_topic.arn)
    alarm(cloud, account, topic).disable_alarm_actions(AlarmNames=["latency"])
    cloud.alarm(account, "us-east-1", "latency", "ALARM")
    assert by_topic() == []


def test_an_alarm_remembers_its_changes(cloud: Cloud, account: str) -> None:
    cloudwatch = alarm(cloud, account, f"arn:aws:sns:us-east-1:{account}:none")
    for state in ("ALARM", "OK"):
        cloud.alarm(account, "us-east-1", "latency", state)
    items = cloudwatch.describe_alarm_history(AlarmName="latency")["AlarmHistoryItems"]
    assert [item["HistorySummary"] for item in items] == [
        "Alarm updated from ALARM to OK",
        "Alarm updated from INSUFFICIENT_DATA to ALARM",
    ]


def test_an_alarms_graph_is_a_picture_of_the_size_asked_for(cloud: Cloud, account: str) -> None:
    cloudwatch = alarm(cloud, account, f"arn:aws:sns:us-east-1:{account}:none")
    arn = cloudwatch.describe_alarms()["MetricAlarms"][0]["AlarmArn"]
    widget = {"annotations": {"alarms": [arn]}, "width": 300, "height": 200}
    png = cloudwatch.get_metric_widget_image(MetricWidget=json.dumps(widget))["MetricWidgetImage"]
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    assert (int.from_bytes(png[16:20]), int.from_bytes(png[20:24])) == (300, 200)


# IAM and STS


def report(cloud: Cloud, account: str) -> list[dict[str, str]]:
    iam = cloud.client("iam", account)
    assert iam.generate_credential_report()["State"] == "STARTED"
    assert iam.generate_credential_report()["State"] == "COMPLETE"
    answer = iam.get_credential_report()
    assert datetime.now(UTC) - answer["GeneratedTime"] < timedelta(minutes=1)
    header, *rows = answer["Content"].decode().splitlines()
    return [dict(zip(header.split(","), row.split(","), strict=True)) for row in rows]


def test_the_credential_report_begins_with_the_root_user(cloud: Cloud, account: str) -> None:
    used = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    set_root(account, RootUser(created=used, password_last_used=used, mfa="virtual", keys=(RootKey(used),)))
    cloud.client("iam", account).create_user(UserName="anna")

    root, anna = report(cloud, account)

    assert (root["user"], root["arn"]) == ("<root_account>", f"arn:aws:iam::{account}:root")
    assert root["password_last_used"] == "2026-01-02T03:04:05+00:00"
    assert (root["mfa_active"], root["access_key_1_active"]) == ("true", "true")
    assert root["access_key_1_last_used_date"] == "N/A"
    assert (anna["user"], anna["password_enabled"], anna["password_last_used"]) == ("anna", "false", "N/A")
    summary = cloud.client("iam", account).get_account_summary()["SummaryMap"]
    assert (summary["AccountMFAEnabled"], summary["AccountAccessKeysPresent"]) == (1, 1)
    devices = cloud.client("iam", account).list_virtual_mfa_devices(AssignmentStatus="Assigned")
    (device,) = devices["VirtualMFADevices"]
    assert device["SerialNumber"].endswith(":mfa/root-account-mfa-device")
    assert device["User"]["Arn"] == f"arn:aws:iam::{account}:root"


def test_the_report_and_the_lists_agree_on_dates_to_the_second(cloud: Cloud, account: str) -> None:
    iam = cloud.client("iam", account)
    iam.create_user(UserName="anna")
    created = iam.create_access_key(UserName="anna")["AccessKey"]["CreateDate"]
    _, anna = report(cloud, account)
    assert datetime.fromisoformat(anna["access_key_1_last_rotated"]) == created
    assert iam.list_access_keys(UserName="anna")["AccessKeyMetadata"][0]["CreateDate"] == created


def test_the_aws_policies_that_people_attach_are_there(cloud: Cloud, account: str) -> None:
    listed = cloud.client("iam", account).list_policies(Scope="AWS")["Policies"]
    assert {"AdministratorAccess", "IAMUserChangePassword"} <= {each["PolicyName"] for each in listed}


def test_a_role_is_assumed_by_whom_it_trusts_with_the_external_id_it_asks_for(
    cloud: Cloud, account: str, as_bot: Make
) -> None:
    hub = "777788889999"
    iam = cloud.client("iam", account)
    condition = {"StringEquals": {"sts:ExternalId": "right"}}
    iam.create_role(RoleName="reader", AssumeRolePolicyDocument=trust({"AWS": f"arn:aws:iam::{hub}:root"}, condition))
    iam.create_role(RoleName="theirs", AssumeRolePolicyDocument=trust({"AWS": "arn:aws:iam::999999999999:root"}))
    sts = as_bot(cloud, "sts")

    def assume(role: str, external_id: str) -> Any:
        arn = f"arn:aws:iam::{account}:role/{role}"
        return sts.assume_role(RoleArn=arn, RoleSessionName="test", ExternalId=external_id)

    assert assume("reader", "right")["Credentials"]
    for role, external_id in (("reader", "wrong"), ("theirs", "right"), ("missing", "right")):
        with pytest.raises(ClientError, match="AccessDenied"):
            assume(role, external_id)


def test_server_certificates_have_their_own_dates(cloud: Cloud, account: str) -> None:
    from sandbox.aws.seeds.prod_edge import pem

    end = datetime(2026, 5, 6, 7, 8, 9, tzinfo=UTC)
    body, key = pem("old.acme.example", end - timedelta(days=300), end)
    iam = cloud.client("iam", account)
    iam.upload_server_certificate(ServerCertificateName="old", CertificateBody=body, PrivateKey=key)
    (listed,) = iam.list_server_certificates()["ServerCertificateMetadataList"]
    assert listed["Expiration"] == end


# Organizations


def test_a_member_may_not_list_the_organisation_unless_it_is_a_delegate(cloud: Cloud, account: str) -> None:
    client = cloud.client("organizations", account)
    client.create_organization(FeatureSet="ALL")
    made = client.create_account(AccountName="member", Email="a@acme.example")["CreateAccountStatus"]
    member = cloud.client("organizations", made["AccountId"])

    with pytest.raises(ClientError, match="AccessDeniedException"):
        member.list_accounts()
    client.register_delegated_administrator(AccountId=made["AccountId"], ServicePrincipal="guardduty.amazonaws.com")
    assert {each["Id"] for each in member.list_accounts()["Accounts"]} == {account, made["AccountId"]}


def test_a_delegate_reads_the_tree_and_the_tags_of_the_organisation(cloud: Cloud, account: str) -> None:
    client = cloud.client("organizations", account)
    client.create_organization(FeatureSet="ALL")
    member = client.create_account(AccountName="member", Email="a@acme.example")["CreateAccountStatus"]["AccountId"]
    root = client.list_roots()["Roots"][0]["Id"]
    unit = client.create_organizational_unit(ParentId=root, Name="Workloads")["OrganizationalUnit"]["Id"]
    client.move_account(AccountId=member, SourceParentId=root, DestinationParentId=unit)
    client.tag_resource(ResourceId=member, Tags=[{"Key": "team", "Value": "payments"}])
    delegate = cloud.client("organizations", member)

    with pytest.raises(ClientError, match="AccessDeniedException"):
        delegate.list_roots()
    client.register_delegated_administrator(AccountId=member, ServicePrincipal="guardduty.amazonaws.com")

    assert delegate.list_roots()["Roots"][0]["Id"] == root
    assert delegate.list_organizational_units_for_parent(ParentId=root)["OrganizationalUnits"][0]["Name"] == "Workloads"
    assert delegate.list_accounts_for_parent(ParentId=unit)["Accounts"][0]["Id"] == member
    assert delegate.list_tags_for_resource(ResourceId=member)["Tags"] == [{"Key": "team", "Value": "payments"}]


# Security Hub


def a_finding(account: str, id_: str, **facts: Any) -> dict[str, Any]:
    return {
        "SchemaVersion": "2018-10-08",
        "Id": id_,
        "ProductArn": f"arn:aws:securityhub:us-east-1:{account}:product/{account}/default",
        "GeneratorId": "made-up/check",
        "AwsAccountId": account,
        "CreatedAt": "2026-11-25T09:00:00.000Z",
        "UpdatedAt": "2026-11-25T09:00:00.000Z",
        "Severity": {"Label": "HIGH"},
        "Title": "It is open",
        "Description": "It is open to the world",
        "Types": ["Software and Configuration Checks"],
        "Resources": [{"Type": "Other", "Id": "x"}],
        "RecordState": "ACTIVE",
        **facts,
    }


def test_security_hub_takes_nothing_before_it_is_enabled(cloud: Cloud, account: str) -> None:
    hub = cloud.client("securityhub", account)

    for call in (lambda: hub.batch_import_findings(Findings=[a_finding(account, "1")]), hub.get_findings):
        with pytest.raises(ClientError, match="InvalidAccessException"):
            call()


def test_security_hub_refuses_more_than_a_hundred_findings_and_those_that_are_wrong(cloud: Cloud, account: str) -> None:
    hub = cloud.client("securityhub", account)
    hub.enable_security_hub()

    with pytest.raises(ClientError, match="InvalidInputException"):
        hub.batch_import_findings(Findings=[a_finding(account, str(number)) for number in range(101)])
    answer = hub.batch_import_findings(
        Findings=[
            a_finding(account, "right"),
            a_finding(account, "long", Title="x" * 257),
            a_finding(account, "foreign", AwsAccountId="999988887777"),
            a_finding(account, "large", UserDefinedFields={"a": "x" * 250_000}),
        ]
    )

    assert (answer["SuccessCount"], answer["FailedCount"]) == (1, 3)
    assert {one["Id"] for one in answer["FailedFindings"]} == {"long", "foreign", "large"}


def test_security_hub_filters_its_findings(cloud: Cloud, account: str) -> None:
    hub = cloud.client("securityhub", account)
    hub.enable_security_hub()
    other = a_finding(account, "2", GeneratorId="other/check", UpdatedAt="2026-11-26T09:00:00.000Z")
    hub.batch_import_findings(Findings=[a_finding(account, "1"), other])

    def found(**filters: Any) -> list[str]:
        return [one["Id"] for one in hub.get_findings(Filters=filters)["Findings"]]

    assert found() == ["1", "2"]
    assert found(GeneratorId=[{"Value": "made-up/", "Comparison": "PREFIX"}]) == ["1"]
    assert found(RecordState=[{"Value": "ARCHIVED", "Comparison": "EQUALS"}]) == []
    assert found(UpdatedAt=[{"Start": "1970-01-01T00:00:00.000Z", "End": "2026-11-25T10:00:00.000Z"}]) == ["1"]


# S3


def test_mfa_delete_is_kept_and_needs_the_device(cloud: Cloud, account: str) -> None:
    s3 = cloud.client("s3", account)
    s3.create_bucket(Bucket=f"trail-{account}")
    enabled = {"Status": "Enabled", "MFADelete": "Enabled"}

    assert "MFADelete" not in s3.get_bucket_versioning(Bucket=f"trail-{account}")
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.put_bucket_versioning(Bucket=f"trail-{account}", VersioningConfiguration=enabled)
    s3.put_bucket_versioning(
        Bucket=f"trail-{account}", VersioningConfiguration=enabled, MFA="arn:aws:iam::1:mfa/root 123456"
    )
    answer = s3.get_bucket_versioning(Bucket=f"trail-{account}")
    assert (answer["Status"], answer["MFADelete"]) == ("Enabled", "Enabled")


def test_a_bucket_is_encrypted_by_s3_unless_otherwise_said(cloud: Cloud, account: str) -> None:
    s3 = cloud.client("s3", account)
    s3.create_bucket(Bucket=f"plain-{account}")
    answer = s3.get_bucket_encryption(Bucket=f"plain-{account}")["ServerSideEncryptionConfiguration"]
    assert answer["Rules"][0]["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}


def test_the_account_before_the_host_of_s3control_is_understood(cloud: Cloud, account: str) -> None:
    client = cloud.client("s3control", account)
    block = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True)
    client.put_public_access_block(AccountId=account, PublicAccessBlockConfiguration=block)
    assert client.get_public_access_block(AccountId=account)["PublicAccessBlockConfiguration"] == block

    port = cloud.url.rpartition(":")[2]
    request = urllib.request.Request(  # noqa: S310
        f"{cloud.url}/v20180820/configuration/publicAccessBlock",
        headers={
            "Host": f"{account}.127.0.0.1:{port}",
            "x-amz-account-id": account,
            "Authorization": f"AWS4-HMAC-SHA256 Credential=SANDBOX0{account}/20260101/us-east-1/s3/aws4_request, "
            "SignedHeaders=host, Signature=0",
        },
    )
    with urllib.request.urlopen(request) as response:  # noqa: S310
        assert b"<RestrictPublicBuckets>true" in response.read()


def test_a_bucket_of_another_account_is_denied_but_can_take_a_trail(cloud: Cloud, account: str) -> None:
    other = f"5{account[1:]}"
    cloud.client("s3", other).create_bucket(Bucket=f"archive-{other}")
    with pytest.raises(ClientError, match="AccessDenied"):
        cloud.client("s3", account).get_bucket_logging(Bucket=f"archive-{other}")
    trail = cloud.client("cloudtrail", account).create_trail(Name="trail", S3BucketName=f"archive-{other}")
    assert trail["S3BucketName"] == f"archive-{other}"


# CloudTrail


def test_a_new_trail_has_the_default_selector_and_tells_when_it_delivered_to_logs(cloud: Cloud, account: str) -> None:
    cloud.client("s3", account).create_bucket(Bucket=f"trail-{account}")
    trails = cloud.client("cloudtrail", account)
    cloud.client("logs", account).create_log_group(logGroupName="trail")
    group = f"arn:aws:logs:us-east-1:{account}:log-group:trail:*"
    trails.create_trail(
        Name="trail",
        S3BucketName=f"trail-{account}",
        CloudWatchLogsLogGroupArn=group,
        CloudWatchLogsRoleArn=f"arn:aws:iam::{account}:role/x",
    )

    (selector,) = trails.get_event_selectors(TrailName="trail")["EventSelectors"]
    assert (selector["ReadWriteType"], selector["IncludeManagementEvents"]) == ("All", True)
    elsewhere = cloud.client("cloudtrail", account, "eu-west-1")
    arn = f"arn:aws:cloudtrail:us-east-1:{account}:trail/trail"
    assert elsewhere.get_event_selectors(TrailName=arn)["EventSelectors"] == [selector]
    assert "LatestCloudWatchLogsDeliveryTime" not in trails.get_trail_status(Name="trail")
    trails.start_logging(Name="trail")
    delivered = trails.get_trail_status(Name="trail")["LatestCloudWatchLogsDeliveryTime"]
    assert abs(datetime.now(UTC) - delivered) < timedelta(minutes=1)


# Config, EC2 and ACM


def test_a_recorder_that_was_started_says_success(cloud: Cloud, account: str) -> None:
    config = cloud.client("config", account)
    config.put_configuration_recorder(
        ConfigurationRecorder={"name": "default", "roleARN": f"arn:aws:iam::{account}:role/config"}
    )
    config.put_delivery_channel(DeliveryChannel={"name": "default", "s3BucketName": "anything"})
    config.start_configuration_recorder(ConfigurationRecorderName="default")
    (status,) = config.describe_configuration_recorder_status()["ConfigurationRecordersStatus"]
    assert (status["recording"], status["lastStatus"]) == (True, "SUCCESS")


def test_a_default_group_lets_its_own_members_in(cloud: Cloud, account: str) -> None:
    ec2 = cloud.client("ec2", account)
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    (group,) = ec2.describe_security_groups(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["SecurityGroups"]
    (permission,) = group["IpPermissions"]
    assert (permission["IpProtocol"], permission["IpRanges"]) == ("-1", [])
    assert permission["UserIdGroupPairs"][0]["GroupId"] == group["GroupId"]


def test_new_groups_of_an_instance_replace_those_of_its_interface(cloud: Cloud, account: str) -> None:
    ec2 = cloud.client("ec2", account)
    image = ec2.register_image(Name="base", RootDeviceName="/dev/sda1")["ImageId"]
    instance = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1)["Instances"][0]
    group = ec2.create_security_group(GroupName="quarantine", Description="x")["GroupId"]
    ec2.modify_instance_attribute(InstanceId=instance["InstanceId"], Groups=[group])
    (interface,) = ec2.describe_network_interfaces()["NetworkInterfaces"]
    assert [each["GroupId"] for each in interface["Groups"]] == [group]

    other = ec2.create_security_group(GroupName="other", Description="x")["GroupId"]
    ec2.modify_network_interface_attribute(NetworkInterfaceId=interface["NetworkInterfaceId"], Groups=[other])
    (interface,) = ec2.describe_network_interfaces()["NetworkInterfaces"]
    assert [each["GroupId"] for each in interface["Groups"]] == [other]


def test_an_instance_runs_from_an_image_that_exists(cloud: Cloud, account: str) -> None:
    with pytest.raises(ClientError, match="InvalidAMIID"):
        cloud.client("ec2", account).run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1)


def test_own_snapshots_are_those_of_the_account(cloud: Cloud, account: str) -> None:
    ec2 = cloud.client("ec2", account)
    volume = ec2.create_volume(AvailabilityZone="us-east-1a", Size=1)["VolumeId"]
    made = ec2.create_snapshot(VolumeId=volume)["SnapshotId"]
    own = ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"]
    assert [each["SnapshotId"] for each in own] == [made]
    assert ec2.describe_snapshots(OwnerIds=["123412341234"])["Snapshots"] == []


def test_snapshots_that_everyone_may_use_are_listed_apart(cloud: Cloud, account: str) -> None:
    ec2 = cloud.client("ec2", account)
    volume = ec2.create_volume(AvailabilityZone="us-east-1a", Size=1)["VolumeId"]
    public, shared, private = (ec2.create_snapshot(VolumeId=volume)["SnapshotId"] for _ in range(3))
    for id_, whom in ((public, {"GroupNames": ["all"]}), (shared, {"UserIds": ["123412341234"]})):
        ec2.modify_snapshot_attribute(SnapshotId=id_, Attribute="createVolumePermission", OperationType="add", **whom)

    def listed(*users: str) -> set[str]:
        found = ec2.describe_snapshots(OwnerIds=["self"], RestorableByUserIds=list(users))["Snapshots"]
        return {one["SnapshotId"] for one in found} & {public, shared, private}

    assert listed("all") == {public}
    assert listed("123412341234") == {shared}
    assert listed("self") == {public, shared, private}


def test_regions_are_those_enabled_unless_all_are_asked_for(cloud: Cloud, account: str) -> None:
    ec2 = cloud.client("ec2", account)
    wanted = [{"Name": "opt-in-status", "Values": ["opt-in-not-required"]}]
    some, every = ec2.describe_regions()["Regions"], ec2.describe_regions(AllRegions=True)["Regions"]
    filtered = ec2.describe_regions(AllRegions=True, Filters=wanted)["Regions"]
    assert {each["OptInStatus"] for each in filtered} == {"opt-in-not-required"}
    assert 0 < len(some) <= len(every)
    assert "us-east-1" in {each["RegionName"] for each in some}


def test_a_certificate_that_awaits_validation_has_no_end(cloud: Cloud, account: str) -> None:
    acm = cloud.client("acm", account)
    arn = acm.request_certificate(DomainName="new.acme.example")["CertificateArn"]
    certificate = acm.describe_certificate(CertificateArn=arn)["Certificate"]
    assert certificate["Status"] == "PENDING_VALIDATION"
    assert "NotAfter" not in certificate
    assert "NotAfter" not in acm.list_certificates()["CertificateSummaryList"][0]
