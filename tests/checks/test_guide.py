"""How checks judge and how what they find is fixed: every form is there, and its commands are real."""

import re
import shlex
from fnmatch import fnmatchcase

import botocore.session
import pytest
from botocore import xform_name

from bot.config.checks import Checks
from checks import guide as guides
from checks.activities import missed
from checks.catalog import CATALOG
from checks.cloudwatch_alarms import WATCHES
from checks.guide import guide
from checks.metric_filter import parse
from checks.security_groups import SERVICES
from checks.settings import CheckSettings

every_check = pytest.mark.parametrize("id_", list(CATALOG))

SERVICE_OF_COMMAND = {"s3api": "s3", "configservice": "config"}
"""Where the command line has a name of its own."""
GLOBAL = {"region", "query", "output"}
OWN_OPTIONS = {
    "configservice put-configuration-recorder": {"recording-group": frozenset()},
    "ec2 run-instances": {"count": {"min-count", "max-count"}},
    "sns subscribe": {"notification-endpoint": {"endpoint"}},
    "ec2 authorize-security-group-ingress": dict.fromkeys(("protocol", "port", "cidr", "source-group"), frozenset()),
    "iam create-virtual-mfa-device": dict.fromkeys(("outfile", "bootstrap-method"), frozenset()),
}
"""Options that the command line adds (`aws … help`), each with the operation's parameters that it stands for."""
PLACEHOLDERS = frozenset(
    """
    account address arn base64-file bastion-group-id boundary-arn bucket cache-policy certificate
    certificate-arn certificate-file chain-file cidr client-group-id cluster code database detector device
    distribution domain encrypted-snapshot engine environment etag external-id file filter finding finding-type
    group group-id image image-name instance instance-class instance-type interface job-id key-arn key-file key-id
    key-pair keybase-user listener-arn load-balancer-arn log-bucket log-group log-group-arn mfa-arn name
    narrow-policy-arn new-cluster new-database new-key-pair new-volume next-code node-type origin other-account
    owner policy policy-arn port profile provider queue-arn region resource role role-arn rule rule-id secret
    snapshot snapshot-arn subnet target-group-arn template topic topic-arn trail twin-group-id user version
    volume vpc wrong-value zone zone-id
    """.split()  # noqa: SIM905 - read as a list of words
)
"""One name for one thing, in all files."""


def commands(code):
    joined = re.sub(r"\\\n\s*", "", code)
    return [line for line in joined.splitlines() if line.strip() and not line.startswith("#")]


def words_of(command):
    """As a shell sees it; a placeholder is a word, and `>` sends the output elsewhere."""
    words = shlex.split(re.sub(r"<([a-z-]+)>", r"\1", command))
    return words[: words.index(">")] if ">" in words else words


def model(service):
    return MODELS.setdefault(service, SESSION.get_service_model(SERVICE_OF_COMMAND.get(service, service)))


SESSION = botocore.session.Session()
MODELS = {}


@every_check
def test_every_check_says_how_it_judges_and_how_to_fix_it_in_three_forms(id_):
    found = guide(id_)

    assert re.fullmatch(r"[A-Z].+[.)]", found.judged(CheckSettings()))
    assert found.console
    assert all(re.match(r"[A-Z]", step) and step.endswith((".", "!")) for step in found.console)
    for form in (found.cli, found.terraform):
        assert form.text
        assert not form.note or re.fullmatch(r"[A-Z].+\.", form.note)
    assert not re.search(r"@\w+@", "".join((found.judging, *found.console, found.cli.text, found.terraform.text)))


def test_no_file_tells_of_a_check_that_is_not_there():
    assert [name for name in guides.told() if not any(fnmatchcase(id_, name) for id_ in CATALOG)] == []


def test_a_check_that_no_file_tells_of_is_named():
    with pytest.raises(KeyError, match="iam-nothing"):
        guide("iam-nothing")


@every_check
def test_the_settings_that_a_guide_names_are_there_and_their_present_values_are_said(id_):
    found = guide(id_)

    assert set(found.settings) <= set(Checks.model_fields)
    assert not any(f"{{{name}}}" in found.judged(CheckSettings()) for name in found.settings)


def test_a_changed_setting_changes_what_is_said():
    assert "more than 45 days ago" in guide("iam-key-old").judged(CheckSettings(key_max_age=45))
    assert "break_glass (none)" in guide("iam-key-old").judged(CheckSettings())
    assert "break_glass (ada, bob)" in guide("iam-key-old").judged(CheckSettings(break_glass=("ada", "bob")))


def test_every_setting_that_a_check_is_said_to_have_in_the_reference_is_in_its_guide():
    for name, field in Checks.model_fields.items():
        for id_ in re.findall(r"[a-z0-9-]+", (field.description or "").partition(":")[0]):
            if id_ in CATALOG:
                assert name in guide(id_).settings, f"{id_} is tuned by {name}"


@every_check
def test_its_commands_name_operations_and_options_that_exist(id_):
    for command in commands(guide(id_).cli.code):
        aws, service, operation, *rest = words_of(command)
        assert aws == "aws"
        operations = {xform_name(name, "-"): name for name in model(service).operation_names}
        assert operation in operations, command
        shape = model(service).operation_model(operations[operation]).input_shape
        members = {xform_name(name, "-"): name for name in shape.members} if shape else {}
        own = OWN_OPTIONS.get(f"{service} {operation}", {})
        given = {word[2:] for word in rest if word.startswith("--")}
        positive = {option.removeprefix("no-") if option not in members else option for option in given}
        assert positive <= members.keys() | GLOBAL | own.keys(), command
        required = {xform_name(name, "-") for name in (shape.required_members if shape else ())}
        filled = positive.union(*(own[option] for option in positive & own.keys()))
        assert required <= filled, f"{command} lacks {required - filled}"


@every_check
def test_its_terraform_is_balanced_and_names_resources_of_aws(id_):
    code = guide(id_).terraform.code
    bare = re.sub(r"<<-EOT.*?EOT|\"[^\"\n]*\"|#[^\n]*", '""', code, flags=re.DOTALL)
    open_ = []
    for mark in re.findall(r"[{}()\[\]]", bare):
        if mark in "{([":
            open_.append(mark)
        else:
            assert open_, "closed, never opened"
            assert open_.pop() + mark in ("{}", "()", "[]")
    assert not open_
    assert all(kind.startswith("aws_") for kind in re.findall(r'^(?:resource|data) "(\w+)"', code, flags=re.MULTILINE))
    assert "\t" not in code


@every_check
def test_placeholders_are_those_of_one_list(id_):
    found = guide(id_)
    text = "\n".join((found.cli.code, found.terraform.code))

    assert set(re.findall(r"<([^<>\s|=]+)>", re.sub(r"<<-EOT", "", text))) <= PLACEHOLDERS


def test_no_placeholder_is_listed_that_no_guide_has():
    texts = "".join(guide(id_).cli.code + guide(id_).terraform.code for id_ in CATALOG)

    assert [name for name in sorted(PLACEHOLDERS) if f"<{name}>" not in texts] == []


@pytest.mark.parametrize("watch", WATCHES, ids=[one.word for one in WATCHES])
def test_the_metric_filter_that_is_advised_is_one_that_the_check_accepts(watch):
    found = guide(f"cloudwatch-no-alarm-{watch.word}")
    words = words_of(commands(found.cli.code)[0])
    pattern = words[words.index("--filter-pattern") + 1]

    assert missed(parse(pattern), watch.activities, "111122223333") == ()
    assert len(pattern) <= 1024  # CloudWatch Logs' limit
    assert pattern in found.terraform.code


@pytest.mark.parametrize("service", SERVICES, ids=[one.word for one in SERVICES])
def test_the_ports_that_a_guide_names_are_those_of_the_check(service):
    said = guide(f"ec2-sg-open-{service.word}").judging

    assert sorted(re.findall(r"(?:tcp|udp) [\d-]+", said)) == sorted(service.ports.split(", "))
