"""An operator's templates and words: what is refused at start, and what is said in them afterwards."""

import ast
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot import cli_replay
from bot.alerts import Source
from bot.app import Picket
from bot.config import Messages, load
from bot.errors import SettingsError
from bot.messages import style
from bot.messages.alert import Setting, card
from bot.messages.parts import PARTS
from bot.messages.proofread import adopt, proofread
from bot.messages.style import Style
from bot.messages.templating import environment, rendered, shipped
from bot.messages.text import Marked, code, severity
from bot.messages.words import say
from checks.model import Severity
from sandbox.slack import validate
from tests.alerting import an_alert

ROOT = Path(__file__).parents[3]
PROD = Setting(account="acme-prod")


@pytest.fixture(autouse=True)
def speaks_as_before():
    before = style.style()
    yield
    style.use(before)


@pytest.fixture
def template(tmp_path):
    """Writes `alert.j2` of an operator's."""

    def write(text, name="alert.j2"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path

    return write


def faults(folder):
    with pytest.raises(SettingsError) as refused:
        adopt(Messages(templates=folder))
    return list(refused.value.faults)


def told(message):
    return json.dumps(message.blocks, ensure_ascii=False)


def test_every_template_of_pickets_own_would_pass_as_an_operators():
    folder = ROOT / "bot/messages/templates"

    assert proofread(Style(templates=folder), folder) == []


def test_every_block_is_described_and_every_description_has_its_block():
    blocks = {name: set(shipped(Style(), name).blocks) for name in PARTS}

    assert blocks == {name: set(parts) for name, parts in PARTS.items()}
    assert {path.stem for path in (ROOT / "bot/messages/templates").glob("*.j2")} == set(PARTS)


def test_builders_give_each_block_what_its_description_says():
    calls = [
        (call.args[0].value, call.args[1].value, {word.arg for word in call.keywords})
        for path in (ROOT / "bot").rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "say"
        if len(call.args) == 2 and isinstance(call.args[0], ast.Constant)
    ]

    assert {(template, part) for template, part, _ in calls} == {(t, part) for t in PARTS for part in PARTS[t]}
    for template, part, given in calls:
        assert given == set(PARTS[template][part].given), f"{template}.{part}"


def test_a_block_of_the_operators_takes_the_place_of_pickets_and_the_others_stay(template):
    adopt(Messages(templates=template("{% block where %}\nIn {{ name }}, account {{ account }}\n{% endblock %}")))

    said = told(card(an_alert(), PROD))
    assert "In acme-prod, account 111122223333" in said
    assert "*Resource*" in said


def test_aws_text_stays_escaped_in_an_operators_template(template):
    text = "{% block reply %}{% for line in lines %}>{{ line }}\n{% endfor %}{% endblock %}"
    adopt(Messages(templates=template(text)))

    assert say("alert", "reply", lines=["<!channel> *x*", Marked("<@U1>")]) == (
        ">&lt;!channel&gt; *\u200bx*\u200b\n><@U1>"
    )


def test_what_a_template_makes_of_marked_text_stays_markup_and_of_the_rest_does_not(template):
    text = """{% block reply %}
{% macro quoted(x) %}>*{{ x }}*{% endmacro %}
{% set mine %}_{{ lines[0] }}_{% endset %}
{{ quoted(lines[1]) }} {{ mine }} {{ lines | join(" & ") }} {{ "<!here>" }}
{% endblock %}"""
    adopt(Messages(templates=template(text)))

    assert say("alert", "reply", lines=["<x>", Marked("<@U1>")]) == (
        ">*<@U1>* _&lt;x&gt;_ &lt;x&gt; &amp; <@U1> &lt;!here&gt;"
    )


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{% block where %}\n{{ region }\n{% endblock %}", "alert.j2, line 2: unexpected '}'"),
        ("{% block where %}\n\n{% if sample %}x", "alert.j2, line 3: Unexpected end of template"),
        ("\n{% block where %}\n{{ regoin }}\n{% endblock %}",
         "alert.j2, line 3: there is no variable 'regoin' in the block where; did you mean region?"),
        ("{% block where %}{% if sample %}\n{{ nmae }}{% endif %}{% endblock %}",
         "alert.j2, line 2: there is no variable 'nmae' in the block where; did you mean name?"),
        ("{% block wear %}x{% endblock %}",
         "alert.j2, line 1: there is no block 'wear' to replace; did you mean where?"),
        ("\n\nHello\n{% block where %}x{% endblock %}", "alert.j2, line 3: this stands outside of the blocks"),
        ("{% set x = 1 %}{% block where %}x{% endblock %}", "alert.j2, line 1: this stands outside of the blocks"),
        ("{# nothing #}", "alert.j2, line 1: it has no block, so it would say nothing"),
        ("{% block where %}\n{{ account.number }}\n{% endblock %}",
         "alert.j2, line 2: in the block where: a text has no attribute 'number'"),
        ("{% block details %}\n{{ details[0] }}\n{% endblock %}",
         "alert.j2, line 2: in the block details: list object has no element 0"),
        ("{% block where %}{{ name | safe }}{% endblock %}", "alert.j2, line 1: No filter named 'safe'"),
        ("{% block where %}\n{% if sample %}{{ 1 / 0 }}{% endif %}{% endblock %}",
         "alert.j2, line 2: in the block where: division by zero"),
        ("{% block where %}\n{{ name.__class__.__mro__ }}{% endblock %}",
         "alert.j2, line 2: in the block where: access to"),
        ("{% block advice %}{{ advice.append('x') }}{% endblock %}", "alert.j2, line 1: in the block advice: "),
        ("{% block where %}\n{% include 'other.j2' %}{% endblock %}",
         "alert.j2, line 2: in the block where: 'other.j2' not found"),
        ("{% block heading %}{% if state == 'open' %}{{ title }}{% endif %}{% endblock %}",
         "alert.j2: the block heading comes out empty, where the message needs it"),
        ("{% block where %}{{ 'long ' * 1000 }}{% endblock %}",
         "alert.j2: the block where comes out with 4,999 characters; Slack takes 3,000"),
        ("{% block where %}{{ emoji.crticial }}{% endblock %}",
         "alert.j2, line 1: in the block where: 'dict object' has no attribute 'crticial'"),
        ("{% block where %}{% include 'alert.j2' %}{% endblock %}", "maximum recursion depth"),
        ("{% extends 'alert.j2' %}{% block where %}x{% endblock %}", "alert.j2, line 1: this stands outside"),
        ("{% block where %}{% for x in range(10 ** 9) %}x{% endfor %}{% endblock %}", "Range too big"),
    ],
)  # fmt: skip
def test_a_broken_template_is_refused_at_start_with_its_line(template, text, fault):
    said = faults(template(text))

    assert any(fault in each for each in said), said


def test_a_file_that_begins_with_a_mark_of_its_encoding_is_read(template):
    adopt(Messages(templates=template("\ufeff{% block where %}here{% endblock %}")))

    assert "here" in told(card(an_alert(), PROD))


def test_no_template_is_loaded_where_nothing_is_said():
    code = "import sys, bot.config, bot.standalone, bot.messages.alert; sys.exit('jinja2' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=ROOT).returncode == 0


def test_every_fault_of_every_file_is_named_at_once(template):
    template("{% block where %}{{ regoin }}{% endblock %}{% block fats %}{% endblock %}")
    folder = template("x", "alrt.j2")

    assert [each.partition(";")[0] for each in faults(folder)] == [
        "alert.j2, line 1: there is no block 'fats' to replace",
        "alert.j2, line 1: there is no variable 'regoin' in the block where",
        "alrt.j2: there is no template of that name",
    ]


def test_what_is_no_folder_of_templates_is_refused(tmp_path):
    assert faults(tmp_path / "none") == ["there is no such folder"]
    assert faults(tmp_path) == ["it holds no template (*.j2)"]
    (tmp_path / "alert.j2").write_bytes(b"\xff\xfe")
    assert faults(tmp_path)[0].startswith("alert.j2: it cannot be read: ")


def test_what_is_refused_changes_nothing(template):
    before = style.style()

    faults(template("{% block where %}{{ x }}{% endblock %}"))

    assert style.style() is before


def test_a_template_that_fails_after_all_costs_nobody_the_card(template):
    text = "{% block facts %}{{ {'once': 1}[seen] }}{% endblock %}"
    style.use(Style(templates=template(text)))  # past the proofreader

    with capture_logs() as lines:
        assert "*Resource*" in told(card(an_alert(), PROD))
    assert [line["part"] for line in lines if "template" in line] == ["facts"]


def test_what_was_proofread_is_what_is_said_though_the_file_changes(template):
    adopt(Messages(templates=template("{% block where %}one{% endblock %}")))
    template("{% block where %}{{ broken }}{% endblock %}")

    assert "one" in told(card(an_alert(), PROD))


def test_emoji_and_names_are_the_operators_and_the_word_of_a_severity_stays():
    adopt(Messages.model_validate({"product": "Watch <dog>", "emoji": {"high": ":fire:", "open": ""}}))

    message = card(an_alert(), PROD)
    assert message.blocks[0]["text"]["text"].startswith(":fire: High · ")
    assert "\\n*Open* since" in told(message) or '"*Open* since' in told(message)
    assert environment(style.style(), own=False).globals["product"] == "Watch <dog>"
    assert severity(Severity.CRITICAL) == ":rotating_light: Critical"
    validate.check_message(message.text, list(message.blocks))


def test_what_picket_says_of_itself_is_said_in_its_given_name():
    adopt(Messages(product="Watchdog"))

    assert "Watchdog" in told(card(an_alert(source=Source.PICKET), PROD))
    assert "Picket" not in told(card(an_alert(source=Source.PICKET), PROD))


def test_values_that_are_marked_up_by_a_filter_are():
    text = "{% block x %}{{ a | code }} {{ s | severity }}{% endblock %}"
    template = environment(Style(), own=False).from_string(text)

    assert rendered(template, "x", {"a": "<x>", "s": Severity.LOW}) == f"{code('<x>')} :large_yellow_circle: Low"


PAGE = (ROOT / "docs/templates.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("example", re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL), ids=["names", "folder"])
def test_the_settings_on_the_page_are_ones(example):
    Messages.model_validate(tomllib.loads(example)["messages"])


def test_the_template_on_the_page_works(template):
    (example,) = re.findall(r"```jinja\n(.*?)```", PAGE, re.DOTALL)
    adopt(Messages(product="Watchdog", templates=template(example)))

    message = card(an_alert(facts={"advice": ["Deactivate the key."]}), PROD)
    validate.check_message(message.text, list(message.blocks))
    assert "in Watchdog's channel. *Then*\\n1. Deactivate the key." in told(message)


def test_picket_does_not_start_with_a_broken_template(template, tmp_path):
    folder = template("{% block where %}\n{{ regoin }}{% endblock %}")
    config = tmp_path / "picket.toml"
    config.write_text(f'routes = [{{ channel = "#a" }}]\n[messages]\ntemplates = "{folder}"\n')
    tokens = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}

    with pytest.raises(SettingsError, match=r"alert\.j2, line 2: there is no variable 'regoin'"):
        Picket(load(config, tokens))
    with pytest.raises(SettingsError, match=r"alert\.j2, line 2: "), cli_replay._alone(config):
        pass
