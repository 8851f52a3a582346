"""What holds for every check there is."""

import json
import re
from types import ModuleType

import pytest

from checks.catalog import CATALOG, MODULES, checks_of, gather
from checks.inventory import Inventory
from checks.judge import judge
from checks.model import Severity, Status
from checks.settings import CheckSettings
from tests.builders import (
    ADMIN_DOCUMENT,
    a_group,
    a_group_rule,
    a_key,
    a_password_policy,
    a_policy,
    a_prefix_list,
    a_root,
    a_root_key,
    a_security_group,
    a_user,
    ago,
    an_interface,
    an_inventory,
)
from tests.ec2_builders import everything_wrong
from tests.service_builders import services_wrong
from tests.trail_builders import trails_wrong

MEDIUM_SERVICES = {"smtp", "rpc", "dns", "ftp", "icmp"}
SERVICES = {"cifs", "mongodb", "mssql", "mysql", "oracle", "postgresql", "rdp", "ssh", "telnet"} | MEDIUM_SERVICES
ALARMS = {
    "unauthorized-api",
    "console-no-mfa",
    "root-use",
    "iam-change",
    "cloudtrail-change",
    "console-failure",
    "cmk-disable",
    "bucket-policy-change",
    "config-change",
    "security-group-change",
    "nacl-change",
    "gateway-change",
    "route-table-change",
    "vpc-change",
    "organizations-change",
}
ROWS = {
    1: {"cloudtrail-region-uncovered"},
    2: {"cloudtrail-no-log-validation", "cloudtrail-not-multi-region"},
    3: {"cloudtrail-no-cloudwatch-logs", *(f"cloudwatch-no-alarm-{alarm}" for alarm in ALARMS)},
    4: {"cloudtrail-bucket-no-access-log"},
    5: {"vpc-no-flow-log"},
    6: {"iam-shared-user", "iam-root-as-daily-user"},
    7: {"iam-root-no-mfa", "iam-root-virtual-mfa", "iam-user-no-mfa", "iam-admin-no-mfa"},
    8: {"cloudtrail-bucket-no-mfa-delete"},
    9: {"iam-user-console-and-keys"},
    10: {"iam-user-direct-policy"},
    11: {"iam-key-old"},
    12: {"iam-policy-admin", "iam-policy-service-admin", "iam-privilege-escalation", "iam-role-trusts-anyone"},
    13: {"iam-password-policy-weak"},
    14: {"iam-password-no-expiry", "iam-password-reuse"},
    15: {"iam-certificate-expired", "iam-certificate-expiring", "acm-certificate-expired", "acm-certificate-expiring"},
    16: {"cloudfront-http-allowed", "cloudfront-old-tls", "cloudfront-origin-http"},
    17: {"cloudtrail-bucket-public"},
    18: {"cloudtrail-not-encrypted"},
    19: {"ebs-volume-unencrypted", "ebs-no-default-encryption", "ebs-snapshot-public"},
    20: {"ec2-no-instance-profile", "ec2-secret-in-user-data"},
    21: {"vpc-mixed-environments", "ec2-in-default-vpc"},
    22: {"ec2-sg-wide-port-range"},
    23: {"ec2-sg-broad-source", "ec2-default-sg-open"},
    24: {"iam-root-used"},
    25: {"ec2-admin-port-not-bastion"},
    26: {"tag-missing", "tag-value-invalid", "name-invalid"},
    27: {"rds-unencrypted", "rds-snapshot-unencrypted", "rds-snapshot-public", "redshift-unencrypted"},
    28: {"iam-root-key"},
    29: {"ec2-key-pair-old", "iam-ssh-key-old"},
    30: {"ec2-sg-unused", "ec2-sg-duplicate", "ec2-sg-too-many"},
    31: {"iam-group-empty", "iam-group-no-policy", "iam-group-too-many"},
    32: {"iam-key-unused"},
    33: {"iam-user-inactive"},
    34: {"iam-ssh-key-unused", "ec2-key-pair-unused"},
    35: {"ec2-ami-public", "ec2-ami-shared"},
    36: {"ec2-sg-open-uncommon-port"},
    37: {"ec2-sg-open-all"},
    38: {"rds-public", "redshift-public"},
    39: {"ec2-sg-open-egress"},
    40: {f"ec2-sg-open-{service}" for service in SERVICES},
    41: {"config-not-recording"},
    42: {"config-not-all-resources", "config-bucket-public"},
    43: {"config-no-notification"},
    44: {"config-no-daily-snapshot"},
    45: {"guardduty-off", "guardduty-finding-left-open"},
    46: {"guardduty-not-relayed"},
}
SEVERITIES = {
    "critical": {
        "iam-root-no-mfa",
        "iam-admin-no-mfa",
        "iam-root-key",
        "ec2-sg-open-all",
        "ebs-snapshot-public",
        "ec2-secret-in-user-data",
        "iam-policy-admin",
        "rds-snapshot-public",
        "config-bucket-public",
        *ROWS[1],
        *ROWS[17],
    },
    "high": {
        *ROWS[2],
        "cloudwatch-no-alarm-unauthorized-api",
        "cloudwatch-no-alarm-root-use",
        "iam-user-no-mfa",
        "iam-root-used",
        "ebs-volume-unencrypted",
        "ec2-admin-port-not-bastion",
        "ec2-ami-public",
        "ec2-sg-open-uncommon-port",
        *(f"ec2-sg-open-{s}" for s in SERVICES - MEDIUM_SERVICES),
        "iam-privilege-escalation",
        "iam-role-trusts-anyone",
        "iam-certificate-expired",
        "acm-certificate-expired",
        "cloudfront-http-allowed",
        "rds-unencrypted",
        "redshift-unencrypted",
        *ROWS[38],
        *ROWS[45],
    },
    "low": {
        "iam-password-no-expiry",
        "ec2-in-default-vpc",
        *ROWS[26],
        *ROWS[29],
        *ROWS[30],
        *ROWS[34],
        "ec2-ami-shared",
        "ec2-sg-open-egress",
        "iam-certificate-expiring",
        "acm-certificate-expiring",
        *ROWS[31],
        *ROWS[43],
        *ROWS[44],
    },
}
every_check = pytest.mark.parametrize("one", CATALOG.values(), ids=list(CATALOG))


def a_bad_account() -> Inventory:
    """Everything wrong that these checks know of, with what they read beside it."""
    admin = "arn:aws:iam::aws:policy/AdministratorAccess"
    return an_inventory(
        a_root(mfa=False, keys=(a_root_key(last_used=ago(2)),)),
        a_user(
            mfa=False,
            password_last_used=ago(200),
            keys=(a_key(created=ago(500), last_used=ago(100)),),
            attached_policies=(admin,),
            inline_policies={"all": ADMIN_DOCUMENT},
            groups=("admins",),
            boundary=admin,
        ),
        a_group(attached_policies=(admin,)),
        a_policy(),
        a_password_policy(exists=False, minimum_length=8),
        a_security_group(a_group_rule("0.0.0.0/0", protocol="-1", ports=None, prefix_lists=("pl-1",))),
        an_interface(public_address="203.0.113.9"),
        a_prefix_list("::/0"),
        *everything_wrong(),
        *services_wrong(),
        *trails_wrong(),
    )


def test_every_row_of_the_practices_that_is_built_has_its_checks():
    cited = {}
    for one in CATALOG.values():
        (row,) = [r for r in one.references if r.startswith("best-practices/")]
        cited.setdefault(int(row.partition("/")[2]), set()).add(one.id)
    assert {row: cited.get(row) for row in ROWS} == ROWS


def test_severities_are_those_of_the_practices():
    named = {id_: word for word, ids in SEVERITIES.items() for id_ in ids}
    built = set().union(*ROWS.values())
    assert {id_: str(CATALOG[id_].severity) for id_ in built} == {id_: named.get(id_, "medium") for id_ in built}


@every_check
def test_a_check_explains_itself_in_sentences(one):
    assert re.fullmatch(r"[A-Z][^.]*[^.\s]", one.title)
    for text in (one.why, one.fix):
        assert re.fullmatch(r"[A-Z].+[.)]", text), text
        assert len(text.split()) >= 6
        assert "  " not in text
        assert len(text) < 400
    assert one.why.endswith(".")
    assert re.search(r"`aws |Sign in|IAM >|EC2 >|CloudTrail", one.fix), "the fix names where to go"


@every_check
def test_an_id_begins_with_its_service_and_the_check_is_found_by_it(one):
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", one.id)
    expected = {"ec2": one.id.startswith(("ec2-", "ebs-")), "iam": one.id.startswith("iam-")}
    expected["sg"] = "-sg-" in one.id
    expected["ebs"] = one.id.startswith("ebs-")
    expected["vpc"] = one.id.startswith("vpc-") or one.id == "ec2-in-default-vpc"
    for service in ("rds", "redshift", "cloudfront", "config", "guardduty"):
        expected[service] = one.id.startswith(f"{service}-")
    expected["acm"] = "best-practices/15" in one.references
    expected["tags"] = "best-practices/26" in one.references
    for service, holds in expected.items():
        assert (service in one.services) == holds


@every_check
def test_references_are_of_a_known_form_and_said_once(one):
    form = r"best-practices/\d{1,2}|cis-[35]\.0/\d+(\.\d+)+|fsbp/[A-Z][A-Za-z0-9]+\.\d+"
    assert all(re.fullmatch(form, reference) for reference in one.references)
    assert len(set(one.references)) == len(one.references)


@every_check
def test_what_a_check_declares_to_read_suffices_and_its_evidence_is_for_people_and_machines(one):
    found = list(judge(a_bad_account(), [one], CheckSettings()))
    assert found
    for finding in found:
        assert "fault of Picket" not in finding.reason
        assert finding.severity <= one.worst
        json.dumps(finding.evidence)
        assert finding.status is not Status.FAIL or finding.evidence
    # no device at all is another check's; and there are users, so that root is not the only way in
    if one.id not in ("iam-root-virtual-mfa", "iam-root-as-daily-user"):
        assert Status.FAIL in {f.status for f in found}


@every_check
def test_the_worst_is_no_better_than_the_usual(one):
    assert one.severity <= one.worst
    assert one.severity > Severity.INFO


@every_check
def test_nothing_there_gives_no_finding(one):
    assert list(judge(an_inventory(), [one], CheckSettings())) == []


def test_every_module_of_the_catalog_holds_checks():
    assert all(list(checks_of(module)) for module in MODULES)


def test_two_checks_of_one_id_are_refused_by_name():
    one = next(iter(CATALOG.values()))
    double = ModuleType("checks.double")
    double.again = type(one)(**{name: getattr(one, name) for name in one.__slots__})
    with pytest.raises(ValueError, match=rf"two checks share the id '{one.id}'.*checks\.double"):
        gather([*MODULES, double])


def test_every_practice_has_a_check():
    rows = {r for one in CATALOG.values() for r in one.references if r.startswith("best-practices/")}

    assert rows == {f"best-practices/{row}" for row in range(1, 47)}
