"""What a person sees at a terminal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reports.table import Screen, account, safe
from checks.model import Severity, Status

PIPE = Screen()


def test_the_worst_stands_first_and_each_finding_is_one_line_in_a_pipe(a_finding):
    findings = [a_finding(resource=f"arn:aws:iam::1:user/u{s.value}", severity=s) for s in Severity]

    lines = account(findings, "111122223333", "acme-prod", PIPE).splitlines()

    assert lines[0] == "acme-prod (111122223333)"
    assert [line.split()[0] for line in lines[2:7]] == ["critical", "high", "medium", "low", "info"]


def test_findings_of_one_cause_are_one_line_that_names_the_others(a_finding):
    facts = {"evidence": {"rules": ["all from 0.0.0.0/0"]}}
    findings = [a_finding(check="ec2-sg-open-all", **facts), a_finding(check="ec2-sg-open-ssh", **facts)]

    said = account(findings, "1", "", PIPE)

    assert "also ec2-sg-open-ssh" in said
    assert said.count("0.0.0.0/0") == 1


def test_what_is_unknown_and_what_is_muted_is_shown_with_the_reason(a_finding):
    findings = [
        a_finding(status=Status.UNKNOWN, reason="AWS refused iam:ListUsers"),
        a_finding(status=Status.MUTED, reason="Muted by anna until 2027-01-01: a lab"),
    ]

    said = account(findings, "1", "", PIPE)

    assert "AWS refused iam:ListUsers" in said
    assert "Muted by anna until 2027-01-01: a lab" in said
    assert "Nothing fails" not in said


def test_an_account_where_all_is_well_says_so(a_finding):
    assert "Nothing fails." in account([a_finding(status=Status.PASS)], "1", "", PIPE)


@pytest.mark.parametrize("name", ["\x1b[2Jgone", "\x9b2J", "a\rb", "[bold red]x[/]", "\u202eevil", "line\nline"])
def test_no_name_speaks_to_the_terminal(a_finding, name):
    said = account([a_finding(resource=name, evidence={"name": name})], "1", name, PIPE)

    assert not {"\x1b", "\x9b", "\r", "\u202e"} & set(said)
    assert len(said.rstrip("\n").splitlines()) == 3
    if name.startswith("[bold"):
        assert name in said


@given(st.text())
def test_what_is_shown_has_no_control_character(text):
    assert all(letter.isprintable() or letter == " " or ord(letter) > 0x9F for letter in safe(text))


def test_a_narrow_terminal_wraps_and_loses_nothing(a_finding):
    said = account([a_finding(evidence={"name": "z" * 90})], "1", "", Screen(60))

    assert max(map(len, said.splitlines())) <= 60
    assert said.count("z") == 90
