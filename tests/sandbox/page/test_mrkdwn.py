"""Text as people see it: mrkdwn, Markdown, emoji and dates."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.sandbox.page.workspace import ALERTS, ANA, NOON, PRIYA

Render = Callable[..., str]
NAMES = (
    "rotating_light red_circle large_orange_circle large_yellow_circle large_blue_circle white_check_mark "
    "bell zzz eyes hourglass_flowing_sand shield lock bar_chart warning "
    "wrench leftwards_arrow_with_hook tada clipboard mag robot_face"
)

_DRAW = """async ([file, name, text, zone]) => {
    const module = await import(`/static/${file}`);
    const names = {
        reader: 'U0ANA', zone, group: () => null,
        user: (id) => ({U0ANA: 'Ana Ruiz', U0PRIYA: 'Priya Nair'})[id] ?? null,
        channel: (id) => ({C0ALERTS: 'security-alerts'})[id] ?? null,
    };
    const box = document.createElement('div');
    box.append(...module[name](text, names));
    return box.innerHTML;
}"""


@pytest.fixture
def shown(modules: Page) -> Render:
    def render(text: Any, file: str = "mrkdwn.js", name: str = "inline", zone: str = "Europe/Berlin") -> str:
        html: str = modules.evaluate(_DRAW, [file, name, text, zone])
        return html

    return render


def test_marks_at_the_edges_of_words_style_them(shown: Render) -> None:
    assert shown("*bold* _italic_ ~gone~ `code`") == (
        "<strong>bold</strong> <em>italic</em> <s>gone</s> <code>code</code>"
    )
    assert shown("*bold _both_*") == "<strong>bold <em>both</em></strong>"


@pytest.mark.parametrize(
    "text", ["snake_case_name", "2*3*4", "* not bold*", "a * b * c", "**", "`", "::", ":nobody_knows:"]
)
def test_other_marks_stay_as_written(shown: Render, text: str) -> None:
    assert shown(text) == text


def test_marks_in_code_and_addresses_style_nothing(shown: Render) -> None:
    assert shown("`*a*`") == "<code>*a*</code>"
    assert "<em>" not in shown("<https://example.com/a_b_c|x> _ <https://example.com/_>")


def test_only_the_three_entities_are_read(shown: Render) -> None:
    assert shown("&lt;b&gt; &amp;amp; &quot;") == "&lt;b&gt; &amp;amp; &amp;quot;"


def test_links_open_elsewhere_and_bare_addresses_are_links(shown: Render) -> None:
    link = 'target="_blank" rel="noopener noreferrer">'
    assert shown("<https://example.com/?a=1&amp;b=2|the *page*>") == (
        f'<a href="https://example.com/?a=1&amp;b=2" {link}the <strong>page</strong></a>'
    )
    assert (
        shown("see https://example.com/x.") == f'see <a href="https://example.com/x" {link}https://example.com/x</a>.'
    )
    assert shown("<mailto:a@example.com|write>").startswith('<a href="mailto:a@example.com"')


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd", "/relative"],
)
def test_an_address_that_may_not_be_opened_is_only_text(shown: Render, address: str) -> None:
    html = shown(f"<{address}|click me>")
    assert "<a" not in html
    assert "href" not in html


def test_mentions_name_people_channels_and_groups(shown: Render) -> None:
    assert ">@Priya Nair<" in shown(f"<@{PRIYA}>")
    assert 'class="mention mine"' in shown(f"<@{ANA}>")
    assert ">@U0NOBODY<" in shown("<@U0NOBODY>")
    assert ">#security-alerts<" in shown(f"<#{ALERTS}|old-name>")
    assert ">@oncall<" in shown("<!subteam^S1|@oncall>")
    assert ">@channel<" in shown("<!channel>")


def test_an_escaped_mention_is_only_text(shown: Render) -> None:
    assert shown("&lt;!channel&gt; &lt;@U0ANA&gt;") == "&lt;!channel&gt; &lt;@U0ANA&gt;"


def test_emoji_have_a_name_for_those_who_listen(shown: Render) -> None:
    html = shown(":rotating_light: :+1:")
    assert '<span class="emoji" role="img" aria-label="rotating light" title=":rotating_light:">🚨</span>' in html
    assert "👍" in html


@pytest.mark.parametrize("name", NAMES.split())
def test_the_names_that_picket_uses_are_known(shown: Render, name: str) -> None:
    assert 'class="emoji"' in shown(f":{name}:")


def test_quotes_and_preformatted_text_stand_apart(shown: Render) -> None:
    html = shown("before\n> one\n&gt; *two*\nafter", name="mrkdwn")
    assert html.count("<blockquote>") == 1
    assert "<strong>two</strong>" in html
    assert shown("```\na *b*\n  c &lt;d\n```\n", name="mrkdwn") == "<pre>a *b*\n  c &lt;d</pre>"
    assert shown(">>> all\nof it", name="mrkdwn").endswith("of it</div></blockquote>")


def test_bulleted_lines_hang_from_their_bullet(shown: Render) -> None:
    html = shown("• one\n  • two", name="mrkdwn")
    assert html.count('class="line item"') == 2
    assert "--indent: 1" in html


def when(shown: Render, template: str, epoch: int = NOON, zone: str = "Europe/Berlin") -> str:
    return (
        shown(f"<!date^{epoch}^{template}|fallback>", zone=zone).rpartition("</time>")[0].rpartition(">")[2]
        or "fallback"
    )


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("{date_num}", "2026-11-25"),
        ("{date_slash}", "25/11/2026"),
        ("{date}", "November 25th, 2026"),
        ("{date_short}", "Nov 25, 2026"),
        ("{date_long}", "Wednesday, November 25th, 2026"),
        ("{date_long_full}", "November 25, 2026"),
        ("{date_pretty}", "Today"),
        ("on {date_short_pretty} at {time}", "on today at 1:00 PM"),
        ("{date_long_pretty}", "Today"),
        ("{day_divider_pretty}", "Today"),
        ("{time_secs}", "1:00:00 PM"),
        ("{ago}", "20 minutes ago"),
        ("{nonsense}", "fallback"),
    ],
)
def test_dates_are_written_with_all_of_slacks_tokens(shown: Render, template: str, words: str) -> None:
    assert when(shown, template) == words


def test_a_date_is_the_readers_own(shown: Render) -> None:
    late = NOON + 9 * 3600
    assert when(shown, "{date_num} {time}", late, "America/New_York") == "2026-11-25 4:00 PM"
    assert when(shown, "{date_pretty} {time}", late, "Asia/Kolkata") == "Tomorrow 2:30 AM"
    assert when(shown, "{time}", zone="Mars/Olympus") == "12:00 PM"


@pytest.mark.parametrize(("epoch", "words"), [("x", "fallback"), ("", "12:00 AM"), ("99999999999999", "fallback")])
def test_a_moment_that_cannot_be_written_shows_the_fallback(shown: Render, epoch: Any, words: str) -> None:
    assert shown(f"<!date^{epoch}^{{time}}|fallback>", zone="UTC").endswith((words, f"{words}</time>"))


def test_wall_clock_times_survive_a_change_of_the_clocks(modules: Page) -> None:
    there_and_back = """async ([epoch, zone]) => {
        const { epochOf, wallClock } = await import('/static/dates.js');
        return epochOf(wallClock(epoch, zone), zone);
    }"""
    for zone in ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland"]:
        for hours in (-24 * 31, -1, 0, 24 * 124):  # both sides of the changes of autumn and spring
            epoch = NOON + hours * 3600
            assert modules.evaluate(there_and_back, [epoch, zone]) == epoch


def test_the_markdown_block_draws_the_common_part_of_markdown(shown: Render) -> None:
    text = (
        "# Title\nSome **bold**, *italic*, ~~gone~~, `code` and [a link](https://example.com).\n\n"
        "- one\n  - nested\n- [x] done\n\n1. first\n2. second\n\n"
        "> quoted\n\n```py\nx < 1\n```\n---\n| a | b |\n|---|---|\n| 1 | 2 |"
    )
    html = shown(text, "markdown.js", "markdown")
    for part in [
        'role="heading"',
        "<strong>bold</strong>",
        "<em>italic</em>",
        "<s>gone</s>",
        'href="https://example.com/"',
        "<ul><li>one<ul><li>nested</li></ul></li>",
        "☑ done",
        "<ol><li>first</li>",
        "<blockquote>",
        "<pre>x &lt; 1</pre>",
        "<hr>",
        '<th scope="col">a</th>',
        "<td>2</td>",
    ]:
        assert part in html
    assert "<a" not in shown("[x](javascript:alert(1))", "markdown.js", "markdown")


@pytest.mark.parametrize("before", ["", "\n", "words\n", "words\n\n", "- one\n\n"])
def test_a_markdown_table_may_follow_anything(shown: Render, before: str) -> None:
    assert "<td>3</td>" in shown(f"{before}| a | b |\n|:--|--:|\n| iam | 3 |", "markdown.js", "markdown")


def test_hostile_text_stays_text_however_it_is_written(shown: Render) -> None:
    evil = '<img src=x onerror="alert(1)"><script>alert(1)</script>'
    for file, name in [("mrkdwn.js", "mrkdwn"), ("mrkdwn.js", "inline"), ("markdown.js", "markdown")]:
        html = shown(evil, file, name)
        assert "<img" not in html
        assert "<script" not in html
        assert "onerror" in html
