"""One person a user, and root left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.iam_people import sounds_shared
from checks.inventory.iam import Root, SamlProvider, User
from checks.model import Severity, Status
from checks.settings import SHARED_NAMES
from tests.builders import a_gap, a_key, a_root, a_user, ago
from tests.service_builders import a_saml_provider

SHARED = ["team-ops", "shared01", "admin", "Administrator", "test_user", "ops.team.2", "supportteam", "GUEST-3", "root"]
PERSONAL = ["admin-anna", "anna", "12345", "contest", "teams", "tempest", "ops-bot", "jonas.berg", "", "user-x"]


@pytest.mark.parametrize("name", SHARED)
def test_a_console_user_whose_name_no_person_bears_fails(answer, name):
    finding = answer("iam-shared-user", a_user(name))
    assert (finding.status, finding.severity) == (Status.FAIL, Severity.MEDIUM)


@pytest.mark.parametrize("name", PERSONAL)
def test_a_name_with_anything_of_its_own_passes(answer, name):
    assert answer("iam-shared-user", a_user(name)).status is Status.PASS


@given(st.lists(st.sampled_from(SHARED_NAMES), min_size=1), st.lists(st.sampled_from("-_. 0123456789@+"), min_size=1))
def test_words_in_any_order_with_anything_but_letters_between_them_are_shared(words, between):
    name = "".join(word + between[number % len(between)] for number, word in enumerate(words))
    assert sounds_shared(name.title(), SHARED_NAMES)
    assert not sounds_shared(name + "x", SHARED_NAMES)


def test_a_shared_name_without_a_console_password_is_a_machines(answer):
    assert answer("iam-shared-user", a_user("team-ops", has_password=False)).status is Status.PASS


def test_a_shared_user_on_the_break_glass_list_is_left_out_and_said_so(answer):
    finding = answer("iam-shared-user", a_user("admin"), break_glass=("admin",))
    assert finding.status is Status.MUTED
    assert "break-glass" in finding.reason


def test_the_words_are_a_setting(answer):
    assert answer("iam-shared-user", a_user("kiosk"), shared_names=("kiosk",)).status is Status.FAIL
    assert answer("iam-shared-user", a_user("admin"), shared_names=()).status is Status.PASS


@pytest.mark.parametrize(("days", "status"), [(90.5, "FAIL"), (91, "PASS")])
def test_root_that_signs_in_where_nobody_else_can_fails_for_ninety_days(answer, days, status):
    assert answer("iam-root-as-daily-user", a_root(password_last_used=ago(days))).status == status


def test_root_as_the_only_way_in_says_since_when(answer):
    evidence = answer("iam-root-as-daily-user", a_root(password_last_used=ago(3))).evidence
    assert (evidence["root_signed_in"], evidence["age_days"]) == ("2026-02-26", 3)


@pytest.mark.parametrize(
    "way_in",
    [
        a_user(),
        a_user(has_password=False, keys=(a_key(),)),
        a_saml_provider(),
        a_saml_provider("AWSSSO_0a_DO_NOT_DELETE"),
    ],
    ids=["password", "key", "saml", "identity-center"],
)
def test_another_way_in_for_people_is_enough(answer, way_in):
    assert answer("iam-root-as-daily-user", a_root(password_last_used=ago(3)), way_in).status is Status.PASS


def test_a_user_without_any_credential_is_no_way_in(answer):
    user = a_user(has_password=False, keys=(a_key(active=False),))
    assert answer("iam-root-as-daily-user", a_root(password_last_used=ago(3)), user).status is Status.FAIL


def test_the_use_of_roots_keys_is_another_checks(answer):
    root = a_root(password_last_used=None, keys=(a_key(last_used=ago(1)),))
    assert answer("iam-root-as-daily-user", root).status is Status.PASS


@pytest.mark.parametrize("kind", [User, SamlProvider])
def test_whether_there_is_another_way_in_is_unknown_where_it_could_not_be_read(answer, kind):
    root = a_root(password_last_used=ago(3))
    assert answer("iam-root-as-daily-user", root, gaps=[a_gap(kind)]).status is Status.UNKNOWN


def test_users_that_are_there_answer_it_though_providers_could_not_be_read(answer):
    root = a_root(password_last_used=ago(3))
    assert answer("iam-root-as-daily-user", root, a_user(), gaps=[a_gap(SamlProvider)]).status is Status.PASS


@pytest.mark.parametrize(("check_id", "kind"), [("iam-shared-user", User), ("iam-root-as-daily-user", Root)])
def test_what_could_not_be_read_is_unknown(answer, check_id, kind):
    assert answer(check_id, gaps=[a_gap(kind)]).status is Status.UNKNOWN
