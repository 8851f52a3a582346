"""Which environment a resource says it belongs to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.environments import environment
from checks.settings import ENVIRONMENTS, CheckSettings

NAMES = [(own, name) for own, others in ENVIRONMENTS.items() for name in (own, *others)]
mixed_case = st.sampled_from([str.lower, str.upper, str.title, str.swapcase])


@given(st.sampled_from(NAMES), st.sampled_from(["Environment", "Env"]), mixed_case, mixed_case)
def test_an_environment_is_known_by_all_its_names_in_any_case(names, key, of_key, of_value):
    own, name = names
    assert environment({of_key(key): of_value(name), "Name": "test"}, CheckSettings()) == own


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({}, ""),
        ({"Environment": ""}, ""),
        ({"Environment": "  "}, ""),
        ({"Environment": " prod "}, "prod"),
        ({"Environment": "sandbox"}, "sandbox"),
        ({"Environment": "prd1"}, ""),
        ({"Environment": "production-eu"}, ""),
        ({"Env": "dev", "Environment": "prod"}, "prod"),
        ({"Env": "dev", "Environment": ""}, "dev"),
    ],
)
def test_a_value_that_is_none_of_those_allowed_names_no_environment(tags, expected):
    assert environment(tags, CheckSettings()) == expected


def test_without_a_pattern_any_value_is_an_environment():
    assert environment({"Environment": "Blue"}, CheckSettings(tag_patterns={})) == "blue"
    assert environment({"Environment": "Blue"}, CheckSettings(environment_tags=())) == ""
