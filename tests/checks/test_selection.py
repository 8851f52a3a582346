"""Choosing checks by words."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.catalog import CATALOG
from checks.model import Finding, Severity, Status
from checks.selection import Selection, SelectionError, parse
from checks.settings import CheckSettings

ACCOUNTS = ("111122223333", "acme-prod", "222233334444", "acme-dev")
REGIONS = ("eu-west-1", "us-east-1")


def chosen(text):
    return {c.id for c in parse(text, CATALOG, ACCOUNTS, REGIONS).checks(CATALOG)}


def ids(*prefixes):
    return {id_ for id_ in CATALOG if id_.startswith(prefixes)}


SG = {id_ for id_ in CATALOG if "-sg-" in id_}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("all", set(CATALOG)),
        ("iam", ids("iam-")),
        ("IAM", ids("iam-")),
        ("sg", SG),
        ("ec2", ids("ec2-", "ebs-")),
        ("iam sg", ids("iam-") | SG),
        ("iam-key-old", {"iam-key-old"}),
        ("iam-key-*", {"iam-key-old", "iam-key-unused"}),
        ("iam-*-no-mfa", {"iam-root-no-mfa", "iam-user-no-mfa", "iam-admin-no-mfa"}),
        ("iam-key-old ec2-sg-open-ssh", {"iam-key-old", "ec2-sg-open-ssh"}),
        ("sg iam-key-old", SG | {"iam-key-old"}),
        ("best-practices/11", {"iam-key-old"}),
        ("best-practices/11 best-practices/28", {"iam-key-old", "iam-root-key"}),
        ("cis-3.0/1.14", {"iam-key-old"}),
        ("fsbp/iam.3", {"iam-key-old"}),
        ("best-practices", set(CATALOG)),
        ("ec2-sg-open-* cis-3.0", {"ec2-sg-open-all", "ec2-sg-open-ssh", "ec2-sg-open-rdp"}),
        (
            "iam severity>=critical",
            {"iam-root-no-mfa", "iam-admin-no-mfa", "iam-root-key", "iam-policy-admin", "iam-certificate-expired"},
        ),
        ("s3", {id_ for id_ in CATALOG if "-bucket-" in id_ and "alarm" not in id_}),
        ("acm", {"acm-certificate-expired", "acm-certificate-expiring", *ids("iam-certificate-")}),
        ("rds redshift", ids("rds-", "redshift-")),
        ("config", ids("config-")),
        ("guardduty", ids("guardduty-")),
        ("all account=acme-prod region=eu-west-1", set(CATALOG)),
    ],
)
def test_words_choose_checks(text, expected):
    assert chosen(text) == expected


def test_a_reference_is_matched_whole_and_not_by_its_first_letters():
    assert "iam-root-no-mfa" not in chosen("cis-5.0/1.14")
    assert chosen("cis-3.0/1.4") == {"iam-root-key"}


def test_a_framework_chooses_all_that_cite_it():
    cited = {c.id for c in CATALOG.values() if any(r.startswith("cis-5.0/") for r in c.references)}
    assert chosen("cis-5.0") == cited


def test_places_are_kept_with_commas_and_repetition_alike():
    selection = parse("all account=acme-prod,ACME-dev region=eu-west-1 region=us-east-1", CATALOG, ACCOUNTS)
    assert selection.accounts == ("acme-prod", "acme-dev")
    assert selection.regions == ("eu-west-1", "us-east-1")
    assert selection.admits_account("111122223333", "acme-prod")
    assert not selection.admits_account("333344445555", "acme-log")
    assert parse("all account=333344445555", CATALOG).admits_account("333344445555")


@pytest.mark.parametrize("word", ["severity>=high", "severity≥HIGH"])
def test_a_severity_may_come_as_slack_or_a_phone_writes_it(word):
    assert parse(f"all {word}", CATALOG).severity is Severity.HIGH


def test_of_two_severities_the_lower_lets_in_both():
    assert parse("all severity>=critical severity>=low", CATALOG).severity is Severity.LOW


def test_a_check_stays_when_only_its_worst_is_bad_enough_and_its_findings_are_sorted_after():
    selection = parse("severity>=high", CATALOG)
    assert CATALOG["iam-key-old"] in selection.checks(CATALOG)
    assert CATALOG["iam-key-unused"] not in selection.checks(CATALOG)
    facts = {
        "check": "iam-key-old",
        "status": Status.FAIL,
        "account": "1",
        "region": "global",
        "resource": "x",
        "title": "t",
    }
    assert selection.admits(Finding(severity=Severity.HIGH, **facts))
    assert not selection.admits(Finding(severity=Severity.MEDIUM, **facts))
    assert selection.admits(Finding(severity=Severity.MEDIUM, **{**facts, "status": Status.UNKNOWN}))
    assert parse("all region=global", CATALOG, (), REGIONS).admits(Finding(severity=Severity.HIGH, **facts))
    assert not parse("all region=eu-west-1", CATALOG).admits(Finding(severity=Severity.HIGH, **facts))


def test_an_operators_severity_and_switch_count():
    settings = CheckSettings(severity={"iam-key-unused": "high"}, disabled=("iam-root-key",))
    found = {c.id for c in parse("severity>=high", CATALOG).checks(CATALOG, settings)}
    assert "iam-key-unused" in found
    assert "iam-root-key" not in found


def test_an_empty_selection_means_everything():
    assert len(Selection().checks(CATALOG)) == len(CATALOG)


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("iamm", "iam"),
        ("iam-key-oldd", "iam-key-old"),
        ("iam-user-mfa", "iam-user-no-mfa"),
        ("cis-3.1", "cis-3.0"),
        ("iam-kex-*", "iam-key-old"),
        ("severity>=hihg", "severity>=high"),
        ("severity>high", "severity>=high"),
        ("severty>=high", "severity>=high"),
        ("all account=acme-prd", "account=acme-prod"),
        ("all region=eu-west-11", "region=eu-west-1"),
        ("acount=acme-prod", "account="),
        ("all account=", "account=111122223333"),
    ],
)
def test_a_wrong_word_gets_the_nearest_right_ones(text, near):
    with pytest.raises(SelectionError) as error:
        parse(text, CATALOG, ACCOUNTS, REGIONS)
    assert near in error.value.nearest
    assert near in str(error.value) or near.partition("=")[2] in str(error.value)
    assert error.value.word


def test_a_word_near_to_nothing_gets_the_services():
    with pytest.raises(SelectionError, match=r"I do not know `zzzzqqqq`; did you mean `all`, .*`iam`"):
        parse("zzzzqqqq", CATALOG)


def test_words_that_leave_no_check_say_so():
    with pytest.raises(SelectionError, match="no check fits all of: sg best-practices/11"):
        parse("sg best-practices/11", CATALOG)


def test_an_empty_line_says_what_to_write():
    with pytest.raises(SelectionError, match="say what to audit: `all`"):
        parse("   ", CATALOG)


@given(st.text(max_size=30))
def test_no_text_breaks_the_grammar(text):
    with suppress(SelectionError):
        parse(text, CATALOG, ACCOUNTS, REGIONS)


def test_without_a_list_of_regions_a_word_without_the_form_of_one_is_refused():
    with pytest.raises(SelectionError, match="no region is called `mars`"):
        parse("all region=mars", CATALOG)
    assert parse("all region=us-gov-west-1,global", CATALOG).regions == ("us-gov-west-1", "global")
