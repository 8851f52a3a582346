"""The CSV of an audit."""

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reports.csv import COLUMNS, render, safe
from checks.model import Severity, Status


def read(content):
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def test_each_finding_is_a_line_the_worst_first_and_what_passes_last(a_finding):
    findings = [
        a_finding(status=Status.PASS, severity=Severity.CRITICAL, check="a"),
        a_finding(severity=Severity.LOW, check="b"),
        a_finding(status=Status.UNKNOWN, check="c", reason="iam:GetUser was refused"),
        a_finding(severity=Severity.CRITICAL, check="d"),
    ]

    lines = read(render(findings, {"111122223333": "acme-prod"}.__getitem__))

    assert [line["check"] for line in lines] == ["d", "b", "c", "a"]
    assert {line["account_name"] for line in lines} == {"acme-prod"}
    assert lines[2]["reason"] == "iam:GetUser was refused"
    assert json.loads(lines[0]["evidence"]) == {"has_password": True}
    assert tuple(lines[0]) == COLUMNS


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", " =", "＝", "|", "\x00="])
def test_a_name_that_begins_like_a_formula_is_only_text(a_finding, start):
    [line] = read(render([a_finding(resource=f'{start}cmd|"/c calc"!A1')], str))

    assert line["resource"].startswith("'")


@given(st.text())
def test_no_cell_begins_a_formula_whatever_is_in_it(cell):
    assert safe(cell)[:1] not in {"=", "+", "-", "@", "\t", "\r", "\n"}
    assert "\x00" not in safe(cell)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"])), min_size=1))
def test_what_is_written_is_what_is_read(names):
    from checks.model import Finding

    findings = [
        Finding(check="x", status=Status.FAIL, severity=Severity.LOW, account="1", region="r", resource=name, title="t")
        for name in names
    ]

    assert sorted(line["resource"] for line in read(render(findings, str))) == sorted(safe(name) for name in names)
