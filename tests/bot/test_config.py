"""Settings: what is accepted, and how faults are said."""

import re
from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest

from bot.config import Checks, Offline, load, load_offline
from bot.errors import SettingsError
from checks.model import Severity
from checks.settings import CheckSettings

ENVIRONMENT = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}
SMALLEST = '[[routes]]\nchannel = "#security-alerts"\n'


@pytest.fixture
def write(tmp_path):
    def write(text):
        path = tmp_path / "picket.toml"
        path.write_text(text)
        return path

    return write


def test_one_route_is_enough_and_nothing_may_be_changed_by_default(write):
    settings = load(write(SMALLEST), ENVIRONMENT)

    assert settings.routes[0].channel == "#security-alerts"
    assert settings.remediation.enabled == ()
    assert settings.rights.approve == ()
    assert settings.slack.api_url == "https://slack.com/api/"


def test_another_slack_needs_one_variable_alone(write):
    settings = load(write(SMALLEST), ENVIRONMENT | {"SLACK_API_URL": "http://127.0.0.1:9/api"})

    assert settings.slack.api_url == "http://127.0.0.1:9/api/"


def test_severities_are_words(write):
    settings = load(write(SMALLEST + 'severity = "high"\n' + SMALLEST), ENVIRONMENT)

    assert settings.routes[0].severity is Severity.HIGH


def test_every_number_and_list_of_the_checks_is_an_operators_to_set_and_has_their_default():
    assert set(Checks.model_fields) == {field.name for field in fields(CheckSettings)}
    assert Checks().for_judging() == CheckSettings()


def test_the_checks_know_the_accounts_that_are_audited_and_the_queue_that_is_read(write):
    account, friend, url = "111122223333", "444455556666", "https://sqs.eu-west-1.amazonaws.com/111122223333/events"
    aws = f'[aws]\naccounts = [{{ id = "{account}" }}]\nqueue_url = "{url}"\n'
    known = f'[checks]\nknown_accounts = ["{friend}", "{account}"]\n'

    judging = load(write(SMALLEST + aws + known), ENVIRONMENT).for_judging()
    other = load(write(SMALLEST + aws + known + 'event_queue = "https://sqs/1/other"\n'), ENVIRONMENT).for_judging()

    assert judging.known_accounts == (friend, account)
    assert (judging.event_queue, other.event_queue) == (url, "https://sqs/1/other")


def test_five_faults_are_all_named_at_once_with_their_keys(write):
    config = """
        [aws]
        accounts = [{ id = "1234" }]
        [[routes]]
        channel = "security alerts"
        severity = "terrible"
        [[digests]]
        channel = "#security-digest"
        schedule = "at nine"
        time_zone = "Europe/Helsingfors-ish"
        [remediations]
        enabled = []
    """
    with pytest.raises(SettingsError) as error:
        load(write(config), ENVIRONMENT)

    said = str(error.value)
    for key in (
        "aws.accounts.0.id",
        "routes.0.channel",
        "routes.0.severity",
        "digests.0.schedule",
        "digests.0.time_zone",
        "remediations: there is no such setting",
    ):
        assert key in said
    assert "6 faults" in said
    assert "terrible" in said


def test_words_that_name_nothing_get_the_nearest_right_ones(write):
    config = (
        SMALLEST
        + """
        sources = ["guard-duty"]
        mention = "@sec-analysts"
        [remediation]
        enabled = ["iam-deactivate-keys"]
        [checks]
        disabled = ["iam-root-keys"]
        severity = { "iam-key-olds" = "low" }
    """
    )
    with pytest.raises(SettingsError) as error:
        load(write(config), ENVIRONMENT)

    said = str(error.value)
    assert "routes.0.sources.0: there is no source 'guard-duty'; did you mean guardduty?" in said
    assert "routes.0.mention: '@sec-analysts' is not @here" in said
    assert "remediation.enabled.0: there is no remedy 'iam-deactivate-keys'; did you mean iam-deactivate-key" in said
    assert "checks.disabled.0: there is no check 'iam-root-keys'; did you mean iam-root-key" in said
    assert "checks.severity.iam-key-olds: there is no check 'iam-key-olds'; did you mean iam-key-old" in said
    assert "5 faults" in said


def test_a_pattern_a_port_and_a_tag_that_are_none_are_named(write):
    config = SMALLEST + (
        '[checks]\ntag_patterns = { Owner = "[a-z" }\ncommon_tcp_ports = [80, 70000]\nbastion_tag = "bastion"\n'
    )
    with pytest.raises(SettingsError) as error:
        load(write(config), ENVIRONMENT)

    said = str(error.value)
    assert "checks.tag_patterns.Owner: '[a-z' is no regular expression" in said
    assert "checks.common_tcp_ports.1" in said
    assert "checks.bastion_tag: 'bastion' is not a tag, written as key=value" in said


def test_the_numbers_and_lists_of_the_checks_reach_them(write):
    config = '[checks]\nwide_port_range = 10\nrequired_tags = ["Team"]\nenvironments = { blue = ["azure"] }\n'
    settings = load(write(SMALLEST + config), ENVIRONMENT).checks.for_judging()

    assert (settings.wide_port_range, settings.required_tags) == (10, ("Team",))
    assert settings.environments == {"blue": ("azure",)}


def test_a_scheduled_audit_of_nothing_is_noticed_at_the_start(write):
    config = (
        '[aws]\naccounts = [{ id = "111122223333", name = "acme-prod" }]\n[audits]\nselector = "account=acme-pord"\n'
    )
    with pytest.raises(SettingsError, match=r"audits\.selector: .*acme-prod"):
        load(write(config + SMALLEST), ENVIRONMENT)


def test_a_missing_token_is_named_as_the_variable_to_set(write):
    with pytest.raises(SettingsError, match="SLACK_APP_TOKEN: it is not set in the environment"):
        load(write(SMALLEST), {"SLACK_BOT_TOKEN": "xoxb-1"})


def test_swapped_tokens_are_noticed_without_repeating_them(write):
    with pytest.raises(SettingsError) as error:
        load(write(SMALLEST), {"SLACK_BOT_TOKEN": "xapp-secret", "SLACK_APP_TOKEN": "xoxb-secret"})

    assert "begins with xoxb-" in str(error.value)
    assert "secret" not in str(error.value)


def test_a_token_in_the_file_is_refused_without_repeating_it(write):
    with pytest.raises(SettingsError) as error:
        load(write(SMALLEST + '[slack]\nbot_token = "xoxb-secret"\n'), ENVIRONMENT)

    assert "set SLACK_BOT_TOKEN in the environment" in str(error.value)
    assert "xoxb-secret" not in str(error.value)


@pytest.mark.parametrize("text", ["= nonsense", "[[routes]"])
def test_a_file_that_is_not_toml_says_where(write, text):
    with pytest.raises(SettingsError, match="line 1"):
        load(write(text), ENVIRONMENT)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(SettingsError, match=r"nowhere\.toml"):
        load(tmp_path / "nowhere.toml", ENVIRONMENT)


def test_tokens_in_each_others_place_and_a_bad_address_are_named_by_their_variables(write):
    swapped = {"SLACK_BOT_TOKEN": "xapp-secret", "SLACK_APP_TOKEN": "xoxb-secret", "SLACK_API_URL": "my slack"}
    with pytest.raises(SettingsError) as error:
        load(write(SMALLEST), swapped)

    said = str(error.value)
    assert "SLACK_BOT_TOKEN: it is no bot token, which begins with xoxb-" in said
    assert "SLACK_APP_TOKEN: it is no app-level token, which begins with xapp-" in said
    assert "SLACK_API_URL: 'my slack/' is not an address as https://slack.com/api/" in said
    assert "secret" not in said


def test_without_slack_the_same_file_is_read_and_no_token_or_route_is_asked_for(write):
    text = SMALLEST + "[checks]\nkey_max_age = 30\n"

    assert load_offline(write(text)).checks == load(write(text), ENVIRONMENT).checks
    assert load_offline(write("")).routes == ()
    assert load_offline(None).checks == Checks()


def test_without_slack_every_fault_is_named_all_the_same(write):
    with pytest.raises(SettingsError) as error:
        load_offline(write('[slack]\nbot_token = "xoxb-secret"\n[aws]\naccounts = [{ id = "1" }]\n[rout]\n'))

    said = str(error.value)
    assert "3 faults" in said
    assert "secret" not in said


@pytest.mark.parametrize("value", ["3", '"xoxb-secret"', "[1]"])
def test_a_slack_that_is_no_table_is_a_fault_like_another(write, value):
    with pytest.raises(SettingsError, match="set SLACK_BOT_TOKEN in the environment"):
        load_offline(write(f"slack = {value}\n"))


def test_a_suppression_says_what_why_who_and_until_when(write):
    text = """
        [[suppressions]]
        checks = ["ec2-sg-*"]
        accounts = ["444455556666"]
        resources = ["*:security-group/sg-1"]
        tags = ["Environment=dev*"]
        reason = "a lab, reached by VPN alone"
        owner = "anna@example.com"
        until = 2027-01-31
    """
    (one,) = load_offline(write(text)).accepted()

    assert (one.checks, one.accounts, one.tags) == (("ec2-sg-*",), ("444455556666",), ("Environment=dev*",))
    assert (one.until, one.owner) == (date(2027, 1, 31), "anna@example.com")


def test_a_suppression_of_everything_or_without_owner_reason_or_end_is_refused(write):
    text = """
        [[suppressions]]
        reason = "all is well"
        owner = "anna"
        until = 2027-01-31
        [[suppressions]]
        checks = ["ec2-sgs-*"]
        tags = ["Environment"]
        reason = ""
    """
    with pytest.raises(SettingsError) as error:
        load_offline(write(text))

    said = str(error.value)
    assert "suppressions.0: it would mute everything" in said
    assert "suppressions.1.checks.0: no check is called 'ec2-sgs-*'" in said
    assert "suppressions.1.tags.0" in said
    assert "suppressions.1.reason" in said
    assert "suppressions.1.owner: it is missing" in said
    assert "suppressions.1.until: it is missing" in said


@pytest.mark.parametrize("word", ["@here", "@channel", "@everyone"])
def test_a_right_is_given_to_people_and_never_to_whoever_is_there(write, word):
    with pytest.raises(SettingsError, match=r"rights\.approve"):
        load(write(SMALLEST + f'[rights]\napprove = ["{word}"]\n'), ENVIRONMENT)


TLS = 'executor = "dask+tls://dask.internal:8786"\n'
FILES = 'executor_ca = "ca.pem"\nexecutor_certificate = "picket.pem"\nexecutor_key = "key.pem"\n'


def test_an_executor_is_a_scheduler_of_dask_with_or_without_certificates(write):
    audits = load_offline(write("[audits]\n" + TLS + FILES)).audits

    assert audits.executor == "dask+tls://dask.internal:8786"
    assert str(audits.executor_key) == "key.pem"
    assert load_offline(write("[audits]\n" + TLS)).audits.executor_ca is None
    assert load_offline(None).audits.executor == ""


def test_the_executor_of_the_command_line_goes_before_that_of_the_file(write):
    settings = load_offline(write("[audits]\n" + TLS), executor="dask://[::1]:8786")

    assert settings.audits.executor == "dask://[::1]:8786"
    assert load_offline(write("[audits]\n" + TLS), executor="").audits.executor == ""


@pytest.mark.parametrize("address", ["tcp://h:1", "dask://h", "dask://u:p@h:1", "dask://h:1/x", "h:8786"])
def test_an_address_that_is_no_scheduler_is_refused(address):
    with pytest.raises(
        SettingsError, match=r"the command line .*\n.*audits.executor: .* is not a Dask scheduler's addr"
    ):
        load_offline(None, executor=address)


def test_certificates_that_would_not_be_used_or_are_not_all_there_are_a_fault(write):
    with pytest.raises(SettingsError, match=r"dask\+tls://, and would not be used"):
        load_offline(write('[audits]\nexecutor = "dask://h:8786"\n' + FILES))
    with pytest.raises(SettingsError, match="go together"):
        load_offline(write("[audits]\n" + TLS + 'executor_ca = "ca.pem"\n'))


ACCOUNTS = """
[checks]
key_max_age = 60
disabled = ["iam-root-used"]

[[aws.accounts]]
id = "111122223333"

[[aws.accounts]]
id = "444455556666"
checks = { key_max_age = 30, disabled = ["tag-missing"], severity = { "iam-key-old" = "low" } }
"""


def test_an_account_may_have_numbers_lists_and_severities_of_its_own(write):
    settings = load(write(SMALLEST + ACCOUNTS), ENVIRONMENT)

    general, own = (settings.for_judging(settings.account(id_)) for id_ in ("111122223333", "444455556666"))

    assert (general.key_max_age, general.disabled, general.severity) == (60, ("iam-root-used",), {})
    assert (own.key_max_age, own.disabled, own.severity) == (30, ("tag-missing",), {"iam-key-old": "low"})
    assert own.password_length == general.password_length


def test_a_check_is_read_for_as_long_as_one_account_has_it_switched_on(write):
    settings = load(write(SMALLEST + ACCOUNTS), ENVIRONMENT)

    assert settings.runs("iam-root-used")
    assert settings.runs("tag-missing")
    assert not load(write(SMALLEST + '[checks]\ndisabled = ["iam-root-used"]\n'), ENVIRONMENT).runs("iam-root-used")


def test_the_faults_of_an_accounts_own_settings_and_of_the_organisation_are_named_with_their_keys(write):
    text = """
        [aws.organization]
        enabled = true
        include = ["ou-1", "Workloads/", "Workloads/Production", "team=payments"]
        account = "12"

        [[aws.organization.groups]]
        of = []

        [[aws.accounts]]
        id = "111122223333"
        checks = { key_max_age = 0, disabled = ["iam-rot-used"], colour = "red" }
    """

    with pytest.raises(SettingsError) as refused:
        load(write(SMALLEST + text), ENVIRONMENT)

    said = str(refused.value)
    for key in (
        "aws.organization.include.0",
        "aws.organization.include.1",
        "aws.organization.account",
        "aws.organization.groups.0.of",
        "aws.accounts.0.checks.key_max_age",
        "aws.accounts.0.checks.disabled.0",
        "aws.accounts.0.checks.colour: there is no such setting",
    ):
        assert key in said
    assert "7 faults" in said


@pytest.mark.parametrize("number", range(3))
def test_the_settings_in_the_page_on_accounts_are_ones_that_load(write, number):
    page = (Path(__file__).parents[2] / "docs" / "accounts.md").read_text()

    parts = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)

    assert len(parts) == 3
    assert load_offline(write(parts[number])) != Offline()


def test_an_account_that_is_listed_twice_is_a_fault(write):
    with pytest.raises(SettingsError, match="accounts: 111122223333 is listed twice"):
        load_offline(write('[[aws.accounts]]\nid = "111122223333"\n' * 2))


@pytest.mark.parametrize(
    ("days", "means"),
    [("1", "mon"), ("0", "sun"), ("7", "sun"), ("1-5", "mon,tue,wed,thu,fri"), ("*/2", "sun,tue,thu,sat"),
     ("5-7", "fri,sat,sun"), ("mon-fri", "mon-fri"), ("*", "*")],
)  # fmt: skip
def test_days_of_the_week_are_counted_as_cron_does(write, days, means):
    settings = load(write(SMALLEST + f'\n[audits]\nschedule = "0 9 * * {days}"'), ENVIRONMENT)

    assert settings.audits.schedule == f"0 9 * * {means}"


@pytest.mark.parametrize("days", ["8", "5-1", "1/0", "foo-3"])
def test_days_that_there_are_not_are_refused(write, days):
    with pytest.raises(SettingsError, match=r"audits\.schedule: .* is no cron line"):
        load(write(SMALLEST + f'\n[audits]\nschedule = "0 9 * * {days}"'), ENVIRONMENT)
