"""What a trail records, by its event selectors."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.inventory.cloudtrail import AdvancedSelector, Condition
from checks.trails import BOTH, data_of_bucket, left_out, management
from tests.trail_builders import a_basic_selector, an_advanced_selector

READS, WRITES, NOTHING = {"reads"}, {"writes"}, set()
MANAGEMENT = {"eventCategory_Equals": "Management"}
OBJECTS = {"eventCategory_Equals": "Data", "resources__type_Equals": "AWS::S3::Object"}


@pytest.mark.parametrize(
    ("facts", "recorded"),
    [
        ({}, BOTH),
        ({"read_write": "ReadOnly"}, READS),
        ({"read_write": "WriteOnly"}, WRITES),
        ({"management": False}, NOTHING),
        ({"excluded": ("kms.amazonaws.com", "rdsdata.amazonaws.com")}, BOTH),
    ],
)
def test_a_basic_selector_records_management_events(facts, recorded):
    assert management([a_basic_selector(**facts)]) == recorded


@pytest.mark.parametrize(
    ("fields", "recorded"),
    [
        (MANAGEMENT, BOTH),
        ({**MANAGEMENT, "readOnly_Equals": "true"}, READS),
        ({**MANAGEMENT, "readOnly_Equals": "false"}, WRITES),
        ({**MANAGEMENT, "readOnly_Equals": ("true", "false")}, BOTH),
        ({**MANAGEMENT, "readOnly_NotEquals": "true"}, WRITES),
        ({**MANAGEMENT, "eventSource_NotEquals": "kms.amazonaws.com"}, BOTH),
        ({**MANAGEMENT, "eventSource_NotEquals": "iam.amazonaws.com"}, NOTHING),
        ({**MANAGEMENT, "eventSource_Equals": "iam.amazonaws.com"}, NOTHING),
        ({**MANAGEMENT, "eventName_StartsWith": "Create"}, NOTHING),
        ({"eventCategory_Equals": "Data"}, NOTHING),
        ({"readOnly_Equals": "true"}, NOTHING),
    ],
)
def test_an_advanced_selector_records_management_events_unless_something_narrows_it(fields, recorded):
    assert management([an_advanced_selector(**fields)]) == recorded


def test_selectors_add_up():
    assert management([a_basic_selector(read_write="ReadOnly"), a_basic_selector(read_write="WriteOnly")]) == BOTH
    assert management([]) == NOTHING


def test_services_that_may_be_left_out_are_named():
    assert left_out([a_basic_selector(excluded=("kms.amazonaws.com",))]) == ("kms.amazonaws.com",)
    assert left_out([an_advanced_selector(**MANAGEMENT, eventSource_NotEquals="rdsdata.amazonaws.com")]) == (
        "rdsdata.amazonaws.com",
    )
    assert left_out([a_basic_selector()]) == ()


@pytest.mark.parametrize(
    ("prefixes", "recorded"),
    [
        (("arn:aws:s3",), BOTH),
        (("arn:aws:s3:::",), BOTH),
        (("arn:aws:s3:::logs/",), BOTH),
        (("arn:aws:s3:::other/", "arn:aws:s3:::logs/"), BOTH),
        (("arn:aws:s3:::logs/AWSLogs",), NOTHING),
        (("arn:aws:s3:::logs-2/",), NOTHING),
        ((), NOTHING),
    ],
)
def test_a_basic_selector_records_a_bucket_by_prefix(prefixes, recorded):
    assert data_of_bucket([a_basic_selector(data={"AWS::S3::Object": prefixes})], "logs") == recorded
    assert data_of_bucket([a_basic_selector(data={"AWS::Lambda::Function": prefixes})], "logs") == NOTHING


def test_data_events_of_one_kind_are_half_of_it():
    selector = a_basic_selector(read_write="WriteOnly", data={"AWS::S3::Object": ("arn:aws:s3:::",)})
    assert data_of_bucket([selector], "logs") == WRITES


@pytest.mark.parametrize(
    ("fields", "recorded"),
    [
        (OBJECTS, BOTH),
        ({**OBJECTS, "resources__ARN_StartsWith": "arn:aws:s3:::logs/"}, BOTH),
        ({**OBJECTS, "resources__ARN_StartsWith": "arn:aws:s3:::lo"}, BOTH),
        ({**OBJECTS, "resources__ARN_StartsWith": "arn:aws:s3:::logs/AWSLogs/"}, NOTHING),
        ({**OBJECTS, "resources__ARN_StartsWith": "arn:aws:s3:::other/"}, NOTHING),
        ({**OBJECTS, "resources__ARN_NotStartsWith": "arn:aws:s3:::other/"}, BOTH),
        ({**OBJECTS, "resources__ARN_NotStartsWith": "arn:aws:s3:::logs/"}, NOTHING),
        ({**OBJECTS, "resources__ARN_NotStartsWith": "arn:aws:s3:::logs/AWSLogs/"}, NOTHING),
        ({**OBJECTS, "resources__ARN_Equals": "arn:aws:s3:::logs/one"}, NOTHING),
        ({**OBJECTS, "resources__ARN_NotEquals": "arn:aws:s3:::logs/one"}, NOTHING),
        ({**OBJECTS, "resources__ARN_NotEquals": "arn:aws:s3:::other/one"}, BOTH),
        ({**OBJECTS, "resources__ARN_EndsWith": ".gz"}, NOTHING),
        ({**OBJECTS, "readOnly_Equals": "true"}, READS),
        ({**OBJECTS, "eventName_Equals": "GetObject"}, NOTHING),
        ({"eventCategory_Equals": "Data", "resources__type_Equals": "AWS::Lambda::Function"}, NOTHING),
        ({"eventCategory_Equals": "Data"}, NOTHING),
        (MANAGEMENT, NOTHING),
    ],
)
def test_an_advanced_selector_records_a_bucket_where_nothing_narrows_it(fields, recorded):
    assert data_of_bucket([an_advanced_selector(**fields)], "logs") == recorded


def test_a_bucket_in_another_partition_has_another_arn():
    selector = a_basic_selector(data={"AWS::S3::Object": ("arn:aws-cn:s3:::logs/",)})
    assert data_of_bucket([selector], "logs", "aws-cn") == BOTH
    assert data_of_bucket([selector], "logs") == NOTHING


NAMES = ("kms.amazonaws.com", "rdsdata.amazonaws.com", "iam.amazonaws.com")
conditions = st.one_of(
    st.tuples(
        st.just("eventSource"),
        st.sampled_from(["Equals", "NotEquals"]),
        st.lists(st.sampled_from(NAMES), min_size=1, unique=True),
    ),
    st.tuples(
        st.just("readOnly"),
        st.sampled_from(["Equals", "NotEquals"]),
        st.lists(st.sampled_from(["true", "false"]), min_size=1, unique=True),
    ),
)


@given(st.lists(conditions, max_size=3))
def test_a_kind_is_recorded_when_every_event_of_it_would_be_but_those_that_may_be_left_out(asked):
    selector = AdvancedSelector(
        conditions=(
            Condition(field="eventCategory", operator="Equals", values=("Management",)),
            *(Condition(field=field, operator=operator, values=tuple(values)) for field, operator, values in asked),
        )
    )

    def recorded(event):
        return all((event[field] in values) == (operator == "Equals") for field, operator, values in asked)

    expected = {
        kind
        for kind, read_only in (("reads", "true"), ("writes", "false"))
        if all(
            recorded({"eventSource": source, "readOnly": read_only})
            for source in ("iam.amazonaws.com", "any.other.amazonaws.com")
        )
    }
    assert management([selector]) == expected
