"""What follows a card by itself, through the whole bot and without a browser: an alarm's graph, archived findings."""

import pytest

from sandbox.aws.accounts import PROD

pytestmark = pytest.mark.xdist_group("relay")

ALARM, REGION = "orders-api-latency", "us-east-1"


def the_card(acme, *words):
    return acme.workspace.wait_for(lambda: acme.find("CCRITICAL", *words), 60)


def files(acme, card):
    return [each for reply in acme.workspace.replies("CCRITICAL", card["ts"]) for each in reply.get("files", ())]


def test_the_graph_of_an_alarm_that_goes_off_arrives_in_its_thread(acme):
    acme.cloud.alarm(PROD, REGION, ALARM, "ALARM", "Threshold Crossed: 1 datapoint [2.0] was greater than 1.0.")
    card = the_card(acme, ALARM)

    picture = acme.workspace.wait_for(
        lambda: [each for each in files(acme, card) if each["mimetype"] == "image/png"], 60
    )
    assert ALARM in picture[0]["title"]
    assert acme.workspace.file_bytes(picture[0]["id"]).startswith(b"\x89PNG")


def test_resolving_an_alert_archives_its_finding_and_reopening_takes_it_out_again(acme, people):
    kind = "CredentialAccess:IAMUser/AnomalousBehavior"
    finding = acme.cloud.guardduty_finding(PROD, "eu-west-1", kind, 8.0, user="ci-deploy")
    guard = acme.cloud.client("guardduty", PROD, "eu-west-1")
    (detector,) = guard.list_detectors()["DetectorIds"]

    def archived():
        (found,) = guard.get_findings(DetectorId=detector, FindingIds=[finding])["Findings"]
        return found["Service"]["Archived"]

    card = the_card(acme, kind)
    assert acme.workspace.click(people.ana, "CCRITICAL", card["ts"], "alert:resolve").ok
    view = acme.workspace.wait_for(lambda: acme.workspace.views(people.ana), 30)[-1]
    assert acme.workspace.submit(people.ana, view["id"], {"reason": {"reason": "fixed"}}).ok
    acme.workspace.wait_for(archived, 60)
    acme.workspace.wait_for(lambda: "Archive in GuardDuty" in str(acme.workspace.replies("CCRITICAL", card["ts"])), 30)

    acme.workspace.wait_for(lambda: "Can be undone until" in str(acme.workspace.replies("CCRITICAL", card["ts"])), 60)
    assert acme.workspace.click(people.ana, "CCRITICAL", card["ts"], "alert:reopen").ok
    acme.workspace.wait_for(lambda: not archived(), 60)
